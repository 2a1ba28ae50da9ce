"""Finds the capture that one WARC record gives to an import, or why it gives none."""

from dataclasses import replace
from hashlib import sha256
from typing import get_args

from crawler.imports.exchanges import Exchange
from crawler.imports.originals import Original, Originals
from crawler.imports.site_finder import FoundCapture, SiteFinder
from pipelines.capture import PAGES, REDIRECTS, Capture
from pipelines.keep.warc.digests import parse_digest
from pipelines.keep.warc.record import CONNECTED, Record, RequestedAs
from pipelines.keep.warc.wholeness import fault_of
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.reading import LinkKind
from portals.platform import platforms

NOT_ANSWERS = ("request", "warcinfo", "metadata")  # not counted in the report
ANSWERS = ("response", "resource", "revisit")
NOT_TAKEN = {
    "conversion": "made by another tool",
    "continuation": "continue a record that does not come before them",
}
PARTIAL = 206
METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE")
NOT_MODIFIED = "server-not-modified"  # at the end of a revisit's WARC-Profile
NO_ORIGINAL = "no file so far holds the body that they repeat, import that file first"


class CaptureFinder:
    """Finds the captures of one import's records, with their sites."""

    def __init__(self, sites: SiteFinder, originals: Originals) -> None:
        self._sites = sites
        self.originals = originals

    def of(self, exchange: Exchange, *, ours: bool) -> FoundCapture | str | None:
        """The capture that a record holds; why there is none; or None if nobody expects one.

        The record may be an HTTP answer, a resource, a page that our browser filled, a revisit of a
        body that comes before it or is in the archive, or Loa's record of a request without an
        answer. Only an answer to GET is a page. `ours`: Loa made the record.
        """
        record = exchange.record
        rendered = record.kind == "conversion" and record.rendered_from is not None
        if not (rendered or record.is_failure or record.kind in ANSWERS):
            if record.kind in NOT_ANSWERS:
                return None
            return NOT_TAKEN.get(record.kind, "hold no answer")
        url = canonical_url(record.url or "")
        if url is None:
            return "their address is not on the web" if record.url else "without an address"
        if (partial := _no_page(exchange)) is not None:
            return partial
        whole = self._whole_answer(record, url, ours=ours)
        if isinstance(whole, str):
            return whole
        if whole.status is None and not record.is_failure:
            return "without an HTTP answer"
        site = self._sites.of(url, record.site)
        capture = Capture(
            *(site.key, url, record.date, whole.status, whole.headers, whole.body),
            error=whole.error,
            tls=record.tls,
            rendered_from=record.rendered_from,
        )
        if whole.status is not None and whole.body:
            self.originals.note(capture, record.names)
        asked_as, read_as = record.asked_as, record.read_as
        kind: LinkKind | None = asked_as if asked_as in get_args(LinkKind) else None  # type: ignore[assignment]
        family = read_as if read_as in platforms() else None
        return site, capture, RequestedAs(kind, family, record.names)

    def _whole_answer(self, record: Record, url: str, *, ours: bool) -> Record | str:
        """The record with its status, headers and body, and why they are not whole."""
        if record.kind == "resource":
            record = replace(record, status=200)
        not_modified = record.fields.get("warc-profile", "").endswith(NOT_MODIFIED)
        if record.status == 304 or (record.kind == "revisit" and not_modified):
            return record if ours else self._unmodified(record, url)
        if record.kind == "revisit":
            return self._repeated(record, url)
        if record.kind in ANSWERS and record.status in PAGES:
            return replace(record, error=record.error or fault_of(record))
        return record

    def _repeated(self, record: Record, url: str) -> Record | str:
        """A revisit with the body that it repeats; without a head of its own, with that too."""
        if record.status is not None and (record.status in REDIRECTS or _repeats_nothing(record)):
            return record  # all that it says is in its own head
        original = self.originals.find(record, url)
        if original is None:
            return NO_ORIGINAL
        return _repeating(record, original, with_head=record.status is None)

    def _unmodified(self, record: Record, url: str) -> Record | str:
        """An answer of another tool that an address was not modified since the tool asked before.

        What the tool had then is usually what came last, and the answer is kept as it is. If the
        record names an answer with another body, the address sends that again. If nothing came
        before, the answer says nothing.
        """
        last = self.originals.last_body(url, record.date)
        original = self.originals.find(record, url, by_digest=False)
        if original is not None and sha256(original.body).hexdigest() != last:
            return _repeating(record, original, with_head=True)
        return NO_ORIGINAL if last is None else replace(record, status=304, body=b"")


def _repeats_nothing(record: Record) -> bool:
    """Whether the payload that a revisit repeats is empty."""
    digest = parse_digest(record.fields.get("warc-payload-digest"))
    return digest is not None and digest.fits(b"")


def _no_page(exchange: Exchange) -> str | None:
    """Why an answer is not the page that GET brings, in a few words; None if it may be."""
    record, method = exchange.record, exchange.method
    if method not in (None, "", "GET"):
        return f"answer {method if method in METHODS else 'another method'}, not GET"
    if record.status == PARTIAL:
        return "hold a range of bytes (206)"
    if record.status is not None and record.status < 200:
        return "hold no final answer (1xx)"
    if CONNECTED.match(record.block) and not record.body:
        return "answer CONNECT, not GET"
    return None


def _repeating(record: Record, original: Original, *, with_head: bool) -> Record:
    """The record with the body of another, and its status and headers too if it has none."""
    whole = replace(record, body=original.body, error=record.error or original.error)
    if with_head:
        whole = replace(whole, status=original.status, headers=original.headers)
    return whole

"""The entries of a feed or sitemap: their addresses, titles and dates, and the notes about them."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from lxml import etree

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.article.publication_date import with_evidence
from pipelines.read.dates.figures_order import order_of_values, read_stated_date
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import PrintedDate, last_day
from pipelines.read.html.superscripts import written_out
from pipelines.read.reading import Link, LinkKind, Note, Reading
from pipelines.read.text.legacy_encodings import is_in_unicode, mend

# A CMS cuts its sitemap at a round number: NukeViet at 1,000, WordPress at 2,000.
_ROUND_LIMIT = 500
# Elements of HTML that are part of a text; other words in angle brackets are text.
INLINE = frozenset(("a", "b", "big", "br", "div", "em", "font", "i", "img", "mark", "p", "small"))
INLINE |= frozenset(("span", "strong", "sub", "sup", "u"))
_TAG = re.compile(rf"</?(?:{'|'.join(INLINE)})\b[^<>]*>", re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """What an entry says. `url`: None without an address that can be requested; `dates`: its dates
    as stated, the surest first; `told`: a sum of all its texts.
    """

    url: str | None
    title: str | None
    dates: Sequence[str] = ()
    kind: LinkKind = "article"
    edited_at: datetime | None = None
    told: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A feed or sitemap (`what`), its address, the portal's zone, and when it was fetched."""

    what: Literal["feed", "sitemap"]
    url: str
    zone: ZoneInfo
    fetched_at: datetime

    def read(self, entries: Sequence[Entry], faults: dict[str, str]) -> Reading:
        """The links that the entries give, in their order, each address once, including those of
        other hosts; and a note for each fault (by the second half of its name), for entries without
        an address, and for dates that cannot be read or have not come.

        Dates written for people ("12/05/2026 08:30") are read in the order that all of them show.
        """
        days = [self._machine_date(entry.dates) for entry in entries]
        rest = [
            one.dates[0] for one, day in zip(entries, days, strict=True) if one.dates and not day
        ]
        order = order_of_values(rest, zone=self.zone, fetched_at=self.fetched_at)
        last = last_day(self.fetched_at, self.zone)
        links: dict[str, Link] = {}
        unread = []
        for one, day in zip(entries, days, strict=True):
            if one.dates and day is None:
                day = read_stated_date(
                    one.dates[0], zone=self.zone, fetched_at=self.fetched_at, order=order
                )
            if one.dates and (day is None or day.on > last):
                unread.append(one.dates[0])
                day = None
            if one.url is not None and one.url not in links:
                published = None if day is None else with_evidence(day, self.what)
                link = Link(one.url, one.kind, one.title, published, edited_at=one.edited_at)
                links[one.url] = replace(link, told=one.told)
        whole = self.what == "sitemap" and not faults and len(entries) % _ROUND_LIMIT != 0
        notes = tuple(self._notes(entries, unread, faults))
        return Reading(self.what, links=tuple(links.values()), complete=whole, notes=notes)

    def _machine_date(self, dates: Sequence[str]) -> PrintedDate | None:
        read = (read_machine_date(raw, zone=self.zone) for raw in dates)
        return next((day for day in read if day is not None), None)

    def _notes(
        self, entries: Sequence[Entry], unread: list[str], faults: dict[str, str]
    ) -> Iterator[Note]:
        for fault, detail in faults.items():
            yield Note(IssueKind(f"{self.what}-{fault}"), f"{self.url} {detail}")
        count = f"of {len(entries)}"
        if lost := sum(entry.url is None for entry in entries):
            why = f"{lost} {count} entries of {self.url} have no address that can be requested"
            yield Note(IssueKind(f"{self.what}-item-without-address"), why)
        if unread:
            why = f"{len(unread)} {count} dates of {self.url} cannot be taken; the first is "
            yield Note(IssueKind(f"{self.what}-date-unread"), f"{why}{unread[0][:80]!r}")


def chosen_address(texts: Iterable[str], base: str) -> str | None:
    """The first address among the texts, but a front page only if there is no other: it is no
    article.
    """
    front = None
    for text in texts:
        url = address_of(text, base)
        if url is not None and (url[-1] != "/" or url.count("/") > 3):
            return url
        front = front or url
    return front


def address_of(text: str, base: str) -> str | None:
    """The address that a text means, or None. A host without a scheme is no path."""
    text = text.strip()
    if text[:4].lower() != "http":
        host = base.partition("://")[2].partition("/")[0]
        if text.lower().startswith(("www.", f"{host}/")):
            text = f"//{text}"
    return canonical_url(text, base)


def base_of(element: etree._Element, url: str) -> str:
    """What the addresses in an element of a document at `url` are relative to (xml:base)."""
    said: str | None = element.base
    return url if not said else canonical_url(said, url) or url


def one_line(text: str | None, *, escaped: bool) -> str | None:
    """A title in Unicode and in one line; `escaped`: it is HTML. None if nothing is left."""
    if not text:
        return None
    if escaped:
        text = _TAG.sub("", written_out(html.unescape(text)))
    if not text.isascii() and not is_in_unicode(text):
        text = mend(text)[0]
    return unicodedata.normalize("NFC", " ".join(text.split())) or None

"""One entry of a feed or sitemap: its address, title and date, and the notes about them."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from lxml import etree

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.dates.figures_order import order_of_values, read_stated_date
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import last_day
from pipelines.read.reading import Dated, Evidence, Link, Note
from pipelines.read.text.legacy_encodings import is_in_unicode, mend
from pipelines.read.text.superscripts import written_out

_TAG = re.compile(
    r"</?(?:a|b|big|br|div|em|font|i|img|mark|p|small|span|strong|sub|sup|u)\b[^<>]*>",
    re.IGNORECASE,
)  # words in angle brackets are text


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry names, if it has an address; the text of a date that cannot be taken."""

    link: Link | None
    unread_date: str | None = None


@dataclass(slots=True)
class Said:
    """What an entry says: the first of `addresses` that can be requested counts, and the first of
    `dates` that can be read. `base`: what addresses are relative to.
    """

    addresses: Iterable[str]
    base: str
    title: str | None
    dates: Sequence[str]
    evidence: Evidence


def entry_of(said: Said, zone: ZoneInfo, last: date) -> Entry:
    """The entry, as an article; a date after the day `last` is not taken."""
    url = _address_of(said)
    raws = [raw for raw in said.dates if raw]
    dated = _first_date(raws, zone, said.evidence)
    if dated is not None and dated.on > last:
        raws, dated = [dated.raw], None
    unread = raws[0] if raws and dated is None else None
    return Entry(Link(url, "article", said.title, dated) if url else None, unread)


def _address_of(said: Said) -> str | None:
    """The first of the addresses, but a front page only if there is no other: it is no article."""
    front = None
    for text in said.addresses:
        url = address_of(text, said.base)
        if url is not None and (url[-1] != "/" or url.count("/") > 3):
            return url
        front = front or url
    return front


def read_printed_dates(
    entries: list[Entry], evidence: Evidence, *, zone: ZoneInfo, fetched_at: datetime
) -> None:
    """Read dates written for people ("12/05/2026 08:30"), in the order that all of them show."""
    unread = [entry.unread_date for entry in entries if entry.unread_date]
    if not unread:
        return
    order = order_of_values(unread, zone=zone, fetched_at=fetched_at)
    for place, entry in enumerate(entries):
        raw = entry.unread_date
        if entry.link is None or raw is None:
            continue
        read = read_stated_date(raw, zone=zone, fetched_at=fetched_at, order=order)
        if read is not None and read.on <= last_day(fetched_at, zone):
            published = Dated(read.on, read.at, read.precision, evidence, raw)
            entries[place] = Entry(replace(entry.link, published=published))


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


def links_of(entries: Iterable[Entry]) -> tuple[Link, ...]:
    """The links of the entries, each address once, as it is named first."""
    first: dict[str, Link] = {}
    for entry in entries:
        if entry.link:
            first.setdefault(entry.link.url, entry.link)
    return tuple(first.values())


def notes_of(
    entries: Sequence[Entry], what: Literal["feed", "sitemap"], url: str, faults: dict[str, str]
) -> tuple[Note, ...]:
    """A note for each fault (by the second half of its name), and for entries without an address
    and dates that cannot be taken.
    """
    faults = {name: f"{url} {detail}" for name, detail in faults.items()}
    count = len(entries)
    if lost := sum(entry.link is None for entry in entries):
        why = f"{lost} of {count} entries of {url} have no address that can be requested"
        faults["item-without-address"] = why
    if unread := [entry.unread_date for entry in entries if entry.unread_date]:
        why = f"{len(unread)} of {count} dates of {url} cannot be taken; the first is "
        faults["date-unread"] = f"{why}{unread[0][:80]!r}"
    return tuple(Note(IssueKind(f"{what}-{name}"), detail) for name, detail in faults.items())


def _first_date(raws: Iterable[str], zone: ZoneInfo, evidence: Evidence) -> Dated | None:
    for raw in raws:
        read = read_machine_date(raw, zone=zone)
        if read is not None:
            return Dated(read.on, read.at, read.precision, evidence, raw)
    return None

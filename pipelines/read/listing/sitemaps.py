"""The addresses that sitemaps (sitemaps.org) name: in XML, with Google's news, or as plain text."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from lxml import etree

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import last_day
from pipelines.read.listing.entry import (
    Entry,
    Said,
    base_of,
    entry_of,
    links_of,
    notes_of,
    one_line,
    read_printed_dates,
)
from pipelines.read.listing.xml_document import MOST_BYTES, in_utf8, xml_document
from pipelines.read.listing.xml_entries import (
    MOST_ENTRIES,
    fields,
    local_name,
    read_entries,
    text_of,
)
from pipelines.read.reading import Link, LinkKind, Note
from pipelines.read.text.content_codings import DecodeError, gunzip_bounded

# A CMS cuts its sitemap at a round number: NukeViet at 1,000, WordPress at 2,000.
_ROUND_LIMIT = 500


@dataclass(frozen=True, slots=True)
class SitemapReading:
    """The addresses in a sitemap, in its order, each once, including those of other hosts.
    `complete` is False if older addresses may have been cut off.
    """

    kind: Literal["index", "urlset"]
    links: tuple[Link, ...]
    complete: bool
    notes: tuple[Note, ...] = ()


def read_sitemap(
    body: bytes, url: str, *, zone: ZoneInfo, fetched_at: datetime
) -> SitemapReading | None:
    """What a sitemap index, a sitemap (with Google's news extension) or a plain list of addresses
    names, gzipped or not; None for any other body.

    Only news:publication_date is a publication. lastmod is the time of an edit, of a part of an
    index too (`Link.edited_at`; a day without a time counts from its midnight). At most 50,000
    addresses and 50 MB. Notes as in `read_feed`, with `sitemap-` before the word, and
    `sitemap-unreadable` for a torn or huge gzip file.
    """
    last = last_day(fetched_at, zone)
    try:
        document = xml_document(body)
    except DecodeError as error:
        why = Note(IssueKind.SITEMAP_UNREADABLE, f"{url}: {error}")
        return SitemapReading("urlset", (), False, (why,))
    if document is None:
        return _plain_list(body, url)
    if document.root not in ("urlset", "sitemapindex"):
        return None
    entries = read_entries(document, ("url", "sitemap"), lambda one: _entry(one, url, zone, last))
    read_printed_dates(entries.read, "sitemap", zone=zone, fetched_at=fetched_at)
    complete = not entries.faults and len(entries.read) % _ROUND_LIMIT != 0
    kind: Literal["index", "urlset"] = "index" if document.root == "sitemapindex" else "urlset"
    notes = notes_of(entries.read, "sitemap", url, entries.faults)
    return SitemapReading(kind, links_of(entries.read), complete, notes)


def _entry(element: etree._Element, url: str, zone: ZoneInfo, last: date) -> Entry:
    own = fields(element)
    # A namespace may be missing or misspelt, and the group around the two news fields too.
    named = [(local_name(child), child) for child in element]
    group = next((child for name, child in named if name == "news"), None)
    news = named if group is None else [(local_name(child), child) for child in group]
    titles = (text_of(one) for name, one in news if name == "title")
    said = Said(
        addresses=[text_of(one) for one in own.get("loc", ())],
        base=base_of(element, url),
        title=one_line(next(titles, None), escaped=True),
        dates=[text_of(one) for name, one in news if name == "publication_date"],
        evidence="sitemap",
    )
    entry = entry_of(said, zone, last)
    if entry.link is None:
        return entry
    mods = (read_machine_date(text_of(one), zone=zone) for one in own.get("lastmod", ()))
    edited_at = None
    if (edited := next(mods, None)) is not None:
        edited_at = edited.at or datetime.combine(edited.on, time(), zone).astimezone(UTC)
    kind: LinkKind = "sitemap" if local_name(element) == "sitemap" else "article"
    link = Link(entry.link.url, kind, said.title, entry.link.published, edited_at=edited_at)
    return Entry(link, entry.unread_date)


def _plain_list(body: bytes, url: str) -> SitemapReading | None:
    """A sitemap in plain text: one address per line (sitemaps.org), and comments behind "#"."""
    content = in_utf8(gunzip_bounded(body, limit=MOST_BYTES))
    lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines or not lines[0].lower().startswith(("http://", "https://")):
        return None
    read = [None if " " in line else canonical_url(line) for line in lines[:MOST_ENTRIES]]
    entries = [Entry(Link(address, "article") if address else None) for address in read]
    if 2 * sum(entry.link is None for entry in entries) > len(entries):
        return None
    faults = {}
    if len(lines) > MOST_ENTRIES:
        faults["too-large"] = f"has more than {MOST_ENTRIES:,} lines; the rest was not read"
    complete = not faults and len(entries) % _ROUND_LIMIT != 0
    return SitemapReading(
        "urlset", links_of(entries), complete, notes_of(entries, "sitemap", url, faults)
    )

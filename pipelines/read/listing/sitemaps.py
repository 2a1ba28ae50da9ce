"""The addresses that sitemaps (sitemaps.org) name: in XML, with Google's news, or as plain text."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from lxml import etree

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.listing.entry import (
    Entry,
    Source,
    base_of,
    chosen_address,
    one_line,
)
from pipelines.read.listing.xml_document import MOST_ENTRIES, in_utf8, xml_document
from pipelines.read.listing.xml_entries import fields, local_name, read_entries, text_of
from pipelines.read.reading import Note, Reading
from pipelines.read.text.content_codings import DecodeError


def read_sitemap(body: bytes, url: str, *, zone: ZoneInfo, fetched_at: datetime) -> Reading | None:
    """What a sitemap index, a sitemap (with Google's news extension) or a plain list of addresses
    names, gzipped or not; None for any other body.

    Only news:publication_date is a publication. lastmod is the time of an edit, of a part of an
    index too (`Link.edited_at`; a day without a time counts from its midnight). At most 50,000
    addresses and 50 MB. Notes as in `read_feed`, with `sitemap-` before the word, and
    `sitemap-unreadable` for a torn or huge gzip file.
    """
    source = Source("sitemap", url, zone, fetched_at)
    try:
        document = xml_document(body)
    except DecodeError as error:
        why = Note(IssueKind.SITEMAP_UNREADABLE, f"{url}: {error}")
        return Reading("sitemap", notes=(why,))
    if document is None:
        return _plain_list(body, source)
    if document.root not in ("urlset", "sitemapindex"):
        return None
    return source.read(*read_entries(document, ("url", "sitemap"), lambda one: _entry(one, source)))


def _entry(element: etree._Element, source: Source) -> Entry:
    own = fields(element)
    # A namespace may be missing or misspelt, and the group around the two news fields too.
    groups = [one for one in element if local_name(one) == "news" and len(one)] or [element]
    news = [(local_name(child), text_of(child)) for child in groups[0]]
    mods = (read_machine_date(text_of(one), zone=source.zone) for one in own.get("lastmod", ()))
    edited = next(mods, None)
    midnight = datetime.combine(edited.on, time(), source.zone) if edited else None
    return Entry(
        chosen_address(map(text_of, own.get("loc", ())), base_of(element, source.url)),
        one_line(next((text for name, text in news if name == "title"), None), escaped=True),
        [text for name, text in news if name == "publication_date" and text],
        "sitemap" if local_name(element) == "sitemap" else "article",
        edited.at or midnight.astimezone(UTC) if edited and midnight else None,
    )


def _plain_list(body: bytes, source: Source) -> Reading | None:
    """A sitemap in plain text: one address per line (sitemaps.org), and comments behind "#"."""
    content = in_utf8(body)
    lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines or not lines[0].lower().startswith(("http://", "https://")):
        return None
    urls = [None if " " in line else canonical_url(line) for line in lines[:MOST_ENTRIES]]
    if 2 * urls.count(None) > len(urls):
        return None
    cut = f"has more than {MOST_ENTRIES:,} lines; the rest was not read"
    faults = {"too-large": cut} if len(lines) > MOST_ENTRIES else {}
    return source.read([Entry(url, None) for url in urls], faults)

"""The articles that feeds (RSS, Atom) and sitemaps (sitemaps.org) name, with publication dates.

The date of an edit never counts as a publication.
"""

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from zoneinfo import ZoneInfo

from lxml import etree

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.dates.figures_order import order_of_values, read_stated_date
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import last_day
from pipelines.read.listing.xml_entries import (
    MOST_ENTRIES,
    Aside,
    Entries,
    declares_entities,
    local_name,
    plain_xml,
    read_entries,
    root_of,
    text_of,
)
from pipelines.read.reading import Dated, Evidence, Link, LinkKind, Note
from pipelines.read.text.content_codings import DecodeError

_ATOM = "{http://www.w3.org/2005/Atom}"
_DATE_TAG = re.compile(r"pubDate|\{http://purl\.org/dc/.*\}date", re.S)
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_ENTITIES = "declares entities of its own; it was not read"
_TAG = re.compile(
    r"</?(?:a|b|big|br|div|em|font|i|img|mark|p|small|span|strong|sub|sup|u)\b[^<>]*>",
    re.IGNORECASE,
)  # words in angle brackets are text
# A CMS cuts its sitemap at a round number: NukeViet at 1,000, WordPress at 2,000.
_ROUND_LIMIT = 500
_WORDPRESS = re.compile(r"https?://wordpress\.org/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedReading:
    """The addresses in a feed, in its order, each once; `next_page` is the feed of older items."""

    links: tuple[Link, ...]
    notes: tuple[Note, ...] = ()
    next_page: str | None = None


@dataclass(frozen=True, slots=True)
class SitemapReading:
    """The addresses in a sitemap, in its order, each once, including those of other hosts.
    `complete` is False if older addresses may have been cut off.
    """

    kind: Literal["index", "urlset"]
    links: tuple[Link, ...]
    complete: bool
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    link: Link | None
    unread_date: str | None = None


def read_feed(body: bytes, url: str, *, zone: ZoneInfo, fetched_at: datetime) -> FeedReading | None:
    """The articles that an RSS 2.0, RSS 1.0 or Atom document names; None for any other body.

    A date is the publication's (pubDate, dc:date, Atom published), never Atom's updated. A date
    that cannot be read, or is more than a day after `fetched_at`, is left out with the note
    `feed-date-unread`. Other notes: `feed-item-without-address`, `feed-damaged`, `feed-too-large`,
    `feed-entities` (nothing was read).
    """
    try:
        content = plain_xml(body)
    except DecodeError:
        return None
    root = root_of(content, ("rss", "RDF", "feed"))
    if root is None:
        return None
    if declares_entities(content):
        return FeedReading((), (Note(IssueKind.FEED_ENTITIES, f"{url} {_ENTITIES}"),))
    name, read = ("entry", _atom_entry) if root == "feed" else ("item", _rss_item)
    entries = read_entries(content, name, lambda element: read(element, url, zone))
    _read_printed_dates(entries.read, "feed", zone=zone, fetched_at=fetched_at)
    entries.read = [_without_future(entry, last_day(fetched_at, zone)) for entry in entries.read]
    links = _links(entries.read)
    next_page = _next_page(entries.asides, url) if links else None
    return FeedReading(links, _notes(entries, "feed", url), next_page)


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
    try:
        content = plain_xml(body)
    except DecodeError as error:
        why = Note(IssueKind.SITEMAP_UNREADABLE, f"{url}: {error}")
        return SitemapReading("urlset", (), False, (why,))
    root = root_of(content, ("urlset", "sitemapindex"))
    kind: Literal["index", "urlset"] = "index" if root == "sitemapindex" else "urlset"
    entries: Entries[_Entry] | None
    if root is None:
        entries = _plain_list(content)
    elif declares_entities(content):
        why = Note(IssueKind.SITEMAP_ENTITIES, f"{url} {_ENTITIES}")
        return SitemapReading(kind, (), False, (why,))
    else:
        name = "sitemap" if kind == "index" else "url"
        named: LinkKind = "sitemap" if kind == "index" else "article"
        entries = read_entries(content, name, lambda it: _sitemap_entry(it, url, zone, named))
    if entries is None:
        return None
    _read_printed_dates(entries.read, "sitemap", zone=zone, fetched_at=fetched_at)
    entries.read = [_without_future(entry, last_day(fetched_at, zone)) for entry in entries.read]
    complete = entries.damage is None and len(entries.read) % _ROUND_LIMIT != 0
    return SitemapReading(kind, _links(entries.read), complete, _notes(entries, "sitemap", url))


def _rss_item(element: etree._Element, url: str, zone: ZoneInfo) -> _Entry:
    own = _children(element)
    guid = own.get("guid")
    addresses = [text_of(own["link"])] if "link" in own else []
    if guid is not None and guid.get("isPermaLink", "true").lower() == "true":
        addresses.append(text_of(guid))
    addresses.append(element.get(_RDF_ABOUT) or "")
    dates = [child for child in element if _DATE_TAG.fullmatch(str(child.tag))]
    title = _title(own.get("title"), escaped=True)
    return _entry(addresses, element, url, title, _date_of(dates, zone, "feed"))


def _atom_entry(element: etree._Element, url: str, zone: ZoneInfo) -> _Entry:
    own = _children(element)
    links = [
        child
        for child in element
        if local_name(child) == "link" and child.get("rel", "alternate") == "alternate"
    ]
    links.sort(key=lambda link: link.get("type", "text/html") != "text/html")
    said = own.get("title")
    title = _title(said, escaped=said is not None and said.get("type") == "html")
    dates = [own["published"]] if "published" in own else []
    addresses = [link.get("href", "") for link in links]
    return _entry(addresses, element, url, title, _date_of(dates, zone, "feed"))


def _sitemap_entry(element: etree._Element, url: str, zone: ZoneInfo, kind: LinkKind) -> _Entry:
    own = _children(element)
    news = next((child for child in element if child.tag == f"{_NEWS}news"), None)
    said = {} if news is None else _children(news)
    dates = [said["publication_date"]] if "publication_date" in said else []
    addresses = [text_of(own["loc"])] if "loc" in own else []
    title = _title(said.get("title"), escaped=True)
    entry = _entry(addresses, element, url, title, _date_of(dates, zone, "sitemap"))
    if entry.link is None:
        return entry
    edited = read_machine_date(text_of(own["lastmod"]), zone=zone) if "lastmod" in own else None
    edited_at = None
    if edited is not None:
        edited_at = edited.at or datetime.combine(edited.on, time(), zone).astimezone(UTC)
    return replace(entry, link=replace(entry.link, kind=kind, edited_at=edited_at))


def _entry(
    addresses: list[str],
    element: etree._Element,
    url: str,
    title: str | None,
    dated: Dated | str | None,
) -> _Entry:
    base = urljoin(url, element.base or "")
    asked = next((found for address in addresses if (found := canonical_url(address, base))), None)
    unread = dated if isinstance(dated, str) else None
    published = dated if isinstance(dated, Dated) else None
    return _Entry(Link(asked, "article", title, published) if asked else None, unread)


def _date_of(
    elements: list[etree._Element], zone: ZoneInfo, evidence: Evidence
) -> Dated | str | None:
    """The first date that can be read; else the text of the first, else None."""
    raws = [raw for element in elements if (raw := text_of(element))]
    for raw in raws:
        read = read_machine_date(raw, zone=zone)
        if read is not None:
            return Dated(read.on, read.at, read.precision, evidence, raw)
    return raws[0] if raws else None


def _title(element: etree._Element | None, *, escaped: bool) -> str | None:
    if element is None:
        return None
    text = text_of(element)
    if escaped:
        text = _TAG.sub("", html.unescape(text))
    return unicodedata.normalize("NFC", " ".join(text.split())) or None


def _children(element: etree._Element) -> dict[str, etree._Element]:
    """The first child of each local name in the element's namespace: media:title is no title."""
    namespace = str(element.tag).rpartition("}")[0]
    found: dict[str, etree._Element] = {}
    for child in element:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[0] == namespace:
            found.setdefault(local_name(child), child)
    return found


def _read_printed_dates(
    entries: list[_Entry], evidence: Evidence, *, zone: ZoneInfo, fetched_at: datetime
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
        if read is not None:
            published = Dated(read.on, read.at, read.precision, evidence, raw)
            entries[place] = _Entry(replace(entry.link, published=published))


def _without_future(entry: _Entry, last: date) -> _Entry:
    published = entry.link.published if entry.link else None
    if entry.link is None or published is None or published.on <= last:
        return entry
    return _Entry(replace(entry.link, published=None), published.raw)


def _plain_list(content: bytes) -> Entries[_Entry] | None:
    """A sitemap in plain text: one address per line (sitemaps.org)."""
    try:
        lines = [line.strip() for line in content.decode().splitlines() if line.strip()]
    except UnicodeDecodeError:
        return None
    if not lines or not lines[0].lower().startswith(("http://", "https://")):
        return None
    if any(" " in line for line in lines):
        return None
    entries: Entries[_Entry] = Entries()
    for line in lines[:MOST_ENTRIES]:
        address = canonical_url(line)
        entries.read.append(_Entry(Link(address, "article") if address else None))
    if len(lines) > MOST_ENTRIES:
        entries.damage = "too-large"
        entries.detail = f"has more than {MOST_ENTRIES:,} lines; the rest was not read"
    return entries


def _links(entries: list[_Entry]) -> tuple[Link, ...]:
    first: dict[str, Link] = {}
    for entry in entries:
        if entry.link:
            first.setdefault(entry.link.url, entry.link)
    return tuple(first.values())


def _notes(entries: Entries[_Entry], what: str, url: str) -> tuple[Note, ...]:
    faults: dict[str, str] = {}
    count = len(entries.read)
    if entries.damage:
        faults[entries.damage] = f"{url} {entries.detail}"
    if lost := sum(entry.link is None for entry in entries.read):
        why = f"{lost} of {count} entries of {url} have no address that can be asked for"
        faults["item-without-address"] = why
    if unread := [entry.unread_date for entry in entries.read if entry.unread_date]:
        why = f"{len(unread)} of {count} dates of {url} cannot be taken; the first is "
        faults["date-unread"] = f"{why}{unread[0][:80]!r}"
    return tuple(Note(IssueKind(f"{what}-{name}"), detail) for name, detail in faults.items())


def _next_page(asides: list[Aside], url: str) -> str | None:
    """Atom's rel=next (RFC 5005, section 3), else the next `paged` of a WordPress feed, which has
    no such link.
    """
    links = (aside.attributes for aside in asides if aside.name == f"{_ATOM}link")
    named = next((link for link in links if link.get("rel") == "next"), None)
    here = urlsplit(url)
    if named is not None:
        there = urlsplit(canonical_url(named.get("href", ""), url) or url)
        if there.hostname == here.hostname:
            # WordPress behind an odd port writes its own address without the port.
            there = there._replace(scheme=here.scheme, netloc=here.netloc)
        return None if there == here else there.geturl()
    if not any(aside.name == "generator" and _WORDPRESS.match(aside.text) for aside in asides):
        return None
    query = dict(parse_qsl(here.query, keep_blank_values=True))
    page = query.get("paged", "1")
    query["paged"] = str(int(page) + 1) if page.isdecimal() else "2"
    return canonical_url(here._replace(query=urlencode(query)).geturl())

"""The articles that feeds (RSS, RDF, Atom, JSON Feed 1 and 1.1) name, with publication dates.

The date of an edit never counts as a publication.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32
from zoneinfo import ZoneInfo

from lxml import etree

from pipelines.read.addresses.canonical import same_site
from pipelines.read.html.mended_json import read_mended
from pipelines.read.listing.entry import (
    Entry,
    Source,
    address_of,
    base_of,
    chosen_address,
    one_line,
)
from pipelines.read.listing.xml_document import MOST_ENTRIES, XmlDocument, in_utf8, xml_document
from pipelines.read.listing.xml_entries import fields, local_name, read_entries, text_of
from pipelines.read.reading import Reading
from pipelines.read.text.content_codings import DecodeError

_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_FULL = re.compile(r"\s*https?://", re.IGNORECASE)
# Names of RSS's own fields, then of other vocabularies; `dc:date` is a publication in RSS alone.
_RSS_DATES = ("pubdate", "dc:date", "dcterms:issued", "atom:published", "published", "date")
_RSS_TITLES = ("title", "dc:title", "atom:title")
_JSON_DATE = "date_published"
_ATOM_DATES = ("published", "issued", "dcterms:issued", "pubdate")
# In front of the first item: the channel's link, but not that of its picture.
_CHANNEL_LINK = re.compile(
    rb"<image\b.*?</image>|<link>\s*(?:<!\[CDATA\[)?\s*([^<>\]\s]+)", re.DOTALL | re.IGNORECASE
)
_ITEM = re.compile(rb"<(?:[\w.-]+:)?item[\s>]", re.IGNORECASE)
PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_BEGINNING = re.compile(rb"\{\s*[\"'}]")
_LONGEST_NOTICE = 65_536  # bytes of PHP's warnings, or a callback's name, in front of the object
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"\s*,\s*")
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
_LONGEST_MENDED = 100_000  # characters of a damaged item


def read_feed(body: bytes, url: str, *, zone: ZoneInfo, fetched_at: datetime) -> Reading | None:
    """The articles that an RSS (0.9x, 1.0, 2.0), Atom (0.3, 1.0) or JSON Feed document names; None
    for any other body.

    An entry without a link is known by its guid or id, if that is an address. A date is the
    publication's (pubDate, dc:date, Atom published), never Atom's updated. A date that cannot be
    read, or is more than a day after `fetched_at`, is left out with the note `feed-date-unread`.
    Other notes: `feed-item-without-address`, `feed-damaged`, `feed-too-large`, `feed-entities`.
    """
    source = Source("feed", url, zone, fetched_at)
    try:
        document = xml_document(body)
    except DecodeError:
        return None
    if document is None:
        named = _read_json_feed(in_utf8(body))
        if named is None:
            return None
        items, damage = named
        read = [_json_entry(item, url) for item in items]
        return source.read(read, {"damaged": damage} if damage else {})
    if document.root not in ("rss", "rdf", "channel", "feed"):
        return None
    base = url if document.root == "feed" else _channel(document, url)

    def entry_of(element: etree._Element) -> Entry:
        return (_atom_entry if local_name(element) == "entry" else _rss_item)(element, base)

    return source.read(*read_entries(document, ("item", "entry"), entry_of))


def _channel(document: XmlDocument, url: str) -> str:
    """What the links of an RSS feed are relative to: the channel's link, if it is the portal's."""
    item = _ITEM.search(document.content)
    ahead = document.content[: item.start() if item else 0]
    said = next((found[1] for found in _CHANNEL_LINK.finditer(ahead) if found[1]), b"")
    link = address_of(said.decode("utf-8", "replace"), url)
    here, there = urlsplit(url), urlsplit(link or "")
    # A portal behind an odd port may write its own address without the port.
    own = there.hostname == here.hostname
    return here._replace(path=there.path, query="").geturl() if own else url


def _rss_item(element: etree._Element, base: str) -> Entry:
    own = fields(element)
    addresses = _rss_addresses(element, own, base)
    title = one_line(next(iter(_texts(own, _RSS_TITLES)), None), escaped=True)
    url, dates = chosen_address(addresses, base_of(element, base)), _texts(own, _RSS_DATES)
    return Entry(url, title, dates, told=_sum(_texts(own, own)))


def _rss_addresses(
    element: etree._Element, own: dict[str, list[etree._Element]], base: str
) -> Iterator[str]:
    """The addresses of an item, the surest first.

    A guid may be no address; one that says so, but is one in full, is the last that is left. A
    permalink on the portal's own host counts before a link to another: that counts clicks, or is
    what the article is about.
    """
    yield from (text_of(one) for one in own.get("feedburner:origlink", ()))
    links = own.get("link", ())
    guids = [text_of(one) for one in own.get("guid", ()) if _is_permalink(one)]
    if any(_leads_away(text_of(one), base) for one in links):
        yield from (text for text in guids if _FULL.match(text) and not _leads_away(text, base))
    yield from (text_of(one) for one in links)
    yield from _hrefs([*links, *own.get("atom:link", ())])
    if not own.get("enclosure"):
        yield from guids
    yield element.get(_RDF_ABOUT) or element.get("about") or ""
    others = ("guid", "id", "atom:id", "dc:identifier")
    yield from (text for text in _texts(own, others) if _FULL.match(text))


def _leads_away(text: str, base: str) -> bool:
    return _FULL.match(text) is not None and not same_site(text, [urlsplit(base).netloc])


def _is_permalink(guid: etree._Element) -> bool:
    said = [value for name, value in guid.attrib.items() if str(name).lower() == "ispermalink"]
    return not said or str(said[0]).strip().lower() != "false"


def _atom_entry(element: etree._Element, base: str) -> Entry:
    own = fields(element)
    links = own.get("link", ())
    addresses = (
        *_texts(own, ("feedburner:origlink",)),
        *_hrefs(links),
        *(text_of(one) for one in links if one.get("href") is None),
        *(text for text in _texts(own, ("id", "guid")) if "/" in text),
        *(one.get("src") or "" for one in own.get("content", ()) if _is_page(one)),
    )
    title = _atom_title(next(iter(own.get("title", ())), None))
    url, dates = chosen_address(addresses, base_of(element, base)), _texts(own, _ATOM_DATES)
    return Entry(url, title, dates, told=_sum(_texts(own, own)))


def _atom_title(title: etree._Element | None) -> str | None:
    if title is None:
        return None
    kind, mode, text = title.get("type", ""), title.get("mode", ""), text_of(title)
    if mode == "base64" or kind == "application/octet-stream":  # Atom 0.3
        try:
            text, mode = b64decode(text + "==").decode(), "escaped"
        except ValueError:
            return None
    return one_line(text, escaped=mode == "escaped" or kind in ("html", "text/html"))


def _is_page(linked: etree._Element) -> bool:
    """Whether an Atom link or content says that it is a page, or nothing of its kind."""
    return "html" in (linked.get("type") or "text/html")


def _hrefs(links: list[etree._Element] | tuple[etree._Element, ...]) -> list[str]:
    """Where an entry's Atom links lead that lead to the article itself, pages first."""
    chosen = [
        link
        for link in links
        if (link.get("rel") or "alternate").strip().lower().rpartition("/")[2] == "alternate"
    ]
    chosen.sort(key=lambda link: not _is_page(link))
    return [link.get("href") or "" for link in chosen]


def _texts(own: dict[str, list[etree._Element]], names: Iterable[str]) -> list[str]:
    return [text for name in names for one in own.get(name, ()) if (text := text_of(one))]


def _json_entry(item: dict[str, Any], url: str) -> Entry:
    own = {name: _stated(item, name) for name in ("id", "url", "external_url", "title", _JSON_DATE)}
    addresses = (own["url"], own["external_url"], own["id"] if _FULL.match(own["id"]) else "")
    dates = [own[_JSON_DATE]] if own[_JSON_DATE] else []
    title = one_line(own["title"], escaped=False)
    return Entry(chosen_address(addresses, url), title, dates, told=_sum(map(str, item.values())))


def _sum(texts: Iterable[str]) -> int:
    return crc32("\n".join(texts).encode("utf-8", "replace"))


def json_feed_start(content: bytes) -> int | None:
    """Where the JSON Feed in a body begins, behind a notice or in a callback or not; None if there
    is none.
    """
    # PHP writes slashes in JSON with a backslash.
    if b"jsonfeed.org" not in content or b"jsonfeed.org/version" not in content.replace(b"\\", b""):
        return None
    begins = _BEGINNING.search(content, 0, _LONGEST_NOTICE)
    is_page = begins is None or PAGE.search(content, 0, begins.start()) is not None
    return None if begins is None or is_page else begins.start()


def _read_json_feed(content: bytes) -> tuple[list[dict[str, Any]], str] | None:
    """The items of the JSON Feed in this text (UTF-8), and why some may be missing; None if it is
    none. One damaged item takes no other with it.
    """
    start = json_feed_start(content)
    if start is None:
        return None
    text = content[start : content.rfind(b"}") + 1 or None].decode("utf-8", "replace")
    try:
        items = json.loads(text, strict=False).get("items")
        said, damage = items if isinstance(items, list) else [], ""
    except (ValueError, RecursionError) as error:
        said = list(_one_by_one(content[start:].decode("utf-8", "replace")))
        damage = f"is not JSON: {str(error)[:120]}; {len(said)} items could be read"
    return [item for item in said[:MOST_ENTRIES] if isinstance(item, dict)], damage


def _stated(item: dict[str, Any], name: str) -> str:
    """A member as text, "" if there is none; a number may be the seconds since 1970."""
    value = item.get(name)
    return str(value) if isinstance(value, str | int | float) else ""


def _one_by_one(text: str) -> Iterator[Any]:
    """The items that can be read of a damaged feed."""
    decoder = json.JSONDecoder(strict=False)
    start = _ITEMS.search(text)
    at = start.end() if start else len(text)
    for _ in range(MOST_ENTRIES):
        try:
            item, end = decoder.raw_decode(text, at)
            yield item
            following = _BETWEEN.match(text, end)
        except (ValueError, RecursionError):
            following = _NEXT.search(text, at)
            damaged = text[at : following.start() + 1 if following else None]
            # Without its own address a comma too many has cost it.
            for item in islice(read_mended(damaged[:_LONGEST_MENDED]), 1):
                if isinstance(item, dict) and (
                    _stated(item, "url") or _stated(item, "external_url")
                ):
                    yield item
        if following is None:
            return
        at = following.end()

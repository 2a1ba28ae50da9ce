"""Writes a feed as Atom (RFC 4287), with pages (RFC 5005)."""

import re
from datetime import datetime
from typing import Any

from lxml import etree

from pipelines.keep.announcements.announcement import Announcement
from web.pages.feeds.content import is_of_the_web
from web.pages.feeds.feed import Entry, Feed

ATOM = "http://www.w3.org/2005/Atom"
TERMS = "http://purl.org/dc/terms/"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = "application/atom+xml"
SCHEME = "tag:loa,2026:"  # of categories
# What XML 1.0 cannot hold; a reader would refuse the whole feed.
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
UNKNOWN_LANGUAGE = "und"
# What may stand in an address as it is (RFC 3987, without the signs that turn a line).
NOT_IN_ADDRESS = re.compile(
    '[\x00-\x20<>"{}|\\\\^`\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f]'
)


def atom(feed: Feed) -> bytes:
    """The feed as an XML document in UTF-8."""
    names: Any = {None: ATOM, "dcterms": TERMS}
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=names)
    root.set(XML_LANG, feed.language)
    _put(root, "id", feed.id)
    _put(root, "title", feed.title)
    _put(root, "subtitle", feed.about)
    _put(root, "updated", instant(feed.updated))
    _put(root, "rights", feed.rights)
    _put(root, "icon", feed.icon)
    _put(root, "generator", "Loa")
    _link(root, "self", feed.self, MEDIA_TYPE)
    _link(root, "alternate", feed.home, "text/html")
    _link(root, "alternate", feed.other, "application/feed+json")
    _link(root, "first", feed.first, MEDIA_TYPE)
    if feed.next is not None:
        _link(root, "next", feed.next, MEDIA_TYPE)
    for entry in feed.entries:
        _entry(root, entry, feed.language)
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return document


def instant(at: datetime) -> str:
    """An instant in UTC as RFC 3339 has it, to the millisecond."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def xml_text(text: str) -> str:
    """A text with U+FFFD for each character that XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)


def address(url: str) -> str:
    """An address in which nothing stands that an address may not hold."""
    return NOT_IN_ADDRESS.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), xml_text(url)
    )


def _entry(root: etree._Element, entry: Entry, ours: str) -> None:
    told = entry.told
    known = told.language if told.language and LANGUAGE_TAG.fullmatch(told.language) else None
    theirs = known or UNKNOWN_LANGUAGE
    element = etree.SubElement(root, f"{{{ATOM}}}entry")
    _put(element, "id", told.id)
    _put(element, "title", told.title, theirs)
    _put(element, "updated", instant(told.told_at))
    _published(element, told)
    author = etree.SubElement(element, f"{{{ATOM}}}author")
    author.set(XML_LANG, theirs)
    _put(author, "name", entry.author)
    _put(element, "rights", entry.rights)
    _links(element, entry)
    _category(element, "kind", told.kind, entry.label)
    if told.removal is not None:
        _category(element, "state", told.removal.state, entry.label)
    _category(element, "site", told.site, told.site_name)
    if told.section:
        _category(element, "section", told.section, told.section)
    if entry.summary:
        _put(element, "summary", entry.summary, theirs if entry.summary == told.lead else ours)
    if entry.content is not None:
        content = _put(element, "content", entry.content, theirs)
        content.set("type", "html")


def _published(element: etree._Element, told: Announcement) -> None:
    if told.published_at is not None and told.published_precision == "minute":
        _put(element, "published", told.published_at)
    elif told.published_on is not None:
        # RFC 4287 knows instants alone; a day or a month of a portal's calendar is none.
        issued = etree.SubElement(element, f"{{{TERMS}}}issued")
        issued.text = published_day(told.published_on, told.published_precision)


def _links(element: etree._Element, entry: Entry) -> None:
    _link(element, "alternate", entry.url, "text/html")
    if is_of_the_web(entry.told.url):
        _link(element, "via", entry.told.url)
    if entry.proof is not None:
        _link(element, "related", entry.proof, "text/html")
    for file in entry.files:
        if is_of_the_web(file.url):
            _file(element, file.url, file.media_type, file.bytes)


def published_day(on: str, precision: str | None) -> str:
    """A day, or only its month if no more is known."""
    return on[:7] if precision == "month" else on


def _put(
    parent: etree._Element, name: str, text: str, language: str | None = None
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = xml_text(text)
    if language is not None:
        element.set(XML_LANG, language)
    return element


def _link(parent: etree._Element, rel: str, href: str, media_type: str | None = None) -> None:
    element = etree.SubElement(parent, f"{{{ATOM}}}link")
    element.set("rel", rel)
    element.set("href", address(href))
    if media_type is not None:
        element.set("type", media_type)


def _file(parent: etree._Element, url: str, media_type: str | None, size: int | None) -> None:
    _link(parent, "enclosure", url, media_type if media_type_is_plain(media_type) else None)
    if size is not None:
        parent[-1].set("length", str(size))


def media_type_is_plain(named: str | None) -> bool:
    """Whether a portal's word for a file's type is one."""
    return named is not None and re.fullmatch(r"[\w.+-]+/[\w.+-]+", named, re.ASCII) is not None


def _category(parent: etree._Element, scheme: str, term: str, label: str) -> None:
    element = etree.SubElement(parent, f"{{{ATOM}}}category")
    element.set("scheme", f"{SCHEME}{scheme}")
    element.set("term", xml_text(term))
    element.set("label", xml_text(label))

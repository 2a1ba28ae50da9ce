"""Read the entries of an XML document one by one, without resolving entities, DTDs or URLs."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any, Generic, TypeVar

from lxml import etree

from pipelines.read.listing.xml_document import XmlDocument
from pipelines.read.listing.xml_repair import NAMESPACES, entries_alone, mended

MOST_ENTRIES = 50_000  # sitemaps.org: of one file
_MOST_ELEMENTS = 1_000_000
_STRICT: dict[str, Any] = {
    "encoding": "utf-8",
    "resolve_entities": "internal",  # an unknown entity is an error; without a DTD there are none
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
# A CDATA section without an end, which swallows the entries up to the end of the next one.
_OPEN_CDATA = re.compile(rb"<!\[CDATA\[(?:(?!\]\]>|<!\[CDATA\[).)*+<!\[CDATA\[", re.DOTALL)
# Words in namespaces, and the prefix that everybody writes for them.
_KNOWN = (
    ("w3.org/2005/atom", "atom"),
    ("purl.org/atom", "atom"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/dc", "dc"),
    ("sitemap-news", "news"),
    ("feedburner", "feedburner"),
)
_PREFIXES = frozenset(prefix.decode() for prefix in NAMESPACES)

T = TypeVar("T")


@dataclass(slots=True)
class Entries(Generic[T]):
    """The entries of a document, in its order. `faults`: why entries or words may be missing, in
    words for a person: `damaged`, `too-large`, `entities`.
    """

    read: list[T] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def read_entries(
    document: XmlDocument, names: tuple[str, ...], read: Callable[[etree._Element], T]
) -> Entries[T]:
    """`read` of every element with one of these local names, in any case.

    Parses strictly; if that fails, with slips mended; if that fails, each entry alone, so that a
    damaged one takes no other with it.
    """
    try:
        entries = _one_pass(document.content, names, read)
    except etree.XMLSyntaxError as error:
        content = mended(document.content, document.entities)
        try:
            entries = _one_pass(content, names, read)
        except etree.XMLSyntaxError:
            why = f"is not well-formed: {str(error)[:120]}" if document.ends else "is cut"
            entries = _one_by_one(content, names, read, why)
    if sum(document.content.count(f"</{name}>".encode()) for name in names) > len(
        entries.read
    ) and (_OPEN_CDATA.search(document.content)):
        entries = _one_by_one(document.content, names, read, "has a CDATA section without an end")
    if document.entities:
        entries.faults["entities"] = "declares entities of its own; its texts lack them"
    return entries


def local_name(element: etree._Element) -> str:
    """The name without its namespace, in lower case."""
    return _named(str(element.tag), None)[1]


def text_of(element: etree._Element) -> str:
    """All text in the element, without the blanks around it."""
    if len(element) == 0:
        return (element.text or "").strip()
    return "".join(str(piece) for piece in element.itertext()).strip()


def fields(element: etree._Element) -> dict[str, list[etree._Element]]:
    """The children of an entry by name: `title` in the entry's own namespace, `dc:date` in a
    well-known one, whatever its prefix. Others are left out: `media:title` is no title.
    """
    own = _named(str(element.tag), element.prefix)[0]
    found: dict[str, list[etree._Element]] = {}
    for child in element:
        tag = str(child.tag)
        space, name = _named(tag, child.prefix if tag[0] == "{" else None)
        if space == own or not space:
            found.setdefault(name, []).append(child)
        if space in _PREFIXES:
            found.setdefault(f"{space}:{name}", []).append(child)
    return found


@lru_cache(maxsize=4_096)
def _named(tag: str, prefix: str | None) -> tuple[str, str]:
    """(the well-known prefix of an element's namespace, else the namespace; its name)."""
    space, _, name = tag.rpartition("}")
    space = space.lower().removeprefix("{")
    known = next((short for word, short in _KNOWN if word in space), None)
    if known is None and prefix is not None and prefix.lower() in _PREFIXES:
        known = prefix.lower()
    return known or space, name.lower()


def _one_by_one(
    content: bytes, names: tuple[str, ...], read: Callable[[etree._Element], T], why: str
) -> Entries[T]:
    entries: Entries[T] = Entries()
    damaged = count = 0
    for whole, made_out in entries_alone(content, names, MOST_ENTRIES):
        count += 1
        element = _alone(whole)
        if element is None:
            damaged += 1
            element = _alone(made_out)
        if element is not None:
            entries.read.append(read(element))
    entries.faults["damaged"] = (
        f"{why}; it shows {count} entries, and {damaged} of them are damaged and read only as far"
        " as possible"
    )
    return entries


def _alone(document: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(document, etree.XMLParser(**_STRICT))[0]
    except (etree.XMLSyntaxError, IndexError):
        return None


def _one_pass(
    content: bytes, names: tuple[str, ...], read: Callable[[etree._Element], T]
) -> Entries[T]:
    entries: Entries[T] = Entries()
    events = etree.iterparse(BytesIO(content), events=("end",), **_STRICT)
    for count, (_, element) in enumerate(events, start=1):
        is_entry = local_name(element) in names
        if (is_entry and len(entries.read) == MOST_ENTRIES) or count > _MOST_ELEMENTS:
            caps = f"{MOST_ENTRIES:,} entries or {_MOST_ELEMENTS:,} elements"
            entries.faults["too-large"] = f"has more than {caps}; the rest was not read"
            break
        if is_entry:
            entries.read.append(read(element))
            _forget(element)
    return entries


def _forget(element: etree._Element) -> None:
    """Free entries already read, or a million of them stay in memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]

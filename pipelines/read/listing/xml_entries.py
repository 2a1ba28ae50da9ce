"""Read the entries of an XML document one by one, without resolving entities, DTDs or URLs.

Of a document that is not quite XML, the slips are mended, and each entry is read for itself.
"""

import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import Any

from lxml import etree

from pipelines.read.listing.entry import INLINE, Entry
from pipelines.read.listing.xml_document import MOST_ENTRIES, XmlDocument

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
# Words in namespaces, and the prefix that everybody writes for them.
_VOCABULARIES = {
    "w3.org/2005/atom": "atom",
    "purl.org/atom": "atom",
    "purl.org/dc/terms": "dcterms",
    "purl.org/dc": "dc",
    "sitemap-news": "news",
    "modules/content": "content",
    "feedburner": "feedburner",
}
_PREFIXES = frozenset(_VOCABULARIES.values())
Read = Callable[[etree._Element], Entry]
MOST_MENDED = 500_000  # slips and references
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, section 2.2
# Comments and CDATA sections (one in which another begins has no end), signs that open nothing,
# and references that XML does not know.
_SLIP = re.compile(
    r"<!--(?:(?:(?!<!--).)*?-->)?|<!\[CDATA\[(?:(?P<plain>(?:(?!<!\[CDATA\[).)*?)\]\]>)?|<(?![A-Za-z_/])"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?:(?P<name>\w{1,32}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)?",
    re.DOTALL | re.ASCII,
)
# What the elements around the entries declare for them.
_DECLARED = re.compile(r"""\s(xmlns(?::[\w.-]+)?|xml:base)\s*=\s*("[^"<]*"|'[^'<]*')""", re.ASCII)


def read_entries(
    document: XmlDocument, names: tuple[str, ...], read: Read
) -> tuple[list[Entry], dict[str, str]]:
    """`read` of every element with one of these local names, in any case; and by fault (`damaged`,
    `too-large`, `entities`) why entries or words may be missing, in words for a person.

    Parses strictly; if that fails, with slips mended; if that fails, each entry apart, so that a
    damaged one takes no other with it. An open CDATA section can swallow entries and still be
    well-formed: more end tags than entries betray it.
    """
    why, content, text = "has a CDATA section without an end", document.content, ""
    declared = frozenset(name.decode() for name in document.entities)
    try:
        entries, faults, is_whole = _one_pass(content, names, read)
    except etree.XMLSyntaxError as error:
        why = f"is not well-formed: {str(error)[:120]}" if document.ends else "is cut"
        text = _mended(content.decode(), declared)
        content = text.encode()
        entries, faults, is_whole = _one_pass(content, names, read, recover=True)
    ends = sum(content.count(f"</{name}>".encode()) for name in names)
    if not is_whole or (ends > len(entries) and not faults):
        text = text or _mended(content.decode(), declared)
        if not document.ends:  # half an address is worse than none
            text = text[: text.rfind(">") + 1]
        apart = [(read(element), damaged) for element, damaged in _entries_apart(text, names)]
        if not is_whole or len(apart) > len(entries):
            entries = [entry for entry, _ in apart]
            faults["damaged"] = (
                f"{why}; it shows {len(apart)} entries, and {sum(damaged for _, damaged in apart)} "
                "of them are damaged and read only as far as possible"
            )
    if declared:
        faults["entities"] = "declares entities of its own; its texts lack them"
    return entries, faults


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
    """(the usual prefix of an element's namespace or of none, else the namespace; its name)."""
    space, _, name = tag.lower().removeprefix("{").rpartition("}")
    undeclared, _, name = name.rpartition(":")
    known = next((short for word, short in _VOCABULARIES.items() if word in space), None)
    prefix = undeclared or (prefix or "").lower()
    return known or (prefix if prefix in _PREFIXES else space or undeclared), name


def _one_pass(
    content: bytes, names: tuple[str, ...], read: Read, *, recover: bool = False
) -> tuple[list[Entry], dict[str, str], bool]:
    """The entries, the faults, and whether all is XML; with `recover`, raises no error."""
    entries: list[Entry] = []
    faults = {}
    events = etree.iterparse(BytesIO(content), events=("end",), recover=recover, **_STRICT)
    for count, (_, element) in enumerate(events, start=1):
        is_entry = local_name(element) in names
        if (is_entry and len(entries) == MOST_ENTRIES) or count > _MOST_ELEMENTS:
            caps = f"{MOST_ENTRIES:,} entries or {_MOST_ELEMENTS:,} elements"
            faults["too-large"] = f"has more than {caps}; the rest was not read"
            break
        if is_entry:
            entries.append(read(element))
            _forget(element)
    return entries, faults, not _is_damaged(events.error_log)


def _forget(element: etree._Element) -> None:
    """Free entries already read, or a million of them stay in memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _entries_apart(content: str, names: tuple[str, ...]) -> Iterator[tuple[etree._Element, bool]]:
    """Each entry with one of these local names, and whether it is damaged; at most MOST_ENTRIES.

    An entry ends where it closes, or where the next one opens. A damaged one has all elements in it
    as children, because one that lacks its end holds those behind it.
    """
    name = rf"(?:[A-Za-z_][\w.-]*:)?(?:{'|'.join(names)})"
    starts = list(islice(re.finditer(rf"<({name})(?=[\s>])", content, re.I | re.A), MOST_ENTRIES))
    ahead = content[: starts[0].start()] if starts else ""
    around = "".join(f" {key}={value}" for key, value in dict(_DECLARED.findall(ahead)).items())
    ends = [*(start.start() for start in starts[1:]), len(content)]
    for start, end in zip(starts, ends, strict=False):
        closing = content.find(f"</{start[1]}", start.end(), end)
        end = end if closing < 0 else closing + len(start[0]) + 2
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
        root = etree.fromstring(f"<x{around}>{content[start.start() : end]}</x>", parser)
        damaged = _is_damaged(parser.error_log)
        for entry in list(root)[:1]:
            if damaged:
                inside = [one for one in root.iterdescendants() if one is not entry]
                entry.extend(one for one in inside if one.tag not in INLINE)
            yield entry, damaged


def _is_damaged(log: etree._ListErrorLog) -> bool:
    """Whether a parser complained of more than prefixes that nothing declares."""
    return any(not error.type_name.startswith("NS_") for error in log)


def _mended(content: str, entities: frozenset[str]) -> str:
    """The document without comments, CDATA sections and slips that change no structure.

    Control characters go. Bare ampersands and HTML's entities become what they mean; `entities`,
    which the DTD declared, become nothing.
    """

    def meaning(slip: re.Match[str]) -> str:
        sign, name = slip[0], slip["name"]
        if slip["plain"] is not None:
            return html.escape(slip["plain"], quote=False)
        if sign in ("<!--", "<![CDATA["):
            return "& "  # the parser leaves it out, and tells that it is none of XML
        if sign[0] == "<":
            return "&lt;" if sign == "<" else ""
        if name in entities:
            return ""
        characters = html.unescape(sign)
        if name is None or characters == sign:
            return f"&amp;{sign[1:]}"
        return "".join(f"&#{ord(character)};" for character in characters)

    return _SLIP.sub(meaning, _CONTROL.sub("", content), count=MOST_MENDED)

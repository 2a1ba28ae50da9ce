"""Read the entries of an XML document one by one, without resolving entities, DTDs or URLs."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Generic, Literal, TypeVar

from lxml import etree

from pipelines.read.text.content_codings import gunzip_bounded

MOST_ENTRIES = 50_000  # sitemaps.org: of one file
MOST_BYTES = 50 * 1024 * 1024  # sitemaps.org: of one file, uncompressed
_MOST_ELEMENTS = 1_000_000
_MOST_MENDED = 100_000  # ampersands
_SNIFFED = 16_384

# Outside CDATA: HTML entities that XML does not have, and bare ampersands. A recovering parser
# would drop the text after either.
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)(?:([A-Za-z][A-Za-z0-9]{1,31});)?",
    re.DOTALL,
)
# The first element, after declarations and comments; atomic groups pass each comment only once.
_ROOT = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+<(?:[\w.-]+:)?([A-Za-z]+)[\s>]",
    re.DOTALL | re.IGNORECASE,
)

Damage = Literal["damaged", "too-large"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Aside:
    """An element of a feed outside its entries: a link or the generator."""

    name: str  # with its namespace in braces
    attributes: dict[str, str]
    text: str


@dataclass(slots=True)
class Entries(Generic[T]):
    """The entries of a document, in its order. `damage`: why some may be missing; `detail` explains
    it to a person.
    """

    read: list[T] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    damage: Damage | None = None
    detail: str = ""


def plain_xml(body: bytes) -> bytes:
    """The document without compression, byte order mark and leading blanks; UTF-16 becomes UTF-8.

    Raises DecodeError for a torn or huge gzip file.
    """
    content = gunzip_bounded(body, limit=MOST_BYTES)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode()
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()


def root_of(content: bytes, names: tuple[str, ...]) -> str | None:
    """Which of these names (without prefix) the document's root has, or None. Parses nothing."""
    root = _ROOT.match(content[:_SNIFFED])
    name = root[1].decode() if root else ""
    return name if name in names else None


def declares_entities(content: bytes) -> bool:
    """Whether the document declares entities: honest feeds never do, entity bombs must."""
    return b"<!ENTITY" in content[:_SNIFFED]


def read_entries(content: bytes, entry: str, read: Callable[[etree._Element], T]) -> Entries[T]:
    """`read` of every element with the local name `entry`.

    Parses strictly; if that fails, with ampersands repaired; if that fails, as far as the parser
    gets.
    """
    # Whatever the declaration says: .NET declares "utf-16" but sends UTF-8.
    encoding = "utf-8" if _is_utf8(content) else None
    try:
        return _one_pass(content, entry, read, encoding=encoding, recover=False)
    except etree.XMLSyntaxError as error:
        detail = f"is not well-formed: {str(error)[:120]}"
    mended = _AMPERSAND.sub(_mended, content) if content.count(b"&") <= _MOST_MENDED else content
    try:
        return _one_pass(mended, entry, read, encoding=encoding, recover=False)
    except etree.XMLSyntaxError:
        entries = _one_pass(mended, entry, read, encoding=encoding, recover=True)
    # The parser closes elements that the damage left open, so the last entry may hold half an
    # address.
    del entries.read[-1:]
    entries.damage, entries.detail = "damaged", detail
    return entries


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: etree._Element) -> str:
    """All text in the element, without the blanks around it."""
    return "".join(str(piece) for piece in element.itertext()).strip()


def _one_pass(
    content: bytes,
    entry: str,
    read: Callable[[etree._Element], T],
    *,
    encoding: str | None,
    recover: bool,
) -> Entries[T]:
    entries: Entries[T] = Entries()
    events = etree.iterparse(
        BytesIO(content),
        events=("end",),
        encoding=encoding,
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for count, (_, element) in enumerate(events, start=1):
        name = local_name(element)
        if (name == entry and len(entries.read) == MOST_ENTRIES) or count > _MOST_ELEMENTS:
            caps = f"{MOST_ENTRIES:,} entries or {_MOST_ELEMENTS:,} elements"
            entries.damage = "too-large"
            entries.detail = f"has more than {caps}; the rest was not read"
            break
        if name == entry:
            entries.read.append(read(element))
            _forget(element)
        elif (
            name in ("link", "generator")
            and (parent := element.getparent()) is not None
            and local_name(parent) in ("feed", "channel")
        ):
            attributes = {str(key): str(value) for key, value in element.attrib.items()}
            entries.asides.append(Aside(str(element.tag), attributes, text_of(element)))
    return entries


def _forget(element: etree._Element) -> None:
    """Free entries already read, or a million of them stay in memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mended(match: re.Match[bytes]) -> bytes:
    if match[0].startswith(b"<"):
        return match[0]
    reference = match[0].decode()
    characters = html.unescape(reference)
    if match[1] is None or characters == reference:
        return b"&amp;" + match[0][1:]
    return b"".join(b"&#%d;" % ord(character) for character in characters)

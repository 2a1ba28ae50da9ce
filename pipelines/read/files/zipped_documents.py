"""The text of documents that are XML in a zip file, without building a tree: Office Open XML
(ISO/IEC 29500-1) and OpenDocument (version 1.3, part 3).
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from pipelines.read.files.limits import (
    PAGES_MAX,
    UNPACKED_MAX,
    UnreadableDocument,
    check_members,
    cut,
)
from pipelines.read.reading import Note

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
# OpenDocument 1.3, part 2, section 4.8: of a member, in the manifest.
_ENCRYPTED = b":encryption-data"


@dataclass(frozen=True, slots=True)
class _Markup:
    """The meaning of a format's elements for its text."""

    texts: frozenset[str]  # their own characters are text
    signs: Mapping[str, str]  # the text for the end of an element
    left: frozenset[str] = frozenset()  # nothing in them is taken
    joined: frozenset[str] = frozenset()  # text in them keeps to one line


# ISO/IEC 29500-1, 17.3. Text deleted by tracked changes stands in w:delText, and is left out.
_WORD_SIGNS = {"p": "\n\n", "tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_WORD = _Markup(frozenset({f"{_W}t"}), {_W + name: sign for name, sign in _WORD_SIGNS.items()})
# ISO/IEC 29500-1, 21.1.2. A slide is a paragraph of lines.
_SLIDES = _Markup(frozenset({f"{_A}t"}), {f"{_A}p": "\n", f"{_A}br": "\n"})
# OpenDocument 1.3, part 3: 5.1 (paragraphs), 6.1 (blanks in them), 5.5 (tracked changes),
# 9.1 (tables), 14.1 (annotations).
_OPEN_TEXTS = "p h span a ruby-base bookmark-ref date page-number sequence meta meta-field"
_OPEN_SIGNS = {"p": "\n\n", "h": "\n\n", "tab": "\t", "line-break": "\n", "s": " "}
_OPEN = _Markup(
    frozenset(_TEXT + name for name in _OPEN_TEXTS.split()),
    {_TEXT + name: sign for name, sign in _OPEN_SIGNS.items()} | {f"{_TABLE}table-cell": "\t"},
    left=frozenset({f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}forms"}),
)
_OPEN_SHEETS = _Markup(
    _OPEN.texts,
    {**_OPEN.signs, f"{_TABLE}table-row": "\n", f"{_TABLE}table": "\n"},
    left=_OPEN.left,
    joined=frozenset({f"{_TABLE}table-cell"}),
)


def docx_text(body: bytes, notes: list[Note]) -> Iterator[str]:
    """The paragraphs of a Word file, those in tables too.

    Raises UnreadableDocument, or as zipfile and lxml do.
    """
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        yield from _text_of(archive, ["word/document.xml"], _WORD, notes)


def pptx_text(body: bytes, notes: list[Note]) -> Iterator[str]:
    """The first PAGES_MAX slides of a presentation, an empty line between them.

    Raises as `docx_text` does.
    """
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        matches = filter(None, map(_SLIDE.fullmatch, archive.namelist()))
        numbered = sorted((int(match[1]), match[0]) for match in matches)
        if len(numbered) > PAGES_MAX:
            cut(notes, f"only the first {PAGES_MAX} of {len(numbered)} slides were read")
        slides = [name for _, name in numbered[:PAGES_MAX]]
        yield from _text_of(archive, slides, _SLIDES, notes)


def open_document_text(body: bytes, notes: list[Note], *, markup: _Markup = _OPEN) -> Iterator[str]:
    """The text of an OpenDocument text or presentation. Raises as `docx_text` does."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        check_members([archive.getinfo("META-INF/manifest.xml")])
        if _ENCRYPTED in archive.read("META-INF/manifest.xml"):
            raise UnreadableDocument
        yield from _text_of(archive, ["content.xml"], markup, notes)


# A line for each row of an OpenDocument spreadsheet, with tabs between its cells.
open_sheet_text = partial(open_document_text, markup=_OPEN_SHEETS)


def _text_of(
    archive: zipfile.ZipFile, names: list[str], markup: _Markup, notes: list[Note]
) -> Iterator[str]:
    """The text of these parts, as far as they unpack to UNPACKED_MAX bytes together."""
    check_members([archive.getinfo(name) for name in names], whole=False)
    left, found = UNPACKED_MAX, False
    for name in names:
        text = _Text(markup)
        parser = etree.XMLParser(target=text, resolve_entities=False, no_network=True)  # type: ignore[arg-type]  # lxml needs less than its stubs ask for
        with archive.open(name) as part:
            while left > 0 and (piece := part.read(min(65536, left))):
                left -= len(piece)
                parser.feed(piece)
                yield (new := text.taken())
                found = found or bool(new.strip())
            if left > 0:
                parser.close()  # reports elements that were left open
        yield text.taken() + "\n\n"
    if left <= 0:
        if not found:
            raise UnreadableDocument(f"the file unpacks to more than {UNPACKED_MAX} bytes")
        cut(notes, f"only the first {UNPACKED_MAX} bytes of its text were read")


@dataclass(slots=True)
class _Text:
    """A parser target that collects text, and signs for the ends of elements."""

    markup: _Markup
    _pieces: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _left: int = 0  # how many skipped elements are open
    _joined: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._open.append(tag)
        self._left += tag in self.markup.left
        self._joined += tag in self.markup.joined

    def data(self, text: str) -> None:
        if self._open[-1] in self.markup.texts:
            self._keep(text)

    def end(self, tag: str) -> None:
        self._open.pop()
        self._left -= tag in self.markup.left
        self._joined -= tag in self.markup.joined
        if tag in self.markup.signs:
            self._keep(" " if self._joined else self.markup.signs[tag])

    def close(self) -> None:
        """Do nothing: the parser asks for this method."""

    def taken(self) -> str:
        """The text since it was last taken."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def _keep(self, piece: str) -> None:
        if not self._left:
            self._pieces.append(piece)

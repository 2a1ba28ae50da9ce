"""Attached files: what they are by their bytes, whatever name and header say, and the text of PDF, Word and Excel files, under caps.

Pictures of text are not recognised (no OCR), and formats from before 2007 are named but not read.
"""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from typing import ClassVar

import openpyxl
import pypdf
from lxml import etree
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import DictionaryObject

from pipelines.read.decode import decode_text
from pipelines.read.legacy import mend
from pipelines.read.media_types import DOCX, EMPTY, ENCRYPTED_OFFICE, OLE, PDF, XLSX, sniff
from pipelines.read.reading import Document, Note
from pipelines.read.text import clean_text

PAGES_MAX = 300
CHARACTERS_MAX = 2_000_000
_UNPACKED_MAX = 20 * 1024 * 1024  # what is read of a Word or Excel file, unpacked; a report of a thousand pages has some 10 MB
_TAGS_MAX = 1_000_000  # of an Excel file: openpyxl spends some 7 microseconds and 300 bytes on each, empty or not
_DAMAGED_PAGES_MAX = 3  # a bomb in every page costs a fifth of a second each
_ROWS_MAX = 20_000
_COLUMNS_MAX = 200

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class _Unreadable(Exception):
    """Why a document gives no text, in one line."""


def read_document(body: bytes, declared: str | None, name: str | None) -> tuple[Document, tuple[Note, ...]]:
    """The type of an attached file and its text, clean and in Unicode, with notes on what is missing.

    Notes: `attachment-without-text` (a format that is not read), `scanned-document` (pages are pictures), `attachment-unreadable` (empty, damaged, encrypted,
    a web page in place of the file, a bomb), `attachment-cut` (longer than the caps: PAGES_MAX pages, CHARACTERS_MAX characters, 20,000 rows a sheet).
    Raises nothing for bad bytes; MemoryError passes, for the worker's own limit.
    """
    media_type = sniff(body, declared, name)
    reader = _READERS.get(media_type)
    notes: list[Note] = []
    if media_type.startswith("text/") and media_type != "text/html":
        return Document(media_type, _stored(decode_text(body, declared)[0], notes)), tuple(notes)
    if reader is None:
        return Document(media_type, None), (_why_unread(media_type, body),)
    try:
        return Document(media_type, _stored(reader(body, notes), notes)), tuple(notes)
    except _Unreadable as error:
        reason = str(error)
    except MemoryError:
        raise
    except Exception as error:  # the parsers raise nearly any type at hostile bytes; each becomes a note, none is lost
        reason = f"the file is damaged ({type(error).__name__}: {clean_text(str(error))[:160]})".replace("\n", " ")
    return Document(media_type, None), (*notes, Note("attachment-unreadable", reason))


def _why_unread(media_type: str, body: bytes) -> Note:
    if media_type == EMPTY:
        return Note("attachment-unreadable", "the file is empty")
    if media_type == "text/html":
        return Note("attachment-unreadable", "a web page came in place of the file")
    if media_type == OLE and ENCRYPTED_OFFICE in body:
        return Note("attachment-unreadable", "the file is encrypted")
    return Note("attachment-without-text", f"no text is taken from {media_type[:80]}")


def _stored(text: str, notes: list[Note]) -> str | None:
    if len(text) > CHARACTERS_MAX:
        text = text[:CHARACTERS_MAX]
        notes.append(Note("attachment-cut", f"only the first {CHARACTERS_MAX} characters were kept"))
    text = clean_text(mend(text)[0])
    if not text and not notes:
        notes.append(Note("attachment-without-text", "the file holds no text"))
    return text or None


def _pdf_text(body: bytes, notes: list[Note]) -> str:
    reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
    # Many official files are locked against printing only: they open with an empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Unreadable("the file is encrypted")
    pages: list[str] = []
    damaged: list[str] = []
    pictures = 0
    try:
        count = len(reader.pages)
    except FileNotDecryptedError as error:
        raise _Unreadable("the file is encrypted") from error
    for number, page in enumerate(reader.pages[:PAGES_MAX], 1):
        try:
            pages.append(page.extract_text())
            pictures += not pages[-1].strip() and _has_picture(page)
        except MemoryError:
            raise
        except Exception:  # one bad page of a long report is named, and the others are kept
            damaged.append(str(number))
        if len(damaged) == _DAMAGED_PAGES_MAX or sum(map(len, pages)) > CHARACTERS_MAX:
            break
    if damaged and not any(map(str.strip, pages)):
        raise _Unreadable(f"the file is damaged: page {', '.join(damaged)} cannot be read")
    if damaged:
        rest = "; the rest was left" if len(damaged) == _DAMAGED_PAGES_MAX else ""
        notes.append(Note("attachment-cut", f"page {', '.join(damaged)} of {count} cannot be read{rest}"))
    if count > PAGES_MAX:
        notes.append(Note("attachment-cut", f"only the first {PAGES_MAX} of {count} pages were read"))
    if pictures:
        notes.append(Note("scanned-document", f"{pictures} of {count} pages are pictures without text"))
    return "\n\n".join(pages)


def _has_picture(page: pypdf.PageObject) -> bool:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    drawn = resources.get("/XObject", DictionaryObject()).get_object()
    return any(item.get_object().get("/Subtype") == "/Image" for item in drawn.values())


def _docx_text(body: bytes, notes: list[Note]) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        _check_unpacked([archive.getinfo("word/document.xml")])
        text = _WordText()
        parser = etree.XMLParser(target=text, resolve_entities=False, no_network=True)  # type: ignore[arg-type]  # lxml needs less than its stubs ask for
        with archive.open("word/document.xml") as part:
            while (piece := part.read(65536)) and text.length <= CHARACTERS_MAX:
                parser.feed(piece)
            if not piece:
                parser.close()  # tells what was left open
    return "".join(text.pieces)


class _WordText:
    """What a parser of WordprocessingML (ISO/IEC 29500-1, 17.3) is to keep: runs of text, tabs, the ends of lines and paragraphs; it builds no tree.

    Deleted text of tracked changes stands in w:delText and is left out.
    """

    _SIGNS: ClassVar = {f"{_W}p": "\n\n", f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._in_text = tag == f"{_W}t"

    def data(self, text: str) -> None:
        if self._in_text:
            self._keep(text)

    def end(self, tag: str) -> None:
        self._in_text = False
        if tag in self._SIGNS:
            self._keep(self._SIGNS[tag])

    def close(self) -> None:
        """Required by the parser; all is in `pieces` by then."""

    def _keep(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


def _xlsx_text(body: bytes, notes: list[Note]) -> str:
    """Each sheet's name, then a line for each row with its cells a tab apart."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        _check_unpacked(archive.infolist())
        if sum(_tags(archive, member) for member in archive.infolist()) > _TAGS_MAX:
            raise _Unreadable(f"the file holds more than {_TAGS_MAX} XML tags")
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    lines: list[str] = []
    length = 0
    for sheet in book.worksheets:
        lines += ["", sheet.title]
        for number, row in enumerate(sheet.iter_rows(max_row=_ROWS_MAX + 1, max_col=_COLUMNS_MAX, values_only=True)):
            if number == _ROWS_MAX:
                notes.append(Note("attachment-cut", f"only the first {_ROWS_MAX} rows of a sheet were read"))
                break
            line = "\t".join(_cell_text(cell) for cell in row if cell is not None)
            if line:
                lines.append(line)
                length += len(line)
            if length > CHARACTERS_MAX:
                return "\n".join(lines)
    return "\n".join(lines)


def _tags(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    with archive.open(member) as part:
        return sum(piece.count(b"<") for piece in iter(lambda: part.read(65536), b""))


def _cell_text(cell: object) -> str:
    if isinstance(cell, datetime) and cell.time() == time.min:  # a sheet knows no day without a time
        return cell.date().isoformat()
    return str(cell)


def _check_unpacked(members: list[zipfile.ZipInfo]) -> None:
    """Refuses a bomb by the sizes in the file's own directory: zipfile unpacks no more of a member than is promised there."""
    if any(member.flag_bits & 1 for member in members):
        raise _Unreadable("the file is encrypted")
    if sum(member.file_size for member in members) > _UNPACKED_MAX:
        raise _Unreadable(f"the file unpacks to more than {_UNPACKED_MAX} bytes")


_READERS: dict[str, Callable[[bytes, list[Note]], str]] = {PDF: _pdf_text, DOCX: _docx_text, XLSX: _xlsx_text}

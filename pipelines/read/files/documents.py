"""The type of an attached file, by its bytes, and the text of office documents, within limits.

Pictures of text are not recognised (no OCR); binary PowerPoint files are named but not read.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress

from pipelines.outcomes import IssueKind
from pipelines.read.files import media_types as types
from pipelines.read.files.limits import (
    CHARACTERS_MAX,
    SECONDS_MAX,
    OutOfTime,
    UnreadableDocument,
    cpu_time,
    cut,
)
from pipelines.read.files.pdf import pdf_text
from pipelines.read.files.spreadsheets import xls_text, xlsx_text
from pipelines.read.files.word_and_rtf import doc_text, rtf_text
from pipelines.read.files.zipped_documents import (
    docx_text,
    open_document_text,
    open_sheet_text,
    pptx_text,
)
from pipelines.read.reading import Document, Note
from pipelines.read.text.charset import decode_text
from pipelines.read.text.clean_text import clean_text
from pipelines.read.text.legacy_encodings import mend

# Each gives the text piece by piece, so that we can keep what was read in time.
_READERS: dict[str, Callable[[bytes, list[Note]], Iterator[str]]] = {
    types.PDF: pdf_text,
    types.DOCX: docx_text,
    types.DOC: doc_text,
    types.RTF: rtf_text,
    types.ODT: open_document_text,
    types.XLSX: xlsx_text,
    types.XLS: xls_text,
    types.ODS: open_sheet_text,
    types.PPTX: pptx_text,
    types.ODP: open_document_text,
}


def read_document(
    body: bytes, declared: str | None, name: str | None, *, seconds: float = SECONDS_MAX
) -> tuple[Document, tuple[Note, ...]]:
    """The type of an attached file and its clean text, with notes on what is missing.

    Notes: `attachment-without-text` (a format that is not read), `scanned-document` (pages are
    pictures), `attachment-unreadable` (empty, damaged, encrypted, a web page in place of the file,
    a bomb), `attachment-cut` (longer than the caps in limits.py, or than so many `seconds` of CPU
    time). Raises nothing for bad bytes, but lets MemoryError through: the worker's limit on memory
    raises it.
    """
    media_type = types.sniff(body, declared, name)
    reader = _READERS.get(media_type)
    notes: list[Note] = []
    if media_type.startswith("text/") and media_type != "text/html":
        return Document(media_type, _plain_text(body, declared, notes)), tuple(notes)
    if reader is None:
        return Document(media_type, None), (_why_unread(media_type, body),)
    try:
        text, cut_short = _text_in_time(reader(body, notes), seconds)
        if cut_short:
            cut(notes, "the rest was not read: it takes too long")
        return Document(media_type, _stored(text, notes), cut_short), tuple(notes)
    except UnreadableDocument as error:
        why = Note(error.kind, str(error))
    except MemoryError:
        raise
    except Exception as error:  # hostile bytes make the parsers raise almost any error
        said = clean_text(str(error))[:160].replace("\n", " ")
        damage = f"the file is damaged ({type(error).__name__}: {said})"
        why = Note(IssueKind.ATTACHMENT_UNREADABLE, damage)
    return Document(media_type, None), (*notes, why)


def _text_in_time(pieces: Iterator[str], seconds: float) -> tuple[str, bool]:
    """(the text that was read within the time and the cap, whether the time ran out)."""
    found: list[str] = []
    length, late = 0, True
    with suppress(OutOfTime), cpu_time(seconds):
        for piece in pieces:
            found.append(piece)
            length += len(piece)
            if length > CHARACTERS_MAX:
                break
        late = False
    return "".join(found), late


def _plain_text(body: bytes, declared: str | None, notes: list[Note]) -> str | None:
    decoded = decode_text(body, declared)
    if not decoded.is_readable:
        why = f"the file {decoded.doubt}, and cannot be read"
        notes.append(Note(IssueKind.ATTACHMENT_UNREADABLE, why))
        return None
    if decoded.doubt is not None:
        why = f"the file {decoded.doubt}; it was read as {decoded.encoding}"
        notes.append(Note(IssueKind.CHARSET_DOUBTFUL, why))
    return _stored(decoded.text, notes)


def _why_unread(media_type: str, body: bytes) -> Note:
    reasons = {
        types.EMPTY: "the file is empty",
        "text/html": "a web page came in place of the file",
    }
    if types.ENCRYPTED_OFFICE in body:
        reasons[types.OLE] = "the file is encrypted"
    if media_type in reasons:
        return Note(IssueKind.ATTACHMENT_UNREADABLE, reasons[media_type])
    return Note(IssueKind.ATTACHMENT_WITHOUT_TEXT, f"no text is taken from {media_type[:80]}")


def _stored(text: str, notes: list[Note]) -> str | None:
    if len(text) > CHARACTERS_MAX:
        text = text[:CHARACTERS_MAX]
        cut(notes, f"only the first {CHARACTERS_MAX} characters were kept")
    text = clean_text(mend(text)[0])
    if not text and not notes:
        notes.append(Note(IssueKind.ATTACHMENT_WITHOUT_TEXT, "the file holds no text"))
    return text or None

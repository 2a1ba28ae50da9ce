"""The type of an attached file, by its bytes, and the text of office documents, within limits.

Pictures of text are not recognised (no OCR); binary PowerPoint files are named but not read.
"""

from collections.abc import Callable

from pipelines.outcomes import IssueKind
from pipelines.read.files.limits import CHARACTERS_MAX, UnreadableDocument, UnsupportedDocument
from pipelines.read.files.media_types import (
    DOC,
    DOCX,
    EMPTY,
    ENCRYPTED_OFFICE,
    ODP,
    ODS,
    ODT,
    OLE,
    PDF,
    PPTX,
    RTF,
    XLS,
    XLSX,
    sniff,
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
from pipelines.read.text.clean_text import clean_text
from pipelines.read.text.decode import decode_text
from pipelines.read.text.legacy_encodings import mend

_READERS: dict[str, Callable[[bytes, list[Note]], str]] = {
    PDF: pdf_text,
    DOCX: docx_text,
    DOC: doc_text,
    RTF: rtf_text,
    ODT: open_document_text,
    XLSX: xlsx_text,
    XLS: xls_text,
    ODS: open_sheet_text,
    PPTX: pptx_text,
    ODP: open_document_text,
}


def read_document(
    body: bytes, declared: str | None, name: str | None
) -> tuple[Document, tuple[Note, ...]]:
    """The type of an attached file and its clean text, with notes on what is missing.

    Notes: `attachment-without-text` (a format that is not read), `scanned-document` (pages are
    pictures), `attachment-unreadable` (empty, damaged, encrypted, a web page in place of the file,
    a bomb), `attachment-cut` (longer than the caps in limits.py). Raises nothing for bad bytes, but
    lets MemoryError through: the worker's limit on memory raises it.
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
    except UnsupportedDocument as error:
        return Document(media_type, None), (
            *notes,
            Note(IssueKind.ATTACHMENT_WITHOUT_TEXT, str(error)),
        )
    except UnreadableDocument as error:
        reason = str(error)
    except MemoryError:
        raise
    except Exception as error:  # hostile bytes make the parsers raise almost any error
        reason = (
            f"the file is damaged ({type(error).__name__}: {clean_text(str(error))[:160]})".replace(
                "\n", " "
            )
        )
    return Document(media_type, None), (*notes, Note(IssueKind.ATTACHMENT_UNREADABLE, reason))


def _why_unread(media_type: str, body: bytes) -> Note:
    if media_type == EMPTY:
        return Note(IssueKind.ATTACHMENT_UNREADABLE, "the file is empty")
    if media_type == "text/html":
        return Note(IssueKind.ATTACHMENT_UNREADABLE, "a web page came in place of the file")
    if media_type == OLE and ENCRYPTED_OFFICE in body:
        return Note(IssueKind.ATTACHMENT_UNREADABLE, "the file is encrypted")
    return Note(IssueKind.ATTACHMENT_WITHOUT_TEXT, f"no text is taken from {media_type[:80]}")


def _stored(text: str, notes: list[Note]) -> str | None:
    if len(text) > CHARACTERS_MAX:
        text = text[:CHARACTERS_MAX]
        notes.append(
            Note(IssueKind.ATTACHMENT_CUT, f"only the first {CHARACTERS_MAX} characters were kept")
        )
    text = clean_text(mend(text)[0])
    if not text and not notes:
        notes.append(Note(IssueKind.ATTACHMENT_WITHOUT_TEXT, "the file holds no text"))
    return text or None

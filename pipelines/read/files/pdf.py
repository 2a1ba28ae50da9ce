"""The text of PDF files, page by page: an unreadable page loses only itself."""

import io
from time import process_time

import pypdf
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import DictionaryObject

from pipelines.outcomes import IssueKind
from pipelines.read.files.limits import CHARACTERS_MAX, PAGES_MAX, UnreadableDocument
from pipelines.read.reading import Note

_DAMAGED_PAGES_MAX = 3  # a bomb in every page costs a fifth of a second each
# CPU time: half of a worker's limit, so that a long report loses only its end.
_SECONDS_MAX = 4.0


def pdf_text(body: bytes, notes: list[Note]) -> str:
    """The text of the first PAGES_MAX pages, an empty line between them.

    Notes: `attachment-cut`, `scanned-document`. Raises UnreadableDocument, or as pypdf does.
    """
    reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
    # Many official files are only locked against printing: they open with an empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocument("the file is encrypted")
    try:
        count = len(reader.pages)
    except FileNotDecryptedError as error:
        raise UnreadableDocument("the file is encrypted") from error
    pages, damaged, pictures = _read_pages(reader, count, notes)
    if damaged and not any(map(str.strip, pages)):
        raise UnreadableDocument(f"the file is damaged: page {', '.join(damaged)} cannot be read")
    if damaged:
        rest = "; the rest was left" if len(damaged) == _DAMAGED_PAGES_MAX else ""
        unread = f"page {', '.join(damaged)} of {count} cannot be read{rest}"
        notes.append(Note(IssueKind.ATTACHMENT_CUT, unread))
    if count > PAGES_MAX:
        unread = f"only the first {PAGES_MAX} of {count} pages were read"
        notes.append(Note(IssueKind.ATTACHMENT_CUT, unread))
    if pictures:
        scanned = f"{pictures} of {count} pages are pictures without text"
        notes.append(Note(IssueKind.SCANNED_DOCUMENT, scanned))
    return "\n\n".join(pages)


def _read_pages(
    reader: pypdf.PdfReader, count: int, notes: list[Note]
) -> tuple[list[str], list[str], int]:
    """(text of each page, numbers of the damaged pages, how many are pictures without text)."""
    pages: list[str] = []
    damaged: list[str] = []
    pictures = 0
    began = process_time()
    for number, page in enumerate(reader.pages[:PAGES_MAX], 1):
        if process_time() - began > _SECONDS_MAX:
            unread = f"only {number - 1} of {count} pages were read: they take too long"
            notes.append(Note(IssueKind.ATTACHMENT_CUT, unread))
            break
        try:
            pages.append(page.extract_text())
            pictures += not pages[-1].strip() and _has_picture(page)
        except MemoryError:
            raise
        except Exception:  # one bad page of a long report is named, and the others are kept
            damaged.append(str(number))
        if len(damaged) == _DAMAGED_PAGES_MAX or sum(map(len, pages)) > CHARACTERS_MAX:
            break
    return pages, damaged, pictures


def _has_picture(page: pypdf.PageObject) -> bool:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    drawn = resources.get("/XObject", DictionaryObject()).get_object()
    return any(item.get_object().get("/Subtype") == "/Image" for item in drawn.values())

"""The text of PDF files, page by page: an unreadable page loses only itself."""

import io
from collections.abc import Iterator

import pypdf
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import DictionaryObject

from pipelines.outcomes import IssueKind
from pipelines.read.files.limits import PAGES_MAX, UnreadableDocument, cut
from pipelines.read.reading import Note

_DAMAGED_PAGES_MAX = 3  # a bomb in every page costs a fifth of a second each


def pdf_text(body: bytes, notes: list[Note]) -> Iterator[str]:
    """The text of the first PAGES_MAX pages, an empty line between them.

    Notes: `attachment-cut`, `scanned-document`. Raises UnreadableDocument, or as pypdf does.
    """
    reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
    # Many official files are only locked against printing: they open with an empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocument
    try:
        count = len(reader.pages)
    except FileNotDecryptedError as error:
        raise UnreadableDocument from error
    damaged: list[str] = []
    pictures, blank = 0, True
    for number, page in enumerate(reader.pages[:PAGES_MAX], 1):
        try:
            text = page.extract_text()
            pictures += not text.strip() and _has_picture(page)
        except MemoryError:
            raise
        except Exception:  # one bad page of a long report is named, and the others are kept
            damaged.append(str(number))
        else:
            blank = blank and not text.strip()
            yield text + "\n\n"
        if len(damaged) == _DAMAGED_PAGES_MAX:
            break
    if damaged and blank:
        raise UnreadableDocument(f"the file is damaged: page {', '.join(damaged)} cannot be read")
    _tell(notes, count, damaged, pictures)


def _tell(notes: list[Note], count: int, damaged: list[str], pictures: int) -> None:
    if damaged:
        rest = "; the rest was left" if len(damaged) == _DAMAGED_PAGES_MAX else ""
        cut(notes, f"page {', '.join(damaged)} of {count} cannot be read{rest}")
    if count > PAGES_MAX:
        cut(notes, f"only the first {PAGES_MAX} of {count} pages were read")
    if pictures:
        scanned = f"{pictures} of {count} pages are pictures without text"
        notes.append(Note(IssueKind.SCANNED_DOCUMENT, scanned))


def _has_picture(page: pypdf.PageObject) -> bool:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    drawn = resources.get("/XObject", DictionaryObject()).get_object()
    return any(item.get_object().get("/Subtype") == "/Image" for item in drawn.values())

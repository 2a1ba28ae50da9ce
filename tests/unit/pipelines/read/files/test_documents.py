"""What attached files are by their bytes; the text of PDFs and plain files, or why none."""

import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from pipelines.outcomes import IssueKind
from pipelines.read.files import documents
from pipelines.read.files.documents import read_document
from pipelines.read.files.limits import PAGES_MAX
from pipelines.read.files.media_types import DOC, DOCX, PPTX, XLS, XLSX, sniff
from pipelines.read.reading import Document, Note
from tests.builders.document_files import (
    FILES,
    OLE,
    WORD,
    doc_file,
    docx_file,
    encrypted_pdf,
    odt_file,
    only_note_of,
    pdf,
    pdf_text,
    sample_workbook,
    with_member,
    xlsx_file,
    zipped,
)


@pytest.mark.parametrize(
    ("body", "declared", "name", "media_type"),
    [
        (pdf(pdf_text(b"x")), None, None, "application/pdf"),
        (b"\r\n\r\n" + pdf(pdf_text(b"x")), "text/html", None, "application/pdf"),
        (b"<!DOCTYPE html><title>404</title>", "application/pdf", "a.pdf", "text/html"),
        (b"\xef\xbb\xbf\n <!-- x --> <HTML>", "application/pdf", "a.pdf", "text/html"),
        (b"<?xml version='1.0'?><!-- a --><!-- b --><!DOCTYPE html>", None, None, "text/html"),
        (b"<?xml version='1.0'?>" + b"<!---->" * 140 + b"<", None, None, "application/xml"),
        (b"<?xml version='1.0'?><!-- a --><rss>", "text/html", None, "application/xml"),
        (b"<section>x", "text/html; charset=utf-8", None, "text/html"),
        ("<p>xã</p>".encode("utf-16-le"), "text/html; charset=utf-16", None, "text/html"),
        (b"mot hai", "text/html", "a.txt", "text/plain"),
        (docx_file(b""), "application/msword", "a.doc", DOCX),
        (zipped(ppt__presentation_xml=b""), None, None, "application/zip"),
        (
            with_member(zipped(ppt__presentation_xml=b""), "[Content_Types].xml", b""),
            None,
            None,
            PPTX,
        ),
        (xlsx_file(sample_workbook()), None, None, XLSX),
        (
            odt_file(b"application/vnd.oasis.opendocument.text"),
            None,
            None,
            "application/vnd.oasis.opendocument.text",
        ),
        (odt_file(b"text/html"), None, None, "application/zip"),
        (docx_file(WORD)[:-20], None, None, DOCX),
        (zipped(a_pdf=b"%PDF-1.4"), None, None, "application/zip"),
        (OLE + "WordDocument".encode("utf-16-le"), None, "a.xls", "application/msword"),
        (OLE + "Workbook".encode("utf-16-le"), None, None, "application/vnd.ms-excel"),
        (OLE, None, "Báo cáo.DOC", "application/msword"),
        (OLE, None, None, "application/x-ole-storage"),
        (b"{\\rtf1\\ansi", "application/msword", "a.doc", "application/rtf"),
        (b"Rar!\x1a\x07\x01\x00", None, None, "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", None, None, "application/x-7z-compressed"),
        (b"\xff\xd8\xff\xe0", "application/pdf", None, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", None, None, "image/png"),
        (b"GIF89a", None, None, "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", None, None, "image/webp"),
        ("Số,Tên\n1,Mậu".encode(), "application/octet-stream", "ds.csv", "text/csv"),
        ("Thông báo".encode(), None, None, "text/plain"),
        (b"<?xml version='1.0'?><a/>", "text/plain", None, "application/xml"),
        (b"\x00\x01\x02", "text/html; charset=utf-8", None, "application/octet-stream"),
        (b"\x00\x01\x02", "application/x-own; v=1", None, "application/x-own"),
        (b"", "application/pdf", "a.pdf", "application/x-empty"),
    ],
)
def test_the_bytes_say_what_a_file_is(
    body: bytes, declared: str | None, name: str | None, media_type: str
) -> None:
    assert sniff(body, declared, name) == media_type


def test_a_pdf_gives_the_text_of_its_pages() -> None:
    assert read_document(pdf(pdf_text(b"Quy\\341t"), pdf_text(b"Trang hai")), None, None) == (
        Document("application/pdf", "Quyát\n\nTrang hai"),
        (),
    )


def test_a_pdf_in_an_old_font_is_mended() -> None:
    tcvn3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam".encode("cp1252")
    assert (
        read_document(pdf(pdf_text(tcvn3)), None, None)[0].text
        == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    )


def test_a_scan_is_named() -> None:
    picture = b"q /I Do Q"
    body = pdf(picture, picture, resources=b"/XObject<</I 4 0 R>>")
    assert only_note_of(body) == Note(
        IssueKind.SCANNED_DOCUMENT, "2 of 2 pages are pictures without text"
    )
    document, notes = read_document(
        pdf(pdf_text(b"Con dau"), picture, resources=b"/XObject<</I 4 0 R>>"), None, None
    )
    assert (document.text, notes) == (
        "Con dau",
        (Note(IssueKind.SCANNED_DOCUMENT, "1 of 2 pages are pictures without text"),),
    )


@pytest.mark.parametrize(
    "body",
    [pdf(b""), docx_file(WORD + b"<w:p/></w:body></w:document>"), b" \n"],
    ids=["pdf", "word", "text"],
)
def test_a_file_without_any_text_is_named(body: bytes) -> None:
    assert only_note_of(body) == Note(IssueKind.ATTACHMENT_WITHOUT_TEXT, "the file holds no text")


def test_pages_beyond_the_cap_are_told() -> None:
    document, notes = read_document(pdf(*[pdf_text(b"mot")] * (PAGES_MAX + 7)), None, None)
    assert document.text == "\n\n".join(["mot"] * PAGES_MAX)
    assert notes == (Note(IssueKind.ATTACHMENT_CUT, "only the first 300 of 307 pages were read"),)


def endless(body: bytes, notes: list[Note]) -> Iterator[str]:
    yield "Trang một"
    while True:
        pass


def endless_in_a_library_that_bears_any_error(body: bytes, notes: list[Note]) -> Iterator[str]:
    yield "Trang một"
    while True:
        with suppress(Exception):
            sum(range(1000))


def endless_in_a_library_that_swallows_all(body: bytes, notes: list[Note]) -> Iterator[str]:
    yield "Trang một"
    try:
        while True:
            pass
    except BaseException:
        yield " và hai"
    while True:
        pass


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (endless, "Trang một"),
        (endless_in_a_library_that_bears_any_error, "Trang một"),
        (endless_in_a_library_that_swallows_all, "Trang một và hai"),
    ],
)
def test_a_file_that_takes_too_long_keeps_what_was_read_with_a_note(
    monkeypatch: pytest.MonkeyPatch,
    reader: Callable[[bytes, list[Note]], Iterator[str]],
    text: str,
) -> None:
    monkeypatch.setitem(documents._READERS, DOCX, reader)
    handler = signal.getsignal(signal.SIGVTALRM)
    for _ in range(3):
        document, notes = read_document(docx_file(WORD), None, None, seconds=0.05)
        assert document == Document(DOCX, text, cut_short=True)
        assert [note.kind for note in notes] == [IssueKind.ATTACHMENT_CUT]
        assert signal.getsignal(signal.SIGVTALRM) == handler
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_a_pdf_locked_against_printing_is_read_and_one_with_a_password_told() -> None:
    assert read_document(encrypted_pdf(""), None, None)[0].text == "Mat"
    assert only_note_of(encrypted_pdf("khoa")) == Note(
        IssueKind.ATTACHMENT_UNREADABLE, "the file is encrypted"
    )


def test_a_bomb_in_one_page_costs_that_page_only() -> None:
    engine = zlib.compressobj()
    block = bytes(1024 * 1024)
    bomb = b"".join([*(engine.compress(block) for _ in range(500)), engine.flush()])
    document, notes = read_document(
        pdf(
            zlib.compress(pdf_text(b"Mot")),
            bomb,
            zlib.compress(pdf_text(b"Ba")),
            filters=b"/Filter/FlateDecode",
        ),
        None,
        None,
    )
    assert document.text == "Mot\n\nBa"
    assert notes == (Note(IssueKind.ATTACHMENT_CUT, "page 2 of 3 cannot be read"),)


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7\n",
        pdf(pdf_text(b"x"))[:300],
        b"%PDF-1.4\n" + b"\xff\x00 obj <<" * 500,
        b"%PDF-1.4\n" + b"[" * 100_000,
    ],
)
def test_a_damaged_pdf_is_told(body: bytes) -> None:
    assert only_note_of(body).kind == "attachment-unreadable"


def test_plain_text_is_decoded_and_cleaned() -> None:
    assert read_document(
        "Số\u00a0nhà\r\n\r\n\r\n\r\n5".encode("utf-16"), "text/plain", "a.txt"
    ) == (Document("text/plain", "Số nhà\n\n5"), ())


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xd8\xff\xe0",
        OLE + "PowerPoint Document".encode("utf-16-le"),
        zipped(a_txt=b"x"),
        doc_file(b"x", version=101),
    ],
    ids=["picture", "old presentation", "zip", "Word 95"],
)
def test_formats_that_are_not_read_are_named(body: bytes) -> None:
    assert only_note_of(body).kind == "attachment-without-text"


def test_each_of_the_other_formats_is_known_by_its_bytes() -> None:
    kinds = {file.name: sniff(file.read_bytes(), None, None) for file in FILES.iterdir()}
    assert kinds == {
        "plan.doc": DOC,
        "plan.rtf": "application/rtf",
        "plan.odt": "application/vnd.oasis.opendocument.text",
        "budget.xls": XLS,
        "budget.ods": "application/vnd.oasis.opendocument.spreadsheet",
        "slides.pptx": PPTX,
        "slides.odp": "application/vnd.oasis.opendocument.presentation",
    }

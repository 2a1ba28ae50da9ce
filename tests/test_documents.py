"""What attached files are, and the text in them."""

import io
import zipfile
import zlib
from datetime import date

import docx
import openpyxl
import pypdf
import pytest

from pipelines.read.documents import CHARACTERS_MAX, PAGES_MAX, read_document
from pipelines.read.media_types import sniff
from pipelines.read.reading import Document, Note

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
SHEET = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def pdf(*contents: bytes, filters: bytes = b"", resources: bytes = b"") -> bytes:
    """A PDF with one page for each content stream; the font is /F, a picture /I."""
    pages = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(contents), pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream",
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>%s>>>>" % (6 + 2 * number, resources),
        )
        objects.append(b"<<%s/Length %d>>stream\n%s\nendstream" % (filters, len(content), content))
    out = b"%PDF-1.4\n"
    offsets = []
    for number, written in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )


def show(text: bytes) -> bytes:
    return b"BT /F 12 Tf 72 720 Td (" + text + b") Tj ET"


def zipped(**members: bytes) -> bytes:
    """A zip file; "__" in a name stands for "/", "_" for "."."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def open_document(media_type: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", media_type)
        archive.writestr("content.xml", b"")
    return out.getvalue()


def word(xml: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", xml)
    return out.getvalue()


def workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Thu chi"
    sheet.append(["Khoản", "Số tiền", None, "Ngày"])
    sheet.append(["Đường liên thôn", 1.5, None, date(2026, 7, 8)])
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_member(body: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.namelist():
            after.writestr(member, content if member == name else before.read(member))
        if name not in before.namelist():
            after.writestr(name, content)
    return out.getvalue()


def only_note(body: bytes, declared: str | None = None, name: str | None = None) -> Note:
    document, notes = read_document(body, declared, name)
    assert document.text is None
    assert len(notes) == 1
    assert "\n" not in notes[0].detail
    return notes[0]


@pytest.mark.parametrize(
    ("body", "declared", "name", "media_type"),
    [
        (pdf(show(b"x")), None, None, "application/pdf"),
        (b"\r\n\r\n" + pdf(show(b"x")), "text/html", None, "application/pdf"),
        (b"<!DOCTYPE html><title>404</title>", "application/pdf", "a.pdf", "text/html"),
        (b"\xef\xbb\xbf\n <!-- x --> <HTML>", "application/pdf", "a.pdf", "text/html"),
        (b"<?xml version='1.0'?><!-- a --><!-- b --><!DOCTYPE html>", None, None, "text/html"),
        (b"<?xml version='1.0'?>" + b"<!---->" * 140 + b"<", None, None, "application/xml"),
        (b"<?xml version='1.0'?><!-- a --><rss>", "text/html", None, "application/xml"),
        (b"<section>x", "text/html; charset=utf-8", None, "text/html"),
        ("<p>xã</p>".encode("utf-16-le"), "text/html; charset=utf-16", None, "text/html"),
        (b"mot hai", "text/html", "a.txt", "text/plain"),
        (word(b""), "application/msword", "a.doc", DOCX),
        (zipped(ppt__presentation_xml=b""), None, None, "application/zip"),
        (with_member(zipped(ppt__presentation_xml=b""), "[Content_Types].xml", b""), None, None, PPTX),
        (saved(workbook()), None, None, XLSX),
        (open_document(b"application/vnd.oasis.opendocument.text"), None, None, "application/vnd.oasis.opendocument.text"),
        (open_document(b"text/html"), None, None, "application/zip"),
        (word(WORD)[:-20], None, None, DOCX),
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
def test_the_bytes_say_what_a_file_is(body: bytes, declared: str | None, name: str | None, media_type: str) -> None:
    assert sniff(body, declared, name) == media_type


def test_a_pdf_gives_the_text_of_its_pages() -> None:
    assert read_document(pdf(show(b"Quy\\341t"), show(b"Trang hai")), None, None) == (Document("application/pdf", "Quyát\n\nTrang hai"), ())


def test_a_pdf_in_an_old_font_is_mended() -> None:
    tcvn3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam".encode("cp1252")
    assert read_document(pdf(show(tcvn3)), None, None)[0].text == "Cộng hòa xã hội chủ nghĩa Việt Nam"


def test_a_scan_is_named() -> None:
    picture = b"q /I Do Q"
    body = pdf(picture, picture, resources=b"/XObject<</I 4 0 R>>")
    assert only_note(body) == Note("scanned-document", "2 of 2 pages are pictures without text")
    document, notes = read_document(pdf(show(b"Con dau"), picture, resources=b"/XObject<</I 4 0 R>>"), None, None)
    assert (document.text, notes) == ("Con dau", (Note("scanned-document", "1 of 2 pages are pictures without text"),))


@pytest.mark.parametrize("body", [pdf(b""), word(WORD + b"<w:p/></w:body></w:document>"), b" \n"], ids=["pdf", "word", "text"])
def test_a_file_without_any_text_is_named(body: bytes) -> None:
    assert only_note(body) == Note("attachment-without-text", "the file holds no text")


def test_pages_beyond_the_cap_are_told() -> None:
    document, notes = read_document(pdf(*[show(b"mot")] * (PAGES_MAX + 7)), None, None)
    assert document.text == "\n\n".join(["mot"] * PAGES_MAX)
    assert notes == (Note("attachment-cut", "only the first 300 of 307 pages were read"),)


def encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(show(b"Mat"))))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_locked_against_printing_is_read_and_one_with_a_password_told() -> None:
    assert read_document(encrypted(""), None, None)[0].text == "Mat"
    assert only_note(encrypted("khoa")) == Note("attachment-unreadable", "the file is encrypted")


def test_a_bomb_in_one_page_costs_that_page_only() -> None:
    engine = zlib.compressobj()
    block = bytes(1024 * 1024)
    bomb = b"".join([*(engine.compress(block) for _ in range(500)), engine.flush()])
    document, notes = read_document(pdf(zlib.compress(show(b"Mot")), bomb, zlib.compress(show(b"Ba")), filters=b"/Filter/FlateDecode"), None, None)
    assert document.text == "Mot\n\nBa"
    assert notes == (Note("attachment-cut", "page 2 of 3 cannot be read"),)


@pytest.mark.parametrize("body", [b"%PDF-1.7\n", pdf(show(b"x"))[:300], b"%PDF-1.4\n" + b"\xff\x00 obj <<" * 500, b"%PDF-1.4\n" + b"[" * 100_000])
def test_a_damaged_pdf_is_told(body: bytes) -> None:
    assert only_note(body).kind == "attachment-unreadable"


def test_a_word_file_gives_paragraphs_and_cells_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("Điều 1.\tPhạm vi")
    document.add_table(1, 2).rows[0].cells[1].text = "Ô hai"
    document.add_paragraph("Hết")
    out = io.BytesIO()
    document.save(out)
    assert read_document(out.getvalue(), None, "a.docx") == (Document(DOCX, "Điều 1. Phạm vi\n\nÔ hai\n\nHết"), ())


def test_deleted_words_of_tracked_changes_are_left_out() -> None:
    xml = WORD + b"<w:p><w:r><w:t>con</w:t></w:r><w:del><w:r><w:delText>bo</w:delText></w:r></w:del><w:r><w:t> lai</w:t></w:r></w:p></w:body></w:document>"
    assert read_document(word(xml), None, None)[0].text == "con lai"


def test_a_word_file_beyond_the_cap_is_cut_and_told() -> None:
    xml = WORD + b"<w:p><w:r><w:t>" + b"chu " * (CHARACTERS_MAX // 4 + 10) + b"</w:t></w:r></w:p></w:body></w:document>"
    document, notes = read_document(word(xml), None, None)
    assert document.text is not None
    assert len(document.text) == CHARACTERS_MAX - 1  # the last blank is stripped
    assert [note.kind for note in notes] == ["attachment-cut"]


def entities(opening: bytes, closing: bytes) -> bytes:
    """A billion laughs: nine entities, each ten times the one before."""
    doubled = b"".join(b'<!ENTITY %c "%s">' % (98 + depth, (b"&%c;" % (97 + depth)) * 10) for depth in range(9))
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "hahahahaha">' + doubled + b"]>" + opening + b"&j;" + closing


@pytest.mark.parametrize(
    "body",
    [
        word(WORD + b" " * 300_000_000),
        word(WORD + b"<w:p>"),
        word(entities(WORD + b"<w:t>", b"</w:t></w:body></w:document>")),
        word(b""),
        word(WORD)[:-30],
        with_member(saved(workbook()), "xl/sharedStrings.xml", SHEET + b"<si/>" * 1_500_000 + b"</sst>"),
        with_member(saved(workbook()), "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 300_000_000),
        with_member(saved(workbook()), "xl/workbook.xml", b"<workbook"),
        b"",
        b"<html><body>404",
        OLE + "EncryptedPackage".encode("utf-16-le"),
    ],
    ids=[
        "bomb",
        "unclosed",
        "billion laughs",
        "no xml",
        "cut",
        "a million empty strings",
        "sheet bomb",
        "broken workbook",
        "no bytes",
        "error page",
        "password",
    ],
)
def test_damaged_and_hostile_files_are_told(body: bytes) -> None:
    assert only_note(body, "application/octet-stream", "a.docx").kind == "attachment-unreadable"


def test_no_file_of_this_machine_is_drawn_in() -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + WORD + b"<w:t>x&a;y</w:t></w:body></w:document>"
    assert "root" not in (read_document(word(xml), None, None)[0].text or "")


def test_an_excel_file_gives_sheets_and_rows() -> None:
    assert read_document(saved(workbook()), None, "a.xlsx") == (Document(XLSX, "Thu chi\nKhoản Số tiền Ngày\nĐường liên thôn 1.5 2026-07-08"), ())


def test_a_sheet_with_one_cell_at_its_far_corner_is_cut_and_told() -> None:
    book = workbook()
    book.worksheets[0]["XFD1048576"] = "xa"
    document, notes = read_document(saved(book), None, None)
    assert document.text == "Thu chi\nKhoản Số tiền Ngày\nĐường liên thôn 1.5 2026-07-08"
    assert notes == (Note("attachment-cut", "only the first 20000 rows of a sheet were read"),)


def test_plain_text_is_decoded_and_cleaned() -> None:
    assert read_document("Số\u00a0nhà\r\n\r\n\r\n\r\n5".encode("utf-16"), "text/plain", "a.txt") == (Document("text/plain", "Số nhà\n\n5"), ())


@pytest.mark.parametrize("body", [b"{\\rtf1 x}", b"\xff\xd8\xff\xe0", OLE + "WordDocument".encode("utf-16-le"), zipped(a_txt=b"x")])
def test_formats_that_are_not_read_are_named(body: bytes) -> None:
    assert only_note(body).kind == "attachment-without-text"

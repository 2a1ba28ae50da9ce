"""What attached files are, and the text in them."""

import io
import os
import struct
import zipfile
import zlib
from datetime import date
from pathlib import Path
from random import Random

import docx
import openpyxl
import pypdf
import pytest

from pipelines.read.document_limits import CHARACTERS_MAX, PAGES_MAX
from pipelines.read.documents import read_document
from pipelines.read.media_types import DOC, DOCX, PPTX, XLS, XLSX, sniff
from pipelines.read.reading import Document, Note

FILES = Path(__file__).parent / "files"  # made by LibreOffice 7.4 from texts of our own
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


def ole(**streams: bytes) -> bytes:
    """A compound file ([MS-CFB]) of version 3 with these streams, each long enough to need no mini stream; "_" before a name's figure is left out."""
    sectors: list[bytes] = []
    chains: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        content += bytes(max(4096 - len(content), -len(content) % 512))
        entries.append(_entry(name.removeprefix("_"), 2, len(sectors), len(content), right=number + 1 if number < len(streams) else 0xFFFFFFFF))
        pieces = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        chains += [*range(len(sectors) + 1, len(sectors) + len(pieces)), 0xFFFFFFFE]
        sectors += pieces
    directory, table = len(sectors), len(sectors) + 1
    sectors.append(b"".join(entries).ljust(512, b"\0"))
    chains += [0xFFFFFFFE, 0xFFFFFFFD]
    sectors.append(struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff"))
    sizes = struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return OLE[:24] + sizes + struct.pack("<I", table) + b"\xff" * 432 + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    written = name.encode("utf-16-le")
    return written.ljust(64, b"\0") + struct.pack("<HBBIII36xIQ", len(written) + 2, kind, 1, 0xFFFFFFFF, right, child, start, size)


def old_word(*pieces: bytes | str, flags: int = 0x0200, version: int = 0x00C1, length: int | None = None, properties: bytes = b"") -> bytes:
    """A Word file with these pieces of text, one byte a character or two."""
    text, bounds, places = b"", [0], b""
    for piece in pieces:
        start = 0x200 + len(text)
        places += struct.pack("<HIH", 0, start if isinstance(piece, str) else start * 2 | 0x40000000, 0)
        text += piece.encode("utf-16-le") if isinstance(piece, str) else piece
        bounds.append(bounds[-1] + len(piece))
    table = struct.pack(f"<{len(bounds)}I", *bounds) + places
    clx = properties + struct.pack("<BI", 2, len(table)) + table
    head = bytearray(0x200)
    struct.pack_into("<HH", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<I", head, 0x4C, bounds[-1] if length is None else length)
    struct.pack_into("<II", head, 0x01A2, 0, len(clx))
    return ole(WordDocument=bytes(head) + text, _1Table=clx)


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
        for member in before.infolist():
            after.writestr(member.filename, content if member.filename == name else before.read(member), member.compress_type)
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


@pytest.mark.parametrize(
    "body",
    [b"\xff\xd8\xff\xe0", OLE + "PowerPoint Document".encode("utf-16-le"), zipped(a_txt=b"x"), old_word(b"x", version=101)],
    ids=["picture", "old presentation", "zip", "Word 95"],
)
def test_formats_that_are_not_read_are_named(body: bytes) -> None:
    assert only_note(body).kind == "attachment-without-text"


HEADING = "KẾ HOẠCH NẠO VÉT KÊNH MƯƠNG"
TASK = "Ủy ban nhân dân xã Suối Mây giao tổ thủy nông làm xong trước ngày 15 / 4. Hết."
COPIES = "Nơi nhận: các thôn; “lưu VP” – 2 bản."


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("plan.doc", f"{HEADING}\n\n{TASK}\n\nDòng một\ndòng hai\n\nThôn Mét kênh\nBản Lũng 1.250\n{COPIES}"),
        ("plan.rtf", f"{HEADING}\n{TASK}\nDòng một\ndòng hai\nThôn|Mét kênh|\nBản Lũng|1.250|\n{COPIES}"),
        ("plan.odt", f"{HEADING}\n\n{TASK}\n\nDòng một\ndòng hai\n\nThôn\n\nMét kênh\n\nBản Lũng\n\n1.250\n\n{COPIES}"),
        ("budget.xls", "Thu chi\nKhoản Số tiền Ngày\nĐường liên thôn 1.5 2026-07-08\nCầu 40"),
        ("budget.ods", "Khoản Số tiền Ngày\nĐường liên thôn 1.5 8/7/2026\nCầu 40"),
        ("slides.pptx", "Chuyển đổi số ở xã Suối Mây\nTổ công nghệ số cộng đồng\n\nKết quả quý I"),
        ("slides.odp", "Chuyển đổi số ở xã Suối Mây\n\nTổ công nghệ số cộng đồng\n\nKết quả quý I"),
    ],
)
def test_the_text_of_an_office_file_is_what_a_reader_sees(file: str, text: str) -> None:
    """The files hold a link, a comment and (where the format keeps it apart) a struck-out sentence, of which only the link's own words are text."""
    document, notes = read_document((FILES / file).read_bytes(), None, None)
    assert (document.text, notes) == (text, ())


def test_a_word_file_saved_piecemeal_is_read_in_order() -> None:
    properties = b"\x01\x04\x00abcd"
    document, notes = read_document(old_word(b"\x93Mot\x94 \x96 ", "hai ủy viên\r", b"ba", properties=properties), None, None)
    assert (document, notes) == (Document(DOC, "“Mot” – hai ủy viên\n\nba"), ())


def test_a_word_file_in_an_old_font_is_mended() -> None:
    assert read_document(old_word("Céng hßa x· héi chñ nghÜa ViÖt Nam".encode("cp1252")), None, None)[0].text == "Cộng hòa xã hội chủ nghĩa Việt Nam"


def test_what_a_field_asks_for_is_no_text_but_what_it_shows_is() -> None:
    nested = "xem \x13HYPERLINK \x13PAGE\x141\x15\x14 trang \x13REF a\x14hai\x15\x15 và\x13TIME\x15 hết"
    assert read_document(old_word(nested), None, None)[0].text == "xem trang hai và hết"


def test_a_word_file_that_ends_before_its_text_is_told() -> None:
    document, notes = read_document(old_word(b"mot", length=90), None, None)
    assert (document.text, notes) == ("mot", (Note("attachment-cut", "the file ends after 3 of 90 characters"),))


def test_a_word_file_whose_pieces_repeat_its_text_for_ever_is_cut_and_told() -> None:
    count = 3000
    bounds = [number * 4000 for number in range(count + 1)]
    table = struct.pack(f"<{count + 1}I", *bounds) + struct.pack("<HIH", 0, 0x40000000 | 0x400, 0) * count
    clx = struct.pack("<BI", 2, len(table)) + table
    head = bytearray(0x200)
    struct.pack_into("<HHxxxxxxH", head, 0, 0xA5EC, 0x00C1, 0x0200)
    struct.pack_into("<I", head, 0x4C, bounds[-1])
    struct.pack_into("<II", head, 0x01A2, 0, len(clx))
    document, notes = read_document(ole(WordDocument=bytes(head) + b"a" * 4000, _1Table=clx), None, None)
    assert document.text is not None
    assert (len(document.text), [note.kind for note in notes]) == (CHARACTERS_MAX, ["attachment-cut"])


def test_pictures_in_a_rich_text_file_are_left_out() -> None:
    picture = b"{\\pict\\pngblip " + (b"89504e470d0a1a0a" * 8 + b"\r\n") * 50_000 + b"}"
    assert read_document(b"{\\rtf1\\ansi\\ansicpg1258 Xa\\'de" + picture + b" Su\\u7889?i}", None, None)[0].text == "Xã Suối"


def test_a_presentation_of_too_many_slides_is_cut_and_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"")
        for number in range(1, PAGES_MAX + 3):
            text = b"<p:sld xmlns:p='p' xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><a:p><a:t>so %d</a:t></a:p></p:sld>" % number
            archive.writestr(f"ppt/slides/slide{number}.xml", text)
    document, notes = read_document(out.getvalue(), None, None)
    assert document.text == "\n\n".join(f"so {number}" for number in range(1, PAGES_MAX + 1))
    assert notes == (Note("attachment-cut", "only the first 300 of 302 slides were read"),)


def cut(file: str, size: int) -> bytes:
    return (FILES / file).read_bytes()[:size]


@pytest.mark.parametrize(
    "body",
    [
        old_word(b"x", flags=0x0300),
        old_word(b"x", flags=0x0000),
        old_word(b"x", properties=b"\x01\xff\xff"),
        old_word(b"x", properties=b"\x07"),
        ole(Other=b"", WordDocument=b""),
        cut("plan.doc", 700),
        cut("plan.doc", 4000),
        cut("plan.odt", 3000),
        cut("budget.xls", 3000),
        with_member((FILES / "plan.odt").read_bytes(), "META-INF/manifest.xml", b"<manifest:encryption-data/>"),
        with_member((FILES / "plan.odt").read_bytes(), "content.xml", entities(b"<a>", b"</a>")),
        with_member((FILES / "budget.ods").read_bytes(), "content.xml", b" " * 30_000_000),
        b"{\\rtf1 \\u9999999 x}",
    ],
    ids=[
        "encrypted", "no table", "endless properties", "no pieces", "empty", "half a container", "half a file", "half a zip", "half a workbook",
        "password", "billion laughs", "bomb", "no such character",
    ],
)  # fmt: skip
def test_damaged_and_hostile_files_of_the_other_formats_are_told(body: bytes) -> None:
    assert only_note(body, None, "a.doc").kind == "attachment-unreadable"


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


@pytest.mark.parametrize("stream", ["WordDocument", "Workbook"])
def test_a_container_whose_chain_of_sectors_runs_in_a_circle_is_told(stream: str) -> None:
    body = bytearray(ole(**{stream: b""}))
    struct.pack_into("<I", body, len(body) - 512, 0)  # the first sector says that the next one is itself
    assert only_note(bytes(body)).kind == "attachment-unreadable"


@pytest.mark.parametrize("file", [file.name for file in sorted(FILES.iterdir())])
def test_a_file_damaged_anywhere_gives_text_or_a_reason(file: str) -> None:
    """Seeded; LOA_MUTANTS says how many."""
    whole = (FILES / file).read_bytes()
    random = Random(file)
    for _ in range(int(os.environ.get("LOA_MUTANTS", "300")) // 10):
        body = bytearray(whole)
        for _ in range(random.choice((1, 5, 50))):
            body[random.randrange(len(body))] = random.randrange(256)
        document, notes = read_document(bytes(body[: random.randrange(len(body)) if random.random() < 0.2 else None]), None, file)
        assert (document.text is None) <= bool(notes)

"""The text of office files, current and old formats, and what is said of bad or hostile ones."""

import io
import os
import struct
import zipfile
from random import Random

import docx
import pytest

from pipelines.outcomes import IssueKind
from pipelines.read.files.documents import read_document
from pipelines.read.files.limits import CHARACTERS_MAX, PAGES_MAX
from pipelines.read.files.media_types import DOC, DOCX, XLSX
from pipelines.read.reading import Document, Note
from tests.builders.document_files import (
    FILES,
    OLE,
    SHEET,
    WORD,
    compound_file,
    doc_file,
    docx_file,
    entity_bomb,
    first_bytes_of,
    households,
    only_note_of,
    sample_workbook,
    with_member,
    xlsx_file,
)


def test_a_word_file_gives_paragraphs_and_cells_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("Điều 1.\tPhạm vi")
    document.add_table(1, 2).rows[0].cells[1].text = "Ô hai"
    document.add_paragraph("Hết")
    out = io.BytesIO()
    document.save(out)
    assert read_document(out.getvalue(), None, "a.docx") == (
        Document(DOCX, "Điều 1. Phạm vi\n\nÔ hai\n\nHết"),
        (),
    )


def test_deleted_words_of_tracked_changes_are_left_out() -> None:
    xml = WORD + (
        b"<w:p><w:r><w:t>con</w:t></w:r><w:del><w:r><w:delText>bo</w:delText></w:r></w:del>"
        b"<w:r><w:t> lai</w:t></w:r></w:p></w:body></w:document>"
    )
    assert read_document(docx_file(xml), None, None)[0].text == "con lai"


def test_a_word_file_beyond_the_cap_is_cut_and_told() -> None:
    xml = (
        WORD
        + b"<w:p><w:r><w:t>"
        + b"chu " * (CHARACTERS_MAX // 4 + 10)
        + b"</w:t></w:r></w:p></w:body></w:document>"
    )
    document, notes = read_document(docx_file(xml), None, None)
    assert document.text is not None
    assert len(document.text) == CHARACTERS_MAX - 1  # the last blank is stripped
    assert [note.kind for note in notes] == ["attachment-cut"]


@pytest.mark.parametrize(
    "body",
    [
        docx_file(WORD + b" " * 300_000_000),
        docx_file(WORD + b"<w:p>"),
        docx_file(entity_bomb(WORD + b"<w:t>", b"</w:t></w:body></w:document>")),
        docx_file(b""),
        docx_file(WORD)[:-30],
        with_member(
            xlsx_file(sample_workbook()),
            "xl/sharedStrings.xml",
            SHEET + b"<si/>" * 1_500_000 + b"</sst>",
        ),
        with_member(
            xlsx_file(sample_workbook()),
            "xl/worksheets/sheet1.xml",
            b"<worksheet>" + b" " * 300_000_000,
        ),
        with_member(xlsx_file(sample_workbook()), "xl/workbook.xml", b"<workbook"),
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
    assert only_note_of(body, "application/octet-stream", "a.docx").kind == "attachment-unreadable"


def test_no_file_of_this_machine_is_drawn_in() -> None:
    xml = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + WORD
        + b"<w:t>x&a;y</w:t></w:body></w:document>"
    )
    assert "root" not in (read_document(docx_file(xml), None, None)[0].text or "")


def test_an_excel_file_gives_sheets_and_rows() -> None:
    assert read_document(xlsx_file(sample_workbook()), None, "a.xlsx") == (
        Document(XLSX, "Thu chi\nKhoản Số tiền Ngày\nĐường liên thôn 1.5 2026-07-08"),
        (),
    )


def test_a_sheet_with_one_cell_at_its_far_corner_is_cut_and_told() -> None:
    book = sample_workbook()
    book.worksheets[0]["XFD1048576"] = "xa"
    document, notes = read_document(xlsx_file(book), None, None)
    assert document.text == "Thu chi\nKhoản Số tiền Ngày\nĐường liên thôn 1.5 2026-07-08"
    assert notes == (
        Note(IssueKind.ATTACHMENT_CUT, "only the first 20000 rows of a sheet were read"),
    )


def open_sheet_of(rows: int, columns: int) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    lines = (
        "<table:table-row>"
        + "".join(
            f"<table:table-cell><text:p>Hộ {row} thôn {n}</text:p></table:table-cell>"
            for n in range(columns)
        )
        + "</table:table-row>"
        for row in range(rows)
    )
    xml = f"<office:body {spaces}><table:table>{''.join(lines)}</table:table></office:body>"
    return with_member((FILES / "budget.ods").read_bytes(), "content.xml", xml.encode())


@pytest.mark.parametrize(
    ("body", "last"),
    [
        (households(20_000, 6), "39998 Hộ 19999 thôn 3 79996 Hộ 19999 thôn 5"),
        (open_sheet_of(20_000, 3), "Hộ 19999 thôn 0 Hộ 19999 thôn 1 Hộ 19999 thôn 2"),
    ],
    ids=["xlsx", "ods"],
)
def test_an_honest_sheet_of_twenty_thousand_rows_is_read_whole(body: bytes, last: str) -> None:
    document, notes = read_document(body, None, None)
    assert notes == ()
    assert document.text is not None
    assert document.text.endswith(last)


def test_what_is_beyond_the_caps_is_cut_with_a_note_and_the_rest_is_kept() -> None:
    sheet, notes = read_document(households(20_500, 2), None, None)
    assert sheet.text is not None
    assert sheet.text.endswith("\n0 Hộ 19999 thôn 1")
    assert notes == (
        Note(IssueKind.ATTACHMENT_CUT, "only the first 20000 rows of a sheet were read"),
    )
    comments = (b"<!--" + b"x" * 1_000_000 + b"-->") * 25
    long = WORD + b"<w:p><w:r><w:t>Xin</w:t></w:r></w:p>" + comments
    assert read_document(docx_file(long), None, None) == (
        Document(DOCX, "Xin"),
        (Note(IssueKind.ATTACHMENT_CUT, "only the first 20971520 bytes of its text were read"),),
    )


HEADING = "KẾ HOẠCH NẠO VÉT KÊNH MƯƠNG"
TASK = "Ủy ban nhân dân xã Suối Mây giao tổ thủy nông làm xong trước ngày 15 / 4. Hết."
COPIES = "Nơi nhận: các thôn; “lưu VP” – 2 bản."


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "plan.doc",
            f"{HEADING}\n\n{TASK}\n\nDòng một\ndòng hai\n\nThôn Mét kênh\nBản Lũng 1.250\n{COPIES}",
        ),
        (
            "plan.rtf",
            f"{HEADING}\n{TASK}\nDòng một\ndòng hai\nThôn|Mét kênh|\nBản Lũng|1.250|\n{COPIES}",
        ),
        (
            "plan.odt",
            (
                f"{HEADING}\n\n{TASK}\n\nDòng một\ndòng hai\n\nThôn\n\nMét kênh\n\nBản "
                f"Lũng\n\n1.250\n\n{COPIES}"
            ),
        ),
        ("budget.xls", "Thu chi\nKhoản Số tiền Ngày\nĐường liên thôn 1.5 2026-07-08\nCầu 40"),
        ("budget.ods", "Khoản Số tiền Ngày\nĐường liên thôn 1.5 8/7/2026\nCầu 40"),
        ("slides.pptx", "Chuyển đổi số ở xã Suối Mây\nTổ công nghệ số cộng đồng\n\nKết quả quý I"),
        ("slides.odp", "Chuyển đổi số ở xã Suối Mây\n\nTổ công nghệ số cộng đồng\n\nKết quả quý I"),
    ],
)
def test_the_text_of_an_office_file_is_what_a_reader_sees(file: str, text: str) -> None:
    """The files hold a link, a comment and, where the format keeps it apart, a struck-out sentence.

    Only the link's own words are text.
    """
    document, notes = read_document((FILES / file).read_bytes(), None, None)
    assert (document.text, notes) == (text, ())


def test_a_word_file_saved_piecemeal_is_read_in_order() -> None:
    properties = b"\x01\x04\x00abcd"
    document, notes = read_document(
        doc_file(b"\x93Mot\x94 \x96 ", "hai ủy viên\r", b"ba", properties=properties), None, None
    )
    assert (document, notes) == (Document(DOC, "“Mot” – hai ủy viên\n\nba"), ())


def test_a_word_file_in_an_old_font_is_mended() -> None:
    assert (
        read_document(doc_file("Céng hßa x· héi chñ nghÜa ViÖt Nam".encode("cp1252")), None, None)[
            0
        ].text
        == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    )


def test_what_a_field_asks_for_is_no_text_but_what_it_shows_is() -> None:
    nested = (
        "xem \x13HYPERLINK \x13PAGE\x141\x15\x14 trang \x13REF a\x14hai\x15\x15 và\x13TIME\x15 hết"
    )
    assert read_document(doc_file(nested), None, None)[0].text == "xem trang hai và hết"


def test_a_word_file_that_ends_before_its_text_is_told() -> None:
    document, notes = read_document(doc_file(b"mot", length=90), None, None)
    assert (document.text, notes) == (
        "mot",
        (Note(IssueKind.ATTACHMENT_CUT, "the file ends after 3 of 90 characters"),),
    )


def test_a_word_file_whose_pieces_repeat_its_text_for_ever_is_cut_and_told() -> None:
    count = 3000
    bounds = [number * 4000 for number in range(count + 1)]
    table = (
        struct.pack(f"<{count + 1}I", *bounds)
        + struct.pack("<HIH", 0, 0x40000000 | 0x400, 0) * count
    )
    clx = struct.pack("<BI", 2, len(table)) + table
    head = bytearray(0x200)
    struct.pack_into("<HHxxxxxxH", head, 0, 0xA5EC, 0x00C1, 0x0200)
    struct.pack_into("<I", head, 0x4C, bounds[-1])
    struct.pack_into("<II", head, 0x01A2, 0, len(clx))
    document, notes = read_document(
        compound_file(WordDocument=bytes(head) + b"a" * 4000, _1Table=clx), None, None
    )
    assert document.text is not None
    assert (len(document.text), [note.kind for note in notes]) == (
        CHARACTERS_MAX,
        ["attachment-cut"],
    )


def test_pictures_in_a_rich_text_file_are_left_out() -> None:
    picture = b"{\\pict\\pngblip " + (b"89504e470d0a1a0a" * 8 + b"\r\n") * 50_000 + b"}"
    assert (
        read_document(
            b"{\\rtf1\\ansi\\ansicpg1258 Xa\\'de" + picture + b" Su\\u7889?i}", None, None
        )[0].text
        == "Xã Suối"
    )


def test_a_presentation_of_too_many_slides_is_cut_and_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"")
        for number in range(1, PAGES_MAX + 3):
            text = (
                b"<p:sld xmlns:p='p' xmlns:a='http://schemas.openxmlformats.org/drawingml/2006"
                b"/main'><a:p><a:t>so %d</a:t></a:p></p:sld>"
            ) % number
            archive.writestr(f"ppt/slides/slide{number}.xml", text)
    document, notes = read_document(out.getvalue(), None, None)
    assert document.text == "\n\n".join(f"so {number}" for number in range(1, PAGES_MAX + 1))
    assert notes == (Note(IssueKind.ATTACHMENT_CUT, "only the first 300 of 302 slides were read"),)


@pytest.mark.parametrize(
    "body",
    [
        doc_file(b"x", flags=0x0300),
        doc_file(b"x", flags=0x0000),
        doc_file(b"x", properties=b"\x01\xff\xff"),
        doc_file(b"x", properties=b"\x07"),
        compound_file(Other=b"", WordDocument=b""),
        first_bytes_of("plan.doc", 700),
        first_bytes_of("plan.doc", 4000),
        first_bytes_of("plan.odt", 3000),
        first_bytes_of("budget.xls", 3000),
        with_member((FILES / "plan.odt").read_bytes(), "META-INF/manifest.xml",
        b"<manifest:encryption-data/>"),
        with_member((FILES / "plan.odt").read_bytes(), "content.xml", entity_bomb(b"<a>", b"</a>")),
        with_member((FILES / "budget.ods").read_bytes(), "content.xml", b" " * 30_000_000),
        b"{\\rtf1 \\u9999999 x}",
    ],
    ids=[
        "encrypted", "no table", "endless properties", "no pieces", "empty", "half a container",
        "half a file", "half a zip", "half a workbook",
        "password", "billion laughs", "bomb", "no such character",
    ],
)  # fmt: skip
def test_damaged_and_hostile_files_of_the_other_formats_are_told(body: bytes) -> None:
    assert only_note_of(body, None, "a.doc").kind == "attachment-unreadable"


@pytest.mark.parametrize("stream", ["WordDocument", "Workbook"])
def test_a_container_whose_chain_of_sectors_runs_in_a_circle_is_told(stream: str) -> None:
    body = bytearray(compound_file(**{stream: b""}))
    # The first sector says that the next one is itself.
    struct.pack_into("<I", body, len(body) - 512, 0)
    assert only_note_of(bytes(body)).kind == "attachment-unreadable"


@pytest.mark.parametrize("file", [file.name for file in sorted(FILES.iterdir())])
def test_a_file_damaged_anywhere_gives_text_or_a_reason(file: str) -> None:
    """Seeded; LOA_MUTANTS says how many."""
    whole = (FILES / file).read_bytes()
    random = Random(file)
    for _ in range(int(os.environ.get("LOA_MUTANTS", "300")) // 10):
        body = bytearray(whole)
        for _ in range(random.choice((1, 5, 50))):
            body[random.randrange(len(body))] = random.randrange(256)
        document, notes = read_document(
            bytes(body[: random.randrange(len(body)) if random.random() < 0.2 else None]),
            None,
            file,
        )
        assert (document.text is None) <= bool(notes)

"""Attached files built byte by byte, sound and hostile, for the tests of what is read from them."""

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pypdf

from pipelines.read.files.documents import read_document
from pipelines.read.reading import Note

FILES = Path(__file__).parent / "files"  # made by LibreOffice 7.4 from texts of our own
WORD = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
SHEET = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def pdf(*contents: bytes, filters: bytes = b"", resources: bytes = b"") -> bytes:
    """A PDF with one page for each content stream; the font is /F, a picture /I."""
    pages = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(contents), pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        (
            b"<</Type/XObject/Subtype/Image/Width 1/Height "
            b"1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream"
        ),
    ]
    for number, content in enumerate(contents):
        objects.append(
            (
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font"
                b"<</F 3 0 R>>%s>>>>"
            )
            % (6 + 2 * number, resources),
        )
        objects.append(b"<<%s/Length %d>>stream\n%s\nendstream" % (filters, len(content), content))
    out = b"%PDF-1.4\n"
    offsets = []
    for number, written in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    ) % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )


def pdf_text(text: bytes) -> bytes:
    return b"BT /F 12 Tf 72 720 Td (" + text + b") Tj ET"


def zipped(**members: bytes) -> bytes:
    """A zip file; "__" in a name stands for "/", "_" for "."."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def odt_file(media_type: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", media_type)
        archive.writestr("content.xml", b"")
    return out.getvalue()


def docx_file(xml: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", xml)
    return out.getvalue()


def compound_file(**streams: bytes) -> bytes:
    """A compound file ([MS-CFB]) of version 3 with these streams, each too long for a mini stream.

    "_" before a name's figure is left out.
    """
    sectors: list[bytes] = []
    chains: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        content += bytes(max(4096 - len(content), -len(content) % 512))
        entries.append(
            _entry(
                name.removeprefix("_"),
                2,
                len(sectors),
                len(content),
                right=number + 1 if number < len(streams) else 0xFFFFFFFF,
            )
        )
        pieces = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        chains += [*range(len(sectors) + 1, len(sectors) + len(pieces)), 0xFFFFFFFE]
        sectors += pieces
    directory, table = len(sectors), len(sectors) + 1
    sectors.append(b"".join(entries).ljust(512, b"\0"))
    chains += [0xFFFFFFFE, 0xFFFFFFFD]
    sectors.append(struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff"))
    sizes = struct.pack(
        "<HHHHH6xIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        directory,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
    )
    return OLE[:24] + sizes + struct.pack("<I", table) + b"\xff" * 432 + b"".join(sectors)


def _entry(
    name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    written = name.encode("utf-16-le")
    return written.ljust(64, b"\0") + struct.pack(
        "<HBBIII36xIQ", len(written) + 2, kind, 1, 0xFFFFFFFF, right, child, start, size
    )


def doc_file(
    *pieces: bytes | str,
    flags: int = 0x0200,
    version: int = 0x00C1,
    length: int | None = None,
    properties: bytes = b"",
) -> bytes:
    """A Word file with these pieces of text, one byte a character or two."""
    text, bounds, places = b"", [0], b""
    for piece in pieces:
        start = 0x200 + len(text)
        places += struct.pack(
            "<HIH", 0, start if isinstance(piece, str) else start * 2 | 0x40000000, 0
        )
        text += piece.encode("utf-16-le") if isinstance(piece, str) else piece
        bounds.append(bounds[-1] + len(piece))
    table = struct.pack(f"<{len(bounds)}I", *bounds) + places
    clx = properties + struct.pack("<BI", 2, len(table)) + table
    head = bytearray(0x200)
    struct.pack_into("<HH", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<I", head, 0x4C, bounds[-1] if length is None else length)
    struct.pack_into("<II", head, 0x01A2, 0, len(clx))
    return compound_file(WordDocument=bytes(head) + text, _1Table=clx)


def sample_workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Thu chi"
    sheet.append(["Khoản", "Số tiền", None, "Ngày"])
    sheet.append(["Đường liên thôn", 1.5, None, date(2026, 7, 8)])
    return book


def xlsx_file(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def households(rows: int, columns: int) -> bytes:
    """A list of households, as communes publish them."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Hộ dân")
    for row in range(rows):
        sheet.append([f"Hộ {row} thôn {n}" if n % 2 else row * n for n in range(columns)])
    return xlsx_file(book)


def with_member(body: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for member in before.infolist():
            after.writestr(
                member.filename,
                content if member.filename == name else before.read(member),
                member.compress_type,
            )
        if name not in before.namelist():
            after.writestr(name, content)
    return out.getvalue()


def only_note_of(body: bytes, declared: str | None = None, name: str | None = None) -> Note:
    document, notes = read_document(body, declared, name)
    assert document.text is None
    assert len(notes) == 1
    assert "\n" not in notes[0].detail
    return notes[0]


def encrypted_pdf(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(pdf_text(b"Mat"))))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def entity_bomb(opening: bytes, closing: bytes) -> bytes:
    """A billion laughs: nine entities, each ten times the one before."""
    doubled = b"".join(
        b'<!ENTITY %c "%s">' % (98 + depth, (b"&%c;" % (97 + depth)) * 10) for depth in range(9)
    )
    return (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "hahahahaha">'
        + doubled
        + b"]>"
        + opening
        + b"&j;"
        + closing
    )


def first_bytes_of(file: str, size: int) -> bytes:
    return (FILES / file).read_bytes()[:size]

"""Attached files: bombs, lies about their type, nothing at all, names that leave the folder."""

import io
import zipfile
from collections.abc import Callable

from tests.faults.bad_inputs.case import BadInput, answer, article_page

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = ("attachment",)
UNREADABLE = ("attachment-unreadable",)


def zipped(**members: bytes) -> bytes:
    """A zip file that lists its types, as office files do.

    In a member's name, two underscores stand for a slash and one for a dot.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        for name, content in members.items():
            # Without today's date.
            archive.writestr(
                zipfile.ZipInfo(name.replace("__", "/").replace("_", ".")),
                content,
                zipfile.ZIP_DEFLATED,
            )
    return made.getvalue()


def word(document: bytes) -> bytes:
    """A Word file around its document.xml."""
    return zipped(word__document_xml=document)


def pdf(*objects: bytes) -> bytes:
    """A PDF file of these objects, without a table of where they stand."""
    body = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, content) for number, content in enumerate(objects, 1)
    )
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def _bad(
    name: str,
    ending: str,
    media_type: str,
    body: Callable[[], bytes],
    outcomes: tuple[str, ...] = KEPT,
    issues: tuple[str, ...] = UNREADABLE,
    *more: str,
) -> BadInput:
    return BadInput(
        name,
        lambda: answer(body(), f"Content-Type: {media_type}", *more),
        outcomes,
        body,
        (),
        issues,
        kind="attachment",
        path=ending,
    )


LOOPED = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
)
CASES = [
    _bad("nothing at all", "0.pdf", PDF, lambda: b"", ("refused-empty",), ()),
    _bad("a PDF of one line", "1.pdf", PDF, lambda: b"%PDF-1.4\n"),
    _bad("a PDF whose pages hold each other", "2.pdf", PDF, lambda: pdf(*LOOPED)),
    _bad(
        "a PDF that promises a million pages",
        "3.pdf",
        PDF,
        lambda: pdf(LOOPED[0], b"<< /Type /Pages /Kids [] /Count 1000000 >>"),
        KEPT,
        (),
    ),
    _bad(
        "a PDF of 200,000 arrays in one another",
        "4.pdf",
        PDF,
        lambda: pdf(b"[" * 200_000 + b"]" * 200_000),
    ),
    _bad("a PDF cut in half", "5.pdf", PDF, lambda: pdf(*LOOPED)[:60]),
    _bad(
        "a page of HTML that says it is a PDF",
        "6.pdf",
        PDF,
        lambda: article_page().encode(),
        ("refused-not-a-file", "attachment"),
        (),
    ),
    _bad(
        "a picture that says it is a PDF",
        "7.pdf",
        PDF,
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(300),
        KEPT,
        ("attachment-without-text",),
    ),
    _bad(
        "a Word file with a bomb",
        "8.docx",
        WORD,
        lambda: word(b"<w>" + b" " * (60 << 20) + b"</w>"),
    ),
    _bad(
        "a Word file with a billion laughs",
        "9.docx",
        WORD,
        lambda: word(
            b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1_000 + b'">]><d>&b;</d>'
        ),
        KEPT,
        (),
    ),
    _bad(
        "a Word file that is no zip",
        "10.docx",
        WORD,
        lambda: b"PK\x03\x04" + b"\xff" * 500,
        KEPT,
        (),
    ),
    _bad(
        "a zip file of 60 megabytes of blanks",
        "11.zip",
        "application/zip",
        lambda: zipped(a_txt=b" " * (60 << 20)),
        KEPT,
        ("attachment-without-text",),
    ),
    _bad(
        "a zip file whose member climbs out",
        "12.zip",
        "application/zip",
        lambda: zipped(**{"..__..__evil_sh": b"x"}),
        KEPT,
        ("attachment-without-text",),
    ),
    _bad(
        "an Excel file of a million tags",
        "13.xlsx",
        SHEET,
        lambda: zipped(xl__workbook_xml=b"<a/>" * 1_100_000),
        KEPT,
        UNREADABLE,
    ),
    _bad(
        "a name that climbs out of the folder",
        "..%2F..%2F..%2Fevil.pdf",
        PDF,
        lambda: b"%PDF-1.4\n",
        KEPT,
        UNREADABLE,
        'Content-Disposition: attachment; filename="../../../evil.pdf"',
    ),
    _bad(
        "a file of a size beyond what is read",
        "15.zip",
        "application/zip",
        lambda: b"PK\x03\x04" + bytes(17 << 20),
        ("refused-undecodable",),
        (),
    ),
    _bad(
        "plain text that says it is a Word file",
        "16.doc",
        "text/plain",
        lambda: "chữ ".encode() * 1_000,
        ("refused-not-a-file",),
        (),
    ),
    _bad(
        "an old Word file cut short",
        "17.doc",
        "application/msword",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        KEPT,
        (),
    ),
    _bad(
        "RTF that opens 100,000 braces",
        "18.rtf",
        "application/rtf",
        lambda: rb"{\rtf1" + b"{" * 100_000,
        KEPT,
        (),
    ),
]

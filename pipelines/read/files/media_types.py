"""The type of a file by its first bytes, whatever its name and header say."""

import io
import re
import struct
import zipfile
from pathlib import PurePosixPath

from pipelines.read.text.content_codings import BINARY

_HEAD = 1024
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
RTF = "application/rtf"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
OLE = "application/x-ole-storage"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
# The declared types of a page, a feed or a sitemap.
MARKUP_TYPES = (
    "text/html application/xhtml+xml text/xml application/xml application/rss+xml"
    " application/atom+xml text/plain application/gzip application/x-gzip"
)
MARKUP = frozenset(MARKUP_TYPES.split())
PACKED = frozenset({"application/gzip", "application/x-gzip", "application/zstd"})

# The pictures that are kept, and shown from the archive. SVG is a document with scripts and links.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})

# WHATWG MIME Sniffing Standard and the formats' own specifications.
_MAGIC = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\{\\rtf", RTF),
        (rb"Rar!\x1a\x07", "application/vnd.rar"),
        (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (rb"\x1f\x8b", "application/gzip"),
        (rb"\x28\xb5\x2f\xfd", "application/zstd"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF.{4}WEBP", "image/webp"),
        (rb".{4}ftypavi[fs]", "image/avif"),
        (rb"II\*\x00|MM\x00\*", "image/tiff"),
    )
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The container's directory holds the name of a stream, in UTF-16.
_OLE_STREAMS = (
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_OFFICE_FOLDERS = {"word": DOCX, "xl": XLSX, "ppt": PPTX}
# OpenDocument 1.3, part 2, section 3.3: the first member is its media type, not compressed.
_OPEN_DOCUMENT = re.compile(rb"PK\x03\x04.{26}mimetype(application/[\w.+-]{1,80})PK", re.DOTALL)
_OLE_SUFFIXES = {".doc": DOC, ".xls": XLS, ".ppt": "application/vnd.ms-powerpoint"}
_HTML = re.compile(
    rb"\s*(?:<!--|(?:<\?xml[^>]*>\s*)(?:<!--.*?-->\s*)*+<(?:!doctype )?html\b"
    rb"|<(?:!doctype html|html|head|body|script|style|title|meta|link|iframe|div|table|font|h1|p"
    rb"|a|b|br)\b)",
    re.IGNORECASE | re.DOTALL,
)
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")  # UTF-16, with its mark or as markup


def sniff(body: bytes, declared: str | None, name: str | None) -> str:
    """The media type of a file, from its bytes; `declared` (a Content-Type) and `name` decide only
    where the bytes leave it open.

    An error page in place of a file is "text/html", and no bytes are "application/x-empty". Unknown
    bytes have the declared type, else "application/octet-stream".
    """
    if not body:
        return EMPTY
    head = body[:_HEAD]
    text_head = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(text_head):
        return "text/html"
    # Readers accept it anywhere in the first 1,024 bytes (ISO 32000-1, annex H).
    if b"%PDF-" in head:
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(body)
    suffix = PurePosixPath(name or "").suffix.lower()
    if head.startswith(_OLE_MAGIC):
        return _sniff_ole(body, suffix)
    for magic, media_type in _MAGIC:
        if magic.match(head):
            return media_type
    said = (declared or "").partition(";")[0].strip().lower()
    if not BINARY.search(head) or head.startswith(_WIDE_TEXT):
        return _sniff_text(body, said, suffix)
    return said if said and not said.startswith("text/") else UNKNOWN


def is_plain_file(media_type: str, name: str) -> bool:
    """Whether text or packed data is a file by its name, not a page in place of one."""
    suffixes = PurePosixPath(name.lower()).suffixes[-1:]
    return media_type in PACKED or (media_type == "text/plain" and suffixes in ([".txt"], [".gz"]))


def _sniff_ole(body: bytes, suffix: str) -> str:
    found = (
        media_type for stream, media_type in _OLE_STREAMS if stream.encode("utf-16-le") in body
    )
    return next(found, OLE if ENCRYPTED_OFFICE in body else _OLE_SUFFIXES.get(suffix, OLE))


def _sniff_text(body: bytes, said: str, suffix: str) -> str:
    if body[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        return "application/xml"
    if suffix == ".csv":
        return "text/csv"
    # PHP's default for any content without a declared type.
    if said in ("text/html", "application/xhtml+xml"):
        return "text/html" if b"<" in body else "text/plain"
    return said if said.startswith("text/") else "text/plain"


def _sniff_zip(body: bytes) -> str:
    if named := _OPEN_DOCUMENT.match(body):
        return named[1].decode()
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
        folders = {name.partition("/")[0] for name in names if "[Content_Types].xml" in names}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        # A zip that lacks its end still begins with the names of its first members.
        head = body[:65536]
        folders = {folder for folder in _OFFICE_FOLDERS if f"{folder}/".encode() in head}
    kinds = (kind for folder, kind in _OFFICE_FOLDERS.items() if folder in folders)
    return next(kinds, "application/zip")

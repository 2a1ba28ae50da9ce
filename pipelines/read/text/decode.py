"""Decode a body: undo its content codings within a limit, and find its charset by evidence."""

import re
import unicodedata
import zlib
from collections.abc import Callable
from typing import Protocol

import brotli
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from pipelines.capture import Capture

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # Python 3.14
except ImportError:
    from backports import zstd

CONTENT_LIMIT = 16 * 1024 * 1024

_CODINGS_MAX = 4
_MEMBERS_MAX = 10_000  # a body of only empty members would keep a worker busy for half a minute
# Small: a decoder copies the rest of its slice at the end of each gzip member or zstd frame.
_SLICE = 4096
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW_LOG_MAX = 23  # 8 MiB, the most that RFC 9659 lets a server use for the coding "zstd"
# Not codings, but servers send them in the header; browsers use the body unchanged.
_NO_CODING = frozenset({"", "identity", "none", "binary", "8bit", "utf-8", "utf8"})
# WHATWG MIME Sniffing Standard, "binary data byte".
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")

_MULTIBYTE = re.compile("[^\x00-\x7f\ufffd]")
_CP1258_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_CP1258_LETTER = re.compile(f"[aeiouyăâêôơư][{_CP1258_MARKS}]", re.IGNORECASE)


class _Engine(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class DecodeError(Exception):
    """A body that cannot be decoded.

    `reason` is a fixed word: too-large, cut, damaged or unknown-coding.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def decode_content(capture: Capture, *, limit: int = CONTENT_LIMIT) -> bytes:
    """The body of `capture` with every Content-Encoding undone; never more than `limit` bytes.

    Memory stays near `limit`. If a body was stored decoded, but its header still says gzip, it is
    used unchanged. Bytes after the end of gzip, deflate and zstd data are ignored. Raises
    DecodeError: `too-large` (a bomb), `cut` (the compressed data ends early, whatever
    Content-Length says), `damaged`, `unknown-coding`.
    """
    headers = [value for name, value in capture.headers if name.lower() == "content-encoding"]
    codings = [part.strip().lower() for part in ",".join(headers).split(",")]
    codings = [coding for coding in codings if coding not in _NO_CODING]
    if len(codings) > _CODINGS_MAX:
        why = f"{len(codings)} content codings on one body; at most {_CODINGS_MAX} are undone"
        raise DecodeError("unknown-coding", why)
    body = capture.body
    for coding in reversed(codings):
        decode = _DECODERS.get(coding)
        if decode is None:
            raise DecodeError("unknown-coding", f"content coding {coding[:40]!r} is not known")
        if body:
            body = decode(body, limit)
    if len(body) > limit:
        raise DecodeError("too-large", f"the body is larger than {limit} bytes")
    return body


def gunzip_bounded(body: bytes, *, limit: int = CONTENT_LIMIT) -> bytes:
    """A gzip file's content (a sitemap.xml.gz), or `body` itself if it is not gzip.

    Raises DecodeError as `decode_content` does.
    """
    return _gunzip(body, limit)


def decode_text(body: bytes, content_type: str | None) -> tuple[str, str]:
    """The text of `body`, and the encoding it was read with (Python's name). Never fails.

    The evidence, in this order: a byte order mark, bytes that are UTF-8, the header's charset, the
    page's own declaration, the look of the bytes (windows-1258, else windows-1252). Multi-byte
    UTF-8 does not arise by chance: it wins over a header that says otherwise, even where a few
    bytes are broken (they become U+FFFD). Where the bytes are not UTF-8, a look of windows-1258
    wins over a declaration of UTF-8. windows-1258 writes tones as marks after their letter; the
    text is composed (NFC).
    """
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return body[len(mark) :].decode(encoding, "replace"), encoding
    said = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    declared = [name for name in said if name]
    wide = _wide_encoding(body, declared)
    if wide is not None:
        return body.decode(wide, "replace"), wide
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        mended = body.decode("utf-8", "replace")
    if len(_MULTIBYTE.findall(mended)) > 20 * mended.count("\ufffd"):
        return mended, "utf-8"
    # A declaration inside the bytes was read as ASCII, so UTF-16 and UTF-32 are false.
    declared = [name for name in declared if not name.startswith(("utf-16", "utf-32"))]
    for name in declared:
        try:
            return _composed(body.decode(name), name), name
        except (UnicodeDecodeError, LookupError):
            continue
    look = _detected(body)
    # UTF-8 is already ruled out.
    name = declared[0] if declared and (declared[0] != "utf-8" or look != "cp1258") else look
    return _composed(body.decode(name, "replace"), name), name


def _gunzip(body: bytes, limit: int) -> bytes:
    if not body.startswith(_GZIP_MAGIC):
        return body
    return _inflate(body, 16 + zlib.MAX_WBITS, limit, _GZIP_MAGIC)


def _undeflate(body: bytes, limit: int) -> bytes:
    # RFC 9110 means zlib's format; some servers send the bare deflate stream. zlib's header is two
    # bytes, divisible by 31, that name method 8.
    if body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0:
        return _inflate(body, zlib.MAX_WBITS, limit)
    try:
        return _inflate(body, -zlib.MAX_WBITS, limit)
    except DecodeError as error:
        if error.reason == "too-large" or not _looks_plain(body):
            raise
        return body


def _inflate(body: bytes, wbits: int, limit: int, magic: bytes | None = None) -> bytes:
    return _stream(body, lambda: zlib.decompressobj(wbits), zlib.error, limit, magic)


def _stream(
    body: bytes,
    new_engine: Callable[[], _Engine],
    damage: type[Exception],
    limit: int,
    magic: bytes | None,
) -> bytes:
    """`body` as decoded by the engine. If `magic` follows the end of a member (gzip) or frame
    (zstd), the next one is read too.
    """
    content = bytearray()
    engine = new_engine()
    members = 1
    position = 0
    while position < len(body):
        part = body[position : position + _SLICE]
        try:
            content += engine.decompress(part, limit + 1 - len(content))
        except damage as error:
            why = f"compressed data is damaged near byte {position}"
            raise DecodeError("damaged", why) from error
        _check(content, limit)
        position += len(part) - len(engine.unused_data)
        if engine.eof:
            if magic is None or not body.startswith(magic, position):
                return bytes(content)
            if members == _MEMBERS_MAX:
                raise DecodeError("damaged", f"compressed data has more than {_MEMBERS_MAX} parts")
            engine = new_engine()
            members += 1
    raise DecodeError("cut", f"compressed data ends early, after {len(content)} decoded bytes")


def _unbrotli(body: bytes, limit: int) -> bytes:
    content = bytearray()
    engine = brotli.Decompressor()
    position = 0
    try:
        while not engine.is_finished():
            part = b""
            if engine.can_accept_more_data():
                part = body[position : position + _SLICE]
                if not part:
                    why = f"compressed data ends early, after {len(content)} decoded bytes"
                    raise DecodeError("cut", why)
            content += engine.process(part, output_buffer_limit=65536)
            position += len(part)
            _check(content, limit)
    except (brotli.error, DecodeError) as error:
        # Brotli has no magic bytes: only a failure shows that a body was stored decoded.
        known = isinstance(error, DecodeError)
        if _looks_plain(body) and not (known and error.reason == "too-large"):
            return body
        if known:
            raise
        raise DecodeError("damaged", f"compressed data is damaged near byte {position}") from error
    return bytes(content)


def _unzstd(body: bytes, limit: int) -> bytes:
    if not body.startswith(_ZSTD_MAGIC):
        return body
    options = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG_MAX}
    return _stream(
        body, lambda: zstd.ZstdDecompressor(options=options), zstd.ZstdError, limit, _ZSTD_MAGIC
    )


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


def _check(content: bytearray, limit: int) -> None:
    if len(content) > limit:
        raise DecodeError("too-large", f"decoded body is larger than {limit} bytes")


def _looks_plain(body: bytes) -> bool:
    return not _BINARY.search(body[:1024])


def _wide_encoding(body: bytes, declared: list[str]) -> str | None:
    """UTF-16 or UTF-32 without a mark: declared and confirmed by NULs, or beginning like markup in
    it (XML 1.0, appendix F).
    """
    if body.startswith((b"<\x00", b"\x00<")) and body[2:4] != b"\x00\x00":
        return "utf-16-le" if body[0] else "utf-16-be"
    for name in declared:
        if name.startswith(("utf-16", "utf-32")) and b"\x00" in body[:1024]:
            return name if name.endswith(("-le", "-be")) else f"{name}-le"
    return None


def _composed(text: str, encoding: str) -> str:
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text


def _detected(body: bytes) -> str:
    text = body.decode("cp1258", "replace")
    marks = sum(map(text.count, _CP1258_MARKS))
    # In windows-1258 a tone follows its vowel; elsewhere these five bytes are letters anywhere.
    return "cp1258" if marks >= 3 and len(_CP1258_LETTER.findall(text)) >= 0.9 * marks else "cp1252"

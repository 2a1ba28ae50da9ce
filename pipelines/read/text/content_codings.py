"""Undo the content codings of a body, within a limit: those that its header names, and others.

The bytes count more than the header, as in a browser: servers name codings that they did not apply,
apply some that they do not name, and compress twice.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import brotli

from pipelines.capture import Capture
from pipelines.read.text.charset import MULTIBYTE

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # Python 3.14
except ImportError:
    from backports import zstd

CONTENT_LIMIT = 16 * 1024 * 1024

_LAYERS_MAX = 2
_CODINGS_MAX = 4
_MEMBERS_MAX = 10_000  # a body of only empty members would keep a worker busy for half a minute
_TOO_MANY = f"compressed data has more than {_MEMBERS_MAX} parts"
# Small: a decoder copies the rest of its slice at the end of each gzip member or zstd frame.
_SLICE = 4096
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW_LOG_MAX = 23  # 8 MiB, the most that RFC 9659 lets a server use for the coding "zstd"
# Not codings, but servers send them in the header; browsers use the body unchanged.
_NO_CODING = frozenset({"", "identity", "none", "binary", "8bit", "utf-8", "utf8"})
# WHATWG MIME Sniffing Standard, "binary data byte".
BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_FILES = (b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")
_BLANKS = b"\r\n\t \xef\xbb\xbf"  # PHP files leave them before the body


class _Engine(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class DecodeError(Exception):
    """A body that cannot be decoded.

    `reason` is a fixed word: too-large, cut, damaged or unknown-coding. `so_far`: what was decoded
    before the fault.
    """

    def __init__(self, reason: str, detail: str, so_far: bytes = b"") -> None:
        super().__init__(detail)
        self.reason = reason
        self.so_far = so_far


@dataclass(frozen=True, slots=True)
class Content:
    """A decoded body. `slips`: what was wrong with its codings, though all of it came; each is the
    end of a sentence. `layers`: how many codings were undone.
    """

    body: bytes
    slips: tuple[str, ...] = ()
    layers: int = 0

    @property
    def is_packed(self) -> bool:
        """Whether the body is gzip or zstd data all the same."""
        return self.body.startswith((_GZIP_MAGIC, _ZSTD_MAGIC))


def decode_content(capture: Capture, *, limit: int = CONTENT_LIMIT) -> Content:
    """The body of `capture` with every Content-Encoding undone; never more than `limit` bytes.

    Memory stays near `limit`. Where the header is wrong, the bytes decide: gzip and zstd are
    recognised by their first bytes, and a body that looks like text or a document is used
    unchanged. Bytes after the end of the compressed data are ignored. If only the checksum behind
    gzip or zlib data is missing or wrong, the content is whole, and a slip says so. Raises
    DecodeError: `too-large` (a bomb), `cut` (the compressed data ends early, whatever
    Content-Length says), `damaged`, `unknown-coding`.
    """
    headers = [value for name, value in capture.headers if name.lower() == "content-encoding"]
    codings = [part.strip().lower() for part in ",".join(headers).split(",")]
    codings = [coding for coding in codings if coding not in _NO_CODING]
    if len(codings) > _CODINGS_MAX:
        why = f"{len(codings)} content codings on one body; at most {_CODINGS_MAX} are undone"
        raise DecodeError("unknown-coding", why)
    content = Content(capture.body)
    for coding in reversed(codings):
        if content.body:
            content = _undo(coding, content, limit)
    if len(content.body) > limit:
        raise DecodeError("too-large", f"the body is larger than {limit} bytes")
    return content


def open_undeclared(content: Content, *, limit: int = CONTENT_LIMIT) -> Content:
    """The content without gzip and zstd that no header names: a sitemap.xml.gz, a page of a server
    that forgot the header or compressed twice. Raises DecodeError as `decode_content` does.
    """
    while content.is_packed:
        content = _unpack(content, limit)
    return content


def open_unmarked(body: bytes) -> bytes | None:
    """The text in zlib or Brotli data that no header names; None for any other body.

    Neither begins with a magic number: only data that ends well, and becomes text, proves itself.
    """
    for decode in (_unzlib, _unbrotli):
        try:
            content = decode(body, CONTENT_LIMIT).body
        except DecodeError:
            continue
        if content.strip() and _looks_plain(content):
            return content
    return None


def _undo(coding: str, content: Content, limit: int) -> Content:
    """The content without one coding that its header names."""
    decode = _UNMARKED.get(coding)
    if decode is not None:
        try:
            return _opened(content, decode(content.body, limit))
        except DecodeError as error:
            known = content.is_packed or _looks_plain(content.body)
            if error.reason == "too-large" or not known:
                raise
    elif coding not in _MARKED and not content.is_packed and not _looks_plain(content.body):
        raise DecodeError("unknown-coding", f"content coding {coding[:40]!r} is not known")
    bare = content.body[:16].lstrip(_BLANKS)
    if bare.startswith(_GZIP_MAGIC):
        content = replace(content, body=content.body[-len(content.body.lstrip(_BLANKS)) :])
    return _unpack(content, limit) if content.is_packed else content


def _unpack(content: Content, limit: int) -> Content:
    """The content without the gzip or zstd that its first bytes show."""
    decode = _gunzip if content.body.startswith(_GZIP_MAGIC) else _unzstd
    return _opened(content, decode(content.body, limit))


def _opened(packed: Content, inner: Content) -> Content:
    if packed.layers == _LAYERS_MAX:
        raise DecodeError("unknown-coding", f"compressed more than {_LAYERS_MAX} times")
    return Content(inner.body, (*packed.slips, *inner.slips), packed.layers + 1)


def _gunzip(body: bytes, limit: int) -> Content:
    """The content of gzip data, even if its checksums (RFC 1952, CRC32 and ISIZE) are missing or
    wrong: it is whole if each deflate stream comes to its own end.
    """
    content = bytearray()
    slips: list[str] = []
    position = 0
    for _ in range(_MEMBERS_MAX):
        begin = len(content)
        start = _after_gzip_head(body, position)
        position = _inflate_one(body, start, content, limit)
        right = struct.pack("<II", zlib.crc32(content[begin:]), (len(content) - begin) % 2**32)
        said = body[position : position + 8]
        if said != right:
            slips.append(_slip("gzip", said, right))
        if said == right or not body.startswith(_GZIP_MAGIC, position):
            position += 8
        if not body.startswith(_GZIP_MAGIC, position):
            break
    else:
        raise DecodeError("damaged", _TOO_MANY)
    if any(slip.endswith("wrong") for slip in slips) and _is_broken_utf8(content):
        raise DecodeError("damaged", "its gzip data has a wrong checksum, and broken UTF-8")
    return Content(bytes(content), tuple(slips[:1]))


def _is_broken_utf8(content: bytearray) -> bool:
    """Whether a text in UTF-8 holds bytes that are none, as after a fault on the way."""
    try:
        content.decode()
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        return len(MULTIBYTE.findall(text)) > text.count("\ufffd")
    return False


def _slip(what: str, said: bytes, right: bytes) -> str:
    if len(said) < len(right):
        return f"the checksum of its {what} data is {'cut' if said else 'missing'}"
    return f"the checksum of its {what} data is wrong"


def _after_gzip_head(body: bytes, position: int) -> int:
    """Where the deflate stream of a gzip member begins (RFC 1952, section 2.3)."""
    head = body[position : position + 10]
    if len(head) < 10 or head[2] != 8:
        raise DecodeError("cut" if len(head) < 10 else "damaged", "gzip data ends in its head")
    flags, end = head[3], position + 10
    if flags & 4:  # FEXTRA
        end += 2 + int.from_bytes(body[end : end + 2], "little")
    for flag in (8, 16):  # FNAME, FCOMMENT
        if flags & flag:
            end = body.find(b"\0", end) + 1 or len(body)
    return end + 2 if flags & 2 else end  # FHCRC


def _undeflate(body: bytes, limit: int) -> Content:
    # RFC 9110 means zlib's format; some servers send the bare deflate stream.
    try:
        return _unzlib(body, limit)
    except DecodeError as error:
        if error.reason != "damaged":
            raise
    content = bytearray()
    _inflate_one(body, 0, content, limit)
    return Content(bytes(content))


def _unzlib(body: bytes, limit: int) -> Content:
    # zlib's header is two bytes, divisible by 31, that name method 8 (RFC 1950).
    if body[:1] == b"" or body[0] & 0x0F != 8 or int.from_bytes(body[:2], "big") % 31 != 0:
        raise DecodeError("damaged", "no zlib data")
    content = bytearray()
    end = _inflate_one(body, 2, content, limit)
    said, right = body[end : end + 4], zlib.adler32(content).to_bytes(4, "big")
    return Content(bytes(content), () if said == right else (_slip("deflate", said, right),))


def _inflate_one(body: bytes, position: int, content: bytearray, limit: int) -> int:
    """Append one bare deflate stream to `content`; returns where it ends."""
    return _one(body, position, zlib.decompressobj(-zlib.MAX_WBITS), content, limit)


def _one(body: bytes, position: int, engine: _Engine, content: bytearray, limit: int) -> int:
    """Append what one engine decodes to `content`; returns where its data ends in `body`."""
    while position < len(body):
        part = body[position : position + _SLICE]
        try:
            content += engine.decompress(part, limit + 1 - len(content))
        except (zlib.error, zstd.ZstdError) as error:
            why = f"compressed data is damaged near byte {position}"
            raise DecodeError("damaged", why, bytes(content)) from error
        _check(content, limit)
        position += len(part) - len(engine.unused_data)
        if engine.eof:
            return position
    why = f"compressed data ends early, after {len(content)} decoded bytes"
    raise DecodeError("cut", why, bytes(content))


def _unbrotli(body: bytes, limit: int) -> Content:
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
                    raise DecodeError("cut", why, bytes(content))
            content += engine.process(part, output_buffer_limit=65536)
            position += len(part)
            _check(content, limit)
    except brotli.error as error:
        raise DecodeError("damaged", f"compressed data is damaged near byte {position}") from error
    return Content(bytes(content))


def _unzstd(body: bytes, limit: int) -> Content:
    options = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG_MAX}
    content = bytearray()
    position = 0
    for _ in range(_MEMBERS_MAX):
        engine = zstd.ZstdDecompressor(options=options)
        position = _one(body, position, engine, content, limit)
        if not body.startswith(_ZSTD_MAGIC, position):
            return Content(bytes(content))
    raise DecodeError("damaged", _TOO_MANY)


_MARKED = frozenset({"gzip", "x-gzip", "zstd"})  # data in these begins with a magic number
_UNMARKED: dict[str, Callable[[bytes, int], Content]] = {"deflate": _undeflate, "br": _unbrotli}


def _check(content: bytearray, limit: int) -> None:
    if len(content) > limit:
        why = f"decoded body is larger than {limit} bytes"
        raise DecodeError("too-large", why, bytes(content))


def _looks_plain(body: bytes) -> bool:
    """Whether a body is text or a document, as its first bytes show."""
    return body.startswith(_FILES) or not BINARY.search(body[:1024])

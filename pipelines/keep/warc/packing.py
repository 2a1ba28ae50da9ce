"""How a WARC file is packed: each record a gzip member or a zstd frame of its own, or all of them
together.

The formats are RFC 1952, RFC 8878 and, for a zstd dictionary in the file itself,
https://iipc.github.io/warc-specifications/specifications/warc-zstd/.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]  # Python 3.14
except ImportError:
    from backports import zstd

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"  # of a frame that other readers skip
LARGEST_DICTIONARY = 16 << 20  # bytes, packed and unpacked
SHORT_LOOK = 4 << 10
LARGEST_ZSTD_BLOCK = 132 << 10  # with what stands before it; a block is unpacked as a whole
LARGEST_RATIO = 1032  # of unpacked to packed bytes (https://zlib.net/zlib_tech.html)
CHECKSUM = 4  # a bit of a zstd frame's header
UNPACK_ERRORS = (zlib.error, zstd.ZstdError)


class _Unpacker(Protocol):
    """Unpacks one member. `needs_input`: it has given all that it can from what it was given."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Packing:
    """One way to pack. `magic`: how a member begins; `unpacker`: makes one for a member;
    `first_look`: so many bytes of a member surely unpack to some; `begin`: where the first member
    may begin.
    """

    magic: re.Pattern[bytes]
    unpacker: Callable[[], _Unpacker]
    first_look: int
    begin: int = 0

    def is_checked(self, start: bytes) -> bool:
        """Whether a zstd frame that begins with these five bytes ends with a checksum."""
        return len(start) == 5 and bool(start[4] & CHECKSUM)

    def begins_with(self, packed: bytes, plain: bytes) -> bool | None:
        """Whether a member that begins so unpacks to something that begins so; None if it gives
        nothing yet.
        """
        try:
            given = self.unpacker().decompress(packed, len(plain))
        except UNPACK_ERRORS:
            return False
        return given == plain if given else None


class _Gunzip:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


GZIP = Packing(re.compile(re.escape(GZIP_MAGIC)), _Gunzip, SHORT_LOOK)


def packing_of(start: bytes, name: str, read: Callable[[int, int], bytes]) -> Packing | None:
    """How a file is packed: by its first bytes, by its name only if they are damaged.

    `read` gives at most so many bytes from a position on. None for a file that is not packed.
    """
    if start.startswith(GZIP_MAGIC[:2]):
        return GZIP
    if start.startswith(DICTIONARY_MAGIC):
        size = int.from_bytes(start[4:8], "little")
        return _zstd(read(8, min(size, LARGEST_DICTIONARY)), 8 + size)
    if start.startswith(ZSTD_MAGIC):
        return _zstd()
    if start.startswith(b"WARC/"):
        return None
    return GZIP if name.endswith(".gz") else _zstd() if name.endswith(".zst") else None


def _zstd(dictionary: bytes = b"", begin: int = 0) -> Packing:
    """Frames of zstd, with the dictionary that the file begins with, which may be packed itself."""
    made = None
    try:
        if dictionary.startswith(ZSTD_MAGIC):
            dictionary = zstd.ZstdDecompressor().decompress(dictionary, LARGEST_DICTIONARY)
        if dictionary:
            made = zstd.ZstdDict(dictionary)
    except (ValueError, zstd.ZstdError):
        made = None  # damaged: frames that need it will be, too
    return Packing(
        *(re.compile(re.escape(ZSTD_MAGIC)), lambda: zstd.ZstdDecompressor(zstd_dict=made)),
        first_look=LARGEST_ZSTD_BLOCK,
        begin=begin,
    )

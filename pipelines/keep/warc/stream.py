"""Walks the records of any WARC file (.warc, .warc.gz, .wacz), damaged ones too. It reads forward in bounded memory, writes nothing and repairs nothing.

The format is ISO 28500:2017 (WARC 1.1, https://iipc.github.io/warc-specifications/); WACZ is a zip file with WARC files in `archive/`. Heads are parsed here
and not by warcio or FastWARC, because both go silent at the first damaged gzip member: the extent of a record has to be ours to find the next whole one.
"""

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pipelines.keep.warc.record import Record, parse_fields, parse_record
from portals.errors import LoaError

LARGEST_BLOCK = 64 << 20
LARGEST_HEAD = 256 << 10
LARGEST_UNPACKED = (
    4 << 30
)  # of a WARC file that a .wacz holds compressed, which WACZ advises against
PACKED_PIECE = 32 << 10
PLAIN_PIECE = 1 << 20
ENCRYPTED = 1  # bit of a zip member's flags
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
)  # what zipfile raises on damage, found by trying mutants
GZIP_MAGIC = b"\x1f\x8b\x08"
LENGTH = re.compile(r"[0-9]{1,18}")
RECORD_START = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")


class NotWarcError(LoaError):
    """The file is missing, unreadable, empty, or holds no WARC record."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch that gave no record: where it begins, its bytes up to the next record that could be read (None where unknown), and why."""

    offset: int
    length: int | None
    reason: str


class _Broken(Exception):
    """The extent of a record cannot be trusted: the walk has to search for the next one."""


def walk_warc(path: Path, *, largest: int = LARGEST_BLOCK) -> Iterator[Record | Damage]:
    """The records of a file in order, of all kinds, and a Damage for each stretch that cannot be read; a block above `largest` bytes is a Damage too.

    Raises NotWarcError when there is nothing of a WARC in the file. A page that was itself a WARC file, in a damaged record, can be taken for records.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotWarcError(
            f"{path}: cannot be opened ({error.strerror}): name an existing .warc, .warc.gz or .wacz file"
        ) from error
    with file:
        start = file.read(8)
        if start.startswith(b"PK\x03\x04"):
            yield from _walk_wacz(file, path, largest)
            return
        packed = start.startswith(GZIP_MAGIC[:2]) or path.suffix == ".gz"
        if not packed and not start.startswith(b"WARC/") and path.suffix != ".warc":
            raise NotWarcError(
                f"{path}: neither gzip nor WARC: name a .warc, .warc.gz or .wacz file"
            )
        yield from _walk_region(_whole(file, path), packed, largest)


class _Region:
    """A stretch of an open file, read by position: a file that shrinks or a bad disk gives an error here, where a memory map would give SIGBUS."""

    def __init__(self, file: BinaryIO, start: int, end: int, name: str) -> None:
        self.file, self.start, self.size, self.name = file, start, end - start, name

    def read(self, at: int, count: int) -> bytes:
        try:
            return os.pread(self.file.fileno(), max(0, min(count, self.size - at)), self.start + at)
        except OSError as error:
            raise NotWarcError(
                f"{self.name}: cannot be read at byte {self.start + at} ({error.strerror}): copy it to a sound disk first"
            ) from error

    def next_record(self, at: int, packed: bool) -> int | None:
        """Where the next record (packed: the next gzip member that begins with one) starts, from `at` on."""
        overlap = 16  # longer than either pattern
        while at < self.size:
            piece = self.read(at, PLAIN_PIECE)
            for match in (
                re.finditer(re.escape(GZIP_MAGIC), piece)
                if packed
                else RECORD_START.finditer(piece)
            ):
                if not packed or self._holds_record(at + match.start()):
                    return at + match.start()
            if len(piece) < PLAIN_PIECE:
                return None
            at += len(piece) - overlap
        return None

    def _holds_record(self, at: int) -> bool:
        try:
            return zlib.decompressobj(31).decompress(self.read(at, 4096), 5) == b"WARC/"
        except zlib.error:
            return False


class _Reading:
    """The plain bytes, in order, of one gzip member or of an uncompressed file. Raises zlib.error on damage and EOFError when the bytes end too early."""

    def __init__(self, region: _Region, at: int, packed: bool) -> None:
        self.region, self.start, self.at, self.packed, self.record_start = (
            region,
            at,
            at,
            packed,
            at,
        )
        self.inflate = zlib.decompressobj(31)
        self.ready = bytearray()

    def begin_record(self) -> int:
        """Notes and gives where the record now ready begins in the file: all records of a member begin where the member does."""
        self.record_start = self.start if self.packed else self.at - len(self.ready)
        return self.record_start

    def more(self) -> bool:
        """Makes more bytes ready; False at the end, which for a gzip member means that its checksum held."""
        if not self.packed:
            piece = self.region.read(self.at, PLAIN_PIECE)
            self.at += len(piece)
            self.ready += piece
            return bool(piece)
        while not self.inflate.eof:
            piece = self.inflate.unconsumed_tail
            if not piece:
                piece = self.region.read(self.at, PACKED_PIECE)
                self.at += len(piece)
                if not piece:
                    raise EOFError
            plain = self.inflate.decompress(piece, PLAIN_PIECE)
            if self.inflate.eof:
                self.at -= len(self.inflate.unused_data)
            self.ready += plain
            if plain:
                return True
        return False

    def take(self, count: int) -> bytes:
        while len(self.ready) < count:
            if not self.more():
                raise EOFError
        taken = bytes(self.ready[:count])
        del self.ready[:count]
        return taken

    def skip(self, count: int) -> bytes:
        """Passes over so many bytes without holding them; gives none."""
        while count > len(self.ready):
            count -= len(self.ready)
            self.ready.clear()
            if not self.more():
                raise EOFError
        del self.ready[:count]
        return b""

    def skip_blank(self) -> bool:
        """Passes over the line ends between records; False when nothing follows."""
        while True:
            self.ready = self.ready.lstrip(b"\r\n")
            if self.ready:
                return True
            if not self.more():
                return False

    def at_record(self) -> bool:
        while len(self.ready) < 5 and self.more():
            pass
        return self.ready.startswith(b"WARC/")

    def take_head(self) -> dict[str, str]:
        if not self.at_record():
            raise _Broken("no WARC record begins here")
        while (end := self.ready.find(b"\r\n\r\n")) < 0:
            if len(self.ready) > LARGEST_HEAD:
                raise _Broken("the head of the record does not end")
            if not self.more():
                raise EOFError
        return {name.lower(): value for name, value in parse_fields(self.take(end + 4), "utf-8")}


def _whole(file: BinaryIO, path: Path) -> _Region:
    return _Region(file, 0, os.fstat(file.fileno()).st_size, str(path))


def _walk_region(region: _Region, packed: bool, largest: int) -> Iterator[Record | Damage]:
    at = region.next_record(0, packed)
    if at is None:
        raise NotWarcError(
            f"{region.name}: holds no WARC record: name a .warc, .warc.gz or .wacz file"
        )
    if at > 0:
        yield Damage(0, at, "no WARC record begins here")
    while at is not None and at < region.size:
        reading = _Reading(region, at, packed)
        try:
            yield from _records(reading, largest)
            at = reading.at
        except (_Broken, zlib.error, EOFError) as problem:
            broken = reading.record_start
            at = region.next_record(broken + 1, packed)
            reason = (
                "cut: the file ends inside the record"
                if isinstance(problem, EOFError)
                else str(problem)
            )
            yield Damage(broken, (region.size if at is None else at) - broken, reason)


def _records(reading: _Reading, largest: int) -> Iterator[Record | Damage]:
    """The records of one member or of an uncompressed file. Raises _Broken, zlib.error or EOFError where the extent of a record cannot be known."""
    alone = reading.packed
    while reading.skip_blank():
        start = reading.begin_record()
        fields = reading.take_head()
        size = fields.get("content-length", "")
        if not LENGTH.fullmatch(size):
            raise _Broken("no Content-Length")
        too_large = int(size) > largest
        block = reading.skip(int(size)) if too_large else reading.take(int(size))
        end = reading.at - len(reading.ready)
        followed = reading.skip_blank()
        alone = alone and not followed
        length = reading.at - start if alone else None if reading.packed else end - start
        # The checksum at the end of a member vouches for a record alone in it. Any other has only its digest and its neighbour to vouch for it.
        sound = alone or (
            None if too_large else _digest_holds(fields.get("warc-block-digest", ""), block)
        )
        if sound is not True and followed and not reading.at_record():
            raise _Broken("the record does not end where its Content-Length says")
        if too_large:
            yield Damage(start, length, f"too large: a block of {size} bytes, more than {largest}")
            continue
        if sound is False:
            yield Damage(start, length, "the block differs from its WARC-Block-Digest")
            continue
        try:
            yield parse_record(fields, block, start, length)
        except ValueError as problem:
            yield Damage(start, length, str(problem))


def _digest_holds(labelled: str, block: bytes) -> bool | None:
    """Whether a digest such as `sha1:BASE32` or `sha256:hex` is that of the block; None where there is none that we know."""
    algorithm, _, value = labelled.partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in ("md5", "sha1", "sha256", "sha512"):
        return None
    digest = hashlib.new(algorithm, block, usedforsecurity=False).digest()
    return value.lower() == digest.hex() or value.upper().rstrip("=") == b32encode(
        digest
    ).decode().rstrip("=")


def _walk_wacz(file: BinaryIO, path: Path, largest: int) -> Iterator[Record | Damage]:
    whole = _whole(file, path)
    try:
        package = zipfile.ZipFile(file)
    except ZIP_ERRORS:
        # The directory of a zip stands at its end: of a cut or damaged one, the records can still be found by their own starts.
        yield from _walk_region(whole, True, largest)
        return
    inside = [
        entry
        for entry in package.infolist()
        if re.fullmatch(r"archive/.+\.warc(\.gz)?", entry.filename)
    ]
    if not inside:
        raise NotWarcError(
            f"{path}: a zip file without archive/*.warc.gz: name a .warc, .warc.gz or .wacz file"
        )
    for entry in inside:
        with tempfile.TemporaryFile() as unpacked:
            try:
                if entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & ENCRYPTED:
                    start = _stored_at(whole, entry.header_offset)
                    region = _Region(file, start, start + entry.compress_size, entry.filename)
                else:
                    if problem := _unpack(package, entry, unpacked):
                        yield Damage(unpacked.tell(), None, f"{entry.filename}: {problem}")
                    region = _Region(unpacked, 0, unpacked.tell(), entry.filename)
                for found in _walk_region(region, entry.filename.endswith(".gz"), largest):
                    yield (
                        replace(found, reason=f"{entry.filename}: {found.reason}")
                        if isinstance(found, Damage)
                        else found
                    )
            except NotWarcError:
                yield Damage(0, entry.file_size, f"{entry.filename}: holds no WARC record")


def _stored_at(whole: _Region, header_at: int) -> int:
    """Where the bytes of a member stored as they are begin: read past the zip module, whose checksum over the whole member would hide all after one bad bit."""
    header = whole.read(header_at, 30)
    return (
        header_at
        + 30
        + int.from_bytes(header[26:28], "little")
        + int.from_bytes(header[28:30], "little")
    )


def _unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo, unpacked: BinaryIO) -> str | None:
    """Unpacks what can be unpacked of a compressed member, and says what stopped it."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "compressed in a way that WACZ does not know"
    if entry.file_size > LARGEST_UNPACKED:
        return f"too large to unpack: {entry.file_size} bytes"
    try:
        with package.open(entry) as source:
            shutil.copyfileobj(source, unpacked)
    except ZIP_ERRORS as problem:
        return str(problem) or "cut"
    finally:
        unpacked.flush()
    return None

"""Walks the records of any WARC file (.warc, .warc.gz, .warc.zst, .wacz), damaged ones too.

Reads forward in bounded memory; writes and repairs nothing. The format is ISO 28500:2017 (WARC 1.1,
https://iipc.github.io/warc-specifications/); a WACZ is a zip file with WARC files in `archive/`.
warcio and FastWARC stop silently at the first damaged gzip member. We find the end of each record
ourselves, and so the next whole one.
"""

import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pipelines.keep.warc.digests import parse_digest
from pipelines.keep.warc.packing import GZIP, LARGEST_RATIO, UNPACK_ERRORS, Packing, packing_of
from pipelines.keep.warc.record import Record, by_name, parse_fields, parse_record
from pipelines.keep.warc.region import (
    FIRST_PIECE,
    LARGEST_PIECE,
    LINE_ENDS,
    NotWarcError,
    Region,
)

LARGEST_BLOCK = 64 << 20  # bytes, as below
LARGEST_HEAD = 256 << 10
LARGEST_UNPACKED = 4 << 30  # of a compressed WARC file in a .wacz, which WACZ advises against
PACKED_PIECE = 32 << 10
ENCRYPTED = 1  # a bit of a zip member's flags
# The errors that zipfile raises on damage, found by fuzzing.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError)
LENGTH = re.compile(r"[0-9]{1,18}")
ARC = b"filedesc://"  # begins each ARC file
FORMATS = ".warc, .warc.gz, .warc.zst or .wacz"
HEAD_END = re.compile(rb"\r\n\r\n")
LONGEST_END = 4  # bytes of the line ends after a record


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch without a readable record. `length` reaches to the next record, if known."""

    offset: int
    length: int | None
    reason: str


WRONG_LENGTH = "the record does not end where its Content-Length says"


class _Broken(Exception):
    """The record's extent cannot be trusted: the walk must search for the next record."""


def walk_warc(path: Path, *, largest: int = LARGEST_BLOCK) -> Iterator[Record | Damage]:
    """The records of a file in order, and a Damage for each stretch that cannot be read.

    A block of more than `largest` bytes is a Damage too. Raises NotWarcError if the file holds no
    WARC record. In a damaged record, a page that is itself a WARC file may look like records.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotWarcError(
            f"{path}: cannot be opened ({error.strerror}): name an existing {FORMATS} file"
        ) from error
    with file:
        start = file.read(8)
        if start.startswith(b"PK\x03\x04"):
            yield from _walk_wacz(file, path, largest)
            return
        region = _whole(file, path)
        packing = packing_of(start, path.name, region.read)
        if packing is None and not start.startswith(b"WARC/") and path.suffix != ".warc":
            raise _not_warc(region, packing, "neither gzip, zstd nor WARC")
        yield from _walk_region(region, packing, largest)


def record_at(path: Path, offset: int, length: int) -> Record | Damage:
    """The record that `walk_warc` found there, alone in its member or in an uncompressed file, or
    what has become of it. Raises NotWarcError.
    """
    with path.open("rb") as file:
        # With the line ends that follow it.
        region = Region(file, offset, offset + length + LONGEST_END, str(path))
        packing = packing_of(region.read(0, 8), path.name, region.read)
        found = next(_walk_region(region, packing, LARGEST_BLOCK))
    return replace(found, offset=offset, length=length)


class _PlainBytes:
    """The plain bytes of one packed member or of an uncompressed file, in order.

    Raises one of UNPACK_ERRORS on damage, and EOFError if the bytes end too early.
    """

    def __init__(self, region: Region, at: int, packing: Packing | None) -> None:
        self.region, self.packing = region, packing
        self.start = self.at = self.record_start = at
        self.head_end: int | None = None  # of the record, in an uncompressed file
        self.piece = FIRST_PIECE
        self.unpacked = 0
        self.unpacker = (packing or GZIP).unpacker()
        self.ready = bytearray()

    def begin_record(self) -> int:
        """Where the next record begins in the file; all records of a member begin with it."""
        self.record_start = self.start if self.packing else self.at - len(self.ready)
        self.head_end = None
        return self.record_start

    def more(self) -> bool:
        """Makes more bytes ready. False at the end, once a member's checksum is verified."""
        if self.packing is None:
            piece = self.region.read(self.at, self.piece)
            self.piece = min(2 * self.piece, LARGEST_PIECE)
            self.at += len(piece)
            self.ready += piece
            return bool(piece)
        while not self.unpacker.eof:
            piece = b""
            if self.unpacker.needs_input:
                piece = self.region.read(self.at, PACKED_PIECE)
                self.at += len(piece)
                if not piece:
                    raise EOFError
            plain = self.unpacker.decompress(piece, LARGEST_PIECE)
            if self.unpacker.eof:
                self.at -= len(self.unpacker.unused_data)
            self.ready += plain
            self.unpacked += len(plain)
            self._check_ratio(len(plain))
            if plain:
                return True
        return False

    def _check_ratio(self, count: int) -> None:
        """Raises _Broken if the file has unpacked to more than deflate can; zstd could go on."""
        self.region.unpacked += count
        if self.region.unpacked > LARGEST_BLOCK + LARGEST_RATIO * self.region.size:
            raise _Broken(f"unpacks to more than {LARGEST_RATIO} times its size")

    @property
    def is_checked(self) -> bool:
        """Whether a checksum covers the member."""
        if self.packing is None or self.packing is GZIP:
            return self.packing is GZIP
        return self.packing.is_checked(self.region.read(self.start, 5))

    def take(self, count: int) -> bytes:
        while len(self.ready) < count:
            if not self.more():
                raise EOFError
        taken = bytes(self.ready[:count])
        del self.ready[:count]
        return taken

    def skip(self, count: int) -> bytes:
        """Skips so many bytes without holding them."""
        if self.packing is None and count > len(self.ready):
            self.at += count - len(self.ready)  # `check_end` has found it in the file
            count = len(self.ready)
        while count > len(self.ready):
            count -= len(self.ready)
            self.ready.clear()
            if not self.more():
                raise EOFError
        del self.ready[:count]
        return b""

    def skip_blank(self) -> bool:
        """Skips the line ends between records; False if nothing follows."""
        while True:
            blank = LINE_ENDS.match(self.ready)
            assert blank is not None  # it matches nothing too
            del self.ready[: blank.end()]
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
        while (end := self.ready.find(b"\r\n\r\n", 0, LARGEST_HEAD)) < 0:
            if len(self.ready) >= LARGEST_HEAD:
                raise _Broken("the head of the record does not end")
            if not self.more():
                raise EOFError
        head = self.take(end + 4)
        self.head_end = self.at - len(self.ready)
        return by_name(parse_fields(head, "utf-8"))

    def check_end(self, count: int, digest: str) -> None:
        """Raises EOFError or _Broken before so many bytes of an uncompressed file are read in vain.

        If no record follows them, only a digest can prove that they are a block.
        """
        if self.packing is not None:
            return
        end = self.at - len(self.ready) + count
        if end > self.region.size:
            raise EOFError
        if not self.region.leads_on(end):
            if parse_digest(digest) is None or self.region.spent > self.region.size:
                raise _Broken(WRONG_LENGTH)
            self.region.spent += count

    def next_record(self) -> int | None:
        """Where the next record starts after one that broke; None if the rest holds none.

        Skips what cannot be one: another start in the same head has the same fields, and no head
        begins far from its end.
        """
        region, after = self.region, self.record_start + 1
        if self.packing is not None:
            region.spent += self.unpacked
            return None if region.is_hostile else region.next_record(after, self.packing)
        if self.head_end is not None:
            return region.next_record(self.head_end, None)
        end = next(region.search(HEAD_END, self.record_start), None)
        if end is None:
            return None
        return region.next_record(max(after, end - LARGEST_HEAD), None)


def _whole(file: BinaryIO, path: Path) -> Region:
    return Region(file, 0, os.fstat(file.fileno()).st_size, str(path))


def _not_warc(region: Region, packing: Packing | None, why: str) -> NotWarcError:
    """The error for a file without a WARC record. The oldest web archives are ARC files."""
    if packing is None:
        is_arc = region.read(0, len(ARC)) == ARC
    else:
        is_arc = region.holds(packing.begin, packing, ARC)
    if is_arc:
        remedy = "`warcio recompress OLD.arc.gz NEW.warc.gz` (`pip install warcio`)"
        return NotWarcError(f"{region.name}: an ARC file: make a WARC file of it with {remedy}")
    return NotWarcError(f"{region.name}: {why}: name a {FORMATS} file")


def _walk_region(
    region: Region, packing: Packing | None, largest: int
) -> Iterator[Record | Damage]:
    begin = packing.begin if packing else 0
    at = region.next_record(begin, packing)
    if at is None:
        raise _not_warc(region, packing, "holds no WARC record")
    if at > begin:
        yield Damage(begin, at - begin, "no WARC record begins here")
    while at is not None and at < region.size:
        reading = _PlainBytes(region, at, packing)
        try:
            yield from _records(reading, largest)
            at = reading.at
        except (_Broken, *UNPACK_ERRORS, EOFError) as problem:
            broken = reading.record_start
            at = reading.next_record()
            cut = "cut: the file ends inside the record"
            reason = cut if isinstance(problem, EOFError) else str(problem)
            yield Damage(broken, (region.size if at is None else at) - broken, reason)


def _records(reading: _PlainBytes, largest: int) -> Iterator[Record | Damage]:
    """The records of one packed member or of an uncompressed file.

    Raises _Broken, EOFError or one of UNPACK_ERRORS where a record's extent cannot be known.
    """
    alone = reading.packing is not None
    checked = reading.is_checked
    while reading.skip_blank():
        start = reading.begin_record()
        fields = reading.take_head()
        size = fields.get("content-length", "")
        if not LENGTH.fullmatch(size):
            raise _Broken("no Content-Length")
        too_large = int(size) > largest
        digest = "" if too_large else fields.get("warc-block-digest", "")
        reading.check_end(int(size), digest)
        block = reading.skip(int(size)) if too_large else reading.take(int(size))
        end = reading.at - len(reading.ready)
        followed = reading.skip_blank()
        alone = alone and not followed
        length = reading.at - start if alone else None if reading.packing else end - start
        # A member's checksum covers a record that is alone in it; any other record needs its
        # digest.
        sound = (alone and checked) or _digest_holds(digest, block)
        if sound is not True and followed and not reading.at_record():
            raise _Broken(WRONG_LENGTH)
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


def _digest_holds(text: str, block: bytes) -> bool | None:
    """Whether a block digest fits; None if it says nothing, as that of no bytes at all, which Wget
    gives each revisit.
    """
    digest = parse_digest(text)
    if digest is None or digest.fits(block):
        return None if digest is None else True
    return None if digest.fits(b"") else False


def _walk_wacz(file: BinaryIO, path: Path, largest: int) -> Iterator[Record | Damage]:
    whole = _whole(file, path)
    try:
        package = zipfile.ZipFile(file)
    except ZIP_ERRORS:
        # A zip's directory is at its end: without it, search for the records themselves.
        yield from _walk_region(whole, GZIP, largest)
        return
    wanted = re.compile(r"archive/.+\.warc(\.gz|\.zst)?")
    inside = [entry for entry in package.infolist() if wanted.fullmatch(entry.filename)]
    if not inside:
        raise NotWarcError(f"{path}: a zip file without archive/*.warc.gz: name a {FORMATS} file")
    for entry in inside:
        with tempfile.TemporaryFile() as unpacked:
            try:
                if entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & ENCRYPTED:
                    start = _stored_at(whole, entry.header_offset)
                    region = Region(file, start, start + entry.compress_size, entry.filename)
                else:
                    if problem := _unpack(package, entry, unpacked):
                        yield Damage(unpacked.tell(), None, f"{entry.filename}: {problem}")
                    region = Region(unpacked, 0, unpacked.tell(), entry.filename)
                packing = packing_of(region.read(0, 8), entry.filename, region.read)
                for found in _walk_region(region, packing, largest):
                    if isinstance(found, Damage):
                        found = replace(found, reason=f"{entry.filename}: {found.reason}")
                    yield found
            except NotWarcError:
                yield Damage(0, entry.file_size, f"{entry.filename}: holds no WARC record")


def _stored_at(whole: Region, header_at: int) -> int:
    """Where the bytes of an uncompressed member begin.

    The zip module checks a member as a whole, and would hide everything after one bad bit.
    """
    header = whole.read(header_at, 30)
    lengths = header[26:28], header[28:30]  # of the name and the extra field
    return header_at + 30 + sum(int.from_bytes(length, "little") for length in lengths)


def _unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo, unpacked: BinaryIO) -> str | None:
    """Unpacks as much of a compressed member as possible, and returns the error that stopped it."""
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

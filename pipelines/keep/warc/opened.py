"""Opens one kept record by its place and reads its body forward, in bounded memory."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from pipelines.keep.warc.packing import UNPACK_ERRORS, Packing, packing_of
from pipelines.keep.warc.reader import PLAIN_NAME, WarcPlace, WarcReadError
from pipelines.keep.warc.record import Record, by_name, parse_fields, parse_record
from pipelines.keep.warc.region import NotWarcError, Region

PIECE = 256 << 10  # bytes, as below
LARGEST_HEAD = 256 << 10  # of a record, and of the answer in it
LARGEST_CHUNKED = 64 << 20  # of an answer whose chunks are still to be joined
END = b"\r\n\r\n"


class Fault(StrEnum):
    """Why the bytes of a capture cannot be shown."""

    NO_FOLDER = "no-folder"  # the archive was moved or copied without its WARC files
    NO_FILE = "no-file"
    BAD_NAME = "bad-name"  # not the name of a file in the folder
    UNREADABLE = "no-access"  # the disk or a permission
    TOO_SHORT = "too-short"  # the file ends before the record does
    DAMAGED = "damaged"
    OTHER_BYTES = "other-bytes"  # they differ from their SHA-256


class RecordFault(WarcReadError):
    """A record that cannot be read, or not to its end. `fault` is one fixed word."""

    def __init__(self, fault: Fault, place: WarcPlace, why: str = "") -> None:
        super().__init__(f"{place.file} at {place.offset}: {why or fault}")
        self.fault = fault


class OpenedRecord:
    """A record at its place, whose body can be read once, in pieces. Close it.

    `record` has the WARC fields, the status and the headers; its `body` is only a beginning.
    `bytes`: the size of the whole body, without chunk sizes but with its content encoding. The
    constructor and `pieces` raise RecordFault.
    """

    def __init__(self, folder: Path, place: WarcPlace) -> None:
        self.place = place
        self._file = _opened(folder, place)
        try:
            self._plain = _PlainBytes(self._file, place)
            fields, self._left, beginning = self._head()
            self.record = self._parsed(fields, beginning)
        except BaseException:
            self.close()
            raise
        self.bytes = len(self.record.body) + self._left

    def pieces(self) -> Iterator[bytes]:
        """The body in order. Raises RecordFault at the end if the record is not whole."""
        if self.record.body:
            yield self.record.body
        while self._left:
            piece = self._plain.take(min(self._left, PIECE))
            self._left -= len(piece)
            yield piece
        self._plain.check_end()

    def kept_body(self) -> bytes:
        """The whole body. Raises RecordFault, also if it is not the one that was kept."""
        body = b"".join(self.pieces())
        if hashlib.sha256(body).hexdigest() != self.place.sha256:
            raise RecordFault(Fault.OTHER_BYTES, self.place)
        return body

    def close(self) -> None:
        """Close the file. A second call does nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _head(self) -> tuple[dict[str, str], int, bytes]:
        """The WARC fields, how many bytes of the block are left, and the block's beginning."""
        head = self._plain.take_head()
        fields = by_name(parse_fields(head, "utf-8"))
        size = fields.get("content-length", "")
        if not head.startswith(b"WARC/") or not size.isdecimal() or len(size) > 18:
            raise self._damaged("no record begins here")
        beginning = self._plain.take(min(int(size), LARGEST_HEAD))
        return fields, int(size) - len(beginning), beginning

    def _parsed(self, fields: dict[str, str], beginning: bytes) -> Record:
        place = self.place
        try:
            record = parse_record(fields, beginning, place.offset, place.length)
            names = {name.lower() for name, _ in record.headers}
            # Loa joins the chunks before it keeps an answer; this is the record of another tool.
            if record.status is not None and "transfer-encoding" in names:
                if self._left > LARGEST_CHUNKED:
                    raise self._damaged("too large to join its chunks")
                beginning += self._plain.take(self._left)
                self._left = 0
                record = parse_record(fields, beginning, place.offset, place.length)
        except ValueError as problem:
            raise self._damaged(str(problem)) from problem
        return record

    def _damaged(self, why: str) -> RecordFault:
        return RecordFault(Fault.DAMAGED, self.place, why)


def packed_pieces(folder: Path, place: WarcPlace) -> Iterator[bytes]:
    """The record as it stands in its file, packed as it is. Raises RecordFault."""
    with closing(_opened(folder, place)) as file:
        at, end = place.offset, place.end
        while at < end:
            piece = _read(file, at, min(PIECE, end - at), place)
            if not piece:
                raise RecordFault(Fault.TOO_SHORT, place)
            at += len(piece)
            yield piece


def fault_at(folder: Path, place: WarcPlace) -> Fault | None:
    """Why a body cannot be read, or that it is no longer the one that was kept; None if all is
    well. Reads all of it.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with OpenedRecord(folder, place) as opened:
            for piece in opened.pieces():
                digest.update(piece)
                size += len(piece)
    except RecordFault as problem:
        return problem.fault
    return None if (size, digest.hexdigest()) == (place.bytes, place.sha256) else Fault.OTHER_BYTES


class _PlainBytes:
    """The plain bytes of the packed member, or of the record in an uncompressed file, in order."""

    def __init__(self, file: BinaryIO, place: WarcPlace) -> None:
        self._file, self._place = file, place
        self._at = place.offset
        self._packing = self._packing_there()
        self._unpacker = self._packing.unpacker() if self._packing else None
        self._ready = bytearray()

    def take(self, count: int) -> bytes:
        """Exactly so many bytes. Raises RecordFault if there are fewer."""
        while len(self._ready) < count:
            if not self._more():
                raise RecordFault(Fault.DAMAGED, self._place, "the record is cut")
        taken = bytes(self._ready[:count])
        del self._ready[:count]
        return taken

    def take_head(self) -> bytes:
        """All up to the first blank line, and that line."""
        while (end := self._ready.find(END)) < 0:
            if len(self._ready) > LARGEST_HEAD or not self._more():
                raise RecordFault(Fault.DAMAGED, self._place, "no record begins here")
        return self.take(end + len(END))

    def check_end(self) -> None:
        """Raises RecordFault unless the record ends here, and its member with a right checksum."""
        while len(self._ready) <= len(END) and self._more():
            pass
        whole = END.startswith(self._ready)
        if self._unpacker is not None:
            alone = self._at == self._place.end and not self._unpacker.unused_data
            whole = self._ready == END and alone
        if not whole:
            raise RecordFault(Fault.DAMAGED, self._place, "not one whole record")

    def _more(self) -> bool:
        """Make more bytes ready. False at the record's end."""
        if self._unpacker is None:
            piece = self._packed(PIECE)
            self._ready += piece
            return bool(piece)
        while not self._unpacker.eof:
            piece = self._packed(PIECE // 4) if self._unpacker.needs_input else b""
            if self._unpacker.needs_input and not piece:
                raise RecordFault(Fault.DAMAGED, self._place, "the record is cut")
            try:
                plain = self._unpacker.decompress(piece, PIECE)
            except UNPACK_ERRORS as problem:
                raise RecordFault(Fault.DAMAGED, self._place, str(problem)) from problem
            if plain:
                self._ready += plain
                return True
        return False

    def _packed(self, count: int) -> bytes:
        """The next bytes of the record in the file; none behind its end."""
        left = self._place.end - self._at
        piece = _read(self._file, self._at, min(count, left), self._place) if left > 0 else b""
        if left > 0 and not piece:
            raise RecordFault(Fault.TOO_SHORT, self._place)
        self._at += len(piece)
        return piece

    def _packing_there(self) -> Packing | None:
        """How the file is packed, which its first bytes say."""
        size = os.fstat(self._file.fileno()).st_size
        region = Region(self._file, 0, size, self._place.file)
        try:
            return packing_of(region.read(0, 8), self._place.file, region.read)
        except NotWarcError as problem:
            raise RecordFault(Fault.UNREADABLE, self._place, str(problem)) from problem


def _opened(folder: Path, place: WarcPlace) -> BinaryIO:
    """The file of a place, which a row of the database names: it must be one of the folder's."""
    if not PLAIN_NAME.fullmatch(place.file):
        raise RecordFault(Fault.BAD_NAME, place)
    if place.offset < 0 or place.length <= 0:
        raise RecordFault(Fault.DAMAGED, place, "no place in a file")
    try:
        # A pipe of that name would otherwise wait for a writer.
        number = os.open(folder / place.file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as problem:
        fault = Fault.NO_FILE if folder.is_dir() else Fault.NO_FOLDER
        raise RecordFault(fault, place) from problem
    except OSError as problem:
        raise RecordFault(Fault.UNREADABLE, place, str(problem.strerror)) from problem
    found = os.fstat(number)
    if not stat.S_ISREG(found.st_mode):
        os.close(number)
        raise RecordFault(Fault.UNREADABLE, place, "not a file")
    if found.st_size < place.end:
        os.close(number)
        raise RecordFault(Fault.TOO_SHORT, place)
    return os.fdopen(number, "rb")


def _read(file: BinaryIO, at: int, count: int, place: WarcPlace) -> bytes:
    try:
        return os.pread(file.fileno(), count, at)
    except (OSError, OverflowError) as problem:
        raise RecordFault(Fault.UNREADABLE, place, str(problem)) from problem

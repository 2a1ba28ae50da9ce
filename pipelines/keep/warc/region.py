"""A stretch of a file that may hold WARC records, read by position in bounded memory."""

import os
import re
from collections.abc import Iterator
from typing import BinaryIO

from pipelines.keep.warc.packing import LARGEST_RATIO, SHORT_LOOK, Packing
from portals.errors import LoaError

FIRST_PIECE = 4 << 10  # bytes, as below
LARGEST_PIECE = 1 << 20
LARGEST_GAP = 4 << 10  # of line ends between two records of an uncompressed file
RECORD_START = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")
LINE_ENDS = re.compile(rb"[\r\n]*")


class NotWarcError(LoaError):
    """The file is missing, unreadable, empty, or holds no WARC record."""

    exit_code = 6


class Region:
    """A stretch of an open file, read by position.

    If the file shrinks or the disk is bad, this raises an error; a memory map would raise SIGBUS.
    `unpacked`: bytes that its members gave so far. `spent`: bytes read that may be read again. The
    records of an honest file do not overlap, so
    they never exceed its size; a hostile file could have us read all of it for each of its bytes.
    """

    def __init__(self, file: BinaryIO, start: int, end: int, name: str) -> None:
        self.file, self.start, self.size, self.name = file, start, end - start, name
        self.spent = self.unpacked = 0

    def read(self, at: int, count: int) -> bytes:
        """At most so many bytes from `at` on; fewer at the end. Raises NotWarcError."""
        try:
            return os.pread(self.file.fileno(), max(0, min(count, self.size - at)), self.start + at)
        except OSError as error:
            raise NotWarcError(
                f"{self.name}: cannot be read at byte {self.start + at} ({error.strerror}): copy "
                "it to a sound disk first"
            ) from error

    def next_record(self, at: int, packing: Packing | None) -> int | None:
        """Where the next record starts, from `at` on; of a packed file: the member with one."""
        for found in self.search(packing.magic if packing else RECORD_START, at):
            if packing is None or self.holds(found, packing, b"WARC/"):
                return found
            if self.is_hostile:
                break
        return None

    def holds(self, at: int, packing: Packing, plain: bytes) -> bool:
        """Whether a packed member begins there, and its plain bytes begin so."""
        begun = packing.begins_with(self.read(at, SHORT_LOOK), plain)
        if begun is None and packing.first_look > SHORT_LOOK:
            self.spent += packing.first_look
            begun = packing.begins_with(self.read(at, packing.first_look), plain)
        return begun is True

    @property
    def is_hostile(self) -> bool:
        """Whether more of a packed file was read again than an honest one demands."""
        return self.spent > LARGEST_RATIO * self.size

    def search(self, pattern: re.Pattern[bytes], at: int) -> Iterator[int]:
        """Where a pattern of at most 16 bytes matches, from `at` on."""
        overlap, count = 16, FIRST_PIECE
        while at < self.size:
            piece = self.read(at, count)
            for match in pattern.finditer(piece):
                yield at + match.start()
            if len(piece) < count:
                return
            at += len(piece) - overlap
            count = min(2 * count, LARGEST_PIECE)

    def leads_on(self, end: int) -> bool:
        """Whether a record or the end of the file follows a block that ends there."""
        gap = LINE_ENDS.match(self.read(end, LARGEST_GAP))
        assert gap is not None  # it matches nothing too
        after = self.read(end + gap.end(), 5)
        return not after or after == b"WARC/"

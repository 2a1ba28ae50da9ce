"""Room on the disk: a run does not begin, and ends in order, while there is still enough left for SQLite to fold its log and for a person to act."""

import os
import re
from pathlib import Path

from portals.errors import LoaError

FLOOR = 2 << 30  # bytes
SHARE = 0.05  # of the file system, where that is less: a small disk is not refused for being small
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class NoSpaceError(LoaError):
    """Less room is left than the floor. Nothing that was kept is touched."""

    exit_code = 11


class FloorError(LoaError):
    """LOA_FREE_FLOOR does not name a size."""

    exit_code = 2


class Room:
    """The room of folders that are written to; they may lie on several file systems."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        asked = os.environ.get("LOA_FREE_FLOOR")
        self._floor = None if asked is None else size_of(asked)

    def require(self, *, more: int = 0) -> None:
        """Raises NoSpaceError where a run must not begin or go on: below $LOA_FREE_FLOOR, else below 2 GiB or 5 % of the file system, whichever is less.

        `more`: bytes that are about to be written.
        """
        for folder in self._folders:
            if not folder.is_dir():
                continue  # made at the first write, where the archive is
            disk = os.statvfs(folder)
            free, floor = disk.f_bavail * disk.f_frsize - more, self._floor
            if floor is None:
                floor = min(FLOOR, int(disk.f_blocks * disk.f_frsize * SHARE))
            if free < floor:
                need = f"{max(free, 0) >> 20} MiB {'would be' if more else 'are'} free, and {floor >> 20} MiB must stay free"
                raise NoSpaceError(
                    f"{folder}: {need}; make room and run the command again, or set LOA_FREE_FLOOR (bytes, or e.g. 500M; 0: no floor)"
                )


def size_of(text: str) -> int:
    """Bytes of a size such as `500M`, `2G`, `2GiB` or `1048576`. Raises FloorError."""
    found = re.fullmatch(r"(\d+)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise FloorError(
            f"LOA_FREE_FLOOR={text!r}: is no size; write bytes, or a number with K, M, G or T, e.g. 500M"
        )
    return int(found[1]) * UNITS[found[2].upper()]

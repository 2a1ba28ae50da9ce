"""Keeps a floor of free disk space: below it no run begins, and a running one stops cleanly."""

import os
import re
from pathlib import Path

from portals.errors import LoaError

FLOOR_BYTES = 2 << 30
FLOOR_SHARE = 0.05  # of the file system, if that is less, for small disks
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class NoSpaceError(LoaError):
    """Less space is free than the floor. Nothing already kept is touched."""

    exit_code = 11


class FloorError(LoaError):
    """LOA_FREE_FLOOR does not name a size."""

    exit_code = 2


class FreeDisk:
    """The free space of the folders that are written to, on one file system or several."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        asked = os.environ.get("LOA_FREE_FLOOR")
        self._floor = None if asked is None else parse_size(asked)

    def require(self, *, more: int = 0) -> None:
        """Raises NoSpaceError if less than the floor is free, or would be after `more` bytes.

        The floor is $LOA_FREE_FLOOR, else 2 GiB or 5 % of the file system, whichever is less.
        """
        for folder in self._folders:
            if not folder.is_dir():
                continue  # the first write makes it, beside the archive
            disk = os.statvfs(folder)
            free, floor = disk.f_bavail * disk.f_frsize - more, self._floor
            if floor is None:
                floor = min(FLOOR_BYTES, int(disk.f_blocks * disk.f_frsize * FLOOR_SHARE))
            if free < floor:
                there = f"{max(free, 0) >> 20} MiB {'would be' if more else 'are'} free"
                raise NoSpaceError(
                    f"{folder}: {there}, and {floor >> 20} MiB must stay free; make room and run "
                    "the command again, or set LOA_FREE_FLOOR (bytes, or e.g. 500M; 0: no floor)"
                )


def parse_size(text: str) -> int:
    """Bytes of a size such as `500M`, `2G`, `2GiB` or `1048576`. Raises FloorError."""
    found = re.fullmatch(r"(\d+)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise FloorError(
            f"LOA_FREE_FLOOR={text!r}: is not a size; write bytes, or a number with K, M, G or T, "
            "e.g. 500M"
        )
    return int(found[1]) * UNITS[found[2].upper()]

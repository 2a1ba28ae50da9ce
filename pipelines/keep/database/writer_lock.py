"""The lock that lets one process write to an archive. It is on the file, under whatever name.

An older Loa locks `archive.db-lock` beside the archive, so we lock that too. The kernel frees both
when the process ends, however it ends.
"""

import fcntl
import os
import struct
from pathlib import Path

# SQLite locks bytes near 1 << 30 of the file, and no database has more than 1 << 48.
# https://www.sqlite.org/limits.html
PLACE = 1 << 62
# `struct flock` of Linux: the lock is one byte at PLACE. A network file system turns flock() into a
# lock of the whole file, which would collide with SQLite's; this one does not. Unlike lockf(), it
# survives when another part of this process opens and closes the file.
ONE_BYTE = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, PLACE, 1, 0)


class WriterLock:
    """The lock of one archive, held until `release`.

    Makes an empty archive if there is none. `lasting`: also makes `archive.db-lock` if it is
    missing; the upgrade of a copy does not. Raises BlockingIOError if another process holds the
    lock, and OSError with a file name if it cannot be taken.
    """

    def __init__(self, path: Path, *, lasting: bool = True) -> None:
        real = Path(os.path.realpath(path))
        beside = Path(f"{real}-lock")
        self.is_new_name = not beside.exists()
        self._held: list[int] = []
        try:
            self._file = self._open(real)
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, ONE_BYTE)
            if not os.path.samestat(os.fstat(self._file), real.stat()):
                raise BlockingIOError  # replaced between our two steps
            self._beside = self._open(beside) if lasting or not self.is_new_name else None
            if self._beside is not None:
                fcntl.flock(self._beside, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            self.release()
            raise

    def _open(self, path: Path) -> int:
        self._held.append(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644))
        return self._held[-1]

    @property
    def names(self) -> int:
        """How many names (hard links) the archive has."""
        return os.fstat(self._file).st_nlink

    @property
    def checked_at(self) -> float:
        """When the whole archive was last checked: when `archive.db-lock` was last changed."""
        return os.fstat(self._beside).st_mtime if self._beside is not None else 0.0

    def mark_checked(self) -> None:
        """Notes that the whole archive is sound now."""
        if self._beside is not None:
            os.utime(self._beside)

    def release(self) -> None:
        """Frees the lock. Close the connection first: closing a file ends SQLite's locks on it."""
        while self._held:
            os.close(self._held.pop())

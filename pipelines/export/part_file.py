"""A file that appears whole: written beside its place, synced, then renamed.

FILE is written as `.FILE.part`. Beside it, `.FILE.progress` says how many rows and bytes of it are
safe on the disk, so that an export that was killed goes on from there.
"""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

from pipelines.keep.database.free_disk import FreeDisk
from portals.errors import LoaError


class ExportError(LoaError):
    """The file cannot be written, or must not replace the one that is there."""

    exit_code = 12


class PartFile:
    """A file being made. `file` is open at the end of what is safe; `rows` are in it by then.

    `identity`: what decides every byte of it; None if the file cannot go on. The part of an earlier
    export with the same identity is continued; any other is begun again. Raises ExportError, and
    NoSpaceError if too little of the disk is free.
    """

    def __init__(self, target: Path, identity: str | None = None) -> None:
        self.target = target
        self.rows = 0
        self.scratch = target.with_name(f".{target.name}.sheets")  # a folder that may be made
        self._identity = identity
        self._part = target.with_name(f".{target.name}.part")
        self._progress = target.with_name(f".{target.name}.progress")
        self._disk = FreeDisk(target.absolute().parent)
        self._disk.require()
        self.file: BinaryIO = self._opened()
        try:
            self.rows, safe = self._safe()
            if not safe:  # what it says of another file must not be believed of this one
                self._progress.unlink(missing_ok=True)
            self.file.truncate(safe)
            self.file.seek(safe)
        except BaseException:
            self.file.close()
            raise

    def _opened(self) -> BinaryIO:
        try:
            descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ExportError(
                f"{self._part}: cannot be made ({error.strerror}); check the folder, or name"
                " another file"
            ) from error
        file = os.fdopen(descriptor, "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(descriptor), self._part.stat()):
                raise BlockingIOError  # finished and renamed between our two steps
        except OSError as error:
            file.close()
            raise ExportError(
                f"{self._part}: another process is writing this file; wait until it ends"
            ) from error
        return file

    def _safe(self) -> tuple[int, int]:
        """The rows and bytes that an earlier export left, if this one is to go on with them."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self._progress.read_text(encoding="utf-8"))
            rows, safe = int(told["rows"]), int(told["bytes"])
            held = self.file.seek(0, os.SEEK_END)
            if self._identity is not None and told["identity"] == self._identity and safe <= held:
                return rows, safe
        return 0, 0

    def keep(self, rows: int) -> None:
        """Put what was written on the disk, and note that it holds so many rows."""
        self._disk.require()
        self._sync()
        if self._identity is None:
            return
        told = {"identity": self._identity, "rows": rows, "bytes": self.file.tell()}
        new = self._progress.with_name(f"{self._progress.name}.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._progress)

    def finish(self) -> int:
        """Give the file its name, and return its size in bytes."""
        self._sync()
        size = self._part.stat().st_size
        self._part.replace(self.target)
        self._progress.unlink(missing_ok=True)
        folder = os.open(self.target.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return size

    def _sync(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # What cannot go on is of no use.
        if kind is not None and self._identity is None:
            self._part.unlink(missing_ok=True)
        with suppress(OSError):  # the disk is full: that was told already
            self.file.close()


def check_target(target: Path, archive: Path, *, replace: bool) -> None:
    """Raise ExportError if no file may be made there."""
    if not target.absolute().parent.is_dir():
        raise ExportError(f"{target}: its folder does not exist; create it or name another file")
    if not target.exists():
        return
    if not target.is_file() or _is_of(archive, target):
        raise ExportError(f"{target}: is the archive itself, or not a file; name another file")
    if not replace:
        raise ExportError(f"{target}: is there already; name another file, or replace it (--force)")


def _is_of(archive: Path, target: Path) -> bool:
    files = (archive, *(Path(f"{archive}{suffix}") for suffix in ("-wal", "-shm", "-lock")))
    return any(file.exists() and target.samefile(file) for file in files)

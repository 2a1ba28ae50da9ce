"""Makes a checked copy of archive.db while other processes read and write it.

The copy replaces an older one in a single step: a reader sees the old copy or the new one.
"""

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.keep.database.archive import read_unchanged
from pipelines.keep.database.first_migrations import APPLICATION_IDS
from pipelines.keep.database.free_disk import FreeDisk
from pipelines.keep.database.migrations import steps_to_run
from pipelines.keep.database.read_only import connect_read_only
from portals.errors import LoaError


class SnapshotError(LoaError):
    """The copy cannot be made, or must not replace the existing file."""

    exit_code = 12


def take_snapshot(archive: Path, target: Path) -> int:
    """Copies the archive to `target`, synced to the disk, and returns the copy's size in bytes.

    The copy holds everything that was committed when it began, in one file without a log. It
    replaces only an earlier copy, never a live archive or a foreign file. Raises SnapshotError,
    ArchiveError, NoSpaceError.
    """
    _check_target(archive, target)
    with read_unchanged(archive) as db:
        FreeDisk(target.absolute().parent).require(more=archive.stat().st_size)
        part = target.with_name(f".{target.name}.part")
        held = _hold(part)
        try:
            try:
                db.execute("vacuum into ?", (str(part),))
                _check_copy(part)
                os.fsync(held)
            except (sqlite3.Error, OSError) as error:
                raise SnapshotError(
                    f"{target}: the copy cannot be made ({error}); check the disk, or run "
                    f"`loa verify` on {archive}"
                ) from error
            size = part.stat().st_size
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        finally:
            os.close(held)
    _sync_folder(target.absolute().parent)
    return size


def check_snapshot(file: Path, *, whole: bool = True) -> None:
    """Raises SnapshotError or ArchiveError unless the file is a copy of an archive that this Loa
    can read, nobody writes to it, and it has its size. `whole`: and every page of it is sound.
    """
    if any(Path(f"{file}{suffix}").exists() for suffix in ("-lock", "-wal")):
        raise SnapshotError(
            f"{file}: is an archive that is written to, not a copy; make one with `loa snapshot`"
        )
    with read_unchanged(file) as db:
        if steps_to_run(db):
            raise SnapshotError(
                f"{file}: an older Loa made this copy; make another with `loa snapshot`"
            )
        try:
            _check_size(db, file)
            if whole:
                _check_pages(db)
        except sqlite3.Error as error:
            raise SnapshotError(
                f"{file}: is damaged or incomplete ({error}); copy it again, and rename it into "
                "its place once it is whole"
            ) from error


def _check_target(archive: Path, target: Path) -> None:
    if not target.absolute().parent.is_dir():
        raise SnapshotError(f"{target}: its folder does not exist; create it or name another file")
    if not target.exists():
        return
    if not target.is_file() or (archive.exists() and target.samefile(archive)):
        raise SnapshotError(f"{target}: is the archive itself, or not a file; name another file")
    if any(Path(f"{target}{suffix}").exists() for suffix in ("-lock", "-wal")):
        raise SnapshotError(
            f"{target}: is an archive that is written to, not a copy; name another file"
        )
    with target.open("rb") as file:
        start = file.read(72)
    # https://www.sqlite.org/fileformat.html#application_id
    if start[:16] != b"SQLite format 3\0" or int.from_bytes(start[68:72]) not in APPLICATION_IDS:
        raise SnapshotError(
            f"{target}: is not a copy of an archive, so it stays; name another file"
        )


def _hold(part: Path) -> int:
    """The unfinished copy, emptied of what a killed process left there, and locked."""
    try:
        held = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise SnapshotError(
            f"{part}: cannot be made ({error.strerror}); check the folder's permissions"
        ) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(held), part.stat()):
            raise BlockingIOError  # finished and renamed between our two steps
        os.ftruncate(held, 0)
    except OSError as error:
        os.close(held)
        raise SnapshotError(
            f"{part}: another process is making this copy; wait until it ends"
        ) from error
    return held


def _check_copy(part: Path) -> None:
    with closing(connect_read_only(part)) as db:
        _check_pages(db)


def _check_size(db: sqlite3.Connection, file: Path) -> None:
    (pages,) = db.execute("pragma page_count").fetchone()
    (page_bytes,) = db.execute("pragma page_size").fetchone()
    if file.stat().st_size != pages * page_bytes:
        raise sqlite3.DatabaseError(f"it has not the {pages * page_bytes:,} bytes that it should")


def _check_pages(db: sqlite3.Connection) -> None:
    (first,) = db.execute("pragma quick_check(1)").fetchone()
    if first != "ok" or db.execute("pragma foreign_key_check").fetchone() is not None:
        raise sqlite3.DatabaseError(f"it is damaged: {first}")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

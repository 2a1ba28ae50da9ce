"""archive.db, opened: by the one writer (`Archive.open`) or to be read (`read_archive`). Knows files, locks and transactions, not what is written."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from pipelines.keep.migrations import APPLICATION_ID, migrations
from portals.errors import LoaError

BUSY_SECONDS = 30.0  # how long a writer waits for another program's transaction
WAL_LIMIT = 4 << 20  # bytes that the write-ahead log is cut back to after a checkpoint


class ArchiveError(LoaError):
    """archive.db cannot be used as it stands: missing, not ours, damaged, locked or full."""

    exit_code = 4


class Archive:
    """The archive with the right to write: one connection, WAL, synchronous=FULL, foreign keys on. Nobody else may write while it is open."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int) -> None:
        self.path = path
        self.captures = captures_folder(path)
        self.connection = connection
        self._lock = lock

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the archive and brings its schema up to date. Raises ArchiveError where it is not ours, damaged, or being written."""
        _check_ours(path)
        lock = _lock(path)
        try:
            with _told(path):
                database = Database(sqlite3.connect(path, timeout=BUSY_SECONDS))
                migrations.apply(database)
                database.conn.close()
                connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
                connection.row_factory = sqlite3.Row
                for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", f"journal_size_limit = {WAL_LIMIT}"):
                    connection.execute(f"pragma {pragma}")
        except BaseException:
            os.close(lock)
            raise
        return cls(path, connection, lock)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One IMMEDIATE transaction: all of it is kept, or nothing. Raises ArchiveError where SQLite cannot write."""
        with _told(self.path):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("rollback")
                raise

    def close(self) -> None:
        """Folds the write-ahead log back where nobody reads, and gives up the lock."""
        with suppress(sqlite3.Error):
            self.connection.execute("pragma wal_checkpoint(truncate)")
        self.connection.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def captures_folder(path: Path) -> Path:
    """The folder of the WARC files: `captures` beside the archive."""
    return path.resolve().parent / "captures"


@contextmanager
def read_archive(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to an existing archive. Raises ArchiveError where there is none or it is not ours."""
    if not path.exists():
        raise ArchiveError(f"{path}: there is no archive yet; `loa crawl` or `loa import` makes one, or name another with --archive")
    _check_ours(path)
    with _told(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            connection.row_factory = sqlite3.Row
            yield connection
        finally:
            connection.close()


def _check_ours(path: Path) -> None:
    """Refuses a file that holds something else before anything is written to it."""
    if path.is_dir():
        raise ArchiveError(f"{path}: is a folder; name a file with --archive")
    if not path.exists() or path.stat().st_size == 0:
        if not path.resolve().parent.is_dir():
            raise ArchiveError(f"{path}: its folder does not exist; create it or name another file with --archive")
        return
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror}); check its permissions or name another file with --archive") from error
    if start != b"SQLite format 3\0":
        raise ArchiveError(f"{path}: is no SQLite database; name another file with --archive")
    with _told(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            application = connection.execute("pragma application_id").fetchone()[0]
            # The log of migrations alone is what a first run leaves that was stopped while it made the tables.
            tables = connection.execute("select count(*) from sqlite_master where tbl_name <> '_sqlite_migrations'").fetchone()[0]
        finally:
            connection.close()
    if application != APPLICATION_ID and tables:
        raise ArchiveError(f"{path}: is a SQLite database, but not an archive of Loa; name another file with --archive")


def _lock(path: Path) -> int:
    """The writer's lock; the kernel frees it when a process ends, however it ends."""
    try:
        lock = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveError(f"{path}: its lock {path}-lock cannot be made ({error.strerror}); check the folder's permissions") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise ArchiveError(f"{path}: another loa process is writing to it; wait until it ends") from error
    return lock


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's own errors as one line that a person can act on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "full" in text:
            raise ArchiveError(f"{path}: the disk is full; make room and run the command again, nothing was lost") from error
        if "locked" in text or "busy" in text:
            raise ArchiveError(f"{path}: another program keeps it locked; close it and run the command again") from error
        if "disk I/O" in text or "unable to open" in text or "readonly" in text:
            raise ArchiveError(f"{path}: cannot be written ({text}); check the disk and the file's permissions") from error
        raise
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path}: is damaged ({error}); restore it from a copy, or make it anew from the WARC files with `loa import`") from error

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

from pipelines.keep.database.integrity import soundness_fault
from pipelines.keep.database.migrations import APPLICATION_ID, migrations
from portals.errors import LoaError

BUSY_SECONDS = 30.0  # how long a writer waits for another program's transaction
FOLDING_SECONDS = (
    2.0  # how long a writer that ends waits for readers before it leaves its log to the next one
)
WAL_LIMIT = 4 << 20  # bytes that the write-ahead log is cut back to after a checkpoint
WAY_BACK = "nothing was written; put a copy that `loa snapshot` made in its place, or make it anew with `loa import captures/*.warc.gz --archive new.db`"
WRITER_PRAGMAS = ("journal_mode = wal", "synchronous = full", f"journal_size_limit = {WAL_LIMIT}")


class ArchiveError(LoaError):
    """archive.db cannot be used as it stands: missing, not ours, damaged, locked or full."""

    exit_code = 4


class ArchiveBusyError(ArchiveError):
    """Another loa process is the writer. Nothing was written."""

    exit_code = 10


class Archive:
    """The archive with the right to write: one connection, WAL, synchronous=FULL, foreign keys on. Nobody else may write while it is open."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int) -> None:
        self.path = path
        self.captures = captures_folder(path)
        self.connection = connection
        self._lock = lock

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the archive and brings its schema up to date: all steps in one transaction, so that a reader sees the old tables or the new ones.

        Raises ArchiveError where it is not ours, damaged, or being written.
        """
        _check_ours(path)
        lock = _lock(path)
        try:
            with _told(path):
                connection = _writer(path, lock)
                connection.row_factory = sqlite3.Row
                connection.execute(
                    "pragma foreign_keys = on"
                )  # not sooner: a step that makes a table anew would take the rows that point to it
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
            self.connection.execute(f"pragma busy_timeout = {FOLDING_SECONDS * 1000:.0f}")
            self.connection.execute("pragma wal_checkpoint(truncate)")
        self.connection.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def captures_folder(path: Path) -> Path:
    """The folder of the WARC files: `captures` beside the archive."""
    return path.resolve().parent / "captures"


def log_bytes(path: Path) -> int:
    """The size of the archive's write-ahead log. A reader that holds the archive open for hours lets it grow; the first run after that folds it back."""
    try:
        return Path(f"{path}-wal").stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def read_archive(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to an existing archive. Raises ArchiveError where there is none or it is not ours."""
    if not path.exists():
        raise ArchiveError(
            f"{path}: there is no archive yet; `loa crawl` or `loa import` makes one, or name another with --archive"
        )
    _check_ours(path)
    with _told(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS
        )
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
            raise ArchiveError(
                f"{path}: its folder does not exist; create it or name another file with --archive"
            )
        return
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise ArchiveError(
            f"{path}: cannot be read ({error.strerror}); check its permissions or name another file with --archive"
        ) from error
    if start != b"SQLite format 3\0":
        raise ArchiveError(f"{path}: is no SQLite database; name another file with --archive")
    with _told(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            application = connection.execute("pragma application_id").fetchone()[0]
            # The log of migrations alone is what a first run leaves that was stopped while it made the tables.
            tables = connection.execute(
                "select count(*) from sqlite_master where tbl_name <> '_sqlite_migrations'"
            ).fetchone()[0]
        finally:
            connection.close()
    if application != APPLICATION_ID and tables:
        raise ArchiveError(
            f"{path}: is a SQLite database, but not an archive of Loa; name another file with --archive"
        )


def _writer(path: Path, lock: int) -> sqlite3.Connection:
    """The one connection that writes, to a sound archive with today's schema."""
    unclean = log_bytes(path) > 0
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        if (
            path.stat().st_size
            and (fault := soundness_fault(path, connection, lock, unclean=unclean)) is not None
        ):
            raise sqlite3.DatabaseError(fault)
        for pragma in WRITER_PRAGMAS:
            connection.execute(f"pragma {pragma}")
        if migrations.pending(Database(connection, recursive_triggers=False)):
            connection.execute("begin immediate")
            migrations.apply(Database(connection, recursive_triggers=False))
            connection.execute("commit")
    except BaseException:
        connection.close()
        raise
    return connection


def _lock(path: Path) -> int:
    """The writer's lock; the kernel frees it when a process ends, however it ends."""
    try:
        lock = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveError(
            f"{path}: its lock {path}-lock cannot be made ({error.strerror}); check the folder's permissions"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise ArchiveBusyError(
            f"{path}: another loa process is writing to it; wait until it ends"
        ) from error
    return lock


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's own errors as one line that a person can act on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "full" in text:
            raise ArchiveError(
                f"{path}: the disk is full; make room and run the command again, nothing was lost"
            ) from error
        if "locked" in text or "busy" in text:
            raise ArchiveError(
                f"{path}: another program keeps it locked; close it and run the command again"
            ) from error
        if "disk I/O" in text or "unable to open" in text or "readonly" in text:
            raise ArchiveError(
                f"{path}: cannot be written ({text}); check the disk and the file's permissions"
            ) from error
        raise
    except (
        sqlite3.IntegrityError,
        sqlite3.ProgrammingError,
    ):  # faults of ours, and none of the file
        raise
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path}: is damaged ({error}); {WAY_BACK}") from error

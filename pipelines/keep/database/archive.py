"""Opens archive.db, for the one writer (`Archive.open`) or for a reader (`read_archive`)."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from pipelines.keep.database.migrations import APPLICATION_ID, migrations
from portals.errors import LoaError

BUSY_SECONDS = 30.0  # how long a writer waits for another program's transaction
CLOSING_SECONDS = 2.0  # a writer's wait for readers before it leaves its log to the next writer
WAL_BYTES = 4 << 20  # the write-ahead log is cut back to this after a checkpoint
REMEDY = (
    "nothing was written; put a copy that `loa snapshot` made in its place, or make it anew with "
    "`loa import captures/*.warc.gz --archive new.db`"
)
ALWAYS_CHECKED_BYTES = 256 << 20  # a file up to this size is checked at every start
CHECK_HOLDS_SECONDS = 86_400.0  # of writing, for a larger file
WRITER_PRAGMAS = ("journal_mode = wal", "synchronous = full", f"journal_size_limit = {WAL_BYTES}")


class ArchiveError(LoaError):
    """archive.db cannot be used: missing, not ours, damaged, locked, or its disk is full."""

    exit_code = 4


class ArchiveBusyError(ArchiveError):
    """Another loa process is the writer. Nothing was written."""

    exit_code = 10


class Archive:
    """The archive, open for writing. Nobody else can write while it is open.

    One connection in WAL mode, with synchronous=FULL and foreign keys on.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int) -> None:
        self.path = path
        self.captures = captures_folder(path)
        self.connection = connection
        self._lock = lock

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the archive, and migrates it in one transaction.

        Raises ArchiveError if it is not ours, damaged, or being written.
        """
        _check_ours(path)
        lock = _lock(path)
        try:
            with _explained(path):
                connection = _writer(path, lock)
                connection.row_factory = sqlite3.Row
                # Only after the migrations: rebuilding a table would delete the rows that point to
                # it.
                connection.execute("pragma foreign_keys = on")
        except BaseException:
            os.close(lock)
            raise
        return cls(path, connection, lock)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One IMMEDIATE transaction, all or nothing. Raises ArchiveError if SQLite cannot write."""
        with _explained(self.path):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("rollback")
                raise

    def close(self) -> None:
        """Empties the write-ahead log if nobody is reading, and releases the lock."""
        with suppress(sqlite3.Error):
            self.connection.execute(f"pragma busy_timeout = {CLOSING_SECONDS * 1000:.0f}")
            self.connection.execute("pragma wal_checkpoint(truncate)")
        self.connection.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def captures_folder(path: Path) -> Path:
    """The folder of the WARC files: `captures` beside the archive."""
    return path.resolve().parent / "captures"


def log_bytes(path: Path) -> int:
    """The size of the archive's write-ahead log.

    It grows while a reader keeps the archive open for hours; the next run empties it.
    """
    try:
        return Path(f"{path}-wal").stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def read_archive(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to an archive. Raises ArchiveError if there is none, or not ours."""
    if not path.exists():
        raise ArchiveError(
            f"{path}: there is no archive yet; `loa crawl` or `loa import` makes one, or name "
            "another with --archive"
        )
    _check_ours(path)
    with _explained(path), closing(connect_read_only(path)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection to a SQLite file that is there; it writes nothing."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)


def _check_ours(path: Path) -> None:
    """Raises ArchiveError if the file is not an archive."""
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
            f"{path}: cannot be read ({error.strerror}); check its permissions or name another "
            "file with --archive"
        ) from error
    if start != b"SQLite format 3\0":
        raise ArchiveError(f"{path}: is not a SQLite database; name another file with --archive")
    with _explained(path), closing(connect_read_only(path)) as connection:
        (application,) = connection.execute("pragma application_id").fetchone()
        # If the first run is stopped while it creates the tables, only the migrations' log exists.
        (tables,) = connection.execute(
            "select count(*) from sqlite_master where tbl_name <> '_sqlite_migrations'"
        ).fetchone()
    if application != APPLICATION_ID and tables:
        raise ArchiveError(
            f"{path}: is a SQLite database, but not an archive of Loa; name another file with "
            "--archive"
        )


def _writer(path: Path, lock: int) -> sqlite3.Connection:
    """The one writing connection, to a sound archive with the present schema."""
    unclean = log_bytes(path) > 0
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=512
    )
    try:
        if path.stat().st_size:
            _check_sound(path, connection, lock, unclean=unclean)
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


def _check_sound(path: Path, db: sqlite3.Connection, lock: int, *, unclean: bool) -> None:
    """Raises DatabaseError for a damaged archive, so that nothing is added to it.

    SQLite's quick_check reads the whole file: 0.8 s for a gigabyte in memory, else as fast as the
    disk. So a large file is checked at most once a day of writing, and after a writer that left a
    log behind (`unclean`). The lock file's time of change is that of the last full check; it is
    compared with the archive's own, so no clock is needed. `loa verify` looks for all other damage.
    """
    size = path.stat().st_size
    (pages,) = db.execute("pragma page_count").fetchone()
    (page_size,) = db.execute("pragma page_size").fetchone()
    if not unclean and size < pages * page_size:
        raise sqlite3.DatabaseError(f"{size} bytes are there of {pages * page_size}")
    since_check = path.stat().st_mtime - os.fstat(lock).st_mtime
    if size > ALWAYS_CHECKED_BYTES and not unclean and since_check < CHECK_HOLDS_SECONDS:
        return
    (first,) = db.execute("pragma quick_check(1)").fetchone()
    if first != "ok":
        raise sqlite3.DatabaseError(str(first).splitlines()[-1])
    os.utime(lock)


def _lock(path: Path) -> int:
    """The writer's lock; the kernel frees it when a process ends, however it ends."""
    try:
        lock = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveError(
            f"{path}: its lock {path}-lock cannot be made ({error.strerror}); check the folder's "
            "permissions"
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
def _explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into one line that a person can act on."""
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
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a fault of ours, not of the file
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path}: is damaged ({error}); {REMEDY}") from error

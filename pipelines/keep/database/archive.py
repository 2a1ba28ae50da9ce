"""Opens archive.db, for the one writer (`Archive.open`) or for a reader (`read_archive`)."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from pipelines.keep.database.background_check import BackgroundCheck, quick_check
from pipelines.keep.database.first_migrations import APPLICATION_IDS
from pipelines.keep.database.migrations import (
    migrations,
    newer_steps,
    steps_run,
    steps_to_run,
)
from pipelines.keep.database.read_only import (
    BUSY_SECONDS,
    NOT_BESIDE,
    FrozenConnection,
    connect_read_only,
    file_stamp,
    log_bytes,
)
from pipelines.keep.database.statistics import renew_statistics
from pipelines.keep.database.writer_lock import WriterLock
from portals.errors import LoaError

CLOSING_SECONDS = 2.0  # a writer's wait for readers before it leaves its log to the next writer
WAL_BYTES = 4 << 20  # the write-ahead log is cut back to this after a checkpoint
REMEDY = (
    "put a copy that `loa snapshot` made in its place, or rebuild it with "
    "`loa import captures/*.warc.gz --archive new.db`"
)
ALWAYS_CHECKED_BYTES = 256 << 20  # a file up to this size is checked at every start
CHECK_HOLDS_SECONDS = 86_400.0  # of writing, for a larger file
LOG = logging.getLogger(__name__)
WRITER_PRAGMAS = ("journal_mode = wal", "synchronous = full", f"journal_size_limit = {WAL_BYTES}")


class ArchiveError(LoaError):
    """archive.db cannot be used: missing, not ours, damaged, locked, or its disk is full."""

    exit_code = 4


class ArchiveBusyError(ArchiveError):
    """Another loa process is the writer. Nothing was written."""

    exit_code = 10


class NoArchiveError(ArchiveError):
    """There is no archive yet, or only an empty file that a run had begun."""


class OlderArchiveError(ArchiveError):
    """An older Loa made the archive, and it cannot be brought up to date where it is."""


class Archive:
    """The archive, open for writing. Nobody else can write while it is open.

    One connection in WAL mode, with synchronous=FULL and foreign keys on.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        lock: WriterLock,
        check: BackgroundCheck | None = None,
    ) -> None:
        self.path = path
        self.captures = captures_folder(path)
        self.connection = connection
        self._lock = lock
        self._check = check

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the archive, and migrates it in one transaction.

        Raises ArchiveError if it is not ours, damaged, being written, or made by a newer Loa.
        """
        _check_place(path)
        if path.exists():
            with _explained(path), closing(connect_read_only(path)) as connection:
                _check_ours(path, connection)
        lock = _lock(path)
        try:
            with _explained(path):
                connection, check_is_due = _writer(path, lock)
                for pragma in WRITER_PRAGMAS:
                    connection.execute(f"pragma {pragma}")
                _run_steps(path, connection)
                connection.row_factory = sqlite3.Row
                # Only after the migrations: rebuilding a table would delete the rows that point to
                # it.
                connection.execute("pragma foreign_keys = on")
                check = BackgroundCheck(path, lock.mark_checked) if check_is_due else None
        except BaseException:
            lock.release()
            raise
        return cls(path, connection, lock, check)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One IMMEDIATE transaction, all or nothing. Raises ArchiveError if SQLite cannot write."""
        if self._check is not None and self._check.damage is not None:
            raise ArchiveError(
                f"{self.path}: is damaged ({self._check.damage}); nothing more is written; {REMEDY}"
            )
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
        """Renews the statistics of tables that grew much, if something was written, empties the
        write-ahead log if nobody is reading, and releases the lock.
        """
        if self._check is not None:
            self._check.stop()
        with suppress(sqlite3.Error):
            if self.connection.total_changes:
                renew_statistics(self.connection)
        with suppress(sqlite3.Error):
            self.connection.execute(f"pragma busy_timeout = {CLOSING_SECONDS * 1000:.0f}")
            self.connection.execute("pragma wal_checkpoint(truncate)")
        self.connection.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def captures_folder(path: Path) -> Path:
    """The folder of the WARC files: `captures` beside the archive."""
    return Path(os.path.realpath(path)).parent / "captures"


@contextmanager
def read_archive(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to an archive with the present schema.

    An archive that an older Loa made is brought up to date first. Raises NoArchiveError,
    OlderArchiveError if it cannot be brought up to date, and ArchiveError if it is not ours.
    """
    with read_unchanged(path) as connection:
        if not steps_to_run(connection):
            yield connection
            return
    try:
        migrate_archive(path)
    except ArchiveError as error:
        why = str(error).removeprefix(f"{path}: ")
        raise OlderArchiveError(
            f"{path}: an older Loa made it, and it cannot be brought up to date now: {why}; or "
            "copy it to where you may write, and run `loa migrate` there"
        ) from error
    with read_unchanged(path) as connection:
        yield connection


@contextmanager
def read_unchanged(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to an archive as it is, perhaps with the schema of an older Loa.

    Raises NoArchiveError, and ArchiveError if it is not ours.
    """
    _check_place(path)
    if not path.exists():
        raise NoArchiveError(
            f"{path}: there is no archive yet; `loa crawl` or `loa import` makes one, or name "
            "another with --archive"
        )
    before = file_stamp(path)
    with _explained(path), closing(connect_read_only(path)) as connection:
        _check_ours(path, connection)
        if not steps_run(connection):
            raise NoArchiveError(
                f"{path}: has no tables yet: its first run was stopped at once, or it was copied "
                "without its log; `loa crawl` or `loa import` makes the tables"
            )
        connection.row_factory = sqlite3.Row
        yield connection
        if isinstance(connection, FrozenConnection) and file_stamp(path) != before:
            raise ArchiveError(
                f"{path}: was written to while it was read, and its log cannot be read here; "
                "run the command again, or where it may write beside the archive"
            )


def migrate_archive(path: Path) -> list[str]:
    """Brings an archive up to date in one transaction, and returns the names of the steps run.

    Raises NoArchiveError, and ArchiveError like `Archive.open`.
    """
    with read_unchanged(path):
        pass  # it is an archive
    lock = _lock(path, lasting=False)
    try:
        with _explained(path), closing(_writer(path, lock)[0]) as connection:
            return _run_steps(path, connection)
    finally:
        lock.release()


def _check_place(path: Path) -> None:
    """Raises ArchiveError if no archive can be there."""
    if path.is_dir():
        raise ArchiveError(f"{path}: is a folder; name a file with --archive")
    if not os.path.isdir(os.path.dirname(os.path.realpath(path))):
        raise ArchiveError(
            f"{path}: its folder does not exist; create it or name another file with --archive"
        )
    if path.exists() and not os.access(path, os.R_OK):
        raise ArchiveError(
            f"{path}: cannot be read; check its permissions or name another file with --archive"
        )


def _check_ours(path: Path, connection: sqlite3.Connection) -> None:
    """Raises ArchiveError if the file is not an archive, or if a newer Loa made it."""
    (application,) = connection.execute("pragma application_id").fetchone()
    # If the first run is stopped while it creates the tables, only the migrations' log exists.
    (tables,) = connection.execute(
        "select count(*) from sqlite_master where tbl_name <> '_sqlite_migrations'"
    ).fetchone()
    if application not in APPLICATION_IDS and tables:
        raise ArchiveError(
            f"{path}: is a SQLite database, but not an archive of Loa; name another file with "
            "--archive"
        )
    if newer := newer_steps(connection):
        raise ArchiveError(
            f"{path}: a newer Loa made it (it has run the step {newer[-1]}); update this Loa, or "
            "name another file with --archive"
        )


def _writer(path: Path, lock: WriterLock) -> tuple[sqlite3.Connection, bool]:
    """The one writing connection, and whether a background check of the archive is due."""
    unclean = log_bytes(path) > 0
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=512
    )
    try:
        due = path.stat().st_size > 0 and _check_is_due(path, connection, lock, unclean=unclean)
    except BaseException:
        connection.close()
        raise
    return connection, due


def _run_steps(path: Path, connection: sqlite3.Connection) -> list[str]:
    """Runs the steps that the schema lacks, in one transaction, and returns their names."""
    steps = steps_to_run(connection)
    if steps:
        is_older = bool(steps_run(connection))
        if is_older:
            LOG.warning("%s: an older Loa made it; it is brought up to date", path)
        connection.execute("begin immediate")
        try:
            migrations.apply(Database(connection, recursive_triggers=False))
            if is_older:
                renew_statistics(connection, of_all=True)
            connection.execute("commit")
        except BaseException:
            connection.close()
            raise
    return steps


def _check_is_due(path: Path, db: sqlite3.Connection, lock: WriterLock, *, unclean: bool) -> bool:
    """Raises DatabaseError for an archive that is cut or damaged, so that nothing is added to it.

    SQLite's quick_check reads the whole file: 0.8 s for a gigabyte in memory, else as fast as the
    disk. So a small file is checked here, and a large one in the background. Returns whether that
    is due: once for each day of writing, and after a writer that left a log behind (`unclean`). The
    lock file was last changed at the last full check; that is compared with the archive's own time
    of change, so no clock is needed. `loa verify` looks for all other damage.
    """
    size = path.stat().st_size
    (pages,) = db.execute("pragma page_count").fetchone()
    (page_size,) = db.execute("pragma page_size").fetchone()
    if not unclean and size < pages * page_size:
        raise sqlite3.DatabaseError(f"{size} bytes are there of {pages * page_size}")
    if size <= ALWAYS_CHECKED_BYTES:
        quick_check(db)
        lock.mark_checked()
        return False
    return unclean or path.stat().st_mtime - lock.checked_at >= CHECK_HOLDS_SECONDS


def _lock(path: Path, *, lasting: bool = True) -> WriterLock:
    try:
        lock = WriterLock(path, lasting=lasting)
    except BlockingIOError as error:
        raise ArchiveBusyError(
            f"{path}: another loa process is writing to it; wait until it ends"
        ) from error
    except OSError as error:
        which = "" if error.filename in (None, str(path)) else f"{error.filename}: "
        raise ArchiveError(
            f"{path}: cannot be locked for writing ({which}{error.strerror}); check the "
            "permissions of the file and its folder"
        ) from error
    if lock.names > 1 and lock.is_new_name:
        lock.release()
        raise ArchiveError(
            f"{path}: is a second name (a hard link) of an archive whose log and captures are kept "
            "by its first name; use that name, or replace this one by a symbolic link"
        )
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
        if error.sqlite_errorcode & 0xFF in NOT_BESIDE and log_bytes(path):
            raise ArchiveError(
                f"{path}: its log, {path.name}-wal, cannot be read here; copy both files to a "
                "folder where you may write"
            ) from error
        if "disk I/O" in text or "unable to open" in text or "readonly" in text:
            raise ArchiveError(
                f"{path}: cannot be used ({text}); check the disk and the file's permissions"
            ) from error
        raise
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a fault of ours, not of the file
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise ArchiveError(
                f"{path}: is not a SQLite database; name another file with --archive"
            ) from error
        raise ArchiveError(
            f"{path}: is damaged ({error}); nothing was written; {REMEDY}"
        ) from error

"""Opens SQLite files to read them, on a read-only medium as well. Writes nothing."""

import os
import sqlite3
from pathlib import Path
from typing import Any

BUSY_SECONDS = 30.0  # how long a connection waits for another program's transaction
# What SQLite answers where it may not make a file beside the database.
NOT_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class FrozenConnection(sqlite3.Connection):
    """A connection that assumes that the file never changes, and ignores any log.

    Compare `file_stamp` before and after: if the file changed, do not trust what was read.
    """


def connect_read_only(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """A connection to exactly the SQLite file that is there; it makes none, and writes nothing.

    In WAL mode, SQLite makes two files beside the database even to read it. If it may not, and
    there is no log, the file is complete without them, and a FrozenConnection reads it. Raises
    sqlite3.DatabaseError if the file cannot be opened, or is no database.
    """
    file = Path(os.path.realpath(path)).as_uri()

    def opened(options: str, **more: Any) -> sqlite3.Connection:
        more |= {"timeout": BUSY_SECONDS, "check_same_thread": check_same_thread}
        connection: sqlite3.Connection = sqlite3.connect(f"{file}?{options}", uri=True, **more)
        try:
            connection.execute("pragma schema_version").fetchone()  # only this opens the log
        except BaseException:
            connection.close()
            raise
        return connection

    try:
        return opened("mode=ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in NOT_BESIDE or log_bytes(path):
            raise
        return opened("mode=ro&immutable=1", factory=FrozenConnection)


def log_bytes(path: Path) -> int:
    """The size of a database's write-ahead log.

    It grows while a reader keeps the archive open for hours; the next run empties it.
    """
    try:
        return Path(f"{os.path.realpath(path)}-wal").stat().st_size
    except FileNotFoundError:
        return 0


def file_stamp(path: Path) -> tuple[int, ...]:
    """What changes when a database is written: its file, size, time of change and log size."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, log_bytes(path)

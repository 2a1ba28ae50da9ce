"""One moment of an archive: everything read within it belongs together."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TRIES = 3
Stamp = tuple[int, ...]


@contextmanager
def one_moment(db: sqlite3.Connection, path: Path) -> Iterator[Stamp | None]:
    """A read transaction, and the stamp of what it reads.

    Two moments with the same stamp show the same rows. None while somebody writes without a pause.
    """
    stamp = _begun(db, path)
    try:
        yield stamp
    finally:
        db.execute("rollback")


def _begun(db: sqlite3.Connection, path: Path) -> Stamp | None:
    for _ in range(TRIES):
        before = _stamp(path)
        _begin(db)
        if _stamp(path) == before:
            return before
        db.execute("rollback")
    _begin(db)
    return None


def _begin(db: sqlite3.Connection) -> None:
    db.execute("begin")
    db.execute("select count(*) from sqlite_schema").fetchone()  # only this takes the moment


def _stamp(path: Path) -> Stamp:
    """What changes with each commit: the file, and its write-ahead log with its time.

    A log may be written anew from its start and so keep its size. An empty one is made by readers.
    """
    file = path.stat()
    found = (file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns)
    try:
        log = Path(f"{os.path.realpath(path)}-wal").stat()
    except FileNotFoundError:
        return found
    return (*found, log.st_size, log.st_mtime_ns) if log.st_size else found

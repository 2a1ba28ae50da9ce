"""The file that is served: opened exactly as named, and closed when nobody reads it any more."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, TypeVar

from datasette.database import Database, QueryInterrupted
from datasette.utils import escape_sqlite

from pipelines.keep.database.archive import captures_folder
from pipelines.keep.database.read_only import FrozenConnection, connect_read_only, file_stamp

T = TypeVar("T")
# Connections of a snapshot: one for each thread that reads, and some for downloads.
OPENED_AT_ONCE = 12


class ReplacedError(sqlite3.OperationalError):
    """Another file has the name of the one that should be opened; a reader is told to try again."""


class ServedFile(Database):  # type: ignore[misc]  # Datasette is not typed
    """An archive as Datasette reads it. `captures`: the folder of its WARC files.

    Datasette would put the path into a URI as it is: `#` and `?` would end it, and `%41` would
    become `A`; SQLite would then open another file, or make one. It would also keep a thread's
    connection by the database's name, and so go on to read a file that was replaced.
    """

    def __init__(self, datasette: Any, path: Path, captures: Path | None = None) -> None:
        super().__init__(datasette, str(path.absolute()), is_mutable=True)
        self.file = path.absolute()
        self.captures = captures or captures_folder(path)
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._frozen: tuple[int, ...] | None = None

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A new connection to exactly this file, for whoever closes it."""
        assert not write, "the face writes nothing"
        stamp = file_stamp(self.file)
        connection = connect_read_only(self.file, check_same_thread=False)
        if isinstance(connection, FrozenConnection) and self._frozen is None:
            self._frozen = stamp
        return connection

    def is_out_of_date(self) -> bool:
        """Whether the file changed in a way that makes what is read now doubtful."""
        return self._frozen is not None and file_stamp(self.file) != self._frozen

    def written_at(self) -> float:
        """When what is read was last written, in seconds since 1970; 0 if there is no file."""
        files = (self.file, self.file.with_name(f"{self.file.name}-wal"))
        return max((one.stat().st_mtime for one in files if one.exists()), default=0.0)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """What a function makes of a connection, in one of Datasette's threads."""

        def in_thread() -> T:
            connection = self._taken()
            try:
                return fn(connection)
            finally:
                self._give_back(connection)

        found: T = await self.ds.in_thread(in_thread)
        return found

    def close(self) -> None:
        """Close all connections, those in use as soon as they are given back."""
        with self._closing:
            self._closed = True
            with suppress(Empty):
                while True:
                    self._idle.get_nowait().close()

    def _taken(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            connection = self.connect()
            self.ds._prepare_connection(connection, self.name)
            return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._closing:
            if self._closed:
                connection.close()
            else:
                self._idle.put(connection)

    async def hidden_table_names(self) -> list[str]:
        """Tables that are parts of others, SQLite's own ones too."""
        return [*await super().hidden_table_names(), "sqlite_sequence"]

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """The rows of each table: None for a table that has too many, or is hidden.

        The parts of a search index are hidden. SQLite counts a table in one step, which no limit
        stops, and theirs takes as long as to read the whole index.
        """
        hidden = set(await self.hidden_table_names())
        counts: dict[str, int | None] = dict.fromkeys(await self.table_names())
        for table in counts.keys() - hidden:
            with suppress(QueryInterrupted, sqlite3.DatabaseError):
                query = f"select count(*) from {escape_sqlite(table)}"
                rows = await self.execute(query, custom_time_limit=limit, log_sql_errors=False)
                counts[table] = rows.first()[0]
        return counts


class Snapshot(ServedFile):
    """A file that is replaced as a whole, and never changes while it is read.

    All connections are opened at once: once another file has the name, nothing can open this one.
    It is not opened as immutable. SQLite then still sees whoever writes into the file after all,
    and the look costs a hundredth of a millisecond.
    """

    def __init__(self, datasette: Any, path: Path, captures: Path) -> None:
        super().__init__(datasette, path, captures)
        self._descriptor = os.open(self.file, os.O_RDONLY | os.O_CLOEXEC)
        self.stamp = self._present()
        self.identity = hashlib.sha256(repr(self.stamp).encode()).hexdigest()[:16]
        self.readers = 0

    def open(self) -> None:
        """Open its connections. Raises ReplacedError and sqlite3.DatabaseError."""
        for _ in range(OPENED_AT_ONCE):
            connection = self._opened_anew()
            self.ds._prepare_connection(connection, self.name)
            self._idle.put(connection)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection to this very file. Raises ReplacedError if none is left."""
        assert not write, "the face writes nothing"
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._opened_anew()

    def is_out_of_date(self) -> bool:
        """Whether somebody wrote into the file."""
        return self._present() != self.stamp

    def written_at(self) -> float:
        """When this very file was last written, whatever has its name by now."""
        return os.fstat(self._descriptor).st_mtime

    def close(self) -> None:
        """Close all connections; the space of a file that was replaced is then free."""
        super().close()
        with suppress(OSError):
            os.close(self._descriptor)

    def _opened_anew(self) -> sqlite3.Connection:
        connection = connect_read_only(self.file, check_same_thread=False)
        if not os.path.samestat(os.fstat(self._descriptor), self.file.stat()):
            connection.close()
            raise ReplacedError("the archive is locked: its file was replaced")
        return connection

    def _present(self) -> tuple[int, ...]:
        found = os.fstat(self._descriptor)
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

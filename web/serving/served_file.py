"""The file that is served: opened exactly as named, and closed when nobody reads it any more."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from datasette.database import Database, QueryInterrupted
from datasette.utils import escape_sqlite

from pipelines.keep.database.read_only import FrozenConnection, connect_read_only, file_stamp

T = TypeVar("T")


class ServedFile(Database):  # type: ignore[misc]  # Datasette is not typed
    """An archive as Datasette reads it.

    Datasette would put the path into a URI as it is: `#` and `?` would end it, and `%41` would
    become `A`; SQLite would then open another file, or make one. It would also keep a thread's
    connection by the database's name, and so go on to read a file that was replaced.
    """

    def __init__(self, datasette: Any, path: Path) -> None:
        super().__init__(datasette, str(path.absolute()), is_mutable=True)
        self.file = path.absolute()
        self._of_thread = threading.local()
        self._frozen: tuple[int, ...] | None = None

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A new connection to exactly this file."""
        assert not write, "the face writes nothing"
        stamp = file_stamp(self.file)
        connection = connect_read_only(self.file, check_same_thread=False)
        if isinstance(connection, FrozenConnection) and self._frozen is None:
            self._frozen = stamp
        self._all_file_connections.append(connection)
        return connection

    def is_out_of_date(self) -> bool:
        """Whether the file changed although it is read as one that never changes."""
        return self._frozen is not None and file_stamp(self.file) != self._frozen

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """What a function makes of a connection, in one of Datasette's threads."""

        def in_thread() -> T:
            connection = getattr(self._of_thread, "connection", None)
            if connection is None:
                connection = self.connect()
                self.ds._prepare_connection(connection, self.name)
                self._of_thread.connection = connection
            return fn(connection)

        found: T = await self.ds.in_thread(in_thread)
        return found

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

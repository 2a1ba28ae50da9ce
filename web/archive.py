"""The archive that the pages show, and its rows."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound

from web.languages import gettext as _

NAME = "archive"  # of the database in addresses, whatever its file is called
Row = dict[str, Any]
Values = Sequence[object] | Mapping[str, object]
T = TypeVar("T")


class Archive:
    """One archive, read in Datasette's threads.

    Its queries have no limit of time, so that a busy machine only answers later. Each query must
    therefore be bounded by an index and a limit.
    """

    def __init__(self, name: str, database: Database) -> None:
        self.name = name
        self.database = database

    async def rows(self, query: str, values: Values = ()) -> list[Row]:
        """All rows of an answer."""
        return await self.read(lambda db: rows_of(db, query, values))

    async def row(self, query: str, values: Values = ()) -> Row | None:
        """The first row of an answer, None if there is none."""
        return next(iter(await self.rows(query, values)), None)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What a function makes of a connection, in the language of the request.

        Several queries cost one hop to a thread.
        """
        request = copy_context()
        found: T = await self.database.execute_fn(lambda db: request.run(work, db))
        return found


def rows_of(db: sqlite3.Connection, query: str, values: Values = ()) -> list[Row]:
    """All rows of an answer, by the names of their columns."""
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def stored_list(text: str | None) -> list[Any]:
    """The list that a column holds as JSON; empty where it holds none, or something else."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


async def archive_of(datasette: Datasette) -> Archive:
    """The archive that is served. Raises NotFound if there is none."""
    if NAME not in datasette.databases:
        raise NotFound(_("No archive is served here"))
    return Archive(NAME, datasette.databases[NAME])

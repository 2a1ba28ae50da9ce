"""What the public sees of an archive: what readers need, and neither the crawler nor the server."""

from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection, Cursor, Row
from typing import Any, TypeVar

from datasette.utils.asgi import NotFound
from datasette.views.base import DatasetteError

from web.languages import gettext as _
from web.serving.lanes import is_costly
from web.serving.served_file import Snapshot

T = TypeVar("T")
# Tables and views for readers. All others are the crawler's notes, or parts of an index.
TABLES = frozenset(
    (
        *("articles", "article_keys", "article_parts", "revisions", "edits", "printed_dates"),
        *("sightings", "vanished", "copy_groups", "copies", "article_counts", "section_counts"),
        *("attachments", "images", "captures", "losses"),
        *("sites", "site_platforms", "runs", "issues", "coverage"),
    )
)
MOST_CHARACTERS = 2_000_000  # of the rows that one query of a costly page may bring
LONGEST_PATTERN = 300  # bytes for LIKE or GLOB, which compare it anew at each sign of a text
# Routes of Datasette about itself, and to files of its own that no page of ours uses.
INTERNAL = ("/-/", "/:memory:")


def is_internal(pattern: str) -> bool:
    """Whether a route of Datasette, named by its pattern, tells of the server."""
    return pattern.startswith(INTERNAL)


class PublicSnapshot(Snapshot):
    """A snapshot of which Datasette knows only the tables for readers.

    For it the others do not exist: not in lists, foreign keys, labels, errors or by their address.
    Our own pages may read them.
    """

    async def execute_fn(self, fn: Callable[[Connection], T]) -> T:
        """What a function makes of a connection. A costly page may read only so much."""
        if not is_costly():
            return await super().execute_fn(fn)
        return await super().execute_fn(lambda connection: _within_budget(connection, fn))

    async def table_exists(self, table: str) -> bool:
        return table in TABLES and await super().table_exists(table)

    async def table_names(self) -> list[str]:
        return [name for name in await super().table_names() if name in TABLES]

    async def view_names(self) -> list[str]:
        return [name for name in await super().view_names() if name in TABLES]

    async def hidden_table_names(self) -> list[str]:
        return []

    async def primary_keys(self, table: str) -> list[str]:
        if table not in TABLES:
            raise NotFound(f"Table not found: {table}")
        keys: list[str] = await super().primary_keys(table)
        return keys

    async def get_table_definition(self, table: str, type_: str = "table") -> str | None:
        if table not in TABLES:
            return None
        text: str | None = await super().get_table_definition(table, type_)
        return text

    async def foreign_keys_for_table(self, table: str) -> list[dict[str, Any]]:
        keys = await super().foreign_keys_for_table(table) if table in TABLES else []
        return [key for key in keys if key["other_table"] in TABLES]

    async def get_all_foreign_keys(self) -> dict[str, dict[str, list[dict[str, Any]]]]:
        keys = await super().get_all_foreign_keys()
        return {
            table: {
                way: [one for one in found if one["other_table"] in TABLES]
                for way, found in ways.items()
            }
            for table, ways in keys.items()
            if table in TABLES
        }


def _within_budget(connection: Connection, fn: Callable[[Connection], T]) -> T:
    left = MOST_CHARACTERS

    def counted(cursor: Cursor, values: tuple[Any, ...]) -> Row:
        nonlocal left
        left -= sum(len(value) for value in values if isinstance(value, str | bytes))
        if left < 0:
            raise TooLargeError
        return Row(cursor, values)

    connection.row_factory = counted
    try:
        return fn(connection)
    except TooLargeError as large:
        raise DatasetteError(
            _("Ask for fewer rows or columns, or download the whole."),
            title=_("This answer is too large for a page"),
            status=400,
        ) from large
    finally:
        connection.row_factory = Row


class TooLargeError(Exception):
    """More was read than an answer may hold."""


def snapshot_of(datasette: Any, path: Path, captures: Path) -> PublicSnapshot:
    """A snapshot for the public, open."""
    snapshot = PublicSnapshot(datasette, path, captures)
    snapshot.name = "archive"
    try:
        snapshot.open()
    except BaseException:
        snapshot.close()
        raise
    return snapshot

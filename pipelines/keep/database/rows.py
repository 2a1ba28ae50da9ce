"""Single values by query, and inserts and updates of one row by column name."""

from collections.abc import Mapping, Sequence
from functools import cache
from sqlite3 import Connection
from typing import Any


def first_value(
    db: Connection, query: str, values: Sequence[object] | Mapping[str, object] = ()
) -> Any:
    """The first column of a query's first row, None without rows."""
    row = db.execute(query, values).fetchone()
    return None if row is None else row[0]


def insert_row(db: Connection, table: str, values: Mapping[str, Any]) -> int:
    """Inserts a row and returns its id. Table and column names are trusted: never pass input."""
    row = db.execute(_insert(table, tuple(values)), values)
    assert row.lastrowid is not None
    return row.lastrowid


def update_row(db: Connection, table: str, id: int, values: Mapping[str, Any]) -> None:
    """Sets columns of the row with this id; does nothing when there are none to set."""
    if values:
        db.execute(_update(table, tuple(values)), {**values, "id": id})


# A crawl writes the same columns thousands of times.
@cache
def _insert(table: str, names: tuple[str, ...]) -> str:
    places = ", ".join(f":{name}" for name in names)
    return f"insert into {table} ({', '.join(names)}) values ({places})"


@cache
def _update(table: str, names: tuple[str, ...]) -> str:
    settings = ", ".join(f"{name} = :{name}" for name in names)
    return f"update {table} set {settings} where id = :id"

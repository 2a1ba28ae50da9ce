"""Single values by query, and inserts and updates of one row by column name."""

from collections.abc import Mapping, Sequence
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
    places = ", ".join(f":{name}" for name in values)
    row = db.execute(f"insert into {table} ({', '.join(values)}) values ({places})", values)
    assert row.lastrowid is not None
    return row.lastrowid


def update_row(db: Connection, table: str, id: int, values: Mapping[str, Any]) -> None:
    """Sets columns of the row with this id; does nothing when there are none to set."""
    if values:
        settings = ", ".join(f"{name} = :{name}" for name in values)
        db.execute(f"update {table} set {settings} where id = :id", {**values, "id": id})

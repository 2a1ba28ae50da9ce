"""Inserts and updates of one row by column name, for rows of many columns."""

import sqlite3
from collections.abc import Mapping
from typing import Any


def insert_row(db: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> int:
    """Inserts a row and returns its id. Table and column names are trusted: never pass input."""
    places = ", ".join(f":{name}" for name in values)
    row = db.execute(f"insert into {table} ({', '.join(values)}) values ({places})", values)
    assert row.lastrowid is not None
    return row.lastrowid


def update_row(db: sqlite3.Connection, table: str, id: int, values: Mapping[str, Any]) -> None:
    """Sets columns of the row with this id; does nothing when there are none to set."""
    if values:
        settings = ", ".join(f"{name} = :{name}" for name in values)
        db.execute(f"update {table} set {settings} where id = :id", {**values, "id": id})

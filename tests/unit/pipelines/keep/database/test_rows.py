"""Rows by column name."""

import sqlite3

from pipelines.keep.database.rows import insert_row, update_row


def test_a_row_is_inserted_and_set_by_the_names_of_its_columns() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("create table things (id integer primary key, name text, size integer)")
    assert insert_row(db, "things", {"size": 3, "name": "a"}) == 1
    assert insert_row(db, "things", {"name": "b"}) == 2
    update_row(db, "things", 1, {"name": "c"})
    update_row(db, "things", 2, {})
    assert db.execute("select * from things").fetchall() == [(1, "c", 3), (2, "b", None)]
    db.close()

"""SQLite's statistics follow the size of the archive."""

import sqlite3
from pathlib import Path

from pipelines.keep.database.archive import Archive
from tests.unit.pipelines.keep.database.test_lists_schema import add


def analysed(path: Path) -> int:
    """How many articles the statistics count."""
    db = sqlite3.connect(path)
    try:
        stats = db.execute("select stat from sqlite_stat1 where tbl = 'articles'").fetchall()
        return max((int(stat.split()[0]) for (stat,) in stats), default=0)
    finally:
        db.close()


def grow(path: Path, first: int, last: int) -> None:
    with Archive.open(path) as archive, archive.transaction() as db:
        db.execute(
            """insert or ignore into sites (key, name, url, language, timezone, origin,
            first_seen_at) values ('ben-da', '', '', 'vi', 'Asia/Ho_Chi_Minh', 'file', '')"""
        )
        for number in range(first, last + 1):
            add(db, number)


def test_a_table_is_analysed_when_it_has_grown_by_half(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    grow(path, 1, 20)
    assert analysed(path) == 20
    grow(path, 21, 30)
    assert analysed(path) == 20
    grow(path, 31, 31)
    assert analysed(path) == 31

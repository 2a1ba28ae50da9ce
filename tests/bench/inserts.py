"""What one row costs to insert: sqlite-utils against sqlite3, on the table `captures`.

`python -m tests.bench.inserts [ROWS]` prints microseconds a row; every way commits once.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlite_utils

from pipelines.keep.database.migrations import migrations
from pipelines.keep.database.rows import insert_row

Row = dict[str, Any]
Way = Callable[[sqlite_utils.Database, sqlite3.Connection, list[Row]], object]


def _rows(count: int) -> list[Row]:
    return [
        {
            "id": number,
            "run": 1,
            "site": "xa",
            "url": f"https://xa.example/tin/bai-{number}.html",
            "fetched_at": f"2026-03-02T01:00:00.{number % 1000:03d}Z",
            "status": 200,
            "media_type": "text/html",
            "bytes": 20_000,
            "sha256": f"{number:064x}",
            "outcome": "article-new",
        }
        for number in range(1, count + 1)
    ]


def _executemany(_: object, db: sqlite3.Connection, rows: list[Row]) -> None:
    places = ", ".join(f":{name}" for name in rows[0])
    db.executemany(f"insert into captures ({', '.join(rows[0])}) values ({places})", rows)


WAYS: dict[str, Way] = {
    "sqlite-utils insert, one by one": lambda utils, db, rows: [
        utils.table("captures").insert(row) for row in rows
    ],
    "sqlite-utils upsert, one by one": lambda utils, db, rows: [
        utils.table("captures").upsert(row, pk="id") for row in rows
    ],
    "sqlite-utils insert_all": lambda utils, db, rows: utils.table("captures").insert_all(rows),
    "sqlite3 execute, named (insert_row)": lambda utils, db, rows: [
        insert_row(db, "captures", row) for row in rows
    ],
    "sqlite3 executemany, named": _executemany,
}


def microseconds(way: Way, rows: list[Row]) -> float:
    """What one row costs in a fresh archive, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            utils = sqlite_utils.Database(Path(folder) / "archive.db")
            migrations.apply(utils)
            db = utils.conn
            db.execute(
                "insert into sites (key, name, url, language, timezone, origin, first_seen_at)"
                " values ('xa', 'Xa', '', 'vi', 'Asia/Ho_Chi_Minh', 'file', '')"
            )
            db.execute("insert into runs (id, kind, started_at) values (1, 'crawl', '')")
            began = time.perf_counter()
            with utils.atomic():
                way(utils, db, rows)
            best = min(best, (time.perf_counter() - began) / len(rows) * 1e6)
            utils.close()
    return best


def main() -> None:
    """Prints one line a way."""
    rows = _rows(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
    for name, way in WAYS.items():
        print(f"{microseconds(way, rows):8.1f} µs a row  {name}")


if __name__ == "__main__":
    main()

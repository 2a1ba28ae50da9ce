"""A writer that SIGKILLs itself at a named point.

`python -m tests.builders.dying_writer POINT N ARCHIVE` keeps twelve answers and prints the number
of each once it is acknowledged.

With the point `never` it keeps N answers and ends in order.

The faults are put on the standard library and on SQLite's connection from outside, so the tested
code has no place for them.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pipelines.keep.database.archive
from pipelines.keep.database.archive import Archive, read_archive
from pipelines.keep.database.snapshot import take_snapshot
from tests import ROOT
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

POINTS = (
    "after fetch",
    "raw write",
    "before raw fsync",
    "after raw fsync",
    "mid-transaction",
    "before commit",
    "after commit",
    "in checkpoint",
    "in snapshot",
)
ANSWERS = 12


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    """Says True at the N-th time that it is asked."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self) -> bool:
        self.left -= 1
        return self.left == 0


class DyingConnection(sqlite3.Connection):
    """Die before or after the N-th statement that begins with some words, or a moment into it.

    `during` is that moment.
    """

    before = after = during = "-"
    now = Countdown(0)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql.lstrip().startswith(self.before) and self.now():
            die()
        if sql.lstrip().startswith(self.during):
            threading.Timer(random.random() * 0.004, die).start()
        done = super().execute(sql, *values)
        if sql.lstrip().startswith(self.after) and self.now():
            die()
        return done


def arm(point: str, number: int) -> None:
    now = Countdown(number)
    pwrite, fsync = os.pwrite, os.fsync

    def dying_pwrite(file: int, data: bytes, at: int) -> int:
        if now():
            pwrite(file, data[: len(data) // 2], at)
            die()
        return pwrite(file, data, at)

    def dying_fsync(file: int) -> None:
        if point == "before raw fsync" and now():
            die()
        fsync(file)
        if point == "after raw fsync" and now():
            die()

    if point == "raw write":
        os.pwrite = dying_pwrite  # type: ignore[assignment]
    elif point.endswith("raw fsync"):
        os.fsync = dying_fsync  # type: ignore[assignment]
    else:
        DyingConnection.now = now
        DyingConnection.before = {
            "mid-transaction": "update captures set outcome",
            "before commit": "commit",
        }.get(point, "-")
        DyingConnection.after = "commit" if point == "after commit" else "-"
        DyingConnection.during = (
            "pragma wal_checkpoint"
            if point == "in checkpoint"
            else "vacuum"
            if point == "in snapshot"
            else "-"
        )
        connect = sqlite3.connect
        pipelines.keep.database.archive.sqlite3.connect = lambda *a, **k: connect(  # type: ignore[attr-defined]
            *a, factory=DyingConnection, **k
        )


def keep_all(path: Path, point: str, number: int) -> None:
    """Keep twelve answers, every third of one article that changes each time; skip what is kept."""
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name=f"run-{os.getpid()}")
        for n in range(1, (number if point == "never" else ANSWERS) + 1):
            url, at = f"{SITE.url}tin/bai-{0 if n % 3 == 0 else n}.html", AT + timedelta(hours=n)
            if keeper.rows(
                "select 1 from captures where url = ? and fetched_at = ?",
                url,
                at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            ):
                continue
            if point == "after fetch" and n == number:
                die()
            keeper.keep(
                read_as(article(f"Bài {n}", f"Đoạn thứ {n}. " * 300, url=url, published=dated())),
                at,
                url=url,
            )
            print(n, flush=True)
        if point == "in snapshot":
            take_snapshot(path, path.with_name("copy.db"))


HELD = """select articles.url, articles.title, seq, revisions.body, revisions.seen_at,
        captures.url as capture_url, fetched_at, sha256
    from revisions join articles on articles.id = article join captures on captures.id = capture
    order by 1, 3"""


def run_dying_writer(path: Path, point: str = "never", number: int = ANSWERS) -> tuple[int, int]:
    """Let a process keep its answers: its exit code, and how many it acknowledged."""
    command = [sys.executable, "-m", "tests.builders.dying_writer", point, str(number), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode, len(done.stdout.split())


def held_revisions(path: Path) -> list[tuple[object, ...]]:
    with read_archive(path) as db:
        return [tuple(row) for row in db.execute(HELD)]


if __name__ == "__main__":
    chosen, count = sys.argv[1], int(sys.argv[2])
    arm(chosen, count)
    keep_all(Path(sys.argv[3]), chosen, count)

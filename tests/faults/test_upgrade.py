"""Archives that older versions made are read as they are or brought up to date, never half."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.keep.database.archive import Archive, migrate_archive
from pipelines.keep.database.snapshot import take_snapshot
from tests.builders.older_archive import COMMITS, thaw
from tests.builders.sample_world import Workplace
from tests.builders.served_archive import ServedArchive

KILLS = int(os.environ.get("LOA_UPGRADE_KILLS", "10"))
HELD = (
    "select site, url, title, lead, body, published_on, first_seen_at, removed_at from articles "
    "order by url",
    "select url, seq, seen_at, revisions.title, revisions.body from revisions "
    "join articles on articles.id = article order by 1, 2",
    "select url, sha256, text from attachments order by url",
    "select site, url, fetched_at, status, sha256, outcome from captures order by id",
)
Rows = list[tuple[Any, ...]]


def held(path: Path) -> list[Rows]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [db.execute(query).fetchall() for query in HELD]


def steps(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [row[0] for row in db.execute("select name from _sqlite_migrations order by id")]


@pytest.mark.parametrize("commit", COMMITS)
@pytest.mark.parametrize("command", ["status", "verify", "serve", "migrate"])
def test_an_older_archive_is_read_before_and_after_it_is_brought_up_to_date(
    tmp_path: Path, commit: str, command: str
) -> None:
    path = thaw(commit, tmp_path)
    before, old = held(path), steps(path)
    world = Workplace(tmp_path)
    for _ in range(2):
        if command == "serve":
            with ServedArchive(path) as served:
                assert len(served.titles("/archive/articles.json")) == 5
                assert served.get("/").status_code == 200
            continue
        done = world.loa(command)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert steps(path)[: len(old)] == old
    assert len(steps(path)) > len(old)
    assert held(path) == before


@pytest.mark.parametrize("commit", COMMITS)
def test_the_second_snapshot_replaces_one_of_an_older_archive_that_was_read(
    tmp_path: Path, commit: str
) -> None:
    path = thaw(commit, tmp_path)
    copy = tmp_path / "copy.db"
    take_snapshot(path, copy)
    assert steps(copy) == steps(path)
    assert migrate_archive(copy)
    take_snapshot(path, copy)
    assert held(copy) == held(path)


@pytest.mark.parametrize("commit", COMMITS)
def test_a_kill_at_any_moment_of_the_upgrade_leaves_the_old_archive_or_the_new(
    tmp_path: Path, commit: str
) -> None:
    whole = thaw(commit, tmp_path / "whole")
    content, before, old = whole.read_bytes(), held(whole), steps(whole)
    count = in_transaction(whole)
    new = steps(whole)
    assert len(new) > len(old)
    seen = set()
    for kill in range(KILLS):
        path = tmp_path / str(kill) / "archive.db"
        path.parent.mkdir()
        path.write_bytes(content)
        # The last moment is the commit itself, some time after it has begun.
        moment = 1 + kill * (count - 1) // (KILLS - 1)
        killed = multiprocessing.get_context("fork").Process(
            target=upgrade_and_die, args=(path, moment, 0.002 if moment == count else 0.0)
        )
        killed.start()
        killed.join(60)
        assert killed.exitcode in (-signal.SIGKILL, 0)
        assert steps(path) in (old, new)
        seen.add(killed.exitcode)
        assert held(path) == before
        Archive.open(path).close()
        assert (steps(path), held(path)) == (new, before)
        shutil.rmtree(path.parent)
    assert -signal.SIGKILL in seen


def in_transaction(path: Path) -> int:
    """How many statements an upgrade has from its beginning to its commit."""
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sqlite3.connect", traced(told.append))
        Archive.open(path).close()
    return told.index("commit") - told.index("begin immediate") + 1


def upgrade_and_die(path: Path, moment: int, after: float) -> None:
    left = 0

    def count(statement: str) -> None:
        nonlocal left
        if statement == "begin immediate" or left:
            left += 1
        if left == moment:
            if after:
                threading.Timer(after, die).start()
            else:
                die()

    pytest.MonkeyPatch().setattr("sqlite3.connect", traced(count))
    Archive.open(path).close()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def traced(tell: Callable[[str], object]) -> Callable[..., sqlite3.Connection]:
    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(tell)
        return connection

    return connected

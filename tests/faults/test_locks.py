"""One writer: outside locks, a reader that stays, a second instance, how transactions begin."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from pipelines.keep.database.archive import (
    Archive,
    ArchiveBusyError,
    ArchiveError,
    read_archive,
)
from pipelines.keep.database.read_only import log_bytes
from pipelines.keep.warc.record import UNKNOWN_REQUEST
from tests.builders.archive_invariants import assert_invariants
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as
from tests.builders.article_captures import article_capture
from tests.builders.sample_world import World, until

HELD_FOR = float(os.environ.get("LOA_LOCK_SECONDS", "1.5"))
WRITES = int(os.environ.get("LOA_READER_WRITES", "150"))  # 20,000 in full
IMPATIENT = (
    "import pipelines.keep.database.archive as keep; keep.BUSY_SECONDS = 0.3; from crawler.cli "
    "import main; main()"
)
WRITING = ("insert", "update", "delete", "replace", "create", "drop", "alter")


def outsider(path: Path) -> sqlite3.Connection:
    """Another program that holds the right to write."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    db.execute("begin immediate")
    return db


def test_a_crawl_waits_for_an_outsider_and_loses_nothing(world: World) -> None:
    running = world.start("crawl", "songmai")
    until(lambda: len(world.portals["songmai"].requests) >= 10 or running.poll() is not None)
    db = outsider(world.archive)
    release = threading.Timer(HELD_FOR, db.rollback)
    release.start()
    _, errors = running.communicate(timeout=120)
    release.join()
    db.close()
    assert running.returncode == 0, errors
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))
    assert_invariants(world.archive)


def test_an_outsider_that_stays_ends_the_run_in_a_line_and_the_next_writer_writes(
    world: World,
) -> None:
    Archive.open(world.archive).close()
    db = outsider(world.archive)
    done = subprocess.run(
        [sys.executable, "-c", IMPATIENT, "crawl", "songmai"],
        env=world.environment,
        cwd=world.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    db.rollback()
    db.close()
    assert done.returncode == 4, done.stderr
    assert done.stderr.splitlines()[-1].endswith(
        "another program keeps it locked; close it and run the command again"
    )
    assert world.value("select count(*) from runs") == 0
    assert_invariants(world.archive)
    with Archive.open(world.archive) as archive:
        Keeper(archive).keep(read_as(article()))


def test_every_write_is_in_a_transaction_that_asked_for_the_right_to_write_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(told.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    with Ingest(tmp_path / "archive.db", name="one") as ingest:
        run = ingest.begin_run("import", [SITE], "import", AT)
        assert [
            kept.outcome
            for kept in ingest.keep_stream(
                run, [(SITE, article_capture(n), UNKNOWN_REQUEST) for n in range(3)]
            )
        ] == ["article-new"] * 3
    inside = False
    begun = 0
    for statement in (statement.lower().lstrip() for statement in told):
        if statement.startswith("begin"):
            assert statement == "begin immediate"
            inside, begun = True, begun + 1
        elif statement.startswith(("commit", "rollback")) and "savepoint" not in statement:
            inside = False
        assert inside or not statement.startswith(WRITING), statement
    assert begun >= 4


def test_a_log_that_a_reader_let_grow_is_folded_back_by_the_first_run_after_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        reader.execute("begin")
        reader.execute("select * from articles").fetchall()
        for n in range(WRITES):
            url = f"{SITE.url}tin/{n}.html"
            keeper.keep(
                read_as(article(url=url, body=f"Đoạn {n}. " * 200)),
                AT + timedelta(minutes=n),
                url=url,
            )
        grown = log_bytes(path)
        assert grown > WRITES * 8_000
    # The reader is still there: the writer ended all the same, and left its log.
    assert log_bytes(path) >= grown
    reader.execute("commit")
    reader.close()
    with Archive.open(path) as archive:
        Keeper(archive, name="run-2").keep(read_as(article()), AT + timedelta(days=1))
    assert log_bytes(path) < 1 << 20
    assert_invariants(path)


def test_a_second_instance_ends_with_its_own_code_and_writes_nothing(world: World) -> None:
    with Archive.open(world.archive) as archive:
        Keeper(archive)
        before = {
            path.name: path.read_bytes()
            for path in world.folder.glob("archive.db*")
            if not path.name.endswith("-shm")
        }
        for command in (("crawl", "songmai"), ("reread", "--apply")):
            done = world.loa(*command)
            assert done.returncode == 10, done.stderr
            assert "another loa process is writing" in done.stderr
        assert {
            path.name: path.read_bytes()
            for path in world.folder.glob("archive.db*")
            if not path.name.endswith("-shm")
        } == before
        assert world.portals["songmai"].requests == []


@pytest.mark.parametrize("link", [os.symlink, os.link], ids=["symbolic", "hard"])
@pytest.mark.parametrize("folder", [".", "elsewhere"])
def test_no_other_name_leads_around_the_lock(
    world: World, link: Callable[[Path, Path], None], folder: str
) -> None:
    Archive.open(world.archive).close()
    other = world.folder / folder / "kho.db"
    other.parent.mkdir(exist_ok=True)
    link(world.archive, other)
    with Archive.open(world.archive):
        done = world.loa("crawl", "songmai", "--archive", other)
        assert done.returncode == 10, done.stderr
    assert world.portals["songmai"].requests == []


def test_the_lock_holds_after_the_lock_file_was_deleted(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path):
        Path(f"{path}-lock").unlink()
        with pytest.raises(ArchiveBusyError):
            Archive.open(path)
    Archive.open(path).close()


def test_an_archive_that_was_moved_while_it_is_written_stays_locked(world: World) -> None:
    with Archive.open(world.archive):
        moved = world.archive.rename(world.folder / "moved.db")
        assert world.loa("crawl", "songmai", "--archive", moved).returncode == 10
        moved.rename(world.archive)


def test_a_reader_in_the_same_process_frees_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        with archive.transaction(), read_archive(path) as reader:
            reader.execute("select * from sites").fetchall()
        with pytest.raises(ArchiveBusyError):
            Archive.open(path)


def test_an_archive_is_written_through_a_symbolic_link_with_one_log_and_one_folder_of_captures(
    world: World,
) -> None:
    (world.folder / "disk").mkdir()
    world.archive.symlink_to("disk/real.db")
    world.crawl("songmai", "--max-pages", "5")
    made = sorted(path.name for path in (world.folder / "disk").iterdir())
    assert made == ["captures", "real.db", "real.db-lock"]
    world.check()


def test_a_hard_link_is_read_but_not_written(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        Keeper(archive).keep(read_as(article()))
    other = tmp_path / "kho.db"
    other.hardlink_to(path)
    with read_archive(other) as db:
        assert db.execute("select count(*) from articles").fetchone()[0] == 1
    with pytest.raises(ArchiveError, match=r"hard link.*use that name"):
        Archive.open(other)
    Archive.open(path).close()

"""archive.db as a file: who may write, what a transaction promises, how SQLite errors are told."""

import multiprocessing
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from pipelines.keep.database.archive import Archive, ArchiveError, read_archive
from pipelines.outcomes import RunOutcome
from tests.builders.archived_answers import AT, SITE


def test_the_writer_has_the_settings_that_survive_a_power_cut(archive: Archive) -> None:
    pragma = {
        name: archive.connection.execute(f"pragma {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_transaction_is_kept_wholly_or_not_at_all(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError), archive.transaction() as db:
        db.executemany(
            "insert into runs (kind, started_at) values (?, 'x')", [("crawl",), ("voyage",)]
        )
    with archive.transaction() as db:
        db.execute("insert into runs (kind, started_at) values ('import', 'x')")
    with read_archive(archive.path) as db:
        assert [row["kind"] for row in db.execute("select kind from runs")] == ["import"]


def test_a_transaction_takes_the_right_to_write_at_once(archive: Archive) -> None:
    with archive.transaction():
        other = sqlite3.connect(archive.path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("begin immediate")
        other.close()


def test_a_second_writer_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path):
        with pytest.raises(ArchiveError, match="another loa process"):
            Archive.open(path)
        with read_archive(path) as db:
            assert db.execute("select count(*) from runs").fetchone()[0] == 0
    Archive.open(path).close()


def hold_and_die(path: Path) -> None:
    Archive.open(path)
    os._exit(9)


def test_the_lock_of_a_dead_process_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    process = multiprocessing.get_context("spawn").Process(target=hold_and_die, args=(path,))
    process.start()
    process.join(30)
    assert process.exitcode == 9
    Archive.open(path).close()


def test_a_writer_waits_for_an_outsiders_short_transaction(archive: Archive) -> None:
    outsider = sqlite3.connect(archive.path, check_same_thread=False)
    outsider.execute("begin immediate")
    timer = threading.Timer(0.3, outsider.rollback)
    timer.start()
    with archive.transaction() as db:
        db.execute("insert into runs (kind, started_at) values ('crawl', 'x')")
    timer.join()
    outsider.close()
    assert archive.connection.execute("select count(*) from runs").fetchone()[0] == 1


def test_an_outsiders_long_transaction_ends_with_a_line_and_no_change(archive: Archive) -> None:
    archive.connection.execute("pragma busy_timeout = 50")
    outsider = sqlite3.connect(archive.path)
    outsider.execute("begin immediate")
    with (
        pytest.raises(ArchiveError, match="another program keeps it locked"),
        archive.transaction(),
    ):
        pytest.fail("the transaction began")
    outsider.close()
    with archive.transaction() as db:
        db.execute("insert into runs (kind, started_at) values ('crawl', 'x')")


def test_a_database_that_may_grow_no_more_is_told_and_loses_nothing(archive: Archive) -> None:
    with archive.transaction() as db:
        db.execute("insert into runs (kind, started_at, detail) values ('crawl', 'x', 'kept')")
    pages = archive.connection.execute("pragma page_count").fetchone()[0]
    archive.connection.execute(f"pragma max_page_count = {pages + 2}")
    with pytest.raises(ArchiveError, match="disk is full"), archive.transaction() as db:
        db.execute(
            "insert into runs (kind, started_at, detail) values ('crawl', 'x', ?)", ("x" * 100_000,)
        )
    assert [row["detail"] for row in archive.connection.execute("select detail from runs")] == [
        "kept"
    ]


def test_a_damaged_file_is_refused_with_the_way_back(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\x55" * 4096
    content[100:200] = b"\x55" * 100
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged"), read_archive(path) as db:
        db.execute("select * from sqlite_master").fetchall()


def test_an_archive_stopped_while_its_tables_were_made_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = sqlite3.connect(path)
    db.execute(
        "create table _sqlite_migrations (id integer primary key, migration_set text, name "
        "text, applied_at text)"
    )
    db.close()
    with Archive.open(path) as archive:
        assert archive.connection.execute("select count(*) from articles").fetchone()[0] == 0


def test_what_was_committed_is_not_in_the_log_alone_after_closing(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Ingest(path, name="one") as ingest:
        run = ingest.begin_run("import", [SITE], "import", AT)
        ingest.end_run(run, outcome=RunOutcome.OK, detail=None, at=AT)
    log = path.with_name("archive.db-wal")
    assert not log.exists() or log.stat().st_size == 0


def test_a_run_that_nobody_ended_is_closed_as_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Ingest(path, name="one") as ingest:
        ingest.begin_run("crawl", [SITE], "file", AT)
    with read_archive(path) as db:
        (row,) = db.execute("select * from runs").fetchall()
    assert (row["outcome"], row["ended_at"], row["requests"]) == (
        "interrupted",
        row["started_at"],
        0,
    )

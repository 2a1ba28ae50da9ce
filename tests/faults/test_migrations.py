"""An archive of the first release is brought up to date in one transaction.

A reader notices nothing. A newer archive is left alone.
"""

import fcntl
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.keep.database.archive import Archive, OlderArchiveError, read_archive
from pipelines.keep.database.first_migrations import FIRST_APPLICATION_ID
from pipelines.keep.database.migrations import migrations
from pipelines.keep.database.snapshot import take_snapshot
from tests.builders.archive_invariants import assert_invariants
from tests.builders.sample_world import Workplace

FIRST_ROWS = """
insert into sites (key, name, url, language, timezone, origin, first_seen_at)
    values ('lungvai', 'Xã Lũng Vài', 'http://lungvai.example/', 'vi', 'Asia/Ho_Chi_Minh', 'file',
    '2026-03-02T01:00:00.000Z');
insert into runs (kind, site, started_at, ended_at, outcome, requests)
    values ('crawl', 'lungvai', '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:00.000Z', 'ok', 1);
insert into captures (run, site, url, fetched_at, outcome)
    values (1, 'lungvai', 'http://lungvai.example/', '2026-03-02T01:00:00.000Z', 'failed');
insert into pages (site, url, kind, state, first_seen_at)
    values ('lungvai', 'http://lungvai.example/', 'listing', 'waiting', '2026-03-02T01:00:00.000Z');
"""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """An archive as the first release made it."""
    path = tmp_path / "archive.db"
    db = sqlite3.connect(path)
    migrations.apply(Database(db), stop_before="0002_schedule")
    db.execute("pragma journal_mode = wal")
    db.executescript(FIRST_ROWS)
    db.close()
    return path


def schema(path: Path) -> tuple[list[str], list[str]]:
    """The steps that are told to have run, and the tables as they are."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        steps = [row[0] for row in db.execute("select name from _sqlite_migrations order by id")]
        return steps, [
            row[0]
            for row in db.execute(
                "select sql from sqlite_master where sql is not null order by name"
            )
        ]
    finally:
        db.close()


def test_a_reader_of_the_old_archive_reads_on_while_it_is_brought_up_to_date(first: Path) -> None:
    reader = sqlite3.connect(f"file:{first}?mode=ro", uri=True, isolation_level=None)
    reader.execute("begin")
    before = reader.execute("select * from sites").fetchall()
    Archive.open(first).close()
    assert reader.execute("select * from sites").fetchall() == before
    reader.execute("commit")
    assert len(reader.execute("select * from sites").fetchone()) > len(before[0])
    reader.close()


def test_all_steps_are_one_transaction_that_asks_for_the_right_to_write_at_once(
    first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(told.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    Archive.open(first).close()
    told = [statement.lower().lstrip() for statement in told]
    assert [statement for statement in told if statement.startswith("begin")] == ["begin immediate"]
    inside = told[told.index("begin immediate") : told.index("commit")]
    assert [
        one
        for one in told
        if one.startswith(("alter", "create", "insert", "update")) and one not in inside
    ] == []


def test_an_archive_that_is_up_to_date_is_not_written_to_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    before = path.read_bytes()
    Archive.open(path).close()
    assert path.read_bytes() == before


def test_a_reader_brings_an_old_archive_up_to_date_and_leaves_no_lock_file(first: Path) -> None:
    with read_archive(first) as db:
        assert db.execute("select visits_failed from sites").fetchone()[0] == 0
    assert not Path(f"{first}-lock").exists()
    assert_invariants(first)


def test_a_reader_of_an_old_archive_that_is_being_written_says_what_to_do(first: Path) -> None:
    before = schema(first)
    with Path(f"{first}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as an older Loa does
        with (
            pytest.raises(OlderArchiveError, match=r"another loa process.*wait.*`loa migrate`"),
            read_archive(first),
        ):
            pass
    assert schema(first) == before


def test_a_snapshot_copies_an_old_archive_as_it_is(first: Path) -> None:
    before = schema(first)
    take_snapshot(first, first.with_name("copy.db"))
    assert schema(first) == schema(first.with_name("copy.db")) == before


def test_migrate_names_the_steps_and_does_nothing_the_second_time(first: Path) -> None:
    world = Workplace(first.parent)
    done = world.loa("migrate")
    assert done.returncode == 0, done.stderr
    assert "0002_schedule" in done.stdout
    assert "0001_first_light" not in done.stdout
    after = first.read_bytes()
    assert world.loa("migrate").stdout == f"{first}: is up to date\n"
    assert first.read_bytes() == after


def test_the_first_releases_take_an_upgraded_archive_for_a_file_of_another_program(
    first: Path,
) -> None:
    assert application(first) == FIRST_APPLICATION_ID  # all that they compare
    Archive.open(first).close()
    assert application(first) != FIRST_APPLICATION_ID


def application(path: Path) -> int:
    db = sqlite3.connect(path)
    (number,) = db.execute("pragma application_id").fetchone()
    db.close()
    return int(number)


@pytest.mark.parametrize(
    "words", ["status", "verify", "serve", "migrate", "crawl songmai", "accept"]
)
def test_an_archive_of_a_newer_loa_is_refused_and_left_as_it_is(tmp_path: Path, words: str) -> None:
    world = Workplace(tmp_path)
    Archive.open(world.archive).close()
    world.write(
        "insert into _sqlite_migrations (migration_set, name, applied_at) "
        "values ('loa', '0999_of_tomorrow', '2030-01-01')"
    )
    before = world.archive.read_bytes()
    done = world.loa(*words.split())
    assert done.returncode == 4, done.stderr
    (line,) = done.stderr.splitlines()
    assert "0999_of_tomorrow" in line
    assert "update this Loa" in line
    assert world.archive.read_bytes() == before


OLD_VERDICTS = """
insert into runs (kind, site, started_at, ended_at, outcome)
    values ('crawl', 'lungvai', '2026-03-03T01:00:00.000Z', '2026-03-03T01:09:00.000Z', 'ok');
insert into articles (id, site, url, title, body, first_seen_at, last_seen_at, removed_at,
        word_count)
    values (1, 'lungvai', 'http://lungvai.example/1', 'T', 'B', '2026-03-02T01:00:00.000Z',
    '2026-03-02T01:00:00.000Z', '2026-03-03T01:09:00.000Z', 1);
insert into captures (run, site, url, fetched_at, outcome) values
    (2, 'lungvai', 'http://lungvai.example/1', '2026-03-03T01:00:05.000Z', 'refused-soft-404');
insert into pages (site, url, kind, state, reason, first_seen_at, last_fetched_at, article) values
    ('lungvai', 'http://lungvai.example/1', 'article', 'gone', 'refused-soft-404',
        '2026-03-02T01:00:00.000Z', '2026-03-03T01:00:05.000Z', 1),
    ('lungvai', 'http://lungvai.example/2', 'article', 'refused', 'client-error',
        '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:07.000Z', null),
    ('lungvai', 'http://lungvai.example/3', 'article', 'refused', 'refused-not-an-article',
        '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:08.000Z', null),
    ('lungvai', 'http://lungvai.example/4', 'article', 'refused', 'refused-empty',
        '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:09.000Z', null),
    ('lungvai', 'http://lungvai.example/5', 'article', 'refused', 'redirect',
        '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:10.000Z', 1),
    ('lungvai', 'http://lungvai.example/6', 'article', 'refused', 'redirect',
        '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:11.000Z', null),
    ('lungvai', 'http://lungvai.example/7', 'article', 'refused', 'redirect',
        '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:12.000Z', null);
insert into pages (site, url, kind, state, found_on, first_seen_at) values
    ('lungvai', 'http://lungvai.example/new', 'listing', 'held',
        (select id from pages where url like '%/6'), '2026-03-02T01:00:00.000Z'),
    ('lungvai', 'http://lungvai.example/log-in', 'listing', 'failing',
        (select id from pages where url like '%/7'), '2026-03-02T01:00:00.000Z');
"""


def test_what_an_older_version_gave_up_is_due_again_and_a_removal_has_its_captures_time(
    first: Path,
) -> None:
    db = sqlite3.connect(first)
    db.executescript(OLD_VERDICTS)
    db.close()
    with Archive.open(first) as archive:
        rows = archive.connection.execute(
            "select url, state, next_due_at from pages where kind = 'article' order by url"
        )
        assert [(row["url"][-1], row["state"], row["next_due_at"]) for row in rows] == [
            ("1", "gone", None),
            ("2", "failing", "2026-03-02T01:00:07.000Z"),
            ("3", "refused", None),
            ("4", "failing", "2026-03-02T01:00:09.000Z"),
            ("5", "failing", "2026-03-02T01:00:10.000Z"),
            ("6", "refused", None),  # its target was read
            ("7", "failing", "2026-03-02T01:00:12.000Z"),
        ]
        (removed,) = archive.connection.execute("select removed_at from articles").fetchone()
        assert removed == "2026-03-03T01:00:05.000Z"


OF_OURS = ("too-slow", "too-large", "reader-died", "reader-failed", "not-read", "given-up")


def test_pages_that_a_fault_of_loa_had_refused_for_good_are_due_again(first: Path) -> None:
    db = sqlite3.connect(first)
    with db:
        db.executemany(
            "insert into pages (site, url, kind, state, reason, first_seen_at, last_fetched_at)"
            " values ('lungvai', 'http://lungvai.example/' || :word, 'article', 'refused',"
            " 'refused-' || :word, '2026-03-02T01:00:00.000Z', '2026-03-02T01:00:07.000Z')",
            [{"word": word} for word in (*OF_OURS, "not-an-article")],
        )
    db.close()
    with Archive.open(first) as archive:
        query = "select reason, next_due_at from pages where state = 'failing' order by reason"
        assert [tuple(row) for row in archive.connection.execute(query)] == [
            (f"refused-{word}", "2026-03-02T01:00:07.000Z") for word in sorted(OF_OURS)
        ]

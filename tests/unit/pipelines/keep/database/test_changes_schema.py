"""The lists of edits and of vanished articles follow what the archive holds, by portal and time."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.keep.database.archive import Archive
from tests.unit.pipelines.keep.database.test_lists_schema import add, add_sites

EDITS = "select revision, site, seen_at, changed_by from edits order by revision"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with Archive.open(tmp_path / "archive.db") as archive:
        add_sites(archive.connection)
        archive.connection.execute(
            "insert into runs (id, kind, started_at) values (1, 'crawl', '2024')"
        )
        archive.connection.execute(
            """insert into captures (id, run, site, url, fetched_at, outcome)
            values (1, 1, 'ben-da', 'https://a.example/', '2024', 'article-new')"""
        )
        add(archive.connection, 1)
        add(archive.connection, 2, site="lung-vai")
        yield archive.connection


def revise(db: sqlite3.Connection, number: int, article: int, seq: int) -> None:
    db.execute(
        """insert into revisions (id, article, seq, seen_at, title, body, content_sha256, extractor,
            capture) values (?, ?, ?, '2024-03-0' || ?, '', '', '', '', 1)""",
        (number, article, seq, seq),
    )


def rows(db: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(query)]


def test_a_revision_is_an_edit_once_it_is_known_whose_doing_it_was(db: sqlite3.Connection) -> None:
    revise(db, 1, 1, 1)
    revise(db, 2, 1, 2)
    assert rows(db, EDITS) == []
    db.execute("update revisions set changed_by = 'portal' where id = 2")
    assert rows(db, EDITS) == [(2, "ben-da", "2024-03-02", "portal")]
    db.execute("update revisions set changed_by = 'reader', seen_at = '2024-03-05' where id = 2")
    assert rows(db, EDITS) == [(2, "ben-da", "2024-03-05", "reader")]
    db.execute("update revisions set article = 2, seq = 9 where id = 2")
    assert rows(db, EDITS) == [(2, "lung-vai", "2024-03-05", "reader")]


def test_a_revision_that_goes_or_changes_nothing_is_no_edit(db: sqlite3.Connection) -> None:
    for number in (1, 2, 3):
        revise(db, number, 1, number)
    db.execute("update revisions set changed_by = 'portal' where seq > 1")
    assert [row[0] for row in rows(db, EDITS)] == [2, 3]
    db.execute("update revisions set changed_by = null where id = 2")
    db.execute("delete from revisions where id = 3")
    assert rows(db, EDITS) == []


def test_an_article_is_vanished_while_its_last_state_says_so(db: sqlite3.Connection) -> None:
    sight = """insert into sightings (article, state, since_at, until_at, confirmed_at, capture,
            url)
        values (2, ?, ?, ?, '2024-03-03', 1, 'https://a.example/')"""
    vanished = "select site, state, since_at from vanished"
    db.execute(sight, ("there", "2024-03-01", None))
    assert rows(db, vanished) == []
    db.execute("update sightings set until_at = '2024-03-02'")
    db.execute(sight, ("gone", "2024-03-02", None))
    assert rows(db, vanished) == [("lung-vai", "gone", "2024-03-02")]
    db.execute("update sightings set until_at = '2024-03-04' where state = 'gone'")
    db.execute(sight, ("returned", "2024-03-04", None))
    assert rows(db, vanished) == [("lung-vai", "returned", "2024-03-04")]
    db.execute("delete from sightings")
    assert rows(db, vanished) == []


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("select revision from edits where changed_by = 'portal' and (seen_at, revision) < "
         "('2024', 5) order by seen_at desc, revision desc limit 50", "edits_by_time"),
        ("select revision from edits where site = 'a' and changed_by = 'portal' and "
         "(seen_at, revision) < ('2024', 5) order by seen_at desc, revision desc limit 50",
         "edits_by_site"),
        ("select sighting from vanished where (since_at, sighting) < ('2024', 5) "
         "order by since_at desc, sighting desc limit 50", "vanished_by_time"),
        ("select sighting from vanished where site = 'a' and (since_at, sighting) < ('2024', 5) "
         "order by since_at desc, sighting desc limit 50", "vanished_by_site"),
        ("select id from copy_groups where (newest_on, id) < ('2024', 5) "
         "order by newest_on desc, id desc limit 20", "copy_groups_by_day"),
    ],
)  # fmt: skip
def test_a_page_of_a_list_reads_its_own_rows_alone(
    db: sqlite3.Connection, query: str, index: str
) -> None:
    plan = [str(row[3]) for row in db.execute(f"explain query plan {query}")]
    assert len(plan) == 1
    assert index in plan[0].split()
    assert plan[0].startswith("SEARCH")

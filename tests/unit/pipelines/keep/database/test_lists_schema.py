"""The counts of articles stay exact, and no list of a page reads a whole table."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from pipelines.keep.database.archive import Archive
from tests.builders.archive_invariants import COUNTS_TOLD

SITES, SECTIONS = ("ben-da", "lung-vai"), (None, "Kinh tế", "Giáo dục")
DAYS = (None, "2020-07-10", "2020-07-31", "2020-08-01")
TIMES = (None, "2024-03-01T00:00:00.000Z")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with Archive.open(tmp_path / "archive.db") as archive:
        add_sites(archive.connection)
        yield archive.connection


def add_sites(db: sqlite3.Connection) -> None:
    db.executemany(
        """insert into sites (key, name, url, language, timezone, origin, first_seen_at)
        values (?, '', '', 'vi', 'Asia/Ho_Chi_Minh', 'file', '')""",
        [(site,) for site in SITES],
    )


def add(db: sqlite3.Connection, number: int, **columns: object) -> None:
    row = {"id": number, "site": "ben-da", "url": str(number), **columns}
    fixed = {"title": "", "body": "", "first_seen_at": "", "last_seen_at": "", "word_count": 0}
    told = {**fixed, **row}
    names, values = ", ".join(told), ", ".join(f":{name}" for name in told)
    db.execute(f"insert into articles ({names}) values ({values})", told)


def test_an_article_is_counted_in_its_month_and_section(db: sqlite3.Connection) -> None:
    add(db, 1, published_on="2020-07-10", section="Kinh tế", changed_at="2024")
    add(db, 2, published_on="2020-07-31", section="Kinh tế")
    add(db, 3, site="lung-vai", removed_at="2024")
    counts = "select site, month, articles, edited, removed from article_counts order by 1, 2"
    assert [tuple(row) for row in db.execute(counts)] == [
        ("ben-da", "2020-07", 2, 1, 0),
        ("lung-vai", "", 1, 0, 1),
    ]
    sections = db.execute("select site, section, articles from section_counts").fetchall()
    assert [tuple(row) for row in sections] == [("ben-da", "Kinh tế", 2)]


def test_a_count_that_falls_to_nothing_has_no_row(db: sqlite3.Connection) -> None:
    add(db, 1, published_on="2020-07-10", section="Kinh tế")
    db.execute("update articles set published_on = '2020-08-01', section = null")
    assert [tuple(row)[1:3] for row in db.execute("select * from article_counts")] == [
        ("2020-08", 1)
    ]
    assert db.execute("select count(*) from section_counts").fetchone()[0] == 0
    db.execute("delete from articles")
    assert db.execute("select count(*) from article_counts").fetchone()[0] == 0


def test_counts_stay_exact_whatever_happens_to_articles(db: sqlite3.Connection) -> None:
    luck, held = Random(15), list[int]()
    for number in range(1, 600):
        told = {
            "site": luck.choice(SITES),
            "section": luck.choice(SECTIONS),
            "published_on": luck.choice(DAYS),
            "changed_at": luck.choice(TIMES),
            "removed_at": luck.choice(TIMES),
        }
        kind = luck.random()
        if kind < 0.5 or not held:
            add(db, number, **told)
            held.append(number)
        elif kind < 0.8:
            sets = ", ".join(f"{name} = :{name}" for name in told)
            db.execute(f"update articles set {sets} where id = :id", told | {"id": held[-1]})
        else:
            db.execute("delete from articles where id = ?", (held.pop(0),))
    assert db.execute("select sum(articles) from article_counts").fetchone()[0] == len(held)
    for what, query in COUNTS_TOLD.items():
        assert db.execute(query).fetchall() == [], what


LISTS = {
    "newest": "select title from articles where published_on is not null"
    " order by published_on desc, published_at desc limit 50",
    "newest of a portal": "select title from articles where site = 'a'"
    " order by published_on desc, published_at desc limit 50",
    "of a section": "select title from articles where site = 'a' and section = 'b'"
    " order by published_on desc, published_at desc limit 50",
    "of a day": "select title from articles where published_on = '2020-07-10'"
    " order by published_at desc limit 50",
    "days of a month": "select published_on, count(*) from articles"
    " where published_on between '2020-07-01' and '2020-07-31' group by published_on",
    "days of a portal": "select published_on, count(*) from articles where site = 'a'"
    " group by published_on",
    "newly seen": "select title from articles order by first_seen_at desc limit 50",
    "newly changed": "select title from articles where changed_at is not null"
    " order by changed_at desc limit 50",
    "vanished of a portal": "select title from articles where site = 'a'"
    " and removed_at is not null order by removed_at desc limit 50",
    "newest texts": "select title from revisions order by seen_at desc limit 50",
    "runs of a portal": "select id from runs where site = 'a' order by started_at desc limit 9",
    "last run": "select id from runs order by started_at desc limit 1",
    "issues": "select id from issues order by opened_at desc limit 50",
    "states": "select article from sightings where state = 'gone' order by since_at desc limit 50",
    "listings of a portal": "select url from pages where site = 'a'"
    " and kind in ('listing', 'feed', 'sitemap') and state <> 'waiting'"
    " order by kind, priority, id limit 40",
    "articles of a revision": "select count(*) from articles where revision = 1",
    "pages that left a list": "select count(*) from pages where left_from = 1",
}


@pytest.mark.parametrize("what", LISTS)
def test_a_list_reads_an_index_in_its_order(db: sqlite3.Connection, what: str) -> None:
    plan = [row["detail"] for row in db.execute(f"explain query plan {LISTS[what]}")]
    assert [step for step in plan if "INDEX" not in step] == []


# Tables of at most some thousand rows, which are read whole.
SMALL = ("acceptances", "hosts", "copy_groups", "sites")


def test_rows_that_point_to_a_row_are_found_by_an_index(db: sqlite3.Connection) -> None:
    tables = [
        row["name"]
        for row in db.execute(
            "select name from pragma_table_list() where schema = 'main' and type = 'table'"
        )
    ]
    read_whole = []
    for table in set(tables) - {*SMALL}:
        for key in db.execute(f"pragma foreign_key_list({table})").fetchall():
            query = f"select count(*) from {table} where {key['from']} = 1"
            plan = db.execute(f"explain query plan {query}").fetchone()["detail"]
            if "SEARCH" not in plan:
                read_whole.append(f"{table}.{key['from']}: {plan}")
    assert read_whole == []

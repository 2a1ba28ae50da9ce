"""What is told of articles: of which, in which order, once, and without reading whole tables."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipelines.keep.announcements import told
from pipelines.keep.announcements.announcement import Kind
from pipelines.keep.announcements.scope import NamesNoArticlesError, Scope, named_by
from pipelines.keep.announcements.told import (
    announcements_after,
    last_number,
    newest_announcements,
)
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.schema.announcements import FILL
from pipelines.keep.search import reach
from pipelines.keep.search.asked import Asked, Filters
from pipelines.keep.search.search import ids_found
from pipelines.keep.states.course import Sighting
from pipelines.keep.states.sightings import write_states
from pipelines.outcomes import ArticleState
from pipelines.search.question import parse_question
from tests.builders.searched_archive import Text, fill

TEXTS = [
    Text(
        f"Tin số {number}",
        "Xã có cầu mới." if number % 3 else "Bão về bản, nước lũ dâng.",
        site=("naluong", "xa", "khach")[number % 5 % 3],
        section=(None, "Văn hóa", "Nông thôn mới")[number % 4 % 3],
        on=f"20{10 + number % 9}-03-01",
    )
    for number in range(1, 41)
]
SCOPES = {
    "all": Scope(),
    "portal": Scope(filters=Filters(site="xa")),
    "section": Scope(filters=Filters(site="xa", section="Văn hóa")),
    "words": Scope(parse_question("bao lu")),
    "marks": Scope(parse_question('"bão"')),
    "words in a portal": Scope(parse_question("cầu site:khach -lũ")),
    "days": Scope(parse_question("after:2012 before:2014")),
    "year": Scope(filters=Filters(year="2015")),
    "edits": Scope(kinds=(Kind.EDITED,)),
    "edits of words": Scope(parse_question("cầu"), kinds=(Kind.EDITED, Kind.REMOVED)),
}
SCAN = re.compile("SCAN (articles|announcements|revisions|sightings|captures|attachments)")


def day(number: int) -> str:
    return f"2024-05-{number:02}T00:00:00.000Z"


def edit(db: sqlite3.Connection, article: int, at: str, by: str | None = "portal") -> None:
    """An edit, as a run writes it: the revision first, and at the end of the run, whose it is."""
    (seq,) = db.execute(
        "select 1 + count(*) from revisions where article = ?", (article,)
    ).fetchone()
    row = db.execute(
        """insert into revisions (article, seq, seen_at, title, body, content_sha256, extractor,
            capture) values (?, ?, ?, ?, '', '', '', 1)""",
        (article, max(seq, 2), at, f"Tin {article} đã sửa"),
    )
    db.execute(
        "update revisions set changed = '[\"title\"]', changed_by = ? where id = ?",
        (by, row.lastrowid),
    )
    db.execute("update articles set changed_at = ? where id = ?", (at, article))


def sighting(state: ArticleState, since: str, confirmed: str) -> Sighting:
    return Sighting(state, since, confirmed, 1, "http://xa.example/1.html")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Forty articles; each fifth was edited, each sixth vanished, each twelfth came back."""
    with Archive.open(tmp_path_factory.mktemp("told") / "archive.db") as archive:
        _fill(archive.connection)
        yield archive.connection


@pytest.fixture
def changing(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """The same; what a test writes is taken back."""
    db.execute("begin")
    yield db
    db.execute("rollback")


def _fill(db: sqlite3.Connection) -> None:
    db.execute("insert into runs (id, kind, started_at) values (1, 'crawl', ?)", (day(1),))
    fill(db, TEXTS)
    for number in range(1, 41):
        if number % 5 == 0:
            edit(db, number, day(2 + number % 7))
        if number % 6 == 0:
            gone = sighting(ArticleState.GONE, day(3), day(5))
            back = sighting(ArticleState.RETURNED, day(9), day(9))
            there = sighting(ArticleState.THERE, day(1), day(1))
            write_states(db, number, [there, gone, back] if number % 12 == 0 else [there, gone])
    edit(db, 7, day(20), by="reader")


def pages(db: sqlite3.Connection, scope: Scope, most: int) -> list[str]:
    """The ids on all pages, one after the other."""
    found, below = [], None
    while True:
        page = newest_announcements(db, scope, below, most)
        assert len(page.announcements) <= most
        found += [one.id for one in page.announcements]
        if page.following is None:
            return found
        assert below is None or page.following < below
        below = page.following


@pytest.mark.parametrize("name", SCOPES)
def test_each_scope_tells_all_of_its_own_once_and_newest_first(
    db: sqlite3.Connection, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = SCOPES[name]
    every = announcements_after(db, Scope(), 0, most=10_000)
    assert every.is_all
    assert [one.number for one in every.announcements] == list(range(1, last_number(db) + 1))
    belong = {
        row[0]
        for row in db.execute(
            """select id from articles where ifnull(:site, site) = site
                and ifnull(:section, section) is section
                and ifnull(:year, substr(published_on, 1, 4)) = substr(published_on, 1, 4)""",
            {"site": None, "section": None, "year": None}
            | {
                key: getattr(scope.filters, key)
                for key in ("site", "section", "year")
                if getattr(scope.filters, key)
            },
        )
    }
    if scope.question.typed:
        belong &= set(ids_found(db, Asked(scope.question, scope.filters)))
    expected = [
        one.id
        for one in reversed(every.announcements)
        if one.article in belong and one.kind in scope.kinds
    ]
    assert expected
    assert pages(db, scope, 50) == expected
    since = announcements_after(db, scope, 0, most=10_000)
    assert [one.id for one in reversed(since.announcements)] == expected
    # The same where words are common, and each step looks at few rows only.
    for module, limit, few in (
        *((reach, "REACH", 3), (reach, "DEEP", 3), (reach, "READ", 3)),
        *((told, "BATCH", 4), (told, "LOOKED_AT", 7), (told, "READ", 7)),
    ):
        monkeypatch.setattr(module, limit, few)
    assert pages(db, scope, 5) == expected
    found, last = [], 0
    while not (since := announcements_after(db, scope, last, most=3)).is_all:
        found += [one.id for one in since.announcements]
        last = since.last
    assert [*found, *(one.id for one in since.announcements)][::-1] == expected


def test_what_is_told_is_what_the_archive_holds(db: sqlite3.Connection) -> None:
    told = {one.id: one for one in announcements_after(db, Scope(), 0, 1000).announcements}
    assert len(told) == 40 + 8 + 6 + 3
    (key,) = db.execute("select key from articles where id = 12").fetchone()
    new = told[f"tag:loa,2026:{TEXTS[11].site}/{key}/new"]
    assert (new.title, new.url) == ("Tin số 12", f"http://{TEXTS[11].site}.example/12.html")
    assert new.at == new.told_at == datetime(2024, 5, 1, tzinfo=UTC)
    gone = told[f"tag:loa,2026:{TEXTS[11].site}/{key}/gone/{day(3)}"]
    assert gone.at == datetime(2024, 5, 5, tzinfo=UTC)  # when it was certain
    assert gone.removal is not None
    assert gone.removal.until_at == datetime(2024, 5, 9, tzinfo=UTC)
    (key,) = db.execute("select key from articles where id = 10").fetchone()
    edited = told[f"tag:loa,2026:{TEXTS[9].site}/{key}/edited/{day(5)}"]
    assert edited.title == "Tin 10 đã sửa"
    assert edited.edit is not None
    assert edited.edit.changed == ("title",)


def test_whatever_is_worked_out_anew_nothing_is_lost_or_told_twice(
    changing: sqlite3.Connection,
) -> None:
    db = changing
    last = last_number(db)

    def told_since() -> list[tuple[str, int]]:
        found = announcements_after(db, Scope(), last, 1000).announcements
        return [(one.kind, one.article) for one in found]

    # A state is written anew with the next one.
    gone = sighting(ArticleState.GONE, day(3), day(5))
    back = sighting(ArticleState.RETURNED, day(9), day(9))
    write_states(db, 6, [sighting(ArticleState.THERE, day(1), day(1)), gone, back])
    assert told_since() == [("removed", 6)]
    # A history is worked out anew: an edit was seen earlier, another is made again.
    db.execute("update revisions set seen_at = ? where article = 5", (day(2),))
    old = db.execute("select * from revisions where article = 10").fetchone()
    db.execute("delete from revisions where article = 10")
    db.execute(f"insert into revisions values ({', '.join('?' * len(old))})", tuple(old))
    # A better reading is nobody's edit, whenever that shows.
    edit(db, 8, day(21), by="reader")
    db.execute("update revisions set changed_by = 'reader' where article = 15")
    assert told_since() == [("removed", 6)]
    page = newest_announcements(db, Scope(kinds=(Kind.EDITED,)), most=100)
    assert {one.article for one in page.announcements} == {5, 10, 20, 25, 30, 35, 40}
    # An earlier edit gets its name after a later one; a record takes the texts of another.
    edit(db, 1, day(22), by=None)
    edit(db, 2, day(23))
    db.execute("update revisions set changed_by = 'portal' where article = 1")
    db.execute("update revisions set article = 3, seq = 9 where article = 2")
    assert told_since() == [("removed", 6), ("edited", 3), ("edited", 1)]
    # SQLite gives the number of the last row again.
    db.execute("delete from articles where id = 40")
    last = last_number(db)
    row = dict(db.execute("select * from articles where id = 39").fetchone())
    row |= {"id": 40, "url": "http://xa.example/41.html", "key": "a" * 16, "revision": None}
    db.execute(
        f"insert into articles ({', '.join(row)}) values ({', '.join('?' * len(row))})",
        tuple(row.values()),
    )
    assert told_since() == [("new", 40)]
    assert len(pages(db, Scope(), 7)) == len(set(pages(db, Scope(), 7)))


def test_an_older_archive_tells_the_same(changing: sqlite3.Connection) -> None:
    db = changing
    db.execute("update articles set first_seen_at = ? where id > 20", (day(4),))

    def told() -> set[tuple[object, ...]]:
        rows = db.execute("select kind, site, article, state, seen_at from announcements")
        return {tuple(row) for row in rows}

    seen = "update announcements set seen_at = ? where article > 20 and kind = 'new'"
    db.execute(seen, (day(4),))
    before = told()
    db.execute("delete from announcements")
    for statement in FILL:
        db.execute(statement)
    assert told() == before
    new = db.execute("select article from announcements where kind = 'new' order by number")
    assert [row[0] for row in new] == list(range(1, 41))
    at = [row[0] for row in db.execute("select told_at from announcements order by number")]
    assert at == sorted(at)


def test_a_query_names_articles_by_their_keys(db: sqlite3.Connection) -> None:
    query = "select key, title from articles where site = :site order by id"
    named = named_by(db, query, {"site": "xa"})
    assert named == {n for n, text in enumerate(TEXTS, 1) if text.site == "xa"}
    scope = Scope(articles=named, kinds=(Kind.EDITED,))
    kept = {one.article for one in newest_announcements(db, scope).announcements}
    assert kept == {n for n in named if n % 5 == 0}
    assert pages(db, replace(scope, articles=frozenset()), 5) == []
    with pytest.raises(NamesNoArticlesError):
        named_by(db, "select title from articles", {})


@pytest.mark.parametrize("name", SCOPES)
def test_no_reading_scans_a_table_of_articles(
    db: sqlite3.Connection, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "REACH", 3)
    monkeypatch.setattr(reach, "DEEP", 3)
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    newest_announcements(db, SCOPES[name])
    announcements_after(db, SCOPES[name], 0)
    db.set_trace_callback(None)
    plans = [
        (str(step[3]), query)
        for query in set(asked)
        if query.startswith("select") and "articles_fts" not in query
        for step in db.execute(f"explain query plan {query}")
    ]
    scans = [(step, query) for step, query in plans if SCAN.match(step)]
    assert plans
    assert scans == []
    assert [step for step, _ in plans if "TEMP B-TREE" in step and "articles" in step] == []

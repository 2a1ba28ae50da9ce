"""The pages of lists read their own rows alone, also when SQLite has statistics to be misled by."""

import sqlite3
from collections.abc import Iterator

import pytest

from pipelines.keep.database.archive import Archive
from web.pages.articles.changes import EDITS
from web.pages.articles.removed import VANISHED
from web.pages.lists import NEWEST

SITES, ARTICLES = 40, 400


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Few portals, and many articles that were edited and then vanished."""
    with Archive.open(tmp_path_factory.mktemp("lists") / "archive.db") as archive:
        db = archive.connection
        db.executemany(
            """insert into sites (key, name, url, language, timezone, origin, first_seen_at)
            values (?, '', '', 'vi', 'Asia/Ho_Chi_Minh', 'file', '')""",
            [(f"site-{number}",) for number in range(SITES)],
        )
        db.execute("insert into runs (id, kind, started_at) values (1, 'crawl', '')")
        db.execute(
            """insert into captures (id, run, site, url, fetched_at, outcome)
            values (1, 1, 'site-0', '', '', 'gone')"""
        )
        numbers = [(number, f"site-{number % SITES}") for number in range(ARTICLES)]
        db.executemany(
            """insert into articles (id, site, url, title, body, first_seen_at, last_seen_at,
                word_count) values (?1, ?2, ?1, '', '', '', '', 0)""",
            numbers,
        )
        db.executemany(
            """insert into revisions (article, seq, seen_at, title, body, content_sha256, extractor,
                capture, changed_by) values (?1, 2, ?1, '', '', '', '', 1, 'portal')""",
            [row[:1] for row in numbers],
        )
        db.executemany(
            """insert into sightings (article, state, since_at, confirmed_at, capture, url)
            values (?1, 'gone', ?1, '', 1, '')""",
            [row[:1] for row in numbers],
        )
        db.execute("analyze")
        yield db


@pytest.mark.parametrize("of_site", ["", "and site = :site"])
@pytest.mark.parametrize("query", [EDITS, VANISHED], ids=["edits", "vanished"])
def test_no_list_reads_a_whole_table(db: sqlite3.Connection, query: str, of_site: str) -> None:
    asked = query.format(of_site=of_site, in_state="")
    values = {"by": "portal", "site": "site-1", "most": 51, **NEWEST._asdict()}
    plan = [str(row[3]) for row in db.execute(f"explain query plan {asked}", values)]
    # The rows that were chosen are gone through; no table is.
    assert [step for step in plan if step.startswith("SCAN")] in (["SCAN edits"], ["SCAN vanished"])
    assert any("CO-ROUTINE" in step or "MATERIALIZE" in step for step in plan)
    assert len(db.execute(asked, values).fetchall()) == (10 if of_site else 51)

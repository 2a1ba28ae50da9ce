"""The parts of the sitemap: ranges of articles, found by indexes alone."""

import sqlite3
from collections.abc import Iterator

import pytest

from pipelines.keep.database.archive import Archive
from web.pages.indexing import sitemap
from web.pages.indexing.robots import KEPT_OUT, is_kept_out

NUMBERS = [*range(1, 301), 25_001, 40_000, 40_001]  # a gap holds no article at all


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Articles with long texts, each on a day of its own; every tenth was edited."""
    with Archive.open(tmp_path_factory.mktemp("sitemap") / "archive.db") as archive:
        db = archive.connection
        db.execute(
            """insert into sites (key, name, url, language, timezone, origin, first_seen_at)
            values ('tin.xã', '', '', 'vi', 'Asia/Ho_Chi_Minh', 'file', '')"""
        )
        db.executemany(
            """insert into articles (id, site, url, title, body, first_seen_at, last_seen_at,
                word_count, published_on, key) values (?1, 'tin.xã', ?1, '', ?2,
                '2026-01-01T00:00:00Z', '', 0, date('2020-01-01', ?1 || ' days'), 'key' || ?1)""",
            [(number, "x" * 9000) for number in NUMBERS],
        )
        db.execute("insert or ignore into article_keys select key, id from articles")
        db.execute("insert into article_keys values ('former', 7)")
        db.execute(
            """insert into announcements (kind, site, article, seen_at, told_at)
            values ('edited', 'tin.xã', 7, '2019-01-01T00:00:00Z', '2026-05-05T00:00:00Z')"""
        )
        db.execute("analyze")
        yield db


def paths(found: sitemap.Entries) -> list[str]:
    return [path for path, _ in found[1]]


def test_each_article_is_in_one_part_and_no_part_is_empty(db: sqlite3.Connection) -> None:
    parts = paths(sitemap.all_parts(db))
    assert parts == [
        *("/sitemap/pages.xml", "/sitemap/days.xml"),
        *(f"/sitemap/articles-{number}.xml" for number in (1, 3, 4, 5)),
    ]
    listed = [path for number in (1, 3, 4, 5) for path in paths(sitemap.articles_of(number)(db))]
    assert listed == [f"/a/key{number}" for number in NUMBERS]
    assert paths(sitemap.articles_of(2)(db)) == []


def test_a_page_changes_when_something_new_is_told_of_it(db: sqlite3.Connection) -> None:
    changed = dict(sitemap.articles_of(1)(db)[1])
    assert changed["/a/key7"] == "2026-05-05T00:00:00Z"
    assert changed["/a/key8"] == "2026-01-01T00:00:00Z"


def test_every_day_and_month_with_news_is_listed_and_portals_are_quoted(
    db: sqlite3.Connection,
) -> None:
    days = paths(sitemap.days_and_months(db))
    assert len([path for path in days if path.startswith("/day/")]) == len(NUMBERS)
    assert days[:2] == ["/month/2020-01", "/month/2020-02"]
    assert paths(sitemap.standing_pages(db))[-1] == "/site/tin.x%C3%A3"


@pytest.mark.parametrize(
    ("query", "values"),
    [
        *((query, (0, 10_000)) for query in (sitemap.HAS_ARTICLES, sitemap.KEYS, sitemap.TOLD)),
        (sitemap.NEXT_DAY, ("2020-02-02",)),
    ],
)
def test_no_part_reads_a_whole_table_or_a_text(
    db: sqlite3.Connection, query: str, values: tuple[object, ...]
) -> None:
    plan = [str(row[3]) for row in db.execute(f"explain query plan {query}", values)]
    searches = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert searches
    assert [step for step in searches if step.startswith("SCAN")] in ([], ["SCAN CONSTANT ROW"])
    texts = [step for step in searches if step.startswith("SEARCH articles ")]
    by_number = "INTEGER PRIMARY KEY (rowid>"  # asks for no column
    assert [one for one in texts if "COVERING INDEX" not in one and by_number not in one] == []


@pytest.mark.parametrize(
    ("path", "kept_out"),
    [
        *((path, False) for path in ("/", "/sites", "/a/abcdefgh", "/site/x", "/day/2026-01-01")),
        *((path, False) for path in ("/attachment/3", "/feeds/news.atom", "/static/loa.css")),
        ("/a/abcdefgh/captured/20260101T000000Z-01234567", False),
        *((path, True) for path in ("/search", "/search.json", "/archive/articles.csv", "/-/x")),
        *((path, True) for path in ("/a/abcdefgh/versions/2", "/a/abcdefgh.json", "/runs")),
        ("/changes.csv", True),
        *((path, True) for path in ("/capture/3/frame", "/image/3", "/attachment/3/file")),
    ],
)
def test_results_and_files_of_portals_are_kept_out(path: str, kept_out: bool) -> None:
    assert is_kept_out(path) is kept_out
    assert len(KEPT_OUT) < 20  # a file that a person can read

"""What becomes due because of what a listing, feed or sitemap of a visit shows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.looks.listed import MOST_LEFT
from pipelines.keep.visits.runs import open_run
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Link, Reading
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"
SECTION, OTHER, FEED, SITEMAP = (f"{HOME}{path}" for path in ("tin/", "bao/", "rss/", "map.xml"))
KINDS = {FEED: "feed", SITEMAP: "sitemap"}


def address(number: int) -> str:
    return f"{HOME}tin/tin-{number}.html"


class Visits:
    """Visits of a portal day by day; article n was published on day n."""

    def __init__(self, archive: Archive, articles: int = 9) -> None:
        self.keeper, self.day = Keeper(archive), 0
        self.reads(SECTION, *range(articles, 0, -1))
        for n in range(1, articles + 1):
            one = article(f"Tin {n}", url=address(n), published=dated(f"2026-02-{n % 28 + 1:02}"))
            self.keeper.keep(read_as(one), AT + timedelta(minutes=n), url=address(n))

    def next(self, kind: str = "crawl", days: int = 1) -> None:
        self.day += days
        with self.keeper.archive.transaction() as db:
            self.keeper.run = open_run(db, kind, SITE.key, self.now)  # type: ignore[arg-type]  # one of two

    @property
    def now(self) -> object:
        return AT + self.day * DAY

    def reads(self, url: str, *numbers: int, titles: dict[int, str] | None = None) -> None:
        kind = KINDS.get(url, "listing")
        told = {n: f"Tin {n}" for n in numbers} | (titles or {})
        links = tuple(Link(address(n), "article", told[n]) for n in numbers)
        if kind == "sitemap":
            links = tuple(replace(link, title=None) for link in links)
        names = listed_names(links, platform_of("nukeviet"))
        reading = Reading(kind, "nukeviet", links=links, names=names)  # type: ignore[arg-type]  # one of three
        self.keeper.keep(reading, AT + self.day * DAY, url=url, kind=kind)  # type: ignore[arg-type]

    def due(self) -> list[int]:
        """The articles that are due at once."""
        query = "select url from pages where kind = 'article' and next_due_at <= ? order by id"
        rows = self.keeper.rows(query, utc_text(AT + self.day * DAY))
        return sorted(int(str(row["url"]).rpartition("-")[2].removesuffix(".html")) for row in rows)

    def left(self) -> list[int]:
        rows = self.keeper.rows("select url from pages where left_at is not null")
        return sorted(int(str(row["url"]).rpartition("-")[2].removesuffix(".html")) for row in rows)


@pytest.fixture
def visits(archive: Archive) -> Visits:
    """By the second day, no article's own day has come: they are looked at on the first."""
    visits = Visits(archive)
    with archive.transaction() as db:
        db.execute("update pages set next_due_at = '2026-06-01T00:00:00.000Z'")
    return visits


def test_what_left_a_section_is_requested_in_the_same_visit(visits: Visits) -> None:
    visits.next()
    visits.reads(SECTION, 9, 8, 6, 5, 3, 2, 1)
    assert visits.due() == visits.left() == [4, 7]


def test_what_moved_on_or_stands_elsewhere_is_not(visits: Visits) -> None:
    visits.reads(OTHER, 9, 7, 1)
    visits.next()
    visits.reads(OTHER, 9, 7, 1)
    visits.reads(SECTION, 11, 10, 9, 8, 6, 5, 4, 3)
    assert visits.due() == visits.left() == []


def test_what_a_listing_names_later_in_the_visit_keeps_its_own_day(visits: Visits) -> None:
    visits.reads(OTHER, 9, 7, 1)
    visits.next()
    visits.reads(SECTION, 9, 8, 6, 5, 4, 3, 2, 1)
    assert visits.due() == [7]
    visits.reads(OTHER, 9, 7, 1)
    assert visits.due() == visits.left() == []


def test_the_word_of_a_sitemap_counts_against_sitemaps_alone(visits: Visits) -> None:
    visits.reads(SITEMAP, *range(1, 10))
    visits.next()
    visits.reads(SITEMAP, *range(1, 10))
    visits.reads(SECTION, 9, 8, 7, 5, 4, 3, 2, 1)
    assert visits.due() == visits.left() == [6]
    visits.next()
    visits.reads(SITEMAP, 1, 2, 4, 5, 6, 7, 8, 9)
    assert visits.left() == [3, 6]
    visits.reads(SECTION, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    assert visits.left() == []


def test_a_broken_listing_and_an_import_make_nothing_due(visits: Visits) -> None:
    visits.next()
    visits.reads(SECTION, 2, 1)
    assert visits.due() == []
    visits.reads(SECTION, *range(9, 0, -1))
    visits.next("import")
    visits.reads(SECTION, 9, 8, 7, 6, 1)
    assert visits.due() == visits.left() == []


def test_what_is_told_otherwise_is_requested_and_believed_twice_in_vain(visits: Visits) -> None:
    visits.reads(FEED, 9, 8, 7)
    for day, asked in enumerate((True, True, False), start=1):
        visits.next()
        visits.reads(FEED, 9, 8, 7, titles={8: f"Tin mới {day}"})
        assert visits.due() == ([8] if asked else [])
        if asked:
            one = article("Tin 8", url=address(8), published=dated("2026-02-09"))
            at = AT + visits.day * DAY + timedelta(minutes=1)
            visits.keeper.keep(read_as(one), at, url=address(8))


def test_a_listing_that_rested_says_nothing_of_what_was_seen_since(visits: Visits) -> None:
    visits.next()
    for n in (3, 7):
        one = article(f"Tin {n}", url=address(n), published=dated(f"2026-02-{n + 1:02}"))
        visits.keeper.keep(read_as(one), AT + visits.day * DAY, url=address(n))
    visits.next()
    visits.reads(SECTION, 9, 8, 6, 5, 4, 3, 1, titles={3: "Tin ba"})
    assert visits.due() == visits.left() == [2]


def test_a_visit_requests_fifty_of_what_left_and_notes_all(archive: Archive) -> None:
    visits = Visits(archive, articles=140)
    with archive.transaction() as db:
        db.execute("update pages set next_due_at = '2026-06-01T00:00:00.000Z'")
        db.execute("update articles set published_on = '2026-02-01'")
    visits.next()
    visits.reads(SECTION, *range(139, 0, -2))
    assert (len(visits.due()), len(visits.left())) == (MOST_LEFT, 70)

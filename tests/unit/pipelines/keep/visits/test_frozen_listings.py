"""Which listings stand still: those that no longer show what the portal publishes."""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.visits.judgement import judge_visit
from pipelines.keep.visits.runs import Ending, open_run
from pipelines.outcomes import RunOutcome
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

DAY = timedelta(days=1)
LISTING = "http://lungvai.example/tin-tuc/"


def address(day: int) -> str:
    return f"{LISTING}tin-{day}.html"


class Portal:
    """Publishes an article on some days, each visited; its listing shows no dates."""

    def __init__(self, archive: Archive) -> None:
        self.keeper = Keeper(archive)
        self.shown: list[int] = []

    def live(self, day: int, *, shows: bool = True, gone: tuple[int, ...] = ()) -> list[str]:
        """Publish an article, which the listing shows or not, and visit; returns open issues."""
        at, keeper = AT + day * DAY, self.keeper
        published = article(
            f"Tin ngày {day}",
            f"Họp ngày {day}.",
            url=address(day),
            published=dated(f"2026-03-{day:02}"),
        )
        keeper.keep(read_as(published), at, url=address(day), kind="article")
        self.shown += [day] * shows
        for old in gone:
            for hours in (1, 2):
                late = at + timedelta(hours=hours)
                keeper.keep(None, late, url=address(old), status=404, kind="article")
        return self.visit(day)

    def visit(self, day: int) -> list[str]:
        at, keeper = AT + day * DAY + timedelta(hours=3), self.keeper
        links = tuple(Link(address(one), "article", f"Tin ngày {one}") for one in self.shown)
        keeper.keep(Reading("listing", "nukeviet", links=links), at, url=LISTING, kind="listing")
        with keeper.archive.transaction() as db:
            ending = judge_visit(db, SITE, keeper.run, Ending(RunOutcome.OK, None), at)
            db.execute(
                "update runs set outcome = ?, ended_at = 'x' where id = ?",
                (ending.outcome, keeper.run),
            )
            keeper.run = open_run(db, "crawl", SITE.key, at)
        return [
            str(row["kind"])
            for row in keeper.rows("select kind from issues where closed_at is null")
        ]


@pytest.fixture
def portal(archive: Archive) -> Portal:
    alive = Portal(archive)
    assert [alive.live(day) for day in range(2, 8)] == [[]] * 6
    return alive


def test_a_listing_without_dates_that_no_longer_shows_the_news_is_frozen(portal: Portal) -> None:
    assert portal.live(13, shows=False) == []  # six days: as a slow editor
    assert portal.live(15, shows=False) == ["listing-frozen"]
    assert portal.live(16) == []


def test_an_unchanged_listing_with_dead_links_is_well(portal: Portal) -> None:
    portal.live(8, gone=(3, 4, 5))
    assert [portal.visit(day) for day in (9, 12, 20)] == [[], [], []]


def test_a_listing_without_dates_that_shows_other_news_is_never_frozen(archive: Archive) -> None:
    portal = Portal(archive)
    portal.live(2)
    assert [portal.live(day, shows=False, gone=(2,)) for day in range(3, 12)] == [[]] * 9

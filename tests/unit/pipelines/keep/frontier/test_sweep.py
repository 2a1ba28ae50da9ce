"""The full sweep: when it is due, and which articles it has missed when it ends."""

from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.sweep import (
    MISSED_MOST,
    begin_sweep,
    end_sweep,
    is_due,
    sweep_under_way,
)
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Link, Reading
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"
NUKEVIET = platform_of("nukeviet")


@pytest.mark.parametrize(
    ("since", "due"),
    # The last: a clock that was ahead.
    [
        (timedelta(0), False),
        (29 * DAY, False),
        (30 * DAY, True),
        (300 * DAY, True),
        (-DAY, False),
        (-400 * DAY, True),
    ],
)
def test_a_sweep_is_due_after_thirty_days(since: timedelta, due: bool) -> None:
    assert is_due(AT, AT + since) is due


def listing(
    keeper: Keeper, *numbers: int, at: timedelta = timedelta(0), path: str = "tin/"
) -> None:
    links = [Link(f"{HOME}tin/tin-{n}.html", "article") for n in numbers]
    keeper.keep(
        Reading("listing", "nukeviet", links=tuple(links), names=listed_names(links, NUKEVIET)),
        AT + at,
        url=HOME + path,
        kind="listing",
    )


def held(keeper: Keeper, *numbers: int) -> None:
    for n in numbers:
        keeper.keep(
            read_as(
                article(f"Tin {n}", url=f"{HOME}tin/tin-{n}.html", published=dated("2020-01-01"))
            ),
            url=f"{HOME}tin/tin-{n}.html",
        )


def swept(keeper: Keeper, day: int, *numbers: int, fails: bool = False) -> int:
    """A sweep on that day, in which the listing names these."""
    with keeper.archive.transaction() as db:
        assert begin_sweep(db, SITE.key, at=AT + day * DAY)
    if fails:
        keeper.keep(None, AT + day * DAY, url=f"{HOME}tin/", kind="listing", status=500)
    else:
        listing(keeper, *numbers, at=day * DAY)
    with keeper.archive.transaction() as db:
        return end_sweep(db, SITE.key, at=AT + day * DAY)


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    """A listing names three articles, a neighbour links to a fourth; the first visit is a sweep."""
    keeper = Keeper(archive)
    with archive.transaction() as db:
        assert not begin_sweep(db, SITE.key, at=AT)
    listing(keeper, 1, 2, 3)
    with archive.transaction() as db:
        page = db.execute("select id from pages where url like '%tin-1.html'").fetchone()["id"]
        discover(
            db,
            SITE.key,
            [Link(f"{HOME}tin/tin-4.html", "article")],
            NUKEVIET,
            at=AT,
            origin=Origin(page, depth=2),
        )
    held(keeper, 1, 2, 3, 4)
    return keeper


def test_what_listings_named_before_and_name_no_more_is_due_once(keeper: Keeper) -> None:
    assert swept(keeper, 30, 1, 2) == 1
    assert keeper.rows("select url from pages where next_due_at = '2026-04-01T01:00:00.000Z'") == [
        {"url": f"{HOME}tin/tin-3.html"}
    ]
    assert swept(keeper, 60, 1, 2) == 0  # it was looked at; its own day comes again
    assert keeper.one("select swept_at, sweep_began_at from sites") == {
        "swept_at": "2026-05-01T01:00:00.000Z",
        "sweep_began_at": None,
    }


def test_what_dropped_out_between_two_sweeps_is_missed_by_the_second(keeper: Keeper) -> None:
    listing(keeper, 1, 2, at=DAY)
    assert swept(keeper, 30, 1, 2) == 1


def test_what_a_listing_names_for_the_first_time_is_missed_by_the_sweep_after(
    keeper: Keeper,
) -> None:
    assert swept(keeper, 30, 1, 2, 3, 4) == 0
    assert swept(keeper, 60, 1, 2, 3) == 1


def test_a_listing_that_fails_in_the_sweep_takes_no_article_away(keeper: Keeper) -> None:
    assert swept(keeper, 30, fails=True) == 0


def test_a_listing_that_is_no_longer_walked_to_names_nothing(keeper: Keeper) -> None:
    listing(keeper, 3, path="tin/page-2/")
    listing(keeper, 1, 2, at=DAY)
    assert swept(keeper, 30, 1, 2) == 1


def test_a_sweep_that_began_is_under_way_until_it_ends(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        assert not begin_sweep(db, SITE.key, at=AT + 29 * DAY)
        assert begin_sweep(db, SITE.key, at=AT + 30 * DAY)
        assert begin_sweep(db, SITE.key, at=AT + 36 * DAY)
    assert sweep_under_way(keeper.archive.connection, SITE.key) == "2026-04-01T01:00:00.000Z"


def test_a_sweep_that_comes_to_no_end_is_given_up_after_a_week(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        assert [begin_sweep(db, SITE.key, at=AT + day * DAY) for day in (30, 37, 38, 59, 60)] == [
            True,
            False,
            False,
            False,
            True,
        ]


def test_a_listing_that_changed_its_ways_makes_a_hundred_articles_due_and_not_all(
    keeper: Keeper,
) -> None:
    listing(keeper, *range(1, 151))
    held(keeper, *range(5, 151))
    assert swept(keeper, 30) == MISSED_MOST == 100

"""Second addresses of an article are not asked for.

A rule that takes many articles for one is found out and told, and loses nothing.
"""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.pages import refuse
from pipelines.keep.frontier.second_addresses import too_wide
from pipelines.outcomes import IssueKind
from pipelines.read.reading import Link, Reading
from portals.platform import Platform, platform_of
from tests.builders.archived_answers import AT, SITE, Keeper

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"
LISTING = f"{HOME}web/guest/thong-bao"
MENDED = platform_of("liferay")
# The word of a portlet is the same for all of its articles.
WIDE = replace(MENDED, addresses=replace(MENDED.addresses, identity=re.compile("/-/([^/?]+)")))


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    keeper = Keeper(archive, replace(SITE, platform="liferay"))
    keeper.keep(Reading("listing", "liferay"), url=LISTING, kind="listing")
    return keeper


def notice(number: int) -> str:
    return f"{HOME}web/guest/thong-bao/-/chi-tiet/thong-bao-so-{number}.html"


def named(keeper: Keeper, *urls: str, platform: Platform = WIDE, day: int = 0) -> int:
    """How many the listing names that are to be asked for and were not before."""
    with keeper.archive.transaction() as db:
        page = db.execute("select id from pages where url = ?", (LISTING,)).fetchone()[0]
        return discover(
            db,
            SITE.key,
            [Link(url, "article") for url in urls],
            platform,
            at=AT + day * DAY,
            origin=Origin(page, depth=1),
        )


def refused(keeper: Keeper) -> list[str]:
    return [
        str(row["url"])
        for row in keeper.rows("select url from pages where reason = 'same-article' order by id")
    ]


def issues(keeper: Keeper) -> list[tuple[str, bool]]:
    return [
        (str(row["url"]), row["closed_at"] is None)
        for row in keeper.rows(
            "select url, closed_at from issues where kind = ?", IssueKind.IDENTITY_TOO_WIDE
        )
    ]


def test_a_rule_that_takes_a_listings_articles_for_one_loses_none_of_them_and_is_told_once(
    keeper: Keeper,
) -> None:
    assert named(keeper, *map(notice, range(5))) == 5
    # One new address beside known ones is as little a second one.
    assert named(keeper, *map(notice, range(2, 7)), day=1) == 2
    assert (refused(keeper), issues(keeper)) == ([], [(LISTING, True)])


def test_the_issue_outlives_the_next_reading_of_the_page_and_closes_once_the_rule_is_mended(
    keeper: Keeper,
) -> None:
    named(keeper, *map(notice, range(5)))
    keeper.keep(Reading("listing", "liferay"), AT + DAY, url=LISTING, kind="listing")
    assert issues(keeper) == [(LISTING, True)]
    named(keeper, *map(notice, range(5)), platform=MENDED, day=2)
    assert issues(keeper) == [(LISTING, False)]


def test_a_supposed_second_address_is_asked_for_when_more_of_its_kind_show_that_it_is_none(
    keeper: Keeper,
) -> None:
    named(keeper, notice(1), notice(2))
    assert refused(keeper) == [notice(2)]  # two may still be one article whose title was edited
    assert named(keeper, notice(1), notice(2), notice(3)) == 2
    assert refused(keeper) == []


def test_what_was_taken_for_a_second_address_is_asked_for_once_the_rule_is_mended(
    keeper: Keeper,
) -> None:
    named(keeper, notice(1), notice(2))
    assert named(keeper, notice(1), notice(2), platform=MENDED, day=1) == 1
    assert refused(keeper) == []
    assert named(keeper, notice(1), notice(2), platform=MENDED, day=2) == 0


def test_a_second_address_is_asked_for_where_the_first_was_refused(keeper: Keeper) -> None:
    first, second = (
        f"{HOME}tin/-/asset_publisher/a1/content/ra-quan",
        f"{HOME}home/-/asset_publisher/b2/content/ra-quan",
    )
    named(keeper, first, second, platform=MENDED)
    assert refused(keeper) == [second]
    with keeper.archive.transaction() as db:
        refuse(db, SITE.key, first, "robots")
    assert named(keeper, first, second, platform=MENDED, day=1) == 1


def test_one_article_in_many_boxes_of_a_page_is_one(keeper: Keeper) -> None:
    boxes = [f"{HOME}home/-/asset_publisher/box{n}/content/ra-quan" for n in range(4)]
    assert named(keeper, *boxes, platform=MENDED) == 1
    assert (refused(keeper), issues(keeper)) == (boxes[1:], [])
    assert (
        too_wide(
            {
                "http://a.example/x/tin-1.html": "tin-1",
                "http://a.example/y/tin-1.htm": "tin-1",
                "http://a.example/tin-1": "tin-1",
            }
        )
        == frozenset()
    )

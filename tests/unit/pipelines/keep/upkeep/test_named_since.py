"""What a listing, feed or sitemap says of a page counts, whenever it says so."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.page import Page, page_at
from pipelines.keep.upkeep.named_since import (
    captures_in_doubt,
    keep_named,
    named_since,
    settle_name,
)
from pipelines.outcomes import Refusal
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as

TITLE = article().title
DAY = timedelta(days=1)
LIST = "http://lungvai.example/tin-tuc"
FEED = "http://lungvai.example/rss"
REFUSED = Reading("refused", "generic", refusal=Refusal.NOT_AN_ARTICLE, detail="no date")
AS_LISTING = Reading("listing", "generic", links=(Link(LIST, "listing"),))
UNDATED = replace(read_as(article()), article=replace(article(), published=None))


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def listing(title: str | None = TITLE, **said: object) -> Reading:
    return Reading("listing", "generic", links=(Link(URL, "article", title, **said),))  # type: ignore[arg-type]


def feed(title: str) -> Reading:
    return Reading("feed", "generic", links=(Link(URL, "article", title),))


def page_of(keeper: Keeper) -> Page:
    page = page_at(keeper.archive.connection, SITE.key, URL)
    assert page is not None
    return page


def read_again(keeper: Keeper, reading: Reading) -> int:
    """The pages in doubt read again; returns how many captures were."""
    count = 0
    for page in named_since(keeper.archive.connection, SITE.key):
        with keeper.archive.transaction() as db:
            for row in list(captures_in_doubt(db, page)):
                keep_named(db, SITE, row, reading)
                count += 1
            settle_name(db, page)
    return count


@pytest.mark.parametrize("first", [REFUSED, AS_LISTING])
def test_a_page_that_was_no_article_is_one_after_a_listing_names_it(
    keeper: Keeper, first: Reading
) -> None:
    keeper.keep(first, kind="article" if first is REFUSED else None)
    assert named_since(keeper.archive.connection, SITE.key) == []
    keeper.keep(listing(), AT + DAY, url=LIST, kind="listing")
    assert read_again(keeper, UNDATED) == 1
    assert keeper.one("select title, published_on from articles") == {
        "title": TITLE,
        "published_on": None,
    }
    page = page_of(keeper)
    assert (page.kind, page.state, page.reason, page.article) == ("article", "held", None, 1)
    assert keeper.one("select outcome from captures where url = ?", URL)["outcome"] == "article-new"
    assert read_again(keeper, UNDATED) == 0  # once


def test_a_page_that_stays_no_article_is_read_again_only_once(keeper: Keeper) -> None:
    keeper.keep(REFUSED, kind="article")
    for day in range(1, 4):
        keeper.keep(listing(), AT + day * DAY, url=LIST, kind="listing")
        assert read_again(keeper, REFUSED) == (day == 1)
    assert page_of(keeper).state == "refused"


def test_a_page_whose_article_has_the_given_title_is_not_read_again(keeper: Keeper) -> None:
    keeper.keep(read_as(article()))
    keeper.keep(listing(f"{TITLE[:15]}..."), AT + DAY, url=LIST, kind="listing")
    assert [page.url for page in named_since(keeper.archive.connection, SITE.key)] == [URL]
    assert read_again(keeper, read_as(article())) == 0
    assert named_since(keeper.archive.connection, SITE.key) == []


def test_an_article_under_another_heading_gets_the_title_that_a_feed_gives(keeper: Keeper) -> None:
    keeper.keep(read_as(article(title="Tin trong xã")))
    keeper.keep(feed(TITLE), AT + DAY, url=FEED, kind="feed")
    assert read_again(keeper, read_as(article())) == 1
    assert keeper.one("select title from articles")["title"] == TITLE


def test_a_page_that_was_read_with_its_name_is_not_in_doubt(keeper: Keeper) -> None:
    keeper.keep(listing(), url=LIST, kind="listing")
    keeper.keep(replace(UNDATED, given_title=TITLE), AT + DAY)
    assert named_since(keeper.archive.connection, SITE.key) == []


def test_a_bare_link_and_one_without_a_listing_name_nothing(keeper: Keeper) -> None:
    keeper.keep(REFUSED, kind="article")
    keeper.keep(listing(None), AT + DAY, url=LIST, kind="listing")
    neighbour = article(url=f"{URL}?khac")
    keeper.keep(read_as(neighbour, Link(URL, "article", TITLE)), AT + DAY, url=neighbour.url)
    assert (page_of(keeper).given_title, page_of(keeper).given_date) == (None, None)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_first_the_newest_whole_title_of_the_best_source_counts(
    keeper: Keeper, seed: int
) -> None:
    said = [
        (LIST, "listing", listing("Họp dân bàn việc làm…"), 9),
        (LIST, "listing", listing("Họp dân"), 1),
        (FEED, "feed", feed("Họp dân bàn việc làm đường liên thôn"), 3),
        (FEED, "feed", feed("Họp dân bàn làm đường"), 2),
    ]
    random.Random(seed).shuffle(said)
    for url, kind, reading, day in said:
        # Each from a page of its own: only the newest answer of one address is taken for it.
        keeper.keep(reading, AT + day * DAY, url=f"{url}?{day}", kind=kind)  # type: ignore[arg-type]
    page = page_of(keeper)
    assert (page.title, page.named_by) == ("Họp dân bàn việc làm đường liên thôn", "feed")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_earliest_date_of_the_best_source_dates_an_article_without_one(
    keeper: Keeper, order: tuple[int, ...]
) -> None:
    said = [
        listing(published=replace(dated("2026-02-20"), evidence="listing")),
        listing(published=replace(dated("2026-02-10"), evidence="listing")),
        replace(
            feed(TITLE),
            links=(Link(URL, "article", TITLE, replace(dated("2026-02-25"), evidence="feed")),),
        ),
    ]
    keeper.keep(UNDATED)
    for one in order:
        reading = said[one]
        keeper.keep(reading, AT + (one + 1) * DAY, url=f"{LIST}?{one}", kind=reading.kind)  # type: ignore[arg-type]
    assert keeper.one("select published_on, published_evidence from articles") == {
        "published_on": "2026-02-25",
        "published_evidence": "feed",
    }


def test_a_redirect_hands_its_name_on(keeper: Keeper) -> None:
    old = "http://lungvai.example/?p=12"
    named = replace(feed(TITLE), links=(Link(old, "article", TITLE),))
    keeper.keep(named, url=FEED, kind="feed")
    keeper.keep(None, AT + DAY, url=old, status=301, headers=(("Location", URL),))
    page = page_of(keeper)
    assert (page.title, page.named_by) == (TITLE, "feed")

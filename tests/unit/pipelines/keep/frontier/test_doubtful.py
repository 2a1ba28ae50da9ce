"""Doubtful addresses in the frontier, those that are only counted, and the parts of sitemaps."""

from collections.abc import Iterable

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.doubtful import next_doubtful, remainder, yields
from pipelines.keep.frontier.pages import Skipped, begin_visit, next_to_ask
from pipelines.keep.frontier.unasked import MOST_COUNTED, count_unasked
from pipelines.outcomes import Refusal
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as
from tests.builders.frontier_queue import ARTICLES, DAY, NUKEVIET, address, find, named, queue


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def link(path: str, title: str | None = "Họp dân", doubt: str | None = "calendar") -> Link:
    return Link(address(path), "article", title, doubt=doubt)


def name(keeper: Keeper, *links: Link, depth: int = 0) -> int:
    with keeper.archive.transaction() as db:
        return discover(db, SITE.key, links, NUKEVIET, at=AT, origin=Origin(depth=depth))


def count(keeper: Keeper, links: Iterable[Link]) -> None:
    with keeper.archive.transaction() as db:
        count_unasked(db, SITE.key, list(links), AT)


def doubtful(keeper: Keeper, *barred: str) -> str | None:
    page = next_doubtful(
        keeper.archive.connection, SITE.key, Skipped(), lambda shape: shape in barred
    )
    return None if page is None else page.url.removeprefix(address(""))


def test_doubtful_addresses_wait_apart_and_the_nearest_comes_first(keeper: Keeper) -> None:
    name(keeper, link("lich/sau-1"), depth=4)
    name(keeper, link("lich/gan-1"), link("lich-su/cu-1"), depth=1)
    find(keeper, "tin/hop-dan-7.html")
    assert queue(keeper) == ["tin/hop-dan-7.html"]
    assert doubtful(keeper) == "lich/gan-1"
    assert doubtful(keeper, "/lich/*?") == "lich-su/cu-1"
    assert doubtful(keeper, "/lich/*?", "/lich-su/*?") is None


def test_shapes_are_known_by_what_they_brought(keeper: Keeper) -> None:
    name(keeper, *(link(f"lich/ngay-{n}") for n in range(3)), link("lich-su/cu-1"))
    vain = Reading("refused", "nukeviet", refusal=Refusal.NOT_AN_ARTICLE)
    for n in range(2):
        keeper.keep(vain, url=address(f"lich/ngay-{n}"), kind="article")
    keeper.keep(
        read_as(article(url=address("lich-su/cu-1"))), url=address("lich-su/cu-1"), kind="article"
    )
    found = yields(keeper.archive.connection, SITE.key)
    assert (dict(found.vain), dict(found.articles)) == ({"/lich/*?": 2}, {"/lich-su/*?": 1})
    left = remainder(keeper.archive.connection, SITE.key)
    assert left is not None
    assert (left.count, left.doubts, left.newest) == (1, "calendar 1", address("lich/ngay-2"))


def test_a_doubt_ends_when_a_page_names_the_address_without_one(keeper: Keeper) -> None:
    name(keeper, link("lich/gan-1"))
    name(keeper, link("lich/gan-1", None, None))
    assert queue(keeper) == ["lich/gan-1"]
    assert keeper.one("select doubt from pages") == {"doubt": None}
    name(keeper, link("lich/gan-1"))  # another page doubts it: that changes nothing
    assert queue(keeper) == ["lich/gan-1"]


def test_what_is_not_requested_is_counted_once_with_its_newest_address(keeper: Keeper) -> None:
    count(keeper, [link("lich/1", None), link("lich/2", None), link("?lang=en", None, "language")])
    count(keeper, [link("lich/2", None), link("lich/3", None), link("lich/1", None)])
    rows = keeper.rows("select doubt, addresses, example from unasked order by doubt")
    assert rows == [
        {"doubt": "calendar", "addresses": 3, "example": address("lich/3")},
        {"doubt": "language", "addresses": 1, "example": address("?lang=en")},
    ]


def test_an_address_of_the_frontier_is_not_counted_as_left_out(keeper: Keeper) -> None:
    name(keeper, link("lich/1"))
    count(keeper, [link("lich/1", None), link("lich/2", None)])
    assert keeper.rows("select addresses from unasked") == [{"addresses": 1}]
    find(keeper, "lich/2")
    assert keeper.rows("select addresses from unasked") == []


def test_a_count_has_an_end(keeper: Keeper) -> None:
    count(keeper, (link(f"lich/{n}", None) for n in range(MOST_COUNTED - 1)))
    count(keeper, (link(f"lich/them-{n}", None) for n in range(50)))
    assert keeper.one("select addresses from unasked") == {"addresses": MOST_COUNTED}


def test_a_doubtful_page_that_is_no_article_leads_to_no_doubtful_ones_and_is_no_listing(
    keeper: Keeper,
) -> None:
    name(keeper, link("lich/ngay-1"))
    page = Reading(
        "listing", "nukeviet", links=(link("lich/ngay-2"), link("tin/a-1.html", doubt=None))
    )
    kept = keeper.keep(page, url=address("lich/ngay-1"), kind="article")
    assert kept.outcome == "refused-not-an-article"
    assert queue(keeper) == ["tin/a-1.html"]
    assert doubtful(keeper) is None
    assert keeper.one("select example from unasked") == {"example": address("lich/ngay-2")}


def test_parts_of_a_sitemap_come_after_the_sites_own_listing_until_they_name_articles(
    keeper: Keeper,
) -> None:
    find(keeper, "tin/", kind="listing", trusted=True)
    find(keeper, "map.xml", kind="sitemap")
    parts = tuple(Link(address(f"map-{n}.xml"), "sitemap") for n in (1, 2))
    keeper.keep(Reading("sitemap", links=parts), url=address("map.xml"), kind="sitemap")
    find(keeper, "muc/", kind="listing")
    assert queue(keeper) == ["tin/", "map-1.xml", "map-2.xml", "muc/"]
    part = Reading(
        "sitemap", links=(link("tin/a-1.html", None, None),), names=named("tin/a-1.html")
    )
    keeper.keep(part, url=address("map-2.xml"), kind="sitemap")
    keeper.keep(None, url=address("map-1.xml"), kind="sitemap", status=404)
    with keeper.archive.transaction() as db:
        begin_visit(db, SITE.key, at=AT + DAY / 2)
    asked = queue(keeper, after=DAY / 2)
    # The part that named an article comes early; the one that is gone waits for its own day.
    assert asked == ["map.xml", "map-2.xml", "tin/", "muc/", "tin/a-1.html"]


def test_parts_that_name_nothing_can_rest_while_others_go_on(keeper: Keeper) -> None:
    find(keeper, "map.xml", kind="sitemap")
    part = Link(address("map-1.xml"), "sitemap")
    keeper.keep(Reading("sitemap", links=(part,)), url=address("map.xml"), kind="sitemap")
    skipped = Skipped(parts=True)
    db = keeper.archive.connection
    assert next_to_ask(db, SITE.key, visit_began=AT, now=AT, skipped=skipped) is None
    page = next_to_ask(db, SITE.key, visit_began=AT, now=AT)
    assert page is not None
    assert page.is_part


@pytest.mark.parametrize(("besides", "state"), [((), "resting"), (("tin/moi-1.html",), "waiting")])
def test_a_second_page_rests_if_sitemaps_that_came_later_name_all_of_the_first(
    keeper: Keeper, besides: tuple[str, ...], state: str
) -> None:
    find(keeper, "tin/", kind="listing", trusted=True)
    find(keeper, "map.xml", kind="sitemap")
    first = Reading(
        "listing",
        "nukeviet",
        links=tuple(link(path, None, None) for path in (*ARTICLES, *besides)),
        names=named(*ARTICLES, *besides),
        next_page=address("tin/page-2/"),
    )
    keeper.keep(first, url=address("tin/"), kind="listing")
    second = "select state from pages where url = ?", address("tin/page-2/")
    assert keeper.one(*second) == {"state": "waiting"}
    whole = Reading("sitemap", complete=True, names=named(*ARTICLES))
    keeper.keep(whole, url=address("map.xml"), kind="sitemap")
    assert keeper.one(*second) == {"state": state}

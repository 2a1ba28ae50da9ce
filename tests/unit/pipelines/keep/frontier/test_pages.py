"""The frontier: what is asked next, what rests, what is never asked again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.pages import (
    Skipped,
    begin_visit,
    next_to_ask,
    reconsider,
    refuse,
)
from pipelines.outcomes import Refusal
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as
from tests.builders.frontier_queue import ARTICLES, DAY, NUKEVIET, address, find, named, queue


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def test_what_names_many_articles_is_asked_first_and_files_last(keeper: Keeper) -> None:
    find(keeper, "tep.pdf", kind="attachment")
    find(keeper, "tin/tin-1.html", "tin/tin-2.html")
    find(keeper, "kinh-te/", kind="listing")
    find(keeper, "rss/", kind="feed")
    find(keeper, "sitemap.xml", kind="sitemap")
    assert queue(keeper) == [
        "sitemap.xml",
        "rss/",
        "kinh-te/",
        "tin/tin-1.html",
        "tin/tin-2.html",
        "tep.pdf",
    ]


def test_an_address_is_remembered_once_and_its_twin_is_refused(keeper: Keeper) -> None:
    assert find(keeper, "tin/hop-dan-7.html") == 1
    # NukeViet: the same slug and id under another category.
    assert find(keeper, "tin/hop-dan-7.html", "thon-ban/hop-dan-7.html") == 0
    assert keeper.rows("select state, reason from pages order by id") == [
        {"state": "waiting", "reason": None},
        {"state": "refused", "reason": "same-article"},
    ]
    assert queue(keeper) == ["tin/hop-dan-7.html"]
    find(keeper, "thon-ban/hop-dan-7.html", trusted=True)  # the portal itself redirected there
    assert queue(keeper) == ["tin/hop-dan-7.html", "thon-ban/hop-dan-7.html"]


def test_an_address_is_asked_once_a_visit_and_new_ones_before_those_seen_again(
    keeper: Keeper,
) -> None:
    url = address("tin/cu-1.html")
    find(keeper, "tin/cu-1.html", "tin/moi-2.html")
    keeper.keep(read_as(article(url=url, published=dated())), AT, url=url)
    assert queue(keeper) == ["tin/moi-2.html"]
    assert queue(keeper, after=timedelta(hours=23)) == ["tin/moi-2.html"]
    assert queue(keeper, after=DAY) == ["tin/moi-2.html", "tin/cu-1.html"]


def test_a_host_that_was_left_is_passed_over_whole(keeper: Keeper) -> None:
    find(keeper, "tin/tin-1.html")
    with keeper.archive.transaction() as db:
        discover(
            db,
            SITE.key,
            [
                Link("http://tep.lungvai.example/a.pdf", "attachment"),
                Link("https://lungvai.example/b.pdf", "attachment"),
            ],
            NUKEVIET,
            at=AT,
        )
    assert queue(keeper, left=["http://lungvai.example/"]) == [
        "http://tep.lungvai.example/a.pdf",
        "https://lungvai.example/b.pdf",
    ]
    assert queue(keeper, left=["http://lungvai.example/", "http://tep.lungvai.example/"]) == [
        "https://lungvai.example/b.pdf"
    ]


def test_listings_are_due_on_every_visit_whatever_they_answered_and_articles_are_not(
    keeper: Keeper,
) -> None:
    find(keeper, "a/", "b/", "c/", "d/", "e/", kind="listing", trusted=True)
    find(keeper, "tin/tin-1.html")
    keeper.keep(Reading("listing", "nukeviet"), url=address("a/"), kind="listing")
    keeper.keep(Reading("refused", refusal=Refusal.CHALLENGE), url=address("b/"), kind="listing")
    keeper.keep(None, status=500, url=address("c/"), kind="listing")
    keeper.keep(
        None, status=302, url=address("d/"), kind="listing", headers=(("Location", "/bao-tri/"),)
    )
    keeper.keep(Reading("refused", refusal=Refusal.NOT_HTML), url=address("e/"), kind="listing")
    keeper.keep(Reading("refused", refusal=Refusal.NOT_AN_ARTICLE), url=address("tin/tin-1.html"))
    with keeper.archive.transaction() as db:
        begin_visit(db, SITE.key, at=AT + DAY)
    assert queue(keeper, after=DAY) == ["e/", "bao-tri/", "a/", "b/", "c/", "d/"]


def test_what_robots_txt_forbids_is_refused_until_a_new_one_comes(keeper: Keeper) -> None:
    find(keeper, "tin/tin-1.html", "tin/tin-2.html")
    keeper.keep(read_as(article(url=address("tin/tin-2.html"))), url=address("tin/tin-2.html"))
    with keeper.archive.transaction() as db:
        for path in ("tin/tin-1.html", "tin/tin-2.html"):
            refuse(db, SITE.key, address(path), "robots")
        begin_visit(db, SITE.key, at=AT + DAY)
    assert queue(keeper, after=DAY) == []
    with keeper.archive.transaction() as db:
        reconsider(db, SITE.key, at=AT + DAY)
    assert queue(keeper, after=DAY) == ["tin/tin-1.html", "tin/tin-2.html"]


def test_a_date_that_a_listing_tells_later_is_remembered(keeper: Keeper) -> None:
    find(keeper, "tin/tin-1.html")
    with keeper.archive.transaction() as db:
        discover(
            db,
            SITE.key,
            [Link(address("tin/tin-1.html"), "article", published=dated())],
            NUKEVIET,
            at=AT,
        )
    assert keeper.one("select published_on, published_raw from pages") == {
        "published_on": "2026-03-01",
        "published_raw": "01/03/2026",
    }


def test_a_feed_of_a_section_rests_where_a_complete_sitemap_names_everything(
    keeper: Keeper,
) -> None:
    def found(path: str, depth: int) -> str:
        with keeper.archive.transaction() as db:
            discover(
                db,
                SITE.key,
                [Link(address(path), "feed")],
                NUKEVIET,
                at=AT,
                origin=Origin(depth=depth),
            )
        return str(keeper.one("select state from pages where url = ?", address(path))["state"])

    assert found("rss/doi-song/", 2) == "waiting"
    find(keeper, "sitemap.xml", kind="sitemap")
    assert found("rss/kinh-te/", 2) == "waiting"  # not read yet
    keeper.keep(
        Reading("sitemap", complete=True, names=named(*ARTICLES)),
        url=address("sitemap.xml"),
        kind="sitemap",
    )
    keeper.keep(
        Reading("listing", "nukeviet", names=named(*ARTICLES)), url=address(""), kind="listing"
    )
    assert found("rss/van-hoa/", 2) == "resting"
    assert found("rss/", 1) == "waiting"  # the front page's own feed


def test_a_part_of_a_sitemap_that_was_edited_long_before_it_was_seen_is_asked_again_by_a_sweep_only(
    keeper: Keeper,
) -> None:
    parts = {
        "sitemap-1.xml": AT - 400 * DAY,
        "sitemap-2.xml": AT - DAY,
        "sitemap-3.xml": AT - 30 * DAY,
        "sitemap-4.xml": AT + DAY,
    }
    find(keeper, "sitemap.xml", *parts, kind="sitemap")

    def visit(after: timedelta, edited: Mapping[str, datetime]) -> list[str]:
        with keeper.archive.transaction() as db:
            begin_visit(db, SITE.key, at=AT + after)
            discover(
                db,
                SITE.key,
                [Link(address(path), "sitemap", edited_at=at) for path, at in edited.items()],
                NUKEVIET,
                at=AT + after,
            )
        return queue(keeper, after=after)

    for path in ("sitemap.xml", *parts):
        keeper.keep(Reading("sitemap", complete=True), url=address(path), kind="sitemap")
    # A lastmod of the day before may be of the same hour.
    assert visit(DAY, parts) == [
        "sitemap.xml",
        "sitemap-2.xml",
        "sitemap-4.xml",
    ]
    # An index that never tells of an edit.
    assert visit(DAY, dict.fromkeys(parts, AT - 400 * DAY)) == [
        "sitemap.xml",
        *parts,
    ]
    assert visit(31 * DAY, parts) == ["sitemap.xml", *parts]  # a sweep


def test_a_kind_that_is_full_is_passed_over(keeper: Keeper) -> None:
    find(keeper, "kinh-te/", kind="listing")
    find(keeper, "tin/tin-1.html")
    page = next_to_ask(
        keeper.archive.connection,
        SITE.key,
        visit_began=AT,
        now=AT,
        skipped=Skipped((), kinds=["listing"]),
    )
    assert page is not None
    assert page.url == address("tin/tin-1.html")

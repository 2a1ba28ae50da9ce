"""The walk through the later pages of a listing: how far it goes, and what it leaves."""

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.page import COLUMNS, Page
from pipelines.keep.frontier.pages import (
    begin_visit,
)
from pipelines.keep.frontier.walk import walk_on, whole_promised
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import AT, SITE, Keeper
from tests.builders.frontier_queue import ARTICLES, DAY, address, find, named, queue


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def walked(keeper: Keeper, path: str, *, new: int) -> str:
    with keeper.archive.transaction() as db:
        page = db.execute(f"select {COLUMNS} from pages where id = 1").fetchone()
        walk_on(db, Page._make(page), address(path), new=new, at=AT)
    return str(keeper.one("select state from pages where url = ?", address(path))["state"])


def test_the_walk_goes_on_while_there_is_something_new_or_nothing_promises_the_whole(
    keeper: Keeper,
) -> None:
    find(keeper, "tin/", kind="listing")
    keeper.keep(
        Reading("listing", "nukeviet", names=named(*ARTICLES)), url=address("tin/"), kind="listing"
    )
    # No sitemap: a first walk goes to the end.
    assert walked(keeper, "tin/page-2/", new=0) == "waiting"
    find(keeper, "sitemap.xml", "sitemap-1.xml", kind="sitemap")
    keeper.keep(Reading("sitemap", complete=True), url=address("sitemap.xml"), kind="sitemap")
    assert walked(keeper, "tin/page-3/", new=0) == "waiting"  # the index alone promises nothing
    keeper.keep(
        Reading("sitemap", complete=True, names=named(*ARTICLES)),
        url=address("sitemap-1.xml"),
        kind="sitemap",
    )
    assert walked(keeper, "tin/page-4/", new=0) == "resting"
    assert walked(keeper, "tin/page-4/", new=2) == "waiting"
    keeper.keep(
        Reading("sitemap", complete=False, names=named(*ARTICLES)),
        AT + DAY,
        url=address("sitemap-1.xml"),
        kind="sitemap",
    )
    assert walked(keeper, "tin/page-5/", new=0) == "waiting"


@pytest.mark.parametrize(
    ("listed", "in_sitemap", "promised"),
    [(10, 8, True), (10, 7, False), (10, 0, False), (5, 5, True), (4, 4, False)],
)
def test_a_sitemap_promises_the_whole_where_it_names_most_of_what_is_listed(
    keeper: Keeper, listed: int, in_sitemap: int, promised: bool
) -> None:
    keeper.keep(
        Reading("listing", "nukeviet", names=named(*ARTICLES[:listed])),
        url=address("tin/"),
        kind="listing",
    )
    sitemap = Reading(
        "sitemap", complete=True, names=named(*ARTICLES[:in_sitemap], "gioi-thieu/co-cau-90.html")
    )
    keeper.keep(sitemap, url=address("sitemap.xml"), kind="sitemap")
    assert whole_promised(keeper.archive.connection, SITE.key) is promised


def walk(keeper: Keeper, *pages: tuple[str, ...]) -> list[str]:
    """For each page of a listing that names known articles: is the next page asked for?"""
    answers = []
    for number, articles in enumerate(pages, 1):
        find(keeper, *articles)
        url = address("tin/" if number == 1 else f"tin/page-{number}/")
        following = address(f"tin/page-{number + 1}/")
        links = tuple(Link(address(path), "article") for path in articles)
        keeper.keep(
            Reading(
                "listing", "nukeviet", links=links, names=named(*articles), next_page=following
            ),
            url=url,
            kind="listing",
        )
        answers.append(str(keeper.one("select state from pages where url = ?", following)["state"]))
    return answers


def test_a_walk_ends_with_the_third_later_page_that_names_nothing_of_its_own(
    keeper: Keeper,
) -> None:
    assert walk(keeper, ARTICLES[:3], (), ARTICLES[:2], ()) == [
        "waiting",
        "waiting",
        "waiting",
        "resting",
    ]


def test_a_walk_goes_on_over_two_empty_months_and_over_what_a_sitemap_named_before(
    keeper: Keeper,
) -> None:
    find(keeper, *ARTICLES)
    assert set(
        walk(keeper, ARTICLES[:2], (), (), ARTICLES[2:3], ARTICLES[3:4], (), (), ARTICLES[4:5])
    ) == {"waiting"}


@pytest.mark.parametrize(("walked_pages", "place"), [(2, 0), (3, -1)])
def test_known_articles_are_asked_for_before_a_third_later_page_of_a_listing(
    keeper: Keeper, walked_pages: int, place: int
) -> None:
    walk(keeper, *(ARTICLES[2 * n : 2 * n + 2] for n in range(walked_pages)))
    assert queue(keeper, after=DAY)[place] == f"tin/page-{walked_pages + 1}/"


def test_a_page_that_was_walked_is_asked_again_only_while_something_is_new(keeper: Keeper) -> None:
    find(keeper, "tin/", kind="listing")
    walked(keeper, "tin/page-2/", new=0)
    keeper.keep(Reading("listing", "nukeviet"), url=address("tin/page-2/"), kind="listing")
    walked(keeper, "tin/page-2/", new=0)
    assert "tin/page-2/" not in queue(keeper, after=DAY)
    walked(keeper, "tin/page-2/", new=1)
    assert "tin/page-2/" in queue(keeper, after=DAY)


@pytest.mark.parametrize(
    "path",
    [
        "page/2",
        "tin/page-3/",
        "tin?page=4",
        "?paged=5",
        "spip.php?rubrique4&debut_articles=20",
        "tin?tx_news_pi1%5BcurrentPage%5D=2&cHash=0a1b",
        "tin/trang-2",
        "tin?trang=2&loai=5",
        "aktuelles/seite-2",
        "aktuelles?seite=3",
        "noticias/pagina/4/",
        "noticias?pagina=4",
        "tin?start=20",
    ],
)
def test_the_links_of_a_pager_are_left_to_the_walk(keeper: Keeper, path: str) -> None:
    assert find(keeper, path, kind="listing") == 0
    assert queue(keeper) == []


def test_a_later_page_that_an_import_brought_is_not_asked_on_every_visit(keeper: Keeper) -> None:
    for path in ("tin/", "tin/page-2/"):
        keeper.keep(Reading("listing", "nukeviet"), url=address(path))
    with keeper.archive.transaction() as db:
        begin_visit(db, SITE.key, at=AT + DAY)
    assert queue(keeper, after=DAY) == ["tin/"]

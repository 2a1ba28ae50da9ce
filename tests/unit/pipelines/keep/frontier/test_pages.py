"""The frontier: what is asked next, what rests, what is never asked again."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.page import COLUMNS, Page
from pipelines.keep.frontier.pages import (
    Skipped,
    begin_visit,
    next_to_ask,
    reconsider,
    refuse,
)
from pipelines.keep.frontier.walk import walk_on, whole_promised
from pipelines.outcomes import Refusal
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Link, LinkKind, Reading
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

DAY = timedelta(days=1)
NUKEVIET = platform_of("nukeviet")
HOME = "http://lungvai.example/"


def address(path: str) -> str:
    return f"{HOME}{path}"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def find(keeper: Keeper, *paths: str, kind: LinkKind = "article", trusted: bool = False) -> int:
    with keeper.archive.transaction() as db:
        return discover(
            db,
            SITE.key,
            [Link(address(path), kind) for path in paths],
            NUKEVIET,
            at=AT,
            origin=Origin(trusted=trusted),
        )


def queue(
    keeper: Keeper, *, after: timedelta = timedelta(0), left: Collection[str] = ()
) -> list[str]:
    """Everything that a visit beginning then would ask for, in order."""
    asked: list[str] = []
    while page := next_to_ask(
        keeper.archive.connection,
        SITE.key,
        visit_began=AT + after,
        now=AT + after,
        skipped=Skipped(asked, left),
    ):
        asked.append(page.url)
    return [url.removeprefix(HOME) for url in asked]


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
    assert (
        find(keeper, "tin/hop-dan-7.html", "thon-ban/hop-dan-7.html") == 0
    )  # NukeViet: the same slug and id under another category
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
    assert queue(keeper, after=DAY) == ["d/", "e/", "bao-tri/", "a/", "b/", "c/"]


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


def walked(keeper: Keeper, path: str, *, new: int) -> str:
    with keeper.archive.transaction() as db:
        page = db.execute(f"select {COLUMNS} from pages where id = 1").fetchone()
        walk_on(db, Page._make(page), address(path), new=new, at=AT)
    return str(keeper.one("select state from pages where url = ?", address(path))["state"])


def named(*paths: str) -> bytes:
    return listed_names([Link(address(path), "article") for path in paths], NUKEVIET)


ARTICLES = tuple(f"tin/bai-{n}.html" for n in range(1, 11))


def test_the_walk_goes_on_while_there_is_something_new_or_nothing_promises_the_whole(
    keeper: Keeper,
) -> None:
    find(keeper, "tin/", kind="listing")
    keeper.keep(
        Reading("listing", "nukeviet", names=named(*ARTICLES)), url=address("tin/"), kind="listing"
    )
    assert (
        walked(keeper, "tin/page-2/", new=0) == "waiting"
    )  # no sitemap: a first walk goes to the end
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
    assert visit(DAY, parts) == [
        "sitemap.xml",
        "sitemap-2.xml",
        "sitemap-4.xml",
    ]  # a lastmod of the day before may be of the same hour
    assert visit(DAY, dict.fromkeys(parts, AT - 400 * DAY)) == [
        "sitemap.xml",
        *parts,
    ]  # an index that never tells of an edit
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

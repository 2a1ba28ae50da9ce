"""The frontier: what is asked next, what rests, what is never asked again."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from pipelines.keep.archive import Archive
from pipelines.keep.frontier import begin_visit, discover, next_to_ask, reconsider, refuse, walk_on
from pipelines.read.reading import Link, LinkKind, Reading
from portals.platform import platform_of
from tests.rows import AT, SITE, Keeper, article, dated, read_as

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
        return discover(db, SITE.key, [Link(address(path), kind) for path in paths], NUKEVIET, at=AT, trusted=trusted)


def queue(keeper: Keeper, *, after: timedelta = timedelta(0), left: Collection[str] = ()) -> list[str]:
    """Everything that a visit beginning then would ask for, in order."""
    asked: list[str] = []
    while page := next_to_ask(keeper.archive.connection, SITE.key, visit_began=AT + after, now=AT + after, busy=asked, left=left):
        asked.append(page.url)
    return [url.removeprefix(HOME) for url in asked]


def test_what_names_many_articles_is_asked_first_and_files_last(keeper: Keeper) -> None:
    find(keeper, "tep.pdf", kind="attachment")
    find(keeper, "tin/tin-1.html", "tin/tin-2.html")
    find(keeper, "kinh-te/", kind="listing")
    find(keeper, "rss/", kind="feed")
    find(keeper, "sitemap.xml", kind="sitemap")
    assert queue(keeper) == ["sitemap.xml", "rss/", "kinh-te/", "tin/tin-1.html", "tin/tin-2.html", "tep.pdf"]


def test_an_address_is_remembered_once_and_its_twin_is_refused(keeper: Keeper) -> None:
    assert find(keeper, "tin/hop-dan-7.html") == 1
    assert find(keeper, "tin/hop-dan-7.html", "thon-ban/hop-dan-7.html") == 0  # NukeViet: the same slug and id under another category
    assert keeper.rows("select state, reason from pages order by id") == [{"state": "waiting", "reason": None}, {"state": "refused", "reason": "same-article"}]
    assert queue(keeper) == ["tin/hop-dan-7.html"]
    find(keeper, "thon-ban/hop-dan-7.html", trusted=True)  # the portal itself redirected there
    assert queue(keeper) == ["tin/hop-dan-7.html", "thon-ban/hop-dan-7.html"]


def test_an_address_is_asked_once_a_visit_and_new_ones_before_those_seen_again(keeper: Keeper) -> None:
    url = address("tin/cu-1.html")
    find(keeper, "tin/cu-1.html", "tin/moi-2.html")
    keeper.keep(read_as(article(url=url, published=dated())), AT, url=url)
    assert queue(keeper) == ["tin/moi-2.html"]
    assert queue(keeper, after=timedelta(hours=23)) == ["tin/moi-2.html"]
    assert queue(keeper, after=DAY) == ["tin/moi-2.html", "tin/cu-1.html"]


def test_a_host_that_was_left_is_passed_over_whole(keeper: Keeper) -> None:
    find(keeper, "tin/tin-1.html")
    with keeper.archive.transaction() as db:
        discover(db, SITE.key, [Link("http://tep.lungvai.example/a.pdf", "attachment"), Link("https://lungvai.example/b.pdf", "attachment")], NUKEVIET, at=AT)
    assert queue(keeper, left=["http://lungvai.example/"]) == ["http://tep.lungvai.example/a.pdf", "https://lungvai.example/b.pdf"]
    assert queue(keeper, left=["http://lungvai.example/", "http://tep.lungvai.example/"]) == ["https://lungvai.example/b.pdf"]


def test_listings_are_due_on_every_visit_whatever_they_answered_and_articles_are_not(keeper: Keeper) -> None:
    find(keeper, "a/", "b/", "c/", "d/", "e/", kind="listing", trusted=True)
    find(keeper, "tin/tin-1.html")
    keeper.keep(Reading("listing", "nukeviet"), url=address("a/"), kind="listing")
    keeper.keep(Reading("refused", refusal="challenge"), url=address("b/"), kind="listing")
    keeper.keep(None, status=500, url=address("c/"), kind="listing")
    keeper.keep(None, status=302, url=address("d/"), kind="listing", headers=(("Location", "/bao-tri/"),))
    keeper.keep(Reading("refused", refusal="not-html"), url=address("e/"), kind="listing")
    keeper.keep(Reading("refused", refusal="not-an-article"), url=address("tin/tin-1.html"))
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
        walk_on(db, SITE.key, address(path), at=AT, found_on=1, depth=1, new=new)
    return str(keeper.one("select state from pages where url = ?", address(path))["state"])


def test_the_walk_goes_on_while_there_is_something_new_or_nothing_promises_the_whole(keeper: Keeper) -> None:
    find(keeper, "tin/", kind="listing")
    assert walked(keeper, "tin/page-2/", new=0) == "waiting"  # no sitemap: a first walk goes to the end
    find(keeper, "sitemap.xml", "sitemap-1.xml", kind="sitemap")
    keeper.keep(Reading("sitemap", complete=True), url=address("sitemap.xml"), kind="sitemap")
    assert walked(keeper, "tin/page-3/", new=0) == "waiting"  # the index alone promises nothing
    keeper.keep(Reading("sitemap", complete=True), url=address("sitemap-1.xml"), kind="sitemap")
    assert walked(keeper, "tin/page-4/", new=0) == "resting"
    assert walked(keeper, "tin/page-4/", new=2) == "waiting"
    keeper.keep(Reading("sitemap", complete=False), AT + DAY, url=address("sitemap-1.xml"), kind="sitemap")
    assert walked(keeper, "tin/page-5/", new=0) == "waiting"


def test_a_page_that_was_walked_is_asked_again_only_while_something_is_new(keeper: Keeper) -> None:
    find(keeper, "tin/", kind="listing")
    walked(keeper, "tin/page-2/", new=0)
    keeper.keep(Reading("listing", "nukeviet"), url=address("tin/page-2/"), kind="listing")
    walked(keeper, "tin/page-2/", new=0)
    assert "tin/page-2/" not in queue(keeper, after=DAY)
    walked(keeper, "tin/page-2/", new=1)
    assert "tin/page-2/" in queue(keeper, after=DAY)


@pytest.mark.parametrize("path", ["page/2", "tin/page-3/", "tin?page=4", "?paged=5"])
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
        discover(db, SITE.key, [Link(address("tin/tin-1.html"), "article", published=dated())], NUKEVIET, at=AT)
    assert keeper.one("select published_on, published_raw from pages") == {"published_on": "2026-03-01", "published_raw": "01/03/2026"}


def test_a_feed_of_a_section_rests_where_a_complete_sitemap_names_everything(keeper: Keeper) -> None:
    def found(path: str, depth: int) -> str:
        with keeper.archive.transaction() as db:
            discover(db, SITE.key, [Link(address(path), "feed")], NUKEVIET, at=AT, depth=depth)
        return str(keeper.one("select state from pages where url = ?", address(path))["state"])

    assert found("rss/doi-song/", 2) == "waiting"
    find(keeper, "sitemap.xml", kind="sitemap")
    assert found("rss/kinh-te/", 2) == "waiting"  # not read yet
    keeper.keep(Reading("sitemap", complete=True), url=address("sitemap.xml"), kind="sitemap")
    assert found("rss/van-hoa/", 2) == "resting"
    assert found("rss/", 1) == "waiting"  # the front page's own feed


def test_a_kind_that_is_full_is_passed_over(keeper: Keeper) -> None:
    find(keeper, "kinh-te/", kind="listing")
    find(keeper, "tin/tin-1.html")
    page = next_to_ask(keeper.archive.connection, SITE.key, visit_began=AT, now=AT, busy=(), full=["listing"])
    assert page is not None
    assert page.url == address("tin/tin-1.html")

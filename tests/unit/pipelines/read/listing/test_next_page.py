"""How a listing goes on: the page that comes next, by its links and by numbers."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.next_page import next_page
from portals.platform import platform_of
from portals.site import Site

NUKEVIET = platform_of("nukeviet")
SITE = Site(name="Cổng", url="https://vi-du.example/", key="vi-du")
HOST = "https://vi-du.example"


def page_of(body: str, path: str = "/tin-tuc/", head: str = "") -> HtmlPage:
    return HtmlPage(
        f"<html><head>{head}</head><body>{body}</body></html>",
        HOST + path,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            (
                '<ul class="pagination"><li class="active"><a href="#">1</a></li><li>'
                '<a rel="next" href="/tin-tuc/page-2/">2</a></li></ul>'
            ),
            "/tin-tuc/page-2/",
        ),
        (
            (
                '<ul class="pagination"><li><a href="/tin-tuc/">1</a></li><li class="active">'
                '<a href="#">2</a></li></ul>'
            ),
            None,
        ),
        (
            (
                '<ul class="pagination"><li class="active"><a href="#">1</a></li><li>'
                '<a href="/tin-tuc/">1</a></li></ul>'
            ),
            None,
        ),
        (
            '<ul class="pagination"><li class="active"><a href="#">1</a></li><li><a href="https://khac.example/page-2/">2</a></li></ul>',
            None,
        ),
        (
            '<div class="generate_page"><strong>1</strong><a href="/tin-tuc/page-2/">2</a></div>',
            "/tin-tuc/page-2/",
        ),
        # pagers of another theme, which only the generic rules know
        (
            '<nav class="pagination"><a href="/tin-tuc/page/2">Trang sau</a></nav>',
            "/tin-tuc/page/2",
        ),
        ('<div class="paging"><a rel="next" href="/tin-tuc/2/">»</a></div>', "/tin-tuc/2/"),
        ("<p>Trang cuối</p>", None),
    ],
)
def test_the_next_page_is_the_one_that_the_page_itself_gives(
    markup: str, expected: str | None
) -> None:
    found = next_page(page_of(markup), SITE, NUKEVIET)
    assert found == (HOST + expected if expected else None)


@pytest.mark.parametrize(
    ("pager", "path", "following"),
    [
        (
            '<span>1</span> <a href="?PageIndex=2">2</a> <a href="?PageIndex=3">3</a>',
            "/Pages/tin.aspx",
            "/Pages/tin.aspx?PageIndex=2",
        ),
        (
            '<a href="?PageIndex=1">1</a> <b>2</b> <a href="?PageIndex=3">3</a>',
            "/Pages/tin.aspx?PageIndex=2",
            "/Pages/tin.aspx?PageIndex=3",
        ),
        (
            '<a href="?page=0">1</a> <b>2</b> <a href="?page=2">3</a>',
            "/tin-tuc?page=1",
            "/tin-tuc?page=2",
        ),
        (
            '<a href="/tin-tuc/trang-1">1</a> <a href="/tin-tuc/trang-2">2</a>',
            "/tin-tuc/",
            "/tin-tuc/trang-2",
        ),
        (
            (
                '<b>1</b> <a href="/tabid/57/page/2/default.aspx">2</a> '
                '<a href="/tabid/57/page/3/default.aspx">3</a>'
            ),
            "/tabid/57/default.aspx",
            "/tabid/57/page/2/default.aspx",
        ),
        (
            '<a href="/tin/page/2/bai.html">2</a> <a href="/tin/page/3/bai.html">3</a>',
            "/tin/danh-sach.html",
            "/tin/page/2/bai.html",
        ),
        (
            '<a href="?c=4&page=1">1</a> <a href="?c=4&page=2">2</a> <b>3</b>',
            "/tin-tuc?c=4&page=3",
            None,
        ),
        (
            '<a href="/thu-vien?page=2">2</a> <a href="/thu-vien?page=3">3</a>',
            "/tin-tuc/",
            "/thu-vien?page=2",
        ),
        (
            (
                '<table><tr><td><a href="/lich?ngay=2">2</a></td><td>'
                '<a href="/lich?ngay=3">3</a></td></tr></table>'
            ),
            "/lich",
            None,
        ),
    ],
    ids=[
        "first page",
        "second page",
        "counted from 0",
        "in the path",
        "amid the path",
        "of another address",
        "last page",
        "of another list",
        "days",
    ],
)
def test_a_pager_whose_markup_no_rule_knows_is_followed_by_its_numbers(
    pager: str, path: str, following: str | None
) -> None:
    found = next_page(
        page_of(f'<div class="phan-trang">{pager}</div>', path), SITE, platform_of("sharepoint")
    )
    assert found == (None if following is None else HOST + following)


@pytest.mark.parametrize(
    ("pager", "path", "following"),
    [
        (
            (
                '<b>1</b> <a href="?rubrique4&debut_bai=10#p">2</a> '
                '<a href="?rubrique4&debut_bai=20#p">3</a>'
            ),
            "/spip.php?rubrique4",
            "debut_bai=10",
        ),
        (
            '<a href="?debut_bai=0">1</a> <b>2</b> <a href="?debut_bai=20">3</a>',
            "/spip.php?debut_bai=10",
            "debut_bai=20",
        ),
        (
            '<a href="?debut_bai=10">2</a> <a href="?debut_bai=20">3</a> <b>4</b>',
            "/spip.php?debut_bai=30",
            None,
        ),
        (
            '<b>1</b> <a href="?x_pi1%5BcurrentPage%5D=2&cHash=0a">2</a>',
            "/aktuelles",
            "currentPage%5D=2&cHash=0a",
        ),
        (
            (
                '<a href="?x_pi1%5BcurrentPage%5D=1&cHash=1b">1</a> '
                '<a href="?x_pi1%5BcurrentPage%5D=3&cHash=2c">3</a>'
            ),
            "/a?x_pi1%5BcurrentPage%5D=2&cHash=0a",
            "=3&cHash=2c",
        ),
    ],
    ids=[
        "entries, first page",
        "entries, second page",
        "entries, last page",
        "signed, first page",
        "signed, second page",
    ],
)
def test_a_pager_may_count_entries_or_sign_its_addresses(
    pager: str, path: str, following: str | None
) -> None:
    found = next_page(page_of(pager, path), SITE, platform_of("generic"))
    assert found == following if following is None else (found or "").endswith(following)


@pytest.mark.parametrize(
    ("pager", "path", "following"),
    [
        (
            '<ul class="pager"><li>1</li><li><a href="/nha?page=1">2</a></li></ul>',
            "/",
            "/nha?page=1",
        ),
        ('<div class="phan-trang"><a href="/tin/trang-2">2</a></div>', "/", "/tin/trang-2"),
        ('<nav class="pagination"><a href="/t?start=9">2</a></nav>', "/?lang=vi", "/t?start=9"),
        (
            '<ul class="pager"><li><a href="/nha?page=1">2</a></li></ul>',
            "/tin-tuc",
            "/nha?page=1",
        ),
        ('<div class="so-lieu"><a href="/nha?page=1">2</a></div>', "/", None),
        (
            '<ul class="pager"><li><a href="/a?page=2">2</a></li></ul>'
            '<ul class="pager"><li><a href="/b?page=2">2</a></li></ul>',
            "/",
            None,
        ),
    ],
)
def test_a_front_page_may_be_the_first_page_of_a_listing_elsewhere(
    pager: str, path: str, following: str | None
) -> None:
    found = next_page(page_of(pager, path), SITE, platform_of("generic"))
    assert found == (None if following is None else HOST + following)

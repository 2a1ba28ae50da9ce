"""How many pages a pager shows, wherever it leads; and numbers that are no pager."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.pages_shown import pages_shown
from portals.site import Site

HOME = "https://vi-du.example/"
SITE = Site(name="Ví dụ", url=HOME, key="vi-du")
ENTRIES = "".join(f'<h3><a href="/tin/bai-{n}.html">Bài viết số {n}</a></h3>' for n in range(9))


def shown(below: str, url: str = HOME) -> int:
    text = f"<html><body>{ENTRIES}{below}</body></html>"
    now = datetime(2026, 6, 1, tzinfo=UTC)
    page = HtmlPage(text, url, zone=ZoneInfo("Asia/Ho_Chi_Minh"), fetched_at=now)
    return pages_shown(page, SITE)


def links(address: str, *numbers: int, first: int = 0, step: int = 1) -> str:
    """Links that show numbers; `{}` in the address is what it counts."""
    return "".join(f'<a href="{address.format(first + step * n)}">{n}</a> ' for n in numbers)


@pytest.mark.parametrize(
    ("below", "count"),
    [
        (links("/home?page={}", 2, 3, 12, first=-1), 12),  # counted from 0
        (links("/tin.aspx?start={}", 1, 2, 3, first=-20, step=20), 3),  # counts entries
        (links("/danh-sach/tin-{}-moi.html", 2, 3), 3),  # an address that no rule knows
        (links("/xem?vung=7&trang={}&cot=2", 1, 2, 3, 4), 4),
        (f"<td>{links('/list/4-{}', 2, 3, 4, 118)}</td>", 118),
        ('<div class="pagination"><a href="/cu/xyz">2</a></div>', 2),
        ('<ul><li class="pager-next"><a href="/cu/xyz">Trang sau</a></li></ul>', 2),
        ('<p><a href="/?page=1">Next</a></p>', 2),
        ('<a rel="next" href="/older">Older</a>', 2),
        ('<div class="phan-trang"><a href="/b">»</a></div>', 2),
    ],
)
def test_a_pager_shows_how_many_pages_there_are(below: str, count: int) -> None:
    assert shown(below) == count


@pytest.mark.parametrize(
    "below",
    [
        "",
        links("/lich/2026/05/{}", 1, 2, 3, 15),  # days with news
        links("/ngay-{}", *range(1, 31)),  # a month
        links("#anh-{}", 1, 2, 3),  # pictures that take turns
        f'<div class="carousel-nav">{links("/anh?so={}", 1, 2, 3)}</div>',
        links("https://khac.example/?page={}", 2, 3),  # another portal's
        '<a href="/van-ban/15">15</a> <a href="/van-ban/20">20</a>',  # numbers of decisions
        '<a href="/a7">1</a> <a href="/c3">2</a> <a href="/d12">3</a>',  # footnotes
        '<a href="/tin-tuc/">Xem thêm</a>',  # leads to a section
        '<div class="next"><a href="/tin/bai-3.html">»</a></div>',  # to the next article
        '<div class="pagination"><a href="/">2</a><a href="/">»</a></div>',  # to the page itself
    ],
)
def test_other_numbers_and_signs_are_no_pager(below: str) -> None:
    assert shown(below) == 0


def test_a_sign_that_leads_to_the_front_page_is_no_pager() -> None:
    assert (
        shown('<ul class="pagination"><li><a href="/">Trang sau</a></li></ul>', f"{HOME}tin") == 0
    )


def test_the_last_page_of_a_pager_shows_the_pages_before_it() -> None:
    last = f"{links('/home?page={}', 1, 2, 3, first=-1)}<b>4</b>"
    assert shown(last, f"{HOME}home?page=3") == 3

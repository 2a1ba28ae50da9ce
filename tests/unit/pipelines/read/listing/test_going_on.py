"""Listings that go on by a form or a script, and those that only look like it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.next_page import goes_on_by

HERE = "https://vi-du.example/tin-tuc.aspx"
ENTRIES = "".join(
    f'<li><h3><a href="/tin/bai-{n}.html">Bài viết số {n} của xã</a></h3></li>' for n in range(9)
)


def way(below: str) -> str | None:
    here = f"{HERE}?page=2" if "LAST" in below else HERE
    text = f"<html><body><h1>Tin tức</h1><ul>{ENTRIES}</ul>{below}</body></html>"
    now = datetime(2026, 6, 1, tzinfo=UTC)
    return goes_on_by(HtmlPage(text, here, zone=ZoneInfo("Asia/Ho_Chi_Minh"), fetched_at=now))


POST_BACKS = "".join(
    f"<td><a href=\"javascript:__doPostBack('ctl00$grid','Page${n}')\">{n}</a></td>"
    for n in range(2, 6)
)


@pytest.mark.parametrize(
    "below",
    [
        f"<table><tr><td><span>1</span></td>{POST_BACKS}</tr></table>",
        "<div id='ctl00_pager'>"
        "<a href=\"javascript:__doPostBack('ctl00$lnkNext','')\">Trang sau</a></div>",
        "<div class='phan-trang'><a href='#' onclick=\"__doPostBack('p','2')\">2</a></div>",
        '<form method="post"><input type="submit" name="page" value="2" class="pager"></form>',
        '<form method="POST" action="/tin"><div class="paging"><button name="p">2</button></div>'
        "</form>",
        '<div class="pagination"><a href="javascript:document.f.submit()">2</a></div>',
    ],
)
def test_a_pager_that_sends_a_form(below: str) -> None:
    assert way(below) == "form"


@pytest.mark.parametrize(
    "below",
    [
        '<button class="btn btn-load-more">Xem thêm</button>',
        '<button onclick="loadMore()">Tải thêm tin</button>',
        '<a href="#" class="load-more">Xem thêm</a>',
        '<a href="javascript:void(0)" onclick="getPage(2)">Xem thêm</a>',
        '<a data-page="2">Load more</a>',
        '<ul class="pagination"><li data-page="1">1</li><li data-page="2">2</li></ul>',
        '<div class="pagination"><a href="#" data-page="2">2</a><a href="#">»</a></div>',
        "<div class='pager'><a href='javascript:;' onclick='go(2)'>[2]</a></div>",
        '<div class="infinite-scroll"></div>',
        '<div data-next-url="/api/tin?offset=10"></div>',
        '<button type="button">Mehr laden</button>',
    ],
)
def test_a_list_to_which_a_script_adds(below: str) -> None:
    assert way(below) == "script"


DAYS = "".join(
    f"<td><a href=\"javascript:__doPostBack('ctl00$Calendar1','{9000 + n}')\">{n}</a></td>"
    for n in range(1, 31)
)


@pytest.mark.parametrize(
    "below",
    [
        "",
        # Ordinary links beside: an older script, a button that is only quicker.
        '<div class="pager"><a href="?page=2">2</a></div><button class="load-more">Xem thêm'
        "</button>",
        f'<table>{POST_BACKS}</table><a href="/tin-tuc.aspx?page=2">2</a>',
        '<div class="pagination"><a href="/tin-tuc/trang-1">1</a>'
        '<a href="/tin-tuc/trang-2">2</a></div>',
        # The last page of a listing that is walked.
        '<!-- LAST --><div class="pager"><a href="?page=1">1</a><a href="#">2</a></div>',
        '<!-- LAST --><div class="pager"><a href="/tin-tuc.aspx">1</a><a href="#">2</a></div>',
        # No pagers.
        f"<table><tr>{DAYS}</tr></table>",
        "<a href=\"javascript:__doPostBack('ctl00$lnkLogin','')\">Đăng nhập</a>",
        '<form method="post"><input name="q"><input type="submit" value="Tìm kiếm"></form>',
        '<form method="get" action="/tim"><button>Tìm</button></form>',
        '<a href="/tin-tuc" class="xem-them">Xem thêm</a>',
        '<div class="carousel"><a href="#" data-slide-to="1">2</a>'
        '<a href="#c" data-slide="next">Next</a></div>',
        '<button type="button">Next</button><button>News</button>',
        '<div class="mobile-nav"><a href="#" class="view-more-2">Các xã</a></div>',
        '<div class="slick-dots"><button type="button">1</button><button>2</button></div>',
        '<a href="#top">Về đầu trang</a><a href="#" onclick="window.print()">In trang</a>',
        '<a href="#" onclick="setFont(2)">2</a>',
        '<form method="post"><label>Bình chọn</label><button>Gửi</button></form>',
    ],
)
def test_other_pages_are_not_told(below: str) -> None:
    assert way(below) is None

"""Addresses that may lead nowhere: which are named with a title, and which are only counted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.capture import Capture
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.links import read_links, read_neighbours
from pipelines.read.listing.next_page import next_page
from pipelines.read.reader import read
from pipelines.read.reading import Link, Reading
from pipelines.read.task import Task
from portals.platform import platform_of
from portals.site import Site

HOST = "https://vi-du.example"
SITE = Site(name="Cổng", url=f"{HOST}/", key="vi-du")
AT = datetime(2026, 6, 1, 2, tzinfo=UTC)


def page_of(body: str, path: str = "/") -> HtmlPage:
    markup = f"<html><body>{body}</body></html>"
    return HtmlPage(markup, HOST + path, zone=ZoneInfo("Asia/Ho_Chi_Minh"), fetched_at=AT)


def doubtful(body: str, platform: str = "generic", path: str = "/") -> list[tuple[str, ...]]:
    """(path, doubt, title) of the doubtful links of a listing."""
    links = read_links(page_of(body, path), SITE, platform_of(platform))
    return [facts(link) for link in links if link.doubt is not None]


def facts(link: Link) -> tuple[str, ...]:
    return link.url.removeprefix(HOST), link.doubt or "", link.title or ""


def reading_of(body: str, platform: str | None = None) -> Reading:
    capture = Capture(
        SITE.key, f"{HOST}/", AT, 200, (), f"<html><body>{body}</body></html>".encode()
    )
    return read(Task(capture, SITE, "listing", platform))


@pytest.mark.parametrize(
    ("address", "doubt"),
    [
        ("/lich-su/2026/05/chuyen-cu.html", "calendar"),
        ("/vi/tin/tin/tin/bai.html", "repeating-path"),
        ("/tin/bai.html?lang=vi", "language-toggle"),
        ("/xem?sort=a&filter=b&id=7", "faceted"),
    ],
)
def test_a_heading_or_a_long_text_names_a_doubtful_address_with_its_title(
    address: str, doubt: str
) -> None:
    heading = f'<h3><a href="{address}">Chuyện cũ</a></h3>'
    assert doubtful(heading) == [(address, doubt, "Chuyện cũ")]
    row = f'<td><a href="{address}">Chuyện cũ kể lại ở chợ Nà Lũng</a></td>'
    assert doubtful(row) == [(address, doubt, "Chuyện cũ kể lại ở chợ Nà Lũng")]


@pytest.mark.parametrize(
    "markup",
    [
        '<nav><h3><a href="{}">Lịch sử của xã Nà Lũng</a></h3></nav>',
        '<table><tr><td><a href="{}">15</a></td></tr></table>',
        '<main><ul><li><a href="{}">15</a></li></ul></main>',
        '<a href="{}"><img src="/anh.jpg"></a>',
    ],
    ids=["menu", "day of a month", "entry that is only a day", "picture"],
)
def test_a_menu_a_number_and_a_picture_show_no_title(markup: str) -> None:
    address = "/lich-su/2026/05/chuyen-cu.html"
    assert doubtful(markup.format(address)) == [(address, "calendar", "")]


def test_an_entry_of_a_family_is_named_whatever_its_address_looks_like() -> None:
    column = '<div class="news_column"><h3><a href="{}">Họp dân</a></h3></div>'
    trap = "/tin/tin/tin/hop-dan-7.html"
    assert doubtful(column.format(trap), "nukeviet") == [(trap, "repeating-path", "Họp dân")]
    unknown = "/tin/xem.aspx?bai=7"
    assert doubtful(column.format(unknown), "nukeviet") == [(unknown, "unknown-pattern", "Họp dân")]
    known = column.format("/tin/hop-dan-7.html")
    assert doubtful(known, "nukeviet") == []
    ignored = column.format("/print/tin/hop-dan-7.html")
    assert doubtful(ignored, "nukeviet") == []


def test_what_a_listing_names_is_requested_and_the_rest_is_counted() -> None:
    named, bare = "/lich-su/2026/05/chuyen-cu.html", "/lich?ngay=15"
    reading = reading_of(f'<h3><a href="{named}">Chuyện cũ</a></h3><a href="{bare}">15</a>')
    assert [facts(link) for link in reading.links] == [(named, "calendar", "Chuyện cũ")]
    assert [facts(link) for link in reading.unasked] == [(bare, "calendar", "")]
    assert (reading.kind, len(reading.names)) == ("listing", 8)


def test_a_file_that_a_listing_names_with_a_title_is_counted_and_an_icon_is_not() -> None:
    body = """<h3><a href="/tep/thong-bao-12.pdf">Thông báo số 12</a></h3>
        <h3><a href="/tep/thong-bao-12.vcf">Thẻ của Chủ tịch</a></h3>
        <a href="/tep/mau-don.docx"><img src="/word.gif"></a>
        <a href="/tep/quy-che.pdf">Tải về</a>"""
    for platform in ("generic", "nukeviet"):
        reading = reading_of(body, platform)
        assert reading.links == ()
        assert [facts(link) for link in reading.unasked] == [("/tep/thong-bao-12.pdf", "file", "")]


def test_links_that_are_only_counted_make_no_listing() -> None:
    reading = reading_of('<a href="/lich?ngay=15">15</a><a href="/lich?ngay=16">16</a>')
    assert (reading.kind, reading.links, len(reading.unasked)) == ("refused", (), 2)


def test_a_page_counts_a_thousand_doubtful_links_at_most() -> None:
    days = "".join(f'<a href="/lich?ngay={n}">{n}</a>' for n in range(1_200))
    assert len(reading_of(days).unasked) == 1_000


def test_neighbours_of_an_article_are_counted_not_requested() -> None:
    box = """<a href="/lich-su/2026/05/chuyen-cu-thu-hai">Chuyện cũ</a>
        <a href="/tin/bai-ve-cau">Cầu</a>"""
    links, _ = read_neighbours(page_of(box), SITE, platform_of("generic"))
    assert [facts(link)[:2] for link in links] == [
        ("/lich-su/2026/05/chuyen-cu-thu-hai", "calendar"),
        ("/tin/bai-ve-cau", ""),
    ]


MENU = "".join(f'<li><a href="/{name}?lang=vi">{name}</a></li>' for name in ("tin", "moi", "cu"))
ENTRY = '<h3><a href="/bai/chuyen-o-cho.html?lang=vi">Chuyện ở chợ</a></h3>'


def test_a_language_that_all_addresses_carry_along_switches_nothing() -> None:
    toggle = '<a href="/?lang=en">English</a>'
    body = f"<nav><ul>{MENU}</ul></nav>{ENTRY}{toggle}"
    links = read_links(page_of(body, "/?lang=vi"), SITE, platform_of("generic"))
    sure = [(link.url.removeprefix(HOST), link.kind) for link in links if link.doubt is None]
    assert sure == [
        ("/bai/chuyen-o-cho.html?lang=vi", "article"),
        ("/tin?lang=vi", "listing"),
        ("/moi?lang=vi", "listing"),
        ("/cu?lang=vi", "listing"),
    ]
    assert doubtful(body, path="/?lang=vi") == [("/?lang=en", "language-toggle", "")]


def test_a_page_in_four_languages_offers_switches() -> None:
    toggles = "".join(f'<a href="/tin?lang={code}">{code}</a>' for code in ("vi", "en", "zh", "ja"))
    assert [doubt for _, doubt, _ in doubtful(toggles, path="/tin")] == ["language-toggle"] * 4
    # Three paths of twenty are no portal's habit.
    others = "".join(f'<a href="/muc-{n}">Mục</a>' for n in range(20))
    assert len(doubtful(f"<nav><ul>{MENU}</ul></nav>{others}")) == 3


@pytest.mark.parametrize(
    ("here", "following", "followed"),
    [
        ("/van-ban", "/van-ban?sort_by=created&sort_order=DESC&page=1", True),
        ("/tin?lang=vi", "/tin?lang=vi&page=2", True),
        ("/lich-su/2026/05", "/lich-su/2026/05?page=2", True),
        ("/a/tin/tin/tin/", "/a/tin/tin/tin/page-2/", True),
        ("/lich?thang=5&nam=2026", "/lich?thang=6&nam=2026", False),
        ("/lich", "/lich/2026/06", False),
        ("/tin/tin/", "/tin/tin/tin/", False),
    ],
)
def test_a_pager_may_add_parameters_but_a_next_month_is_no_next_page(
    here: str, following: str, followed: bool
) -> None:
    page = page_of(f'<a rel="next" href="{following}">Sau</a>', here)
    found = next_page(page, SITE, platform_of("generic"))
    assert found == (HOST + following if followed else None)

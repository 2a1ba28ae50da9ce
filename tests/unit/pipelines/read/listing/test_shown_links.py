"""Addresses of unknown shape count as articles where several links of one shape show titles."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.addresses.shape import shape_of
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.links import read_links
from pipelines.read.reading import Link
from portals.platform import platform_of
from portals.site import Site

HOST = "https://vi-du.example"
SITE = Site(name="Cổng", url=f"{HOST}/", key="vi-du")
TITLES = (
    "Khánh thành cầu qua suối Nà Lạn",
    "Ra quân làm thủy lợi đầu xuân",
    "Trao quà cho hộ nghèo ở bản Khuổi",
    "Họp bàn việc sửa đường vào thôn",
)
MENU = (
    '<td class="m"><a href="Default.aspx?tabid=10">Giới thiệu</a></td><td class="m">'
    '<a href="Default.aspx?tabid=62">Tin tức</a></td>'
)


def links_on(body: str, platform: str = "generic") -> list[Link]:
    page = HtmlPage(
        f"<html><body>{body}</body></html>",
        f"{HOST}/",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, 2, tzinfo=UTC),
    )
    found = read_links(page, SITE, platform_of(platform))
    return [link for link in found if link.kind == "article"]


def articles_on(body: str, platform: str = "generic") -> list[str]:
    return [link.url.removeprefix(HOST) for link in links_on(body, platform)]


def entries(address: str, titles: tuple[str, ...] = TITLES) -> str:
    return "".join(
        f'<tr><td><a href="{address.format(n)}">{title}</a></td></tr>'
        for n, title in enumerate(titles, 7)
    )


@pytest.mark.parametrize(
    "address",
    [
        "/Default.aspx?tabid=62&MaBanTin={}",
        "/Bulletins.aspx?Ref={}",
        "/spip.php?article{}",
        "/News/{}",
    ],
)
def test_links_that_show_titles_lead_to_articles_whatever_a_portal_calls_their_number(
    address: str,
) -> None:
    assert articles_on(f"<table>{MENU}{entries(address)}</table>") == [
        address.format(n) for n in range(7, 11)
    ]


def test_two_links_prove_nothing_nor_do_those_of_a_menu_with_long_names() -> None:
    assert articles_on(entries("/Default.aspx?MaBanTin={}", TITLES[:2])) == []
    assert articles_on(f"<nav>{entries('/Default.aspx?tabid={}')}</nav>") == []


def test_where_most_addresses_of_a_shape_show_no_title_none_is_an_article() -> None:
    many = "".join(f'<a href="/Default.aspx?tabid={n}">Mục {n}</a>' for n in range(20, 30))
    assert articles_on(many + entries("/Default.aspx?tabid={}")) == []


def test_a_picture_of_the_same_address_and_a_short_title_in_a_heading_do_not_count_against_it() -> (
    None
):
    pictures = "".join(f'<a href="/xem.php?bai={n}"><img src="/{n}.jpg"></a>' for n in range(7, 11))
    assert articles_on(pictures + entries("/xem.php?bai={}")) == [
        f"/xem.php?bai={n}" for n in range(7, 11)
    ]
    headings = "".join(f'<h3><a href="/xem.php?bai={n}">Mất điện {n}</a></h3>' for n in range(3))
    assert articles_on(headings) == [f"/xem.php?bai={n}" for n in range(3)]


def test_a_card_that_is_one_link_shows_its_title_and_a_long_text_alone_shows_none() -> None:
    summary = "Hôm qua bà con trong xã đã cùng nhau ra đồng từ sáng sớm. " * 8
    cards = "".join(
        f'<a href="/xem.php?bai={n}"><h3>{title}</h3><p>{summary}</p></a>'
        for n, title in enumerate(TITLES)
    )
    assert articles_on(cards) == [f"/xem.php?bai={n}" for n in range(4)]
    assert articles_on("".join(f'<a href="/xem.php?bai={n}">{summary}</a>' for n in range(4))) == []


def test_what_a_family_does_not_know_beside_what_it_knows_is_doubtful() -> None:
    own = '<a href="/tin-tuc/hop-ban-3.html">Họp bản</a>'
    sure, *others = links_on(own + entries("/Default.aspx?NewsID={}"), "nukeviet")
    assert (sure.url, sure.doubt) == (f"{HOST}/tin-tuc/hop-ban-3.html", None)
    assert [link.doubt for link in others] == ["unknown-pattern"] * 4
    assert all(link.title and "NewsID=" in link.url for link in others)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/Default.aspx?tabid=62&NewsID=1", "/default.aspx?NewsID=22&tabid=63", True),
        ("/Default.aspx?tabid=62&NewsID=1", "/Default.aspx?tabid=62", False),
        ("/tin/mat-nuoc", "/tin/sua-duong-lang", True),
        ("/tin/mat-nuoc.html", "/tin/mat-nuoc", False),
        ("/2024/05/a-b", "/2023/11/c-d", True),
        ("/tin/thethao", "/tin/mat-nuoc", False),
    ],
)
def test_numbers_and_the_words_of_the_last_segment_make_no_other_shape(
    one: str, other: str, same: bool
) -> None:
    assert (shape_of(HOST + one) == shape_of(HOST + other)) is same


def titles_on(body: str) -> dict[str, str | None]:
    page = HtmlPage(
        f"<html><body>{body}</body></html>",
        f"{HOST}/tin-tuc",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, 2, tzinfo=UTC),
    )
    links = read_links(page, SITE, platform_of("generic"))
    return {link.url.removeprefix(HOST): link.title for link in links if link.kind == "article"}


@pytest.mark.parametrize(
    "menu",
    [
        '<nav><a href="/chuc-nang-nhiem-vu">{}</a></nav>',
        '<div class="left-menu"><ul><li><a href="/chuc-nang-nhiem-vu">{}</a></li></ul></div>',
        '<ul id="topnav"><li><a href="/chuc-nang-nhiem-vu">{}</a></li></ul>',
        '<footer><a href="/chuc-nang-nhiem-vu">{}</a></footer>',
    ],
)
def test_an_entry_names_its_page_and_a_menu_does_not(menu: str) -> None:
    standing = "Chức năng, nhiệm vụ của Ủy ban nhân dân xã"
    told = titles_on(
        menu.format("Chức năng")
        + f'<h3><a href="/chuc-nang-nhiem-vu">{standing}</a></h3>'
        + f'<div><a href="/khanh-thanh-cau-treo">{TITLES[0]}</a></div>'
    )
    assert told == {"/chuc-nang-nhiem-vu": None, "/khanh-thanh-cau-treo": TITLES[0]}


@pytest.mark.parametrize("words", ["12", "1 / 20", "Xem thêm", "Đọc thêm »"])
def test_a_number_and_an_invitation_to_read_on_name_nothing(words: str) -> None:
    assert titles_on(f'<h3><a href="/ra-quan-thuy-loi">{words}</a></h3>') == {
        "/ra-quan-thuy-loi": None
    }


def test_a_wrapper_named_after_the_menu_beside_it_is_none() -> None:
    listing = f'<main><h3><a href="/ra-quan-thuy-loi">{TITLES[1]}</a></h3></main>'
    told = titles_on(f'<div class="with-menu">{listing}</div>')
    assert told == {"/ra-quan-thuy-loi": TITLES[1]}


def test_a_date_in_brackets_behind_several_titles_is_that_of_the_entry() -> None:
    body = "".join(
        f'<h3><a href="/bai-so-{n}">{title} (0{n}.05.2024 16:35)</a></h3>'
        for n, title in enumerate(TITLES[:2], 1)
    )
    assert titles_on(body) == {"/bai-so-1": TITLES[0], "/bai-so-2": TITLES[1]}
    page = HtmlPage(
        f"<html><body>{body}</body></html>",
        f"{HOST}/tin-tuc",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, 2, tzinfo=UTC),
    )
    days = [link.published for link in read_links(page, SITE, platform_of("generic"))]
    assert [(str(day.on), day.evidence) for day in days if day] == [
        ("2024-05-01", "listing"),
        ("2024-05-02", "listing"),
    ]


def test_a_date_that_ends_one_title_alone_is_part_of_it() -> None:
    title = "Gặp mặt nhân ngày thành lập (07/05/1954)"
    body = f'<h3><a href="/gap-mat-nhan-ngay">{title}</a></h3>' + entries("/tin-so-{}-ngay")
    assert titles_on(body)["/gap-mat-nhan-ngay"] == title


def days_on(body: str) -> dict[str, str | None]:
    page = HtmlPage(
        f"<html><body>{body}</body></html>",
        f"{HOST}/tin-tuc",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, 2, tzinfo=UTC),
    )
    return {
        link.url.removeprefix(HOST): str(link.published.on) if link.published else None
        for link in read_links(page, SITE, platform_of("generic"))
        if link.kind == "article"
    }


@pytest.mark.parametrize(
    "entry",
    [
        '<tr><td>{day}</td><td><a href="{url}">{title}</a></td></tr>',
        '<div><h3><a href="{url}">{title}</a></h3><span>Ngày {day}</span><p>Năm 2019</p></div>',
        '<li><a href="{url}"><img alt=""></a><a href="{url}">{title}</a> <time>{day}</time></li>',
        '<div><a href="{url}">{title}<small>{day}</small></a></div>',
    ],
)
def test_an_entry_has_the_date_beside_its_link(entry: str) -> None:
    body = "".join(
        entry.format(day=f"0{n}/05/2024", url=f"/bai-so-{n}", title=TITLES[n]) for n in (1, 2, 3)
    )
    assert titles_on(body) == {f"/bai-so-{n}": TITLES[n] for n in (1, 2, 3)}
    clock = '<div class="top-nav"><a href="/gioi-thieu-xa">Giới thiệu</a> <b>31/05/2024</b></div>'
    assert days_on(f"{clock}<section>{body}</section>") == {
        "/gioi-thieu-xa": None,
        **{f"/bai-so-{n}": f"2024-05-0{n}" for n in (1, 2, 3)},
    }


def test_a_title_keeps_the_day_that_is_one_of_its_words() -> None:
    body = "".join(
        f'<li><a href="/bai-so-{n}">Lịch làm việc ngày 0{n}/05/2024</a> <b>0{n}/05/2024</b></li>'
        for n in (1, 2)
    )
    assert titles_on(f"<ul>{body}</ul>") == {
        f"/bai-so-{n}": f"Lịch làm việc ngày 0{n}/05/2024" for n in (1, 2)
    }
    assert days_on(f"<ul>{body}</ul>") == {f"/bai-so-{n}": f"2024-05-0{n}" for n in (1, 2)}


def test_one_date_among_entries_without_is_none_of_them() -> None:
    listing = "".join(f'<p><a href="/bai-so-{n}">{TITLES[n]}</a></p>' for n in range(1, 4))
    (first, *others) = days_on(f"<div>{listing}<b>31/05/2024</b></div>").values()
    assert (first, others) == (None, [None, None])


def test_the_day_of_an_event_to_come_is_no_entrys_date() -> None:
    body = "".join(
        f'<li><a href="/bai-so-{n}">{TITLES[n]}</a> <b>0{n}/07/2024</b></li>' for n in (1, 2)
    )
    assert days_on(f"<ul>{body}</ul>") == {"/bai-so-1": None, "/bai-so-2": None}

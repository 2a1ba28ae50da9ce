"""Which line of a page of no known family is its title: by name, by address, by looks.

Headings of modules and sections are not.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.article.article_page import view_of
from pipelines.read.article.title import TitleSearch, slug_of
from pipelines.read.html.outline import outline
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import structured_data_of
from portals.platform import platform_of
from tests.builders.pages_of_no_family import page_of, site_of

TITLE = "Bà con thôn Hạ đắp lại bờ kênh trước mùa mưa"
TEXT = (
    "<p>Sáng nay hơn sáu chục người đã đắp lại ba trăm mét bờ kênh bị sạt từ trận mưa đầu tháng, "
    "kịp lấy nước cho lúa hè thu.</p>"
)
DATED = "<div>(14h05, 12/5/2020)</div>"
ADDRESS = "http://xa.example/index.php?act=chitiet&id=12"


def title_of(
    body: str,
    url: str = ADDRESS,
    window: str = ".:: Trang tin ::.",
    *,
    never: frozenset[str] = frozenset(),
) -> str | None:
    page = HtmlPage(
        f"<html><head><title>{window}</title></head><body>{body}</body></html>",
        url,
        zone=ZoneInfo("UTC"),
        fetched_at=datetime(2021, 3, 20, tzinfo=UTC),
    )
    found = TitleSearch(page, outline(page.root), structured_data_of(page), never=never).best()
    return found.text if found is not None else None


@pytest.mark.parametrize(
    "name",
    [
        "tieudetin",
        "TIEUDEBAIVIET",
        "tieude_tin",
        "tieudelon",
        "titlenews",
        "newstitle",
        "tintieude",
        "TieuDeTin",
    ],
)
def test_a_name_written_as_one_word_names_a_title(name: str) -> None:
    assert (
        title_of(
            f"<table><tr><td class={name}>{TITLE}</td></tr><tr><td>{DATED}{TEXT}</td></tr></table>"
        )
        == TITLE
    )


@pytest.mark.parametrize(
    "name", ["tieudekhac", "tieudecot", "tieude_menu", "boxtitle", "tieude-lienquan"]
)
def test_a_name_of_a_box_written_as_one_word_names_none(name: str) -> None:
    assert (
        title_of(f"<table><tr><td class={name}>{TITLE}</td></tr><tr><td>{TEXT}</td></tr></table>")
        is None
    )


@pytest.mark.parametrize(
    "slug",
    [
        "/tin/12-ba-con-thon-ha-dap-lai-bo-kenh-truoc-mua-mua.html",
        "/tin/ba-con-thon-ha-dap-lai-bo-kenh-truoc-mua-mua-12-345.html",
        "/tin/id/12/ba-con-thon-ha-dap-lai-bo-kenh-truoc-mua-mua/Default.aspx",
        "/Default.aspx?tabid=7&id=12&key=ba-con-thon-ha-dap-la",
    ],
)
def test_a_line_from_which_the_address_was_made_is_the_title(slug: str) -> None:
    body = f"<div>Xã làm được những việc gì trong tháng này</div><div>{TITLE}</div>{TEXT}"
    assert title_of(body, f"http://xa.example{slug}") == TITLE


@pytest.mark.parametrize(
    "path",
    [
        "/tin-tuc-su-kien/12.html",
        "/index.php?act=chitiet&id=12",
        "/ba-con-thon-thuong-dap-lai-bo-kenh.html",
    ],
)
def test_an_address_that_says_nothing_or_something_else_makes_no_line_the_title(path: str) -> None:
    assert (
        title_of(
            f"<div>Tin tức - sự kiện</div><div>{TITLE}</div>{TEXT}", f"http://xa.example{path}"
        )
        is None
    )


def test_the_words_of_an_address_are_those_of_its_last_telling_part() -> None:
    assert (
        slug_of("http://xa.example/tin-tuc-su-kien/thon/12-dap-lai-bo-kenh.html")
        == "12-dap-lai-bo-kenh"
    )
    assert slug_of("http://xa.example/tin-tuc/12.html") == ""


@pytest.mark.parametrize(
    "title", ["제방 공사가 장마 전에 모두 끝났습니다", "Канал починили до дождей"]
)
def test_an_address_without_words_names_no_title_in_another_script(title: str) -> None:
    page = page_of(f"<h1>{title}</h1>{TEXT}", "http://xa.example/news/view.html?idx=12")
    search = TitleSearch(page, outline(page.root), structured_data_of(page))
    assert not search.signs_of(title).in_address


@pytest.mark.parametrize(
    "line",
    [
        f"<b><font face=Tahoma size=4>{TITLE}</font></b>",
        f"<font size=+4>{TITLE}</font>",
        f"<span style='font-size: 18px; color: navy'>{TITLE}</span>",
        f"<strong>{TITLE}</strong>",
    ],
)
def test_a_line_in_bold_or_large_letters_right_above_the_date_and_the_text_is_a_title(
    line: str,
) -> None:
    name = (
        "<table><tr><td><b>ỦY BAN NHÂN DÂN XÃ BÃI THƯỢNG</b></td></tr><tr>"
        "<td>Thứ bảy, 20/03/2021</td></tr></table>"
    )
    menu = (
        "<table>"
        + "".join(f"<tr><td><a href='/muc-{n}.html'>Mục số {n}</a></td></tr>" for n in range(9))
        + "</table>"
    )
    assert (
        title_of(
            f"{name}{menu}<table><tr><td>{line}</td></tr><tr><td>{DATED}</td></tr><tr><td>{TEXT}</td></tr></table>"
        )
        == TITLE
    )


def test_a_line_in_bold_without_a_date_below_it_is_none() -> None:
    assert (
        title_of(f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td>{TEXT}</td></tr></table>") is None
    )


@pytest.mark.parametrize(
    "heading",
    [
        (
            "<h2 class='Title'><span id='dnn_ctr412_dnnTITLE_titleLabel' class='Head'>Hoạt động "
            "của các thôn trong xã</span></h2>"
        ),
        (
            "<h1 class='portlet-title'><span class='portlet-title-text'>Hoạt động của các thôn "
            "trong xã</span></h1>"
        ),
        "<h2 class='ms-webpart-titleText'>Hoạt động của các thôn trong xã</h2>",
        "<h1>Chi tiết tin</h1>",
        "<h2>NỘI DUNG CHI TIẾT</h2>",
        "<h1>Chi tiết bài viết:</h1>",
    ],
)
def test_the_heading_of_the_module_that_shows_an_article_is_not_its_title(heading: str) -> None:
    assert title_of(f"{heading}<div><div class='tieude'>{TITLE}</div>{DATED}{TEXT}</div>") == TITLE


def test_a_module_that_bears_the_name_of_its_article_as_the_page_states_it_shows_its_title() -> (
    None
):
    heading = (
        f"<h2 class='Title'><span id='dnn_ctr412_dnnTITLE_titleLabel' class='Head'>{TITLE}</span>"
        "</h2>"
    )
    assert title_of(f"{heading}<div>{DATED}{TEXT}</div>", window=TITLE) == TITLE


def test_a_heading_that_is_also_a_name_in_the_menu_gives_way_to_a_lesser_one() -> None:
    menu = "<ul class='menu'><li><a href='/hd.html'>Hoạt động thôn xóm</a></li></ul>"
    body = (
        f"<h2>Hoạt động thôn xóm</h2><div><div class='tieude'>Kênh đã đắp xong</div>{DATED}{TEXT}"
        "</div>"
    )
    assert title_of(f"{menu}{body}") == "Kênh đã đắp xong"
    assert title_of(body) == "Hoạt động thôn xóm"


def test_an_article_that_bears_the_name_of_a_section_keeps_it() -> None:
    assert (
        title_of(
            "<ul class='menu'><li><a href='/tb.html'>Thông báo</a></li></ul>"
            f"<h1>Thông báo</h1>{DATED}{TEXT}"
        )
        == "Thông báo"
    )


def test_a_heading_of_several_articles_is_none() -> None:
    body = f"<h2>Nhịp sống làng quê</h2><div><div class='tieude'>{TITLE}</div>{TEXT}</div>"
    assert title_of(body, never=frozenset({"nhip song lang que"})) == TITLE


def test_the_heading_of_a_module_is_no_title_though_the_window_repeats_it() -> None:
    trail = '<div class="breadcrumbs"><a href="/">Home</a> <a href="/tin">Tin của xã</a></div>'
    module = (
        f"<main>{trail}<h1>Tin của xã</h1><div><p>12/05/2020</p><h3>{TITLE}</h3>{TEXT}</div></main>"
    )
    assert title_of(module, window="Tin của xã • Xã Hợp Tiến") == TITLE
    assert (
        title_of(module.replace("<h1>Tin của xã</h1>", ""), window="Tin của xã • Xã Hợp Tiến")
        == TITLE
    )


def test_a_short_title_stays_one_where_a_menu_names_its_page() -> None:
    menu = (
        '<nav><a href="/index.php?act=chitiet&id=12">Mất nước</a> <a href="/">Trang chủ</a></nav>'
    )
    assert (
        title_of(f"{menu}<h1>Mất nước</h1>{DATED}{TEXT}", window="Mất nước - Trang tin")
        == "Mất nước"
    )


@pytest.mark.parametrize("href", ["/tin/mat-nuoc-o-ban", "/thong-bao/mat-nuoc-o-ban/", "?v=2"])
def test_a_link_to_the_same_article_makes_no_section_of_its_title(href: str) -> None:
    menu = f'<nav><a href="{href}">Mất nước ở bản</a> <a href="/">Trang chủ</a></nav>'
    body = f"{menu}<h2>Mất nước ở bản</h2>{TEXT}<h1>Chuyện trong ngày của bản</h1>{TEXT}"
    url = "http://xa.example/tin/mat-nuoc-o-ban"
    found = title_of(body, url, "Mất nước ở bản")
    assert found == ("Chuyện trong ngày của bản" if href == "?v=2" else "Mất nước ở bản")


def title_in_family(family: str, url: str, body: str, window: str = "Cổng xã Khe Ngang") -> str:
    page = page_of(f"<html><head><title>{window}</title></head><body>{body}</body></html>", url)
    view = view_of(page, site_of(url), platform_of(family))
    assert view is not None
    assert view.in_family
    assert view.title is not None
    return view.title.text


SLUG = "http://xa.example/-/doan-vien-phat-quang-duong-lien-thon"
LIFERAY = (
    "{above}<div class='asset-full-content'><h2>Đoàn viên phát quang đường liên thôn{date}</h2>"
    "<div class='journal-content-article'>{inside}" + TEXT * 2 + "</div></div>"
)


@pytest.mark.parametrize(
    "parts",
    [
        {"above": "<h1>Chuyên mục</h1>", "inside": "", "date": ""},
        {"above": "", "inside": "<h1>Lời phát biểu của Bí thư</h1>", "date": ""},
        {"above": "<h1>Chuyên mục</h1>", "inside": "", "date": " <span>( )</span>"},
    ],
)
def test_a_family_s_selector_may_take_another_heading_than_the_one_the_page_names(
    parts: dict[str, str],
) -> None:
    title = title_in_family("liferay", SLUG, LIFERAY.format_map(parts))
    assert title == "Đoàn viên phát quang đường liên thôn"


def test_a_section_s_heading_above_a_wordpress_post_is_not_its_title() -> None:
    body = (
        "<h1>Tin của chúng tôi</h1><article class='post type-post'><h2 class='muc'>Đoàn viên phát "
        f"quang đường liên thôn</h2><div class='entry-content'>{TEXT * 3}</div></article>"
    )
    window = "Đoàn viên phát quang đường liên thôn – Xã Khe Ngang"
    found = title_in_family("wordpress", "http://xa.example/7", body, window)
    assert found == "Đoàn viên phát quang đường liên thôn"


@pytest.mark.parametrize(
    "heading",
    [
        "<h1><span>18/12/2025</span> Đoàn viên phát quang đường liên thôn</h1>",
        "<h1>Đoàn viên phát quang đường liên thôn <small>Đăng ngày 18/12/2025 bởi</small></h1>",
        "<h1><a href='/?d=18'>Dec 18 2025</a> Đoàn viên phát quang đường liên thôn</h1>",
    ],
)
def test_a_date_in_the_heading_is_no_part_of_the_title_that_the_page_states(heading: str) -> None:
    title = "Đoàn viên phát quang đường liên thôn"
    url = "http://xa.example/7"
    text = f"<html><head><title>{title}</title></head><body>{heading}{TEXT * 3}</body></html>"
    view = view_of(page_of(text, url), site_of(url), platform_of("generic"))
    assert view is not None
    assert view.title is not None
    assert view.title.text == title


def test_the_portal_s_name_that_leads_home_is_never_the_title() -> None:
    entries = "".join(
        f"<article><h2><a href='/{n}-tin'>Tin số {n} của xã Khe Ngang</a></h2>{TEXT}</article>"
        for n in range(4)
    )
    name = "Trang tin xã Khe Ngang"
    for window in (name, f"Trang 2 | {name}"):
        assert title_of(f"<h1><a href='/'>{name}</a></h1>{entries}", window=window) is None


@pytest.mark.parametrize(
    "above",
    [
        "<header class='masthead'>{links}<h1>{title}</h1></header>",
        "<div class='banner'><h1>{title}</h1></div>",
        "<div class='sidebar-hero'><h1><span>{title}</span></h1>{links}</div>",
    ],
)
def test_the_only_heading_of_the_first_rank_is_the_title_among_menus_too(above: str) -> None:
    links = "".join(f"<a href='/muc-{n}'>Mục {n}</a> " for n in range(8))
    text = f"<h2>Sáu chục người cùng ra đồng</h2>{TEXT}<h2>Nước đã về đến ruộng</h2>{TEXT}"
    assert title_of(above.format(links=links, title=TITLE) + f"<div>{text}</div>") == TITLE


@pytest.mark.parametrize(
    ("heading", "window", "title"),
    [
        ("<h1><div>Chuyện của bản</div>Đắp kênh</h1>", "Đắp kênh | Bản tin", "Đắp kênh"),
        ("<h1>007</h1>", "007", "007"),
        (
            "<h2>Chuyện khác</h2><h2>Mùa \u2018nước\u2019 về</h2>",
            "Mùa 'nước' về",
            "Mùa \u2018nước\u2019 về",
        ),
    ],
)
def test_what_the_window_names_before_a_sign_is_the_title_however_short(
    heading: str, window: str, title: str
) -> None:
    assert title_of(f"{heading}{TEXT * 2}", window=window) == title

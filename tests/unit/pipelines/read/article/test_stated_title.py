"""A title that no heading shows, or that the window and the metadata bear out.

Names of the portal and of its sections are none.
"""

import pytest

from pipelines.read.article.article import read_article
from pipelines.read.article.article_page import ArticlePage, view_of
from pipelines.read.article.page_kind import judge
from portals.platform import platform_of
from tests.builders.pages_of_no_family import page_of, site_of

TITLE = "Bà con thôn Hạ đắp lại bờ kênh trước mùa mưa"
TEXT = (
    "<p>Sáng nay hơn sáu chục người đã đắp lại ba trăm mét bờ kênh bị sạt từ trận mưa đầu tháng, "
    "kịp lấy nước cho lúa hè thu.</p>"
)
DATED = "<div>(14h05, 12/5/2020)</div>"


def generic_view(head: str, body: str, url: str) -> ArticlePage:
    page = page_of(f"<html><head>{head}</head><body>{body}</body></html>", url)
    view = view_of(page, site_of(url), platform_of("generic"))
    assert view is not None
    return view


STATED = "http://xa.example/2021/03/ba-con-thon-ha-dap-lai-bo-kenh-truoc-mua-mua.html"
MENU = "<ul class='menu'>" + "<li><a href='/a'>Mục một</a></li>" * 9 + "</ul>"


@pytest.mark.parametrize(
    "box",
    [
        "",
        "<h2>Đặt lịch hẹn với cán bộ xã</h2>",
        "<aside><h1>Đăng ký nhận bản tin hằng tuần</h1></aside>",
    ],
)
def test_a_title_that_only_the_metadata_and_the_address_name_stands_above_the_text(
    box: str,
) -> None:
    head = (
        f"<title>{TITLE}</title><meta property=og:title content='{TITLE}'>"
        "<meta property=og:type content=article>"
        "<meta property='article:published_time' content='2021-03-01'>"
    )
    view = generic_view(head, f"{MENU}<div>{TEXT}{TEXT * 3}</div><div>{box}</div>", STATED)
    assert view.title is not None
    assert view.title.text == TITLE
    assert judge(view).is_article
    article, _ = read_article(view, STATED)
    assert article is not None
    assert article.title == TITLE
    assert article.body.count("sáu chục người") == 4


@pytest.mark.parametrize(
    ("window", "url"),
    [
        ("Cổng thông tin điện tử xã Khe Ngang", STATED),
        ("Chi tiết tin tức", "http://xa.example/chi-tiet-tin-tuc?id=7"),
        ("Khe Ngang ngày nay", "http://xa.example/7"),
        (TITLE, "http://xa.example/7"),
    ],
)
def test_a_name_of_the_portal_or_a_template_is_no_title_where_no_heading_stands(
    window: str, url: str
) -> None:
    head = f"<title>{window}</title><meta property=og:type content=article>"
    assert generic_view(head, TEXT * 4, url).title is None


def test_a_section_that_prints_no_heading_gets_none() -> None:
    head = "<title>Chuyện làng quê năm nay - Xã Khe Ngang</title>"
    view = generic_view(head, f"{DATED}{TEXT * 4}", "http://xa.example/chuyen-lang-que-nam-nay/")
    assert view.title is None
    assert not judge(view).is_article


def test_the_name_of_the_portal_behind_a_printed_title_is_cut_off() -> None:
    name = f"{TITLE} | Khe Ngang News"
    view = generic_view(
        f"<title>{name}</title>",
        f"<div class=tieude>{name}</div>{DATED}{TEXT}",
        "http://www.khe-ngang.example/7",
    )
    assert view.title is not None
    assert view.title.text == TITLE


@pytest.mark.parametrize(
    "heading",
    [
        f"<h1><span class=chuyen-muc>Nông thôn mới</span> {TITLE}</h1>",
        f"<h1><small>Nông thôn mới</small><br>{TITLE}</h1>",
        f"<h1><a href='/7'>{TITLE}</a> <a href='#s'>Chia sẻ</a></h1>",
        f"<h1>{TITLE} <button>Lưu</button></h1>",
    ],
)
@pytest.mark.parametrize("mark", [" | ", " · "])
def test_an_element_beside_the_title_that_the_window_states_is_no_part_of_it(
    heading: str, mark: str
) -> None:
    head = f"<title>{TITLE}{mark}Bến Gỗ hôm nay</title>"
    view = generic_view(head, f"{heading}{DATED}{TEXT}", "http://xa.example/7")
    assert view.title is not None
    assert view.title.text == TITLE


@pytest.mark.parametrize("longer", [f"{TITLE} năm 2026", f"{TITLE}: chuyện kể từ bến"])
def test_words_of_the_heading_itself_stay_in_the_title(longer: str) -> None:
    head = f"<title>{TITLE} | Bến Gỗ hôm nay</title>"
    view = generic_view(head, f"<h1>{longer}</h1>{DATED}{TEXT}", "http://xa.example/7")
    assert view.title is not None
    assert view.title.text == longer


@pytest.mark.parametrize("name", ["visually-hidden", "sr-only"])
def test_the_only_heading_of_the_first_rank_is_the_title_though_nobody_sees_it(name: str) -> None:
    head = f"<title>{TITLE} | Bến Gỗ hôm nay</title>"
    heading = f"<h1 class={name}>{TITLE}</h1><img src='/anh.jpg' alt=''>"
    view = generic_view(head, f"{heading}{DATED}{TEXT * 3}", "http://xa.example/7")
    assert view.title is not None
    assert view.title.text == TITLE
    assert judge(view).is_article


def test_a_hidden_heading_that_the_window_does_not_begin_with_is_no_title() -> None:
    head = f"<title>{TITLE}</title>"
    body = f"<h1 class=sr-only>Nội dung chính</h1>{DATED}{TEXT * 3}"
    assert generic_view(head, body, "http://xa.example/7").title is None


@pytest.mark.parametrize(
    ("window", "title"),
    [(f"{TITLE} | Bến Gỗ", TITLE), (f"Bến Gỗ | {TITLE}", TITLE), (TITLE, None)],
)
def test_a_dated_article_without_a_heading_has_the_window_s_title_beside_the_portal_s_name(
    window: str, title: str | None
) -> None:
    head = (
        f"<title>{window}</title><meta property=og:type content=article>"
        "<meta property='article:published_time' content='2021-03-01'>"
    )
    found = generic_view(head, TEXT * 4, "http://xa.example/7").title
    assert (found.text if found else None) == title

"""Which address an article has: the one that the page names as its own."""

import pytest

from pipelines.read.article.address import article_address
from pipelines.read.article.article_page import view_of
from portals.platform import platform_of
from tests.builders.pages_of_no_family import TEXT, page_of, site_of

TITLE = "Đoàn viên phát quang đường liên thôn"
LASTING = "http://xa.example/5-doan-vien-phat-quang-duong.html"


def address(link: str, *, window: str = TITLE, canonical: str = "") -> str:
    body = f"<article><h2>{link}</h2><div>02/03/2021</div>{TEXT * 2}</article>"
    head = f"<title>{window}</title><link rel='canonical' href='{canonical}'>"
    page = page_of(f"<html><head>{head}</head><body>{body}</body></html>", "http://xa.example/5-x")
    site, generic = site_of(page.url), platform_of("generic")
    view = view_of(page, site, generic)
    assert view is not None
    return article_address(page, site, generic, view.permalink)


def test_the_link_of_the_title_that_the_page_names_is_the_article_s_address() -> None:
    link = f"<a href='{LASTING}'>{TITLE}</a>"
    assert address(link) == LASTING
    assert address(link, window=f"{TITLE} | Xã Khe Ngang") == LASTING
    other = "http://xa.example/7-doan-vien-phat-quang-duong.html"
    assert address(link, canonical=other) == other


@pytest.mark.parametrize(
    ("link", "window"),
    [
        (TITLE, TITLE),
        (f"<a href='{LASTING}'>{TITLE}</a>", "Tin tức của xã"),
        (f"<a href='http://bao.example/5-doan-vien-phat-quang-duong'>{TITLE}</a>", TITLE),
        ("<a href='/'>Trang chủ</a> " + TITLE, TITLE),
    ],
)
def test_any_other_link_in_a_heading_says_nothing_of_the_address(link: str, window: str) -> None:
    assert address(link, window=window) == "http://xa.example/5-x"

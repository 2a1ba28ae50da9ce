"""An article's section: the end of its breadcrumb, by name, by label, or as machines are told."""

import pytest

from pipelines.read.reading import Article
from tests.builders.pages_of_no_family import ARTICLE, page_of, read_page

HOME, SECTION = "<a href='/'>Trang chủ</a>", "<a href='/thong-bao'>Thông báo</a>"


def read_under(trail: str) -> Article:
    article, _ = read_page(page_of(f"<body><div class='khung'>{trail}{ARTICLE}</div></body>"))
    assert article is not None
    return article


@pytest.mark.parametrize(
    "trail",
    [
        f"<nav aria-label='Breadcrumb'>{HOME} <i>/</i> {SECTION}</nav>",
        f"<div aria-label='Fil d’Ariane'>{HOME}{SECTION}</div>",
        f"<p id='ariane'><a href='/'>Accueil</a>{SECTION}</p>",
        f"<table><tr><td class='o'>{HOME} » {SECTION}</td></tr></table>",
        (
            "<nav class='duong'><a href='/'>Startseite</a> &gt; <a href='/x'>Rathaus</a> &gt; "
            "<a href='/thong-bao'>Thông báo</a> &gt; <b>Đoàn viên</b></nav>"
        ),
    ],
)
def test_a_way_from_the_front_page_names_the_section(trail: str) -> None:
    assert read_under(trail).section == "Thông báo"


@pytest.mark.parametrize(
    "menu",
    [
        f"<div class='dai'>{HOME} | {SECTION}</div>",  # a menu in one line
        f"<div class='dai'>{HOME} {SECTION}</div>",
        f"<div class='dai'>{SECTION} » {HOME}</div>",
        # Too far above.
        (
            f"<div class='dai'>{HOME} » {SECTION}</div><p>Hôm nay trời nắng.</p><p>Gió nhẹ.</p>"
            "<p>Biển lặng.</p>"
        ),
    ],
)
def test_links_above_the_title_that_are_no_way_to_it_name_no_section(menu: str) -> None:
    assert read_under(menu).section is None


def breadcrumbs(*steps: str) -> str:
    return (
        f'<script type="application/ld+json">{{"@type": "BreadcrumbList", "itemListElement": '
        f"[{', '.join(steps)}]}}</script>"
    )


def test_the_way_that_machines_are_told_names_the_section_where_none_is_shown() -> None:
    home = '{"@type": "ListItem", "position": 1, "name": "Cổng xã", "item": "/"}'
    section = (
        '{"@type": "ListItem", "position": 2, "item": {"@id": "/thong-bao", "name": "Thông báo"}}'
    )
    itself = '{"@type": "ListItem", "position": 3, "name": "Đoàn viên phát quang đường liên thôn"}'
    assert read_under(breadcrumbs(home, section, itself)).section == "Thông báo"
    assert read_under(breadcrumbs(home, itself)).section is None
    assert read_under(breadcrumbs(home, section) * 2).section is None  # whose is it?
    assert read_under(breadcrumbs('"Thông báo"', "7", "{}")).section is None


def test_the_way_that_is_shown_wins() -> None:
    told = breadcrumbs('{"name": "Khác", "item": "/khac"}')
    assert (
        read_under(f"{told}<nav aria-label='breadcrumb'>{HOME} / {SECTION}</nav>").section
        == "Thông báo"
    )

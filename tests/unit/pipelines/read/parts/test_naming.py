"""Which pages an article's page names as its parts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.task import Task
from portals.site import Site
from tests.builders.portal_in_parts import TITLE, article_page, pager, text_of

SITE = Site(name="Cổng", url="https://vi-du.example/", key="vi-du")
HERE = "https://vi-du.example/tin/tong-ket.html"


def named(page: str, url: str = HERE) -> tuple[int, str, list[tuple[int, str]]] | None:
    """(the page's number, the first page's address, the others); None for an ordinary page."""
    now = datetime(2026, 6, 1, tzinfo=UTC)
    html = (("Content-Type", "text/html; charset=utf-8"),)
    reading = read(Task(Capture("vi-du", url, now, 200, html, page.encode()), SITE, is_part=True))
    assert reading.kind == "article", reading.detail
    if reading.parts is None:
        return None
    later = [(part.number, part.url) for part in reading.parts.named]
    return reading.parts.number, reading.parts.first, later


FORMS = {
    "parameter": (HERE, "?trang={}", 0),
    "parameter beside others": ("https://vi-du.example/tin.aspx?id=71", "?id=71&page={}", 0),
    "short parameter": ("https://vi-du.example/tin/tong-ket-71.html", "?p={}", 0),
    "counted from nought": (HERE, "?page={}", 1),
    "folder": (HERE, HERE + "/page/{}", 0),
    "folder without extension": ("https://vi-du.example/tin/tong-ket", "/tin/tong-ket/trang-{}", 0),
    "folder with extension": (HERE, "/tin/tong-ket/trang-{}.html", 0),
    "number below": ("https://vi-du.example/2026/05/tong-ket/", "/2026/05/tong-ket/{}/", 0),
    "number below a file": (HERE, "/tin/tong-ket.html/{}", 0),
    "p in the name": (HERE, "tong-ket-p{}.html", 0),
    "word in the name": (HERE, "/tin/tong-ket-trang-{}.html", 0),
    "bare number in the name": (HERE, "/tin/tong-ket_{}.html", 0),
    "German": (HERE, "?seite={}", 0),
}


@pytest.mark.parametrize(("here", "form", "before"), FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("within", [True, False])
def test_a_pager_names_all_parts(here: str, form: str, before: int, within: bool) -> None:
    """`before`: how far the server's number lies below the one shown."""

    def address(number: int) -> str:
        return here if number == 1 else form.format(number - before)

    links = pager(1, 3, address)
    within_it, behind = (links, "") if within else ("", links)
    page = article_page(paragraphs=text_of(1), within=within_it, behind=behind)
    found = named(page, here)
    assert found is not None
    number, first, later = found
    assert (number, first) == (1, here)
    assert [one for one, _ in later] == [2, 3]
    second = later[0][1]

    links = pager(2, 3, address)
    page = article_page(paragraphs=text_of(2), behind=links)
    found = named(page, second)
    assert found is not None
    assert found[:2] == (2, here)
    assert [one for one, _ in found[2]] == [3]


@pytest.mark.parametrize(
    "markup",
    [
        {"head": '<link rel="next" href="?trang=2">'},
        {"behind": '<p><a rel="next" href="?trang=2">Trang sau »</a></p>'},
        {"within": '<p><a href="?trang=2">Xem tiếp trang 2</a></p>'},
        {"behind": '<div><a href="?trang=2">[2]</a></div>'},
        {"behind": '<div>Trang: <a href="?trang=2">Trang 2</a></div>'},
    ],
)
def test_a_link_to_the_next_page_names_it(markup: Mapping[str, Any]) -> None:
    assert named(article_page(**markup)) == (1, HERE, [(2, f"{HERE}?trang=2")])


OTHERS = "".join(
    f'<li><a href="/tin/tin-khac-{n}.html">Xã Suối Mây làm việc thứ {n} trong năm nay</a></li>'
    for n in range(4)
)
QUERY = pager(1, 3, "?trang={}".format)


@pytest.mark.parametrize(
    "markup",
    [
        {"behind": f'<div id="comments"><p>Hay quá!</p>{QUERY}</div>'},
        {"behind": f'<section class="binh-luan">{QUERY}</section>'},
        {"behind": f'<div class="related-news"><ul>{OTHERS}</ul>{QUERY}</div>'},
        {"behind": f"<div><h3>Các tin khác</h3><ul>{OTHERS}</ul>{QUERY}</div>"},
        # WordPress names the next article so.
        {"head": '<link rel="next" href="/tin/tong-ket-2.html">'},
        {"head": '<link rel="next" href="/tin/hop-dan.html">'},
        {"behind": '<a rel="next" href="/tin/tong-ket-2.html">Tổng kết lần hai</a>'},
        {"behind": '<a href="/tin/tong-ket-2.html">Tổng kết</a> <a href="/tin/bai-3.html">3</a>'},
        {"behind": '<a href="/tin/tong-ket-cua-xa.html">2</a>'},
        {"behind": '<a href="?lang=2">2</a> <a href="?fontsize=3">3</a>'},
        {"behind": '<a href="#trang=2">2</a>'},
        {"behind": '<a href="?page=2">Giới thiệu</a> <a href="?page=9">Liên hệ</a>'},
        {"behind": '<a href="https://khac.example/tin/tong-ket.html?trang=2">2</a>'},
        {"behind": '<a href="/tin?trang=2">2</a> <a href="/tin?trang=3">3</a>'},
        {"behind": '<a href="?page=7">2</a> <a href="?page=3">3</a>'},
        {"behind": pager(1, 1, "?trang={}".format)},
    ],
)
def test_other_links_name_no_part(markup: Mapping[str, Any]) -> None:
    assert named(article_page(**markup)) is None


def test_an_address_whose_parameter_is_the_number_of_an_article_is_no_later_page() -> None:
    here = "https://vi-du.example/tin.php?page=12"
    links = '<a href="/tin.php?page=13">Họp dân</a> <a href="/tin.php?page=11">Mở đường</a>'
    assert named(article_page(behind=links), here) is None


def test_the_last_of_a_series_of_articles_is_no_later_page() -> None:
    here = "https://vi-du.example/tin/tong-ket-3.html"
    assert named(article_page(behind='<a href="/tin/tong-ket-2.html">Kỳ trước</a>'), here) is None


def test_fifty_parts_are_named_at_most() -> None:
    found = named(article_page(behind=pager(1, 80, "?trang={}".format)))
    assert found is not None
    assert [number for number, _ in found[2]] == list(range(2, 51))


@pytest.mark.parametrize(
    "links",
    [
        pager(1, 3, "?trang={}".format),
        '<div class="page-links">Trang: <b>1</b> <a href="?trang=2">2</a></div>',
        '<p>1 | <a href="?trang=2">2</a> | <a href="?trang=3">3</a></p>',
        '<p><a href="?trang=2">Xem tiếp trang 2</a></p>',
    ],
)
def test_a_pager_is_no_text_of_the_article(links: str) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    page = article_page(TITLE, text_of(1), within=links)
    html = (("Content-Type", "text/html; charset=utf-8"),)
    article = read(Task(Capture("vi-du", HERE, now, 200, html, page.encode()), SITE)).article
    assert article is not None
    assert article.body == "\n\n".join(text_of(1))


@pytest.mark.parametrize("text", ["Xem tiếp", "Trang sau »", "»", "Next page"])
@pytest.mark.parametrize("form", ["?trang={}", "?page={}", "/tin/tong-ket-trang-{}.html"])
def test_a_later_page_with_only_a_link_onward_names_the_next(text: str, form: str) -> None:
    second = HERE + form.format(2) if form[0] == "?" else f"https://vi-du.example{form.format(2)}"
    onward = f'<p><a href="{form.format(3)}">{text}</a></p>'
    found = named(article_page(paragraphs=text_of(2), behind=onward), second)
    assert found == (2, HERE, [(3, second.replace("2", "3"))])

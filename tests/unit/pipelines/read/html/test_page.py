"""One parsed page: selectors, links, meta elements, and what its parser had to leave out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from pipelines.read.addresses.canonical import of_site, origin_of
from pipelines.read.html.page import HtmlPage, UnreadablePage, matched, remove, seen_text


def page_of(text: str, url: str = "https://vi-du.example/muc/bai.html") -> HtmlPage:
    return HtmlPage(
        text, url, zone=ZoneInfo("Asia/Ho_Chi_Minh"), fetched_at=datetime(2024, 6, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/tin/a.html", "https://vi-du.example/tin/a.html"),
        ("b.html", "https://vi-du.example/muc/b.html"),
        ("../c.html", "https://vi-du.example/c.html"),
        ("?page=2", "https://vi-du.example/muc/bai.html?page=2"),
        ("//anh.vi-du.example/d.png", "https://anh.vi-du.example/d.png"),
        ("HTTPS://VI-DU.example/E.html", "https://vi-du.example/E.html"),
        ("https-la-gi.html", "https://vi-du.example/muc/https-la-gi.html"),
        ("javascript:void(0)", None),
        ("TEL:113", None),
        ("mailto:ai@vi-du.example", None),
        ("#dau", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_is_joined_to_the_page(href: str | None, expected: str | None) -> None:
    assert page_of("<p>x</p>").join(href) == expected


def test_relative_links_follow_the_base_element_and_two_pages_never_share_them() -> None:
    based = page_of('<head><base href="https://khac.example/goc/"></head><p>x</p>')
    assert (based.join("a.html"), based.join("/a.html")) == (
        "https://khac.example/goc/a.html",
        "https://khac.example/a.html",
    )
    assert (
        page_of("<p>x</p>", "https://vi-du.example/muc-hai/").join("a.html")
        == "https://vi-du.example/muc-hai/a.html"
    )


def test_the_first_meta_element_of_a_name_counts_and_entities_are_undone() -> None:
    page = page_of(
        '<head><meta name="Description" content="8&#x002F;7">'
        '<meta name="description" content="khác"><meta property="og:title" content=" "></head>'
        "<p>x</p>"
    )
    assert page.meta("description") == "8/7"
    assert page.meta("og:title", "description") == "8/7"
    assert page.meta("author") is None


def test_the_first_selector_that_finds_anything_wins() -> None:
    page = page_of('<h1 class="a">Một</h1><h2>Hai</h2>')
    assert page.value(["h3", "h2", "h1"]) == ("Hai", "h2")
    assert page.value(["h1::attr(class)"]) == ("a", "h1::attr(class)")
    assert page.value(["//h1[@class='a']"]) == ("Một", "//h1[@class='a']")
    assert page.value(["h4"]) is None


def test_an_xpath_that_gives_no_elements_is_refused() -> None:
    with pytest.raises(TypeError, match="text\\(\\)"):
        matched(page_of("<h1>Một</h1>").root, "//h1/text()")


def test_seen_text_leaves_out_scripts_and_parts_blocks() -> None:
    element = html.fragment_fromstring(
        "<div>Một<br>hai<script>x()</script><p>ba</p> bốn<!-- năm --></div>"
    )
    assert seen_text(element) == "Một hai ba bốn"


def test_removing_an_element_keeps_the_text_behind_it() -> None:
    element = html.fragment_fromstring("<p>Một <b>hai</b> ba <i>bốn</i> năm</p>")
    for child in list(element):
        remove(child)
    assert html.tostring(element, encoding="unicode") == "<p>Một  ba  năm</p>"


def test_origin_and_site_of_a_canonical_address() -> None:
    assert origin_of("https://vi-du.example/a/b?c") == "https://vi-du.example/"
    assert of_site("https://www.vi-du.example/a", {"vi-du.example"})
    assert not of_site("https://vi-du.example:8080/a", {"vi-du.example"})
    assert not of_site("https://vi-du.example.xau.example/", {"vi-du.example"})


@pytest.mark.parametrize("text", ["", "   ", "<!-- chỉ có ghi chú -->"])
def test_bytes_without_a_tree_are_unreadable(text: str) -> None:
    with pytest.raises(UnreadablePage, match="no HTML tree"):
        page_of(text)


def test_an_ordinary_page_is_not_cut() -> None:
    page = page_of("<div>" * 150 + "đáy" + "</div>" * 150)
    assert not page.cut
    assert seen_text(page.root) == "đáy"


def test_what_stands_behind_an_early_end_of_the_page_is_read() -> None:
    assert (
        seen_text(page_of("<html><body><p>Một.</p></body></html><p>Hai.</p></BODY ></HTML>").root)
        == "Một. Hai."
    )


def test_text_below_the_deepest_level_stays_and_its_scripts_do_not() -> None:
    page = page_of("<div>" * 230 + "<p>đáy</p><script>x()</script><p>hồ</p>")
    assert page.cut
    assert seen_text(page.root) == "đáy hồ"


@pytest.mark.parametrize("depth", [300, 900, 30_000])
def test_text_lost_by_deep_nesting_is_told(depth: int) -> None:
    page = page_of("<p>mặt</p>" + "<div>" * depth + "đáy" + "</div>" * depth)
    assert page.cut or "đáy" in seen_text(page.root)


@pytest.mark.parametrize(
    "control", ["\x00", "\x01", "\x1f", "\ufffe", "&#1;", "&#x1F;", "&#31", "&#65535;"]
)
def test_text_behind_an_element_that_is_taken_out_stays_whatever_controls_it_holds(
    control: str,
) -> None:
    page = page_of(f"<div>Cây <b>x</b>đa{control} <i>làng</i></div>")
    remove(page.root.find(".//b"))
    assert seen_text(page.root).replace("\u200b", "") == "Cây đa làng"


def test_numbers_of_letters_are_left_and_controls_make_up_no_new_number() -> None:
    page = page_of("<p>&#272;&#x1ea1;i &#&#1;1; h&#\x011;i</p><i></i>")
    remove(page.root.find(".//i"))
    assert seen_text(page.root) == "Đại &#\u200b1; h\u200bi"


def test_form_feeds_part_words_and_attributes() -> None:
    page = page_of('<p\x0cclass="bai">Một\x0cbài</p>')
    assert [seen_text(element) for element in page.matched("p.bai")] == ["Một bài"]

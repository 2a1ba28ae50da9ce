"""A page of no known family: how an article and its fields are told from everything else."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html

from pipelines.read.article.article_page import view_of
from pipelines.read.article.page_kind import CONVINCED, judge
from pipelines.read.html.outline import outline
from pipelines.read.html.page import matched, path_to, seen_text
from portals.platform import ArticleRules, platform_of
from tests.builders.pages_of_no_family import (
    ARTICLE,
    TEXT,
    TO_COME,
    article_dated,
    page_of,
    read_generic,
    read_page,
    site_of,
)


@pytest.mark.parametrize(
    "url",
    [
        "http://xa.example/",
        "http://xa.example/index.html",
        "http://xa.example/trang-chu",
        "http://xa.example/tag/doan-vien",
        "http://xa.example/author/lan-anh",
        "http://xa.example/print/bai-12.html",
        "http://xa.example/tim-kiem?q=duong",
    ],
)
def test_an_address_of_a_front_page_a_tag_an_author_or_a_search_is_never_an_article(
    url: str,
) -> None:
    assert read_page(page_of(f"<body>{ARTICLE}</body>"))[0] is not None
    article, confidence = read_page(page_of(f"<body>{ARTICLE}</body>", url))
    assert (article, confidence) == (None, 0.0)


def test_the_name_of_the_portal_is_never_the_title() -> None:
    head = (
        "<head><title>Xã Khe Ngang</title><meta property='og:site_name' content='Xã Khe Ngang'>"
        "</head>"
    )
    article, _ = read_page(
        page_of(
            f"<html>{head}<body><h1>Xã Khe Ngang</h1>{ARTICLE.replace('h1', 'h2')}</body></html>"
        )
    )
    assert article is not None
    assert article.title == "Đoàn viên phát quang đường liên thôn"


@pytest.mark.parametrize("name", ["quantri", "admin", "Super User", "Xã Khe Ngang"])
def test_an_account_or_the_portal_is_nobody_s_name(name: str) -> None:
    head = "<head><meta property='og:site_name' content='Xã Khe Ngang'></head>"
    signed = ARTICLE.replace("</main>", f"<div class='author'>{name}</div></main>")
    article, _ = read_page(page_of(f"<html>{head}<body>{signed}</body></html>"))
    assert article is not None
    assert article.author is None


def test_short_paragraphs_lists_and_tables_of_the_text_are_kept() -> None:
    rest = (
        "<p>Gồm:</p><ul><li>Thôn Nà;</li><li>Thôn Lũng.</li></ul><table><tr><td>Thôn</td>"
        "<td>Hộ</td></tr><tr><td>Nà</td><td>40</td></tr></table><p>Hết.</p>"
    )
    article, _ = read_page(
        page_of(f"<body>{ARTICLE.replace('</div></main>', rest + '</div></main>')}</body>")
    )
    assert article is not None
    assert article.body.split("\n\n")[2:] == [
        "Gồm:",
        "- Thôn Nà;\n- Thôn Lũng.",
        "Thôn | Hộ\nNà | 40",
        "Hết.",
    ]


def test_a_table_between_a_bold_lead_and_a_single_paragraph_is_kept() -> None:
    lead = "<p><b>Trạm y tế xã thông báo lịch tiêm vắc xin tháng Ba cho trẻ em.</b></p>"
    than = lead + (
        "<table><tr><td>Ngày</td><td>Thôn</td></tr><tr><td>11/03/2021</td><td>Nà</td></tr></table>"
    )
    last = "<p>Buổi sáng tiêm từ 7 giờ 30 phút, phụ huynh mang theo sổ tiêm của trẻ.</p>"
    article, _ = read_page(page_of(f"<body>{ARTICLE.replace(TEXT + TEXT, than + last)}</body>"))
    assert article is not None
    assert article.lead == "Trạm y tế xã thông báo lịch tiêm vắc xin tháng Ba cho trẻ em."
    assert article.body.split("\n\n") == [
        "Ngày | Thôn\n11/03/2021 | Nà",
        "Buổi sáng tiêm từ 7 giờ 30 phút, phụ huynh mang theo sổ tiêm của trẻ.",
    ]


def test_a_box_of_links_between_two_paragraphs_does_not_end_the_text() -> None:
    box = (
        "<div class='related'><a href='/a-1'>Xã Khe Ngang mở lớp xóa mù chữ cho 30 phụ nữ</a>"
        "<a href='/a-2'>Xã Khe Ngang trồng hai vạn cây quế</a></div>"
    )
    last = "<p>Phong trào kéo dài đến hết tháng Ba, mỗi thôn nhận một đoạn đường.</p>"
    article, _ = read_page(
        page_of(f"<body>{ARTICLE.replace('</div></main>', box + last + '</div></main>')}</body>")
    )
    assert article is not None
    assert article.body.endswith("mỗi thôn nhận một đoạn đường.")
    assert "xóa mù chữ" not in article.body


def test_a_path_leads_back_to_its_element_even_through_tags_with_colons() -> None:
    page = page_of("<body><div><o:p><p>Một</p></o:p><p>Hai</p></div></body>")
    for element in page.root.iter("p"):
        assert matched(page.root, path_to(element)) == [element]


@pytest.mark.parametrize("broken", ['<p"x>', "<p<b>", "<xã>", "<a=b>", "<h1.x>", "<p|q>"])
def test_a_path_leads_back_through_tags_that_broken_markup_makes(broken: str) -> None:
    page = page_of(f"<body><div>{broken}<i>Một</i></div><div><i>Hai</i></div></body>")
    for element in page.root.iter("i"):
        assert matched(page.root, path_to(element)) == [element]


def test_the_reason_names_the_evidence() -> None:
    platform = platform_of("generic")
    page = page_of(f"<body>{ARTICLE}</body>")
    view = view_of(page, site_of(page.url), platform)
    assert view is not None
    kind = judge(view)
    assert kind.is_article
    assert "printed date +0.45" in kind.reason


def test_a_site_s_own_selectors_come_before_what_is_found() -> None:
    own = (
        "<h6 id='ten'>Tên do người vận hành chỉ</h6><i id='luc'>04/03/2021 10:00</i>"
        "<i id='ai'>Hà Thị Sáo</i><a id='tep' href='/xem/88'>Bản đồ</a>"
    )
    page = page_of(f"<body>{ARTICLE}{own}</body>")
    rules = ArticleRules(
        title=("#ten",), published=("#luc",), author=("#ai",), attachments=("#tep",)
    )
    article, _, _ = read_generic(page, site_of(page.url), platform_of("generic"), rules, page.url)
    assert article is not None
    assert article.published is not None
    assert (article.title, article.author) == ("Tên do người vận hành chỉ", "Hà Thị Sáo")
    assert article.published.at == datetime(2021, 3, 4, 3, 0, tzinfo=UTC)
    assert [file.url for file in article.attachments] == ["http://xa.example/xem/88"]


def test_what_is_hidden_is_no_block_and_a_deep_page_is_walked() -> None:
    blocks = outline(
        page_of(
            "<p>Hiện</p><p style='display:none'>Ẩn</p><p hidden>Ẩn</p><p class='sr-only'>Ẩn</p>"
        ).root
    )
    assert [block.text for block in blocks] == ["Hiện"]
    deep = outline(page_of("<div>" * 5000 + "đáy" + "</div>" * 5000).root)
    assert len(deep) <= 1


FACTS = "<dl><dt>Date</dt><dd>{}</dd><dt>Where</dt><dd>Town Library</dd></dl>"


@pytest.mark.parametrize(
    ("url", "markup"),
    [
        ("http://xa.example/events/work-day", article_dated(TO_COME)),
        ("http://xa.example/veranstaltungen/work-day", article_dated(TO_COME)),
        ("http://xa.example/termine/work-day", article_dated(TO_COME)),
        ("http://xa.example/a/work-day", article_dated(FACTS.format(TO_COME))),
        (
            "http://xa.example/a/work-day",
            article_dated(FACTS.format("<time datetime='2021-03-02'>2 March 2021</time>")),
        ),
        (
            "http://xa.example/a/work-day",
            (
                "<script type='application/ld+json'>"
                f"{json.dumps({'@type': 'MusicEvent', 'name': 'x'})}"
                f"</script>{article_dated('02/03/2021')}"
            ),
        ),
    ],
)
def test_the_page_of_an_event_is_no_article_where_address_facts_or_schema_org_say_so(
    url: str, markup: str
) -> None:
    article, confidence = read_page(page_of(markup, url))
    assert article is None
    assert confidence < CONVINCED


def test_a_news_item_below_events_and_an_article_with_an_event_beside_it_are_articles() -> None:
    assert (
        read_page(page_of(article_dated("02/03/2021"), "http://xa.example/events/work-day"))[0]
        is not None
    )
    both = json.dumps([{"@type": "Event", "name": "x"}, {"@type": "NewsArticle", "headline": "x"}])
    assert (
        read_page(
            page_of(
                f"<script type='application/ld+json'>{both}</script>{article_dated('02/03/2021')}"
            )
        )[0]
        is not None
    )


EVENT = "<div itemscope itemtype='https://schema.org/{}'>{}</div>"


def test_the_page_of_an_event_that_microdata_declares_is_no_article() -> None:
    assert read_page(page_of(f"<body>{EVENT.format('SocialEvent', ARTICLE)}</body>"))[0] is None
    assert read_page(page_of(f"<body>{EVENT.format('Article', ARTICLE)}</body>"))[0] is not None


def test_an_event_announced_beside_an_article_makes_no_event_of_it() -> None:
    beside = EVENT.format(
        "Event",
        (
            "<h4 itemprop='name'>Hội làng</h4><time itemprop='startDate' "
            "datetime='2021-04-02'>02/04/2021</time>"
        ),
    )
    assert read_page(page_of(f"<body>{ARTICLE}{beside}</body>"))[0] is not None


def test_a_selector_that_finds_an_empty_element_is_passed_over() -> None:
    markup = f"<body><div class='hinh'> <!-- --> </div>{ARTICLE}</body>"
    page = page_of(markup)
    article, _, _ = read_generic(
        page,
        site_of(page.url),
        platform_of("generic"),
        ArticleRules(body=(".hinh", ".than")),
        page.url,
    )
    by_itself, _ = read_page(page_of(markup))
    assert article is not None
    assert by_itself is not None
    assert article.body == by_itself.body != ""


def test_the_explanations_of_a_long_comment_form_are_not_the_text_of_a_notice() -> None:
    fields = "".join(f"<input type='hidden' name='f{n}'>" for n in range(100))
    warning = "<p>" + "Để chống thư rác, hãy nhập các chữ trong hình vào ô bên dưới. " * 6 + "</p>"
    page = page_of(
        "<body><main><h2>Thông báo lịch tiếp dân tháng ba</h2><p>02/03/2021 07:30</p>"
        "<p>Xem tệp đính kèm.</p><ul><li><a href='/tep/lich.pdf'>Lịch tiếp dân</a></li></ul>"
        f"<h3>Gửi ý kiến</h3><form action='/gui'>{fields}<label>Họ tên <input name='ten'></label>"
        f"<div>{warning}</div><textarea name='loi'></textarea></form></main></body>"
    )
    article, _ = read_page(page)
    assert article is not None
    assert article.body.startswith("Xem tệp đính kèm.")
    assert "thư rác" not in article.body
    assert "Họ tên" not in article.body


def test_a_far_fuller_text_by_trafilatura_is_kept_in_place_of_a_standfirst_and_told() -> None:
    first = "Xã Khe Ngang nhìn lại một năm làm đường, trồng rừng và mở lớp học buổi tối cho bà con."
    told = [
        f"Trong tháng {n}, các thôn góp công sửa đường, khơi mương và trồng cây ven suối, nhờ đó "
        f"bà con đi lại và làm nương thuận tiện hơn hẳn so với mùa mưa năm ngoái, phần {n}."
        for n in range(1, 13)
    ]
    sections = "".join(f"<div class='ticker'><p>{text}</p></div>" for text in told)
    page = page_of(
        "<html><head><title>Một năm của xã</title><script type='application/ld+json'>"
        '{"@type": "NewsArticle", "headline": "Một năm của xã Khe Ngang qua từng tháng", '
        '"datePublished": "2021-03-01T08:00:00+07:00"}</script></head><body><main><article>'
        f"<h1>Một năm của xã Khe Ngang qua từng tháng</h1><p>{first}</p>"
        f"<div class='chapters'>{sections}</div></article></main></body></html>"
    )
    article, log, _ = read_generic(
        page, site_of(page.url), platform_of("generic"), ArticleRules(), page.url
    )
    assert article is not None
    assert all(text in article.body for text in told)
    assert "text-doubtful" in [note.kind for note in log.notes]


@pytest.mark.parametrize("hiding", ["class='d-none'", "hidden", "style='display:none'"])
def test_words_for_machines_inside_the_text_s_element_stay_out_of_the_text(hiding: str) -> None:
    told = f"<div {hiding}><span itemprop='author'>Tổ kỹ thuật</span> 2021-03-02T07:30</div>"
    page = page_of(f"<body>{ARTICLE.replace(TEXT + TEXT, TEXT + told + TEXT)}</body>")
    article, _ = read_page(page)
    assert article is not None
    assert "Tổ kỹ thuật" not in article.body
    assert "2021-03-02T07:30" not in article.body


def test_a_link_that_is_never_closed_costs_no_walk_for_each_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = "".join(f"<p>Dòng thứ {n}</p>" for n in range(2_000))
    page = page_of(f"<body><ul class='menu'><li><a href='/tin'>{rows}</ul>{ARTICLE}</body>")
    asked: list[html.HtmlElement] = []

    def counted(element: html.HtmlElement) -> str:
        asked.append(element)
        return seen_text(element)

    monkeypatch.setattr("pipelines.read.html.entries.seen_text", counted)
    read_page(page)
    assert len(asked) < 100


def test_a_title_selector_that_fits_the_entries_of_a_list_makes_no_article_of_it() -> None:
    """As on the page of an author, which shows the beginnings of his articles."""
    entries = "".join(
        f"<article><h2><a href='/bai/{n}-sua-duong-vao-ban'>Sửa đường vào bản thứ {n}</a></h2>"
        f"<p>Đoạn đường vào bản thứ {n} được sửa xong trước mùa mưa.</p></article>"
        for n in (1, 2)
    )
    text = f"<html lang='vi'><title>Mai Sương</title><main id='tin'>{entries}</main></html>"
    page = page_of(text)
    site = replace(site_of(page.url), article=ArticleRules(title=("#tin h2",)))
    view = view_of(page, site, platform_of("generic"))
    assert view is not None
    assert view.title is None or not view.title.is_ruled
    own = page_of(text.replace("<a href='/bai/1-", f"<a href='{page.url}#1-"))
    assert (view := view_of(own, site, platform_of("generic"))) is not None
    assert view.title is not None
    assert view.title.is_ruled

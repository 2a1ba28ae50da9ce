"""A body is cleaned without losing a word: furniture goes by name, all else ends in some field."""

import random
import re
from datetime import UTC, datetime

import pytest
from lxml import html

from pipelines.capture import Capture
from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.article.body import choose_body, clean_body, strip_body, whole_page
from pipelines.read.html.paragraphs import parsed, plain
from pipelines.read.reader import read
from pipelines.read.task import Task
from portals.platform import ArticleRules
from portals.site import Site
from tests.builders.pages_of_no_family import page_of

WORD = re.compile(r"\w+")


def texts_of(body: html.HtmlElement) -> list[str]:
    return [one.text for one in clean_body(body, canonical_url)[0]]


def body_of(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(f'<div id="b">{markup}</div>')


def test_furniture_that_the_rules_name_is_taken_out_and_the_rule_is_told() -> None:
    body = body_of('<p>Một.</p><div class="quang-cao">Mua ngay</div>sau<p>Hai.</p>')
    assert strip_body(body, [".quang-cao", ".khac"]) == [".quang-cao"]
    assert texts_of(body) == ["Một.", "sau", "Hai."]


@pytest.mark.parametrize(
    "markup",
    [
        "<script>document.write('x')</script>",
        "<style>p{color:red}</style>",
        "<form><input value='x'><label>Họ tên</label></form>",
        "<iframe src='/x'>khung</iframe>",
        "<noscript>Bật JavaScript</noscript>",
        '<div style="display: none">ẩn</div>',
        '<span style="VISIBILITY:hidden">ẩn</span>',
        "<!-- ghi chú -->",
        "<nav>Trang chủ</nav>",
        "<button>Xem</button>",
    ],
)
def test_what_no_visitor_reads_is_no_text(markup: str) -> None:
    body = body_of(f"<p>Một.</p>{markup} còn đây<p>Hai.</p>")
    strip_body(body, [])
    assert texts_of(body) == ["Một.", "còn đây", "Hai."]


@pytest.mark.parametrize(
    ("beside", "chosen"),
    [
        ("</article><div class='hop'><div class='chu'>Văn bản khác.</div></div>", ""),
        ("<div class='chu'>Chữ của bài.</div></article>", "Chữ của bài."),
    ],
)
def test_a_side_bar_gives_no_text_where_the_article_s_own_is_empty(
    beside: str, chosen: str
) -> None:
    page = page_of(f"<body><article><h1>Lịch tiếp dân</h1><div id='own'></div>{beside}</body>")
    body = choose_body(page, ArticleRules(title=("h1",), body=("#own", ".chu")))
    assert body is not None
    assert body.element.text_content() == chosen


def test_the_body_itself_is_never_taken_out() -> None:
    body = body_of("<p>Một.</p>")
    strip_body(body, ["div"])
    assert texts_of(body) == ["Một."]


def test_no_text_gives_no_paragraphs() -> None:
    assert clean_body(body_of("<p>&nbsp;</p><p> . </p>"), canonical_url)[0] == []


def test_paragraphs_that_a_cleaner_would_join_stay_apart() -> None:
    body = body_of(
        "Người dân mang nước ra giúp.<div>&nbsp;</div>"
        "<div>Chị Mơ cho biết cây giống do các hộ góp.</div>"
    )
    assert texts_of(body) == [
        "Người dân mang nước ra giúp.",
        "Chị Mơ cho biết cây giống do các hộ góp.",
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Một</p>" * 40,
        "<p>" + "Một câu. " * 500 + "</p>",
        "<blockquote><p>Trích.</p></blockquote>",
        "<pre>mã\n  số</pre>",
        "<dl><dt>Điều</dt><dd>Nghĩa</dd></dl>",
        "<h2>Mục</h2><h2>Mục</h2>",
        "a<b>b<i>c</i></b>d",
        "<p>Đ<sup>2</sup></p>",
    ],
)
def test_every_letter_is_kept_in_its_order(markup: str) -> None:
    seen = "".join(body_of(markup).text_content().split())
    assert "".join("".join(texts_of(body_of(markup))).split()) == seen


class Maker:
    """Random bodies as editors leave them; each word is unique, so that none can hide another."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.count = 0

    def words(self, most: int = 12) -> str:
        made = []
        for _ in range(self.dice.randint(1, most)):
            self.count += 1
            made.append(f"từ{self.count}x")
        return " ".join(made) + self.dice.choice(["", ".", ":", ";", "./.", ","])

    def inline(self) -> str:
        return self.dice.choice(
            [
                "{}",
                "<b>{}</b>",
                "<em>{}</em>",
                "<span style='x'>{}</span>",
                "<a href='/tin/x.html'>{}</a>",
                "<font>{}</font>",
                "<u>{}</u>",
            ]
        ).format(self.words())

    def image(self) -> str:
        self.count += 1
        return f"<img src='/anh/{self.count}.jpg'>"

    def block(self, depth: int = 0) -> str:
        shapes = [
            "p",
            "div",
            "br",
            "ul",
            "grid",
            "layout",
            "figure",
            "centred",
            "loose",
            "heading",
            "quote",
            "nested",
        ]
        shape = self.dice.choice(shapes[: 9 if depth > 2 else None])
        inside = " ".join(self.inline() for _ in range(self.dice.randint(1, 3)))
        match shape:
            case "p":
                return f"<p class='MsoNormal'>{inside}<o:p></o:p></p>"
            case "div":
                return f"<div>{inside}</div>" + self.dice.choice(["", "<div>&nbsp;</div>"])
            case "br":
                return f"{inside}<br>{self.words()}<br><br>{self.words()}"
            case "ul":
                return (
                    f"<ul>{self.dice.choice(['', self.words()])}<li>{inside}</li>"
                    f"<li>{self.block(depth + 1)}</li>{self.dice.choice(['', self.words()])}</ul>"
                )
            case "grid":
                caption = self.dice.choice(["", f"<caption>{self.words()}</caption>"])
                return (
                    f"<table>{caption}<tr><td>{inside}</td><td>{self.words()}</td></tr><tr>"
                    f"<th>{self.words(3)}</th><td></td></tr></table>"
                )
            case "layout":
                return (
                    f"<table><tr><td>{self.dice.choice([self.image(), self.words()])}</td></tr>"
                    f"<tr><td>{inside}</td></tr></table>"
                )
            case "figure":
                return f"<figure>{self.image()}<figcaption>{inside}</figcaption></figure>"
            case "centred":
                return (
                    f"<p style='text-align:center'>{self.image()}</p><p style='text-align:center'>"
                    f"<em>{self.words()}</em></p>"
                )
            case "loose":
                return f"<div>{self.image()}{inside}<p>{self.words()}</p>{self.words()}</div>"
            case "heading":
                return f"<h3>{inside}</h3>"
            case "quote":
                return f"<blockquote>{self.block(depth + 1)}</blockquote>"
        return f"<div>{self.block(depth + 1)} {self.words()} {self.block(depth + 1)}</div>"


SITE = Site(name="Cổng thử", url="https://vi-du.example/", key="thu", platform="nukeviet")


@pytest.mark.parametrize("seed", range(200))
def test_nothing_that_is_seen_is_lost(seed: int) -> None:
    maker = Maker(seed)
    body = " ".join(maker.block() for _ in range(maker.dice.randint(1, 9)))
    lead = maker.words()
    page = (
        '<div class="news_column" itemtype="http://schema.org/NewsArticle">'
        '<h1 class="title" itemprop="headline">Tiêu đề</h1>'
        f'<span class="h5">Thứ ba - 14/05/2024 08:33</span>'
        f'<div class="hometext">{lead}</div><div id="news-bodyhtml">{body}</div></div>'
    )
    reading = read(
        Task(
            Capture(
                "thu",
                "https://vi-du.example/tin/bai-1.html",
                datetime(2024, 6, 1, tzinfo=UTC),
                200,
                (("Content-Type", "text/html"),),
                page.encode(),
            ),
            SITE,
        )
    )
    article = reading.article
    assert article is not None, reading.detail
    assert plain(parsed(article.body_html)) == article.body
    dropped = [
        explanation.value for explanation in reading.explanations if explanation.field == "dropped"
    ]
    kept = [
        article.body,
        article.lead or "",
        article.author or "",
        article.source or "",
        *(image.caption or "" for image in article.images),
        *dropped,
    ]
    seen = set(
        WORD.findall(" ".join([lead, *html.fragment_fromstring(f"<div>{body}</div>").itertext()]))
    )
    assert seen - set(WORD.findall(" ".join(kept))) == set()


@pytest.mark.parametrize(("marks", "taken"), [(10, True), (50_000, False)])
def test_a_vast_page_is_not_read_as_a_whole(marks: int, taken: bool) -> None:
    text = "Bà con thôn Mây dọn bờ kênh từ sáng sớm, đến trưa thì xong việc. " * 4
    page = f"<html><body><article><p>{text}</p></article>{'<i></i>' * marks}</body></html>"
    assert bool(whole_page(html.document_fromstring(page), canonical_url).paragraphs) is taken


def test_a_paragraph_among_bare_divisions_keeps_its_place() -> None:
    """The library takes p elements first, then divisions: every word is there, in another order."""
    body = html.fragment_fromstring(
        '<div class="entry-content"><div>Dân quân dọn nhà.</div><div>Thôn Một hết ngập.</div>'
        "<p><em>Nguồn: Phòng Văn hóa</em></p></div>"
    )
    assert texts_of(body) == [
        "Dân quân dọn nhà.",
        "Thôn Một hết ngập.",
        "Nguồn: Phòng Văn hóa",
    ]

"""Pages of no known family, of our own making, read with all families' rules switched off; and the signs by which an article is told from other pages."""

import json
import tomllib
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from pipelines.read.article.dateline import is_clock
from pipelines.read.article.recognition import (
    CONVINCED,
    framed_file,
    is_file,
    path_to,
    read_generic,
    recognise,
)
from pipelines.read.dates.date_lines import read_date
from pipelines.read.html.outline import outline
from pipelines.read.html.page import HtmlPage, matched
from pipelines.read.reading import Article
from portals.platform import ArticleRules, platform_of
from portals.site import Site
from tests import FROZEN_PAGES

PAGES = FROZEN_PAGES / "generic"
TOLD = {
    path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(PAGES.glob("*/page.toml"))
}
ARTICLES = [name for name, told in TOLD.items() if told["expected"] == "article"]
OTHERS = [name for name in TOLD if name not in ARTICLES]
FIELDS = (
    "title",
    "lead",
    "body",
    "author",
    "source",
    "section",
    "published",
    "images",
    "attachments",
)
FETCHED = datetime(2021, 3, 20, 2, 0, tzinfo=UTC)


def site_of(url: str) -> Site:
    return Site(name="", url="/".join(url.split("/")[:3]) + "/", key="frozen", platform="generic")


def page_of(
    text: str,
    url: str = "http://xa.example/bai-viet/mot-bai-12.html",
    fetched_at: datetime = FETCHED,
) -> HtmlPage:
    return HtmlPage(text, url, zone=site_of(url).zone, fetched_at=fetched_at)


def read_page(page: HtmlPage) -> tuple[Article | None, float]:
    platform = platform_of("generic")
    article, _, confidence = read_generic(
        page, site_of(page.url), platform, platform.article, page.url
    )
    return article, confidence


@cache
def frozen(name: str) -> tuple[Article | None, float]:
    return read_page(
        page_of(
            (PAGES / name / "page.html").read_text(encoding="utf-8"),
            TOLD[name]["url"],
            TOLD[name]["fetched_at"],
        )
    )


def found_in(article: Article, field: str, base: str) -> object:
    def path(url: str) -> str:
        return url.removeprefix(base)

    match field:
        case "body":
            return article.body.split("\n\n") if article.body else []
        case "published":
            dated = article.published
            return dated and {
                "on": dated.on.isoformat(),
                "at": dated.at.isoformat().replace("+00:00", "Z") if dated.at else None,
                "evidence": dated.evidence,
            }
        case "images":
            return [[path(image.url), image.caption] for image in article.images]
        case "attachments":
            return [[path(file.url), file.name] for file in article.attachments]
    return getattr(article, field)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", ARTICLES)
def test_a_page_of_an_unknown_family_says_what_a_reader_finds_on_it(name: str, field: str) -> None:
    expected: dict[str, Any] = json.loads(
        (PAGES / name / "expected.json").read_text(encoding="utf-8")
    )
    article, _ = frozen(name)
    assert article is not None
    assert found_in(article, field, "/".join(TOLD[name]["url"].split("/")[:3])) == expected[field]


@pytest.mark.parametrize("name", OTHERS)
def test_a_section_a_front_page_and_a_page_about_the_district_are_no_articles(name: str) -> None:
    article, confidence = frozen(name)
    assert article is None
    assert confidence < CONVINCED


def test_there_are_articles_and_others_to_read() -> None:
    assert len(ARTICLES) >= 8
    assert len(OTHERS) >= 3


TEXT = "<p>Ngày 1/3, đoàn viên xã Khe Ngang phát quang bốn cây số đường liên thôn, khơi thông rãnh nước trước mùa mưa.</p>"
ARTICLE = f"<main><h1>Đoàn viên phát quang đường liên thôn</h1><div class='ngay'>02/03/2021 07:30</div><div class='than'>{TEXT}{TEXT}</div></main>"


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


def test_the_printed_date_beats_the_date_that_machines_are_told() -> None:
    head = "<head><meta property='og:type' content='article'><meta property='article:published_time' content='2021-03-09T10:00:00+07:00'></head>"
    article, _ = read_page(page_of(f"<html>{head}<body>{ARTICLE}</body></html>"))
    assert article is not None
    assert article.published is not None
    assert article.published.at == datetime(2021, 3, 2, 0, 30, tzinfo=UTC)
    assert article.published.evidence == "selector"


def test_a_printed_day_takes_the_time_that_the_page_states_for_the_same_day() -> None:
    head = (
        "<head><meta property='article:published_time' content='2021-03-02T10:15:00+07:00'></head>"
    )
    article, _ = read_page(
        page_of(f"<html>{head}<body>{ARTICLE.replace(' 07:30', '')}</body></html>")
    )
    assert article is not None
    assert article.published is not None
    assert (article.published.at, article.published.evidence) == (
        datetime(2021, 3, 2, 3, 15, tzinfo=UTC),
        "meta",
    )


def test_a_date_of_update_is_not_the_publication() -> None:
    dates = "<div>Đăng lúc: 02/03/2021 07:30</div><div>Cập nhật: 05/03/2021 09:00</div>"
    article, _ = read_page(
        page_of(
            f"<body>{ARTICLE.replace('<div class=' + chr(39) + 'ngay' + chr(39) + '>02/03/2021 07:30</div>', dates)}</body>"
        )
    )
    assert article is not None
    assert article.published is not None
    assert article.updated is not None
    assert (article.published.on.isoformat(), article.updated.on.isoformat()) == (
        "2021-03-02",
        "2021-03-05",
    )


def test_a_page_whose_only_date_is_its_clock_is_undated_and_no_article() -> None:
    clock = "<div class='dau'><a href='/'>Trang chủ</a><a href='/a'>Tin tức</a></div><div>Thứ Bảy, 20/03/2021</div><div><a href='/gioi-thieu'>Giới thiệu</a></div>"
    links = "".join(f"<div><a href='/muc-{n}'>Mục {n}</a></div>" for n in range(8))
    undated = ARTICLE.replace("<div class='ngay'>02/03/2021 07:30</div>", "")
    article, confidence = read_page(page_of(f"<body>{links}{clock}{undated}</body>"))
    assert article is None
    assert 0 < confidence < CONVINCED


@pytest.mark.parametrize(
    ("line", "clock"),
    [
        ("20/03/2021", True),
        ("20/03/2021 08:58", True),
        ("20/03/2021 05:00", False),
        ("Ngày đăng: 20/03/2021", False),
        ("18/03/2021", False),
    ],
)
def test_a_clock_shows_the_day_of_the_fetch_and_no_label(line: str, clock: bool) -> None:
    page = page_of("<p>x</p>")
    date = read_date(line, zone=page.zone, fetched_at=FETCHED)
    assert date is not None
    assert is_clock(page, date) is clock


def test_the_name_of_the_portal_is_never_the_title() -> None:
    head = "<head><title>Xã Khe Ngang</title><meta property='og:site_name' content='Xã Khe Ngang'></head>"
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
    rest = "<p>Gồm:</p><ul><li>Thôn Nà;</li><li>Thôn Lũng.</li></ul><table><tr><td>Thôn</td><td>Hộ</td></tr><tr><td>Nà</td><td>40</td></tr></table><p>Hết.</p>"
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
    than = (
        lead
        + "<table><tr><td>Ngày</td><td>Thôn</td></tr><tr><td>11/03/2021</td><td>Nà</td></tr></table>"
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
    box = "<div class='related'><a href='/a-1'>Xã Khe Ngang mở lớp xóa mù chữ cho 30 phụ nữ</a><a href='/a-2'>Xã Khe Ngang trồng hai vạn cây quế</a></div>"
    last = "<p>Phong trào kéo dài đến hết tháng Ba, mỗi thôn nhận một đoạn đường.</p>"
    article, _ = read_page(
        page_of(f"<body>{ARTICLE.replace('</div></main>', box + last + '</div></main>')}</body>")
    )
    assert article is not None
    assert article.body.endswith("mỗi thôn nhận một đoạn đường.")
    assert "xóa mù chữ" not in article.body


@pytest.mark.parametrize(
    ("anchor", "file"),
    [
        ("<a href='/tep/ke-hoach.PDF'>Kế hoạch</a>", True),
        ("<a href='/bai-12.html?download=1&amp;id=0'>Tập tin</a>", True),
        ("<a href='/getfile/88'>Tải về</a>", True),
        ("<a href='/xem/88' download>Tải về</a>", True),
        ("<a href='/documents/10182/0/cong-van.doc/1a2b-3c'>Công văn</a>", True),
        ("<a href='/LinkClick.aspx?fileticket=a1B2%3d&amp;tabid=66'>Công văn</a>", True),
        ("<a href='/bai-12.html'>Bài khác</a>", False),
        ("<a href='javascript:tai(\"x.pdf\")'>Tải</a>", False),
        ("<a href='#pdf'>Xuống</a>", False),
        ("<a href='/lich/hop-thon.ics' download>Thêm vào lịch</a>", False),
    ],
)
def test_a_file_is_told_by_ending_attribute_or_parameter(anchor: str, file: bool) -> None:
    page = page_of(f"<p>{anchor}</p>")
    assert is_file(page, matched(page.root, "a")[0]) is file


@pytest.mark.parametrize(
    ("address", "file"),
    [
        (
            "https://docs.google.com/gview?url=http://xa.example/a.pdf&embedded=true",
            "http://xa.example/a.pdf",
        ),
        ("/tep/a.pdf#page=2", "/tep/a.pdf#page=2"),
        ("https://www.youtube.com/embed/abc", None),
        ("", None),
    ],
)
def test_a_frame_shows_a_file_itself_or_through_a_viewer(address: str, file: str | None) -> None:
    assert framed_file(address) == file


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
    recognised = recognise(page, site_of(page.url), platform, platform.article)
    assert recognised.is_article
    assert "printed date +0.45" in recognised.reason


def test_a_site_s_own_selectors_come_before_what_is_found() -> None:
    own = "<h6 id='ten'>Tên do người vận hành chỉ</h6><i id='luc'>04/03/2021 10:00</i><i id='ai'>Hà Thị Sáo</i><a id='tep' href='/xem/88'>Bản đồ</a>"
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


TO_COME = "<time datetime='2021-05-02T07:30:00+07:00'>02/05/2021 07:30</time>"
FACTS = "<dl><dt>Date</dt><dd>{}</dd><dt>Where</dt><dd>Town Library</dd></dl>"


def redated(date: str) -> str:
    return f"<body>{ARTICLE.replace('02/03/2021 07:30', date)}</body>"


def test_an_article_that_prints_a_day_to_come_is_kept_without_a_date_and_told() -> None:
    page = page_of(redated(TO_COME))
    article, found, _ = read_generic(
        page, site_of(page.url), platform_of("generic"), ArticleRules(), page.url
    )
    assert article is not None
    assert article.published is None
    (note,) = [note for note in found.notes if note.kind == "undated"]
    assert "2021-05-02" in note.detail


def test_behind_a_printed_day_to_come_the_date_that_machines_are_told_counts() -> None:
    head = (
        "<head><meta property='article:published_time' content='2021-03-09T10:00:00+07:00'></head>"
    )
    article, _ = read_page(page_of(f"<html>{head}{redated(TO_COME)}</html>"))
    assert article is not None
    assert article.published is not None
    assert (article.published.on.isoformat(), article.published.evidence) == ("2021-03-09", "meta")


@pytest.mark.parametrize(
    ("url", "markup"),
    [
        ("http://xa.example/events/work-day", redated(TO_COME)),
        ("http://xa.example/veranstaltungen/work-day", redated(TO_COME)),
        ("http://xa.example/termine/work-day", redated(TO_COME)),
        ("http://xa.example/a/work-day", redated(FACTS.format(TO_COME))),
        (
            "http://xa.example/a/work-day",
            redated(FACTS.format("<time datetime='2021-03-02'>2 March 2021</time>")),
        ),
        (
            "http://xa.example/a/work-day",
            f"<script type='application/ld+json'>{json.dumps({'@type': 'MusicEvent', 'name': 'x'})}</script>{redated('02/03/2021')}",
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
        read_page(page_of(redated("02/03/2021"), "http://xa.example/events/work-day"))[0]
        is not None
    )
    both = json.dumps([{"@type": "Event", "name": "x"}, {"@type": "NewsArticle", "headline": "x"}])
    assert (
        read_page(
            page_of(f"<script type='application/ld+json'>{both}</script>{redated('02/03/2021')}")
        )[0]
        is not None
    )


def test_a_printed_day_takes_the_time_stated_for_that_day_in_the_portal_s_own_offset() -> None:
    head = (
        "<head><meta property='article:published_time' content='2021-03-02T19:15:00+01:00'></head>"
    )
    article, _ = read_page(page_of(f"<html>{head}{redated('2 March 2021')}</html>"))
    assert article is not None
    assert article.published is not None
    assert (article.published.on.isoformat(), article.published.at) == (
        "2021-03-02",
        datetime(2021, 3, 2, 18, 15, tzinfo=UTC),
    )


EVENT = "<div itemscope itemtype='https://schema.org/{}'>{}</div>"


def test_the_page_of_an_event_that_microdata_declares_is_no_article() -> None:
    assert read_page(page_of(f"<body>{EVENT.format('SocialEvent', ARTICLE)}</body>"))[0] is None
    assert read_page(page_of(f"<body>{EVENT.format('Article', ARTICLE)}</body>"))[0] is not None


def test_an_event_announced_beside_an_article_makes_no_event_of_it() -> None:
    beside = EVENT.format(
        "Event",
        "<h4 itemprop='name'>Hội làng</h4><time itemprop='startDate' datetime='2021-04-02'>02/04/2021</time>",
    )
    assert read_page(page_of(f"<body>{ARTICLE}{beside}</body>"))[0] is not None


def with_box(box: str) -> str:
    return f"<body>{ARTICLE.removesuffix('</main>')}<div class='hop'>{box}</div></main></body>"


FILES = "<h4>{}</h4><ul><li><a href='/tep/ban-do.pdf'>Bản đồ</a> 80 KB</li><li><a href='/tep/ke-hoach.docx'>Kế hoạch</a></li></ul>"
OTHER = "<h4>Tin khác</h4><ul><li><a href='/bai-viet/thon-tren-ra-quan-don-ve-sinh-9.html'>Thôn Trên ra quân dọn vệ sinh cuối tuần</a></li></ul>"


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='related'>{FILES.format('Dateien')}</div>",
        f"<div class='news-related news-related-files'>{FILES.format('Tệp')}<a href='/giup-do'>Cách mở tệp</a></div>",
        f"<div class='related'>{OTHER}</div><div class='related'>{FILES.format('Fichiers')}</div>",
    ],
)
def test_what_a_class_sets_apart_as_related_and_is_nothing_but_files_belongs_to_the_article(
    box: str,
) -> None:
    article, _ = read_page(page_of(with_box(box)))
    assert article is not None
    assert [file.url.rpartition("/")[2] for file in article.attachments] == [
        "ban-do.pdf",
        "ke-hoach.docx",
    ]
    assert "Bản đồ" not in article.body


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='related'>{OTHER}{FILES.format('Văn bản')}</div>",  # neighbours, and files that may be theirs
        f"<div class='sidebar'>{FILES.format('Văn bản mới')}</div>",
        "<div class='related'><ul><li><a href='http://khac.example/tep/mau-don.pdf'>Mẫu đơn</a></li></ul></div>",
    ],
)
def test_files_among_neighbours_and_in_columns_are_not_the_articles(box: str) -> None:
    article, _ = read_page(page_of(with_box(box)))
    assert article is not None
    assert article.attachments == ()


def test_files_related_to_nothing_in_particular_outside_the_articles_element_are_not_its_own() -> (
    None
):
    article, _ = read_page(
        page_of(f"<body>{ARTICLE}<div class='related files'>{FILES.format('Văn bản')}</div></body>")
    )
    assert article is not None
    assert article.attachments == ()


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

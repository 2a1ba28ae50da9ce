"""The dateline of a page of no known family: rows of dates, machine dates, calendars, doubts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.reading import Article
from portals.platform import platform_of
from portals.site import Site
from tests.builders.pages_of_no_family import read_generic

FETCHED = datetime(2026, 11, 22, 3, tzinfo=UTC)
TEXT = "".join(
    (
        f"<p>Tổ {number} của thôn Bản Trà nạo vét kênh mương dài hàng trăm mét để kịp đón nước vụ "
        "xuân, ai cũng phấn khởi.</p>"
    )
    for number in range(4)
)
ENGLISH = "".join(
    (
        f"<p>Crews of the town repair the kerbs of Mill Lane, part {number}; the road stays open "
        "to all who live there.</p>"
    )
    for number in range(4)
)
STATED = '<meta property="og:type" content="article">'
FILES = (
    '<div class="files"><b>Tài liệu đính kèm:</b><ul><li>'
    '<a href="/f/ke-hoach.pdf">ke-hoach.pdf</a></li></ul></div>'
)


def article_of(
    inner: str,
    *,
    lang: str = "vi",
    path: str = "/tin-tuc-11/ra-quan-lam-thuy-loi-noi-dong-412",
    head: str = "",
    above: str = "",
    title: str = "Ra quân làm thủy lợi nội đồng",
) -> Article | None:
    url = f"http://ban-tra.example{path}"
    markup = (
        f'<html lang="{lang}"><head>{head}</head><body><div class="khung">{above}'
        f"<h1>{title}</h1>{inner}</div></body></html>"
    )
    page = HtmlPage(markup, url, zone=ZoneInfo("Asia/Ho_Chi_Minh"), fetched_at=FETCHED)
    platform = platform_of("generic")
    return read_generic(
        page,
        Site(name="Xã Bản Trà", url="http://ban-tra.example/", key="ban-tra"),
        platform,
        platform.article,
        url,
    )[0]


def days(article: Article | None) -> tuple[str | None, str | None]:
    assert article is not None
    return (
        str(article.published.on) if article.published else None,
        str(article.updated.on) if article.updated else None,
    )


@pytest.mark.parametrize("counter", ["", "<i></i> 123 &nbsp;"])
def test_the_publication_is_bare_text_where_only_the_edit_has_an_element(counter: str) -> None:
    row = (
        f"<div class='dong'><i></i> 16/10/2021 15:49 &nbsp; {counter} "
        "<span>Cập nhật: 05/11/2021 15:49</span></div>"
    )
    assert days(article_of(row + TEXT)) == ("2021-10-16", "2021-11-05")


def test_another_day_beside_the_edit_is_no_publication_where_words_say_what_it_is() -> None:
    row = (
        "<div class='dong'>Văn bản số 12 ngày 16/10/2021 "
        "<span>Cập nhật: 05/11/2021 15:49</span></div>"
    )
    assert (
        days(
            article_of(
                '<p class="author">Lò Văn Mẫu</p>' + row + TEXT,
                head='<meta property="og:type" content="article">',
            )
        )[0]
        is None
    )


def test_a_notice_of_files_alone_has_its_date_beside_a_counter_without_a_name() -> None:
    article = article_of(f"<div><i></i> 04/12/2021 15:38 <i></i> 314</div>{FILES}")
    assert days(article) == ("2021-12-04", None)
    assert article is not None
    assert [file.url for file in article.attachments] == ["http://ban-tra.example/f/ke-hoach.pdf"]


def test_the_days_of_a_week_s_calendar_date_no_page() -> None:
    rows = "".join(
        (
            f"<tr><td>Thứ {day}<br>{number}/11/2026</td>"
            f"<td>Thường trực UBND họp giao ban, tiếp công dân tại trụ sở, buổi số {number}</td>"
            "</tr>"
        )
        for day, number in (("Hai", 16), ("Ba", 17), ("Tư", 18), ("Năm", 19))
    )
    assert article_of(f"<table>{rows}</table>", path="/cong-tac/tuan-47") is None


@pytest.mark.parametrize(
    "line",
    [
        '<p><time datetime="2020-05-12T08:30:00+07:00">tirsdag 12. maj</time></p>',
        '<p>Lagt ud <abbr title="2020-05-12">tirsdag 12. maj</abbr></p>',
    ],
)
def test_a_machine_date_makes_a_dateline_of_words_in_any_language_and_they_are_no_text(
    line: str,
) -> None:
    article = article_of(f'<div class="hop">{line}{TEXT}</div>')
    assert days(article) == ("2020-05-12", None)
    assert article is not None
    assert "tirsdag" not in f"{article.lead} {article.body}"
    assert days(article_of(line + FILES)) == ("2020-05-12", None)


@pytest.mark.parametrize(
    "inner",
    [
        '{text}<p>Næste gang: <time datetime="2020-05-12">tirsdag 12. maj</time></p>',
        '{text}<p><time datetime="2020-05-12">tirsdag 12. maj</time></p>{text}',
        '<p>Mødet holdes <time datetime="2020-05-12">tirsdag 12. maj</time>.</p>{text}',
    ],
)
def test_a_machine_date_behind_text_or_in_a_sentence_stays_text(inner: str) -> None:
    article = article_of(f'<p>10/11/2026</p><div class="hop">{inner.format(text=TEXT)}</div>')
    assert days(article)[0] == "2026-11-10"
    assert article is not None
    assert "tirsdag 12. maj" in f"{article.lead} {article.body}"


def test_figures_that_may_be_two_days_leave_an_english_article_undated_and_are_no_text() -> None:
    line = "<div>Posted: 10/3/2026 11:29 AM</div>"
    article = article_of(line + ENGLISH, lang="en", path="/n/412")
    assert days(article) == (None, None)
    assert article is not None
    assert "10/3/2026" not in f"{article.lead} {article.body}"
    assert days(article_of(ENGLISH, lang="en", path="/n/412", above=line)) == (None, None)
    assert article_of(ENGLISH, lang="en", path="/n/412") is None


def test_the_same_day_said_to_machines_is_taken_where_the_figures_are_in_doubt() -> None:
    article = article_of(
        f"<div>10/3/2026 11:29 AM</div>{ENGLISH}",
        lang="en",
        head='<meta property="article:published_time" content="2026-10-03">',
    )
    assert article is not None
    assert article.published is not None
    assert (article.published.on, article.published.evidence) == (date(2026, 10, 3), "meta")


LEAD = "<h2>Sáng nay, các tổ của thôn Bản Trà ra đồng từ sớm để nạo vét kênh mương.</h2>"
PICTURE = (
    '<div class="anh"><img src="/k.jpg"><p>Bà con nạo vét kênh số 3 vào sáng thứ hai.</p></div>'
)


@pytest.mark.parametrize("above", [LEAD, PICTURE, TEXT[: TEXT.index("</p>") + 4]])
def test_a_dateline_may_stand_below_the_lead_a_caption_or_the_first_paragraph(above: str) -> None:
    article = article_of(f'{above}<div class="ngay">12/05/2026 08:30</div>{TEXT}')
    assert days(article) == ("2026-05-12", None)
    assert article is not None
    assert "12/05" not in f"{article.lead} {article.body}"


def test_a_day_further_down_in_the_text_is_no_dateline() -> None:
    article = article_of(f"{TEXT}<p>12/05/2026</p>{TEXT}")
    assert article is None or article.published is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("<p>Mill Town, 12 May 2026</p>", "2026-05-12"),
        ("<p>Stoke on Trent, May 12, 2026</p>", "2026-05-12"),
        ("<p>By: Mary Miller, May 12, 2026</p>", "2026-05-12"),
        ("<p>May 12, 2026 - 11 minutes</p>", "2026-05-12"),
        ("<p>Mary Miller and John Kerr<br>Tue 12 May 2026 06.30 GMT</p>", "2026-05-12"),
        (
            "<p>Updated 13 May 2026, 10:00am<br>First published 12 May 2026, 6:30am</p>",
            "2026-05-12",
        ),
        ("<p>Published: 12 May 2026, 06:30 AM IST, by Mary Miller for the paper</p>", "2026-05-12"),
        ("<p>Stoke - By Mary Miller - 12 May 2026 at 06:30, updated 13 May 2026</p>", "2026-05-12"),
        ("<p>Stoke - 12 May 2026 - 06:30 BST</p>", "2026-05-12"),
        ('<p>By <a href="/authors/mary">Mary Miller</a> 12 May 2026</p>', "2026-05-12"),
        ("<p>2026.05.12 06:30</p>", "2026-05-12"),
        ("<p>the mill, 12 May 2026</p>", None),
        ("<p>Registered: 12 May 2026</p>", None),
        ("<p>Application deadline: 12 May 2026, 10:00</p>", None),
        ("<p>Bản Trà, ngày 12 tháng 5 năm 2026</p>", None),  # of an official document
    ],
)
def test_a_place_or_an_author_may_come_before_a_date_and_other_labels_may_not(
    line: str, day: str | None
) -> None:
    stated = '<meta property="og:type" content="article">'
    article = article_of(line + ENGLISH, lang="en", head=stated)
    assert day is None if article is None else days(article)[0] == day


@pytest.mark.parametrize(
    "line",
    [
        '<p>Cập nhật: <time datetime="2026-06-18T16:35:02+07:00">18/06/2026</time></p>',
        '<p>Updated on <time datetime="2026-06-18T16:35:02Z">June 18, 2026</time></p>',
        '<p><time datetime="2026-06-18T16:35:02Z">Last updated June 18, 2026</time></p>',
    ],
)
def test_a_label_of_an_edit_beside_a_time_element_makes_it_no_publication(line: str) -> None:
    stated = '<meta property="article:published_time" content="2026-05-12T10:00:00+07:00">'
    assert days(article_of(line + TEXT, head=stated)) == ("2026-05-12", "2026-06-18")


@pytest.mark.parametrize(
    "line",
    [
        '<p><abbr class="published" title="2026-07-03T10:18:46Z">Đăng ngày 29/06/2026</abbr></p>',
        '<p><time datetime="2026-07-03">29 June 2026</time></p>',
        '<p><time datetime="2026-06-29T20:00:00Z">29/06/2026</time></p>',
        '<p><time datetime="2026-06-30 02:24:00 UTC">June 29, 2026 at 9:24 pm ET</time></p>',
        '<p><time datetime="2026-06-29T08:00:00+07:00">5 tháng trước</time></p>',
    ],
)
def test_the_day_that_a_reader_sees_beats_another_in_the_markup(line: str) -> None:
    assert days(article_of(line + TEXT))[0] == "2026-06-29"


@pytest.mark.parametrize(
    ("line", "day"), [("05.03.2026", "2026-05-03"), ("05.04.2026", "2026-04-05")]
)
def test_figures_that_are_the_stated_day_the_other_way_round_mean_that_day(
    line: str, day: str
) -> None:
    stated = '<meta property="article:published_time" content="2026-05-03T08:00:00+07:00">'
    assert days(article_of(f"<p>{line}</p>{TEXT}", head=stated))[0] == day


@pytest.mark.parametrize(
    "line",
    [
        "<h6>Posted by: <a href='/author/x/'>Mai Sương</a> 3 weeks, 2 days ago</h6>",
        "<h6 class='meta'>By Mai Sương, 5 hours ago</h6>",
        "<p>Author: Mai Sương | yesterday</p>",
    ],
)
def test_how_long_ago_is_neither_author_nor_text(line: str) -> None:
    stated = '<meta property="article:published_time" content="2026-11-20T08:00:00+07:00">'
    article = article_of(line + TEXT, head=stated)
    assert article is not None
    assert article.author == "Mai Sương"
    assert "ago" not in article.body.split()


@pytest.mark.parametrize(
    "markup",
    [
        "<nav><li>Đăng ngày 02/05/2026</li></nav>",
        "<ul><li><a href='/x'>Tin khác, đăng ngày 02/05/2026</a></li></ul>",
        "<aside><p>Ngày đăng: 02/05/2026</p></aside>",
        "<ul class='related'><li>Lịch tiếp công dân (02/05/2026)</li></ul>",
        "<p>Kế hoạch được đăng ký trước ngày 20/04/2026 tại UBND xã.</p>",
        "<p>Nhiệm kỳ 2020 - 2025, quyết định số 15/QĐ-UBND ngày 03/05/2026</p>",
    ],
)
def test_neighbours_menus_and_sentences_are_no_dates_of_publication(markup: str) -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    assert days(article_of(TEXT + markup, head=head)) == (None, None)


SECTION = '<li><ul><li><a href="/muc/tin-tuc-su-kien/">Tin tức - Sự kiện</a></li></ul></li>'


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/2026/05/12/">12/05/2026</a></p>',
        '<div><span><a href="/luu-tru/"><time>Thứ ba, ngày 12/05/2026</time></a></span></div>',
        f'<ul><li><a href="/tac-gia/1/">lan</a></li><li>Ngày 12/05/2026</li>{SECTION}</ul>',
        f'<ul><li><a href="/2026/05/">Ngày 12 tháng 5 năm 2026</a></li>{SECTION}</ul>',
    ],
)
def test_the_day_below_the_title_may_be_a_link_or_stand_in_a_list_of_links(line: str) -> None:
    assert days(article_of(line + TEXT, head=STATED)) == ("2026-05-12", None)


@pytest.mark.parametrize(
    "neighbour",
    [
        '<ul><li><h4><a href="/n9">Xà lan mắc cạn ở bến Đò</a></h4><i>12/05/2026</i></li></ul>',
        '<ul><li><a href="/n9">Xà lan mắc cạn ở bến Đò <i>12/05/2026</i></a></li></ul>',
        '<p><a href="/n9">Xà lan mắc cạn ở bến Đò | 12/05/2026</a></p>',
    ],
)
def test_the_day_of_another_article_below_the_title_is_not_the_article_s(neighbour: str) -> None:
    article = article_of(neighbour + TEXT, head=STATED)
    assert article is None or article.published is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("<div>Cập nhật</div><div>18/06/2026</div>", (None, "2026-06-18")),
        ("<div>Last updated on</div><div>June 18, 2026</div>", (None, "2026-06-18")),
        ("<p>Updated:</p><time datetime='2026-06-18'>June 18</time>", (None, "2026-06-18")),
        ("<div>Ngày đăng:</div><div>18/06/2026</div>", ("2026-06-18", None)),
        ("<div>Tin xã</div><div>18/06/2026</div>", ("2026-06-18", None)),
        ("<div>Sửa cầu Khe Vông</div><div>18/06/2026</div>", ("2026-06-18", None)),
    ],
)
def test_a_label_may_have_a_line_of_its_own_above_the_date(
    lines: str, expected: tuple[str | None, str | None]
) -> None:
    assert days(article_of(lines + TEXT, head=STATED)) == expected


@pytest.mark.parametrize("title", ["Sửa đổi luật", "Cập nhật giá ngô", "Update on the Ferry"])
def test_a_title_labels_no_date(title: str) -> None:
    assert days(article_of(f"<p>18/06/2026</p>{TEXT}", title=title)) == ("2026-06-18", None)


@pytest.mark.parametrize(
    ("column", "day"),
    [
        ("<h4>Published</h4><div>12 May 2026</div><h4>Topics</h4><p>Canals</p>", "2026-05-12"),
        ("<h5>Ngày đăng</h5><p>12/05/2026</p>", "2026-05-12"),
        ("<h4>Reviewed</h4><div>12 May 2026</div>", None),
        ("<h4><a href='/n9'>Xà lan mắc cạn ở bến Đò</a></h4><div>12 May 2026</div>", None),
        ("<h4>Published</h4><p>12 May 2026</p><h4>Published</h4><p>13 May 2026</p>", None),
    ],
)
def test_a_column_beside_the_text_gives_the_date_under_a_heading_of_its_own(
    column: str, day: str | None
) -> None:
    article = article_of(f"{TEXT}<aside>{column}</aside>", head=STATED)
    assert days(article)[0] == day


@pytest.mark.parametrize(
    ("line", "day"),
    [("<p>18/06/2026</p>", "2026-05-12"), ("<p>Đăng ngày 18/06/2026</p>", "2026-06-18")],
)
def test_a_day_without_a_label_that_the_metadata_call_an_edit_s_is_no_publication(
    line: str, day: str
) -> None:
    stated = (
        '<meta property="article:published_time" content="2026-05-12T10:00:00+07:00">'
        '<meta property="article:modified_time" content="2026-06-18T10:00:00+07:00">'
    )
    assert days(article_of(line + TEXT, head=stated)) == (day, "2026-06-18")

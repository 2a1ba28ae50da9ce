"""Known families in themes that hide the date elsewhere: only the article's own lines count."""

from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from portals.site import Site

FETCHED = datetime(2024, 6, 1, 2, tzinfo=UTC)
HEADS = {
    "wordpress": '<meta name="generator" content="WordPress 6.4">',
    "drupal": '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">',
}
TEXT = (
    "<p>Hợp tác xã Bản Pho đưa máy cày xuống ruộng từ đầu tuần, làm xong mười lăm héc ta "
    "trong ba ngày.</p>"
    "<p>Ngày 15/3/2022, thôn đã họp bàn việc này và giao tổ đổi công đo lại bờ thửa cho từng "
    "hộ.</p>"
)
ARTICLES = {
    "wordpress": (
        '<article class="post type-post"><h1 class="entry-title">Bản Pho cày máy mười lăm héc ta'
        '</h1>{}<div class="entry-content">{}</div></article>'
    ),
    "drupal": '<article class="node node--type-article node--view-mode-full">'
    '<h1 class="page-title">Bản Pho cày máy mười lăm héc ta</h1>{}'
    '<div class="node__content"><div class="field field--name-body">{}</div></div></article>',
}
OTHERS = (
    '<h2>Bài khác</h2><ul><li><a href="/ban-pho-chon-giong-lua-moi/">Bản Pho chọn giống lúa mới '
    'cho vụ mùa</a> <span class="date">(20/10/2023)</span></li></ul>'
)


def reading_of(family: str, line: str, *, before: str = "", after: str = OTHERS) -> Reading:
    body = f"{before}{ARTICLES[family].format(line, TEXT)}{after}"
    page = (
        f'<html lang="vi"><head>{HEADS[family]}</head>'
        f'<body class="single single-post">{body}</body></html>'
    )
    site = Site(name="Xã Bản Pho", url="https://ban-pho.example/", key="ban-pho")
    url = "https://ban-pho.example/tin-tuc/ban-pho-cay-may-muoi-lam-hec-ta/"
    return read(
        Task(
            Capture(
                "ban-pho",
                url,
                FETCHED,
                200,
                (("Content-Type", "text/html; charset=utf-8"),),
                page.encode(),
            ),
            site,
            "article",
        )
    )


@pytest.mark.parametrize("family", ARTICLES)
@pytest.mark.parametrize(
    "line",
    [
        '<div class="ngay-dang">12/05/2024 14:05</div>',
        (
            '<div class="meta-bai"><i class="fa fa-clock"></i> Chủ nhật, 12/05/2024, 14:05 '
            "<span>| 77 lượt xem</span></div>"
        ),
        '<div class="dong"><time datetime="2024-05-12T14:05:00+07:00">12 tháng 5</time></div>',
    ],
)
def test_the_date_in_a_theme_s_own_element_is_found_by_where_it_stands(
    family: str, line: str
) -> None:
    reading = reading_of(family, line)
    assert (reading.platform, reading.kind) == (family, "article")
    assert reading.article is not None
    assert reading.article.published is not None
    assert (reading.article.published.at, reading.article.published.evidence) == (
        datetime(2024, 5, 12, 7, 5, tzinfo=UTC),
        "selector",
    )


@pytest.mark.parametrize("family", ARTICLES)
@pytest.mark.parametrize(
    "neighbours",
    [
        OTHERS,
        (
            '<div class="cot"><div><a href="/ban-pho-chon-giong-lua-moi/">Bản Pho chọn giống lúa '
            'mới</a><div class="date">20/10/2023</div></div></div>'
        ),
        '<div id="chan"><p class="post-date">Cập nhật phần mềm 20/10/2023</p></div>',
        '<footer>Giấy phép số 12 ngày <span class="date">20/10/2023</span></footer>',
    ],
)
def test_a_date_of_the_neighbours_is_not_even_guessed_to_be_the_article_s(
    family: str, neighbours: str
) -> None:
    for page in (
        reading_of(family, "", after=neighbours),
        reading_of(family, "", before=neighbours, after=""),
    ):
        assert page.article is not None
        assert page.article.published is None
        assert "undated" in [note.kind for note in page.notes]


def test_a_line_of_the_article_that_no_grammar_knows_can_still_be_guessed() -> None:
    reading = reading_of("wordpress", '<div class="date">12 Mayıs 2024</div>')  # noqa: RUF001
    assert reading.article is not None
    assert reading.article.published is not None
    assert (reading.article.published.on.isoformat(), reading.article.published.evidence) == (
        "2024-05-12",
        "guess",
    )


def test_a_date_that_has_not_come_leaves_the_article_undated_and_is_named() -> None:
    reading = reading_of(
        "wordpress",
        '<time class="entry-date published" datetime="2025-05-12T14:05:00+07:00">12/05/2025</time>',
    )
    assert reading.article is not None
    assert reading.article.published is None
    (note,) = [note for note in reading.notes if note.kind == "undated"]
    assert "2025-05-12T14:05:00+07:00" in note.detail


LINES_OF_ITS_OWN = [
    '<p>Chuyên mục: <a href="/hoat-dong-nong-dan/">Hoạt động của Hội Nông dân</a> | 12/05/2020</p>',
    '<p>12/05/2020, đăng bởi <a href="/nguoi-dung/7/">Ban Biên tập xã Bản Pho</a></p>',
    (
        '<p>12/05/2020 | <a href="/gui/3/" rel="nofollow">Gửi email bài viết này</a> | '
        '<a href="/ban-in/3/">Phiên bản để in</a></p>'
    ),
    '<p><a href="/tac-gia/ban-bien-tap/" rel="author">Ban Biên tập xã Bản Pho</a> - 12/05/2020</p>',
]
ROWS_OF_NEIGHBOURS = [
    '<p>• <a href="/chon-giong/">Bản Pho chọn giống lúa</a> (16/03/2015)</p>',
    '<p>16/03/2015 - <a href="/chon-giong/">Bản Pho chọn giống lúa</a></p>',
    '<p><a href="/chon-giong/">Bản Pho chọn giống lúa</a> 16/03/2015</p>',
    '<p><a href="/chon-giong/">Bản Pho chọn giống lúa</a> (Thứ hai, 16/03/2015, 10:05 GMT+7)</p>',
    (
        "<div><p>Thứ hai, 16/03/2015, 10:05 GMT+7</p><p>"
        '<a href="/chon-giong/">Bản Pho chọn giống lúa</a></p></div>'
    ),
    (
        '<table><tr><td>Cùng chuyên mục: <a href="/chon-giong/">Bản Pho chọn giống lúa'
        "</a> (16/03/2015)</td></tr></table>"
    ),
    (
        '<p>Tin khác trong chuyên mục: <a href="/chon-giong/">Bản Pho chọn giống lúa'
        "</a> (16/03/2015)</p>"
    ),
    '<p>Bài cùng tác giả: <a href="/chon-giong/">Bản Pho chọn giống lúa</a> (16/03/2015)</p>',
    "<p><b>CÁC TIN ĐÃ ĐĂNG</b></p><p>Thứ hai, 16/03/2015</p>",
]


def day_behind_the_text(line: str, *, known: bool) -> str | None:
    title = "Bản Pho cày máy mười lăm héc ta"
    head = (
        HEADS["wordpress"]
        if known
        else f"<title>{title}</title><meta property='og:type' content='article'>"
    )
    text = (
        ARTICLES["wordpress"].format("", TEXT + line)
        if known
        else f"<h1>{title}</h1><p>Tác giả: Lù Thị Mẩy</p><div>{TEXT}</div>{line}"
    )
    page = f'<html lang="vi"><head>{head}</head><body><div class="khung">{text}</div></body></html>'
    site = Site(name="Xã Bản Pho", url="https://ban-pho.example/", key="ban-pho")
    capture = Capture(
        "ban-pho",
        "https://ban-pho.example/tin-tuc/ban-pho-cay-may-3.html",
        FETCHED,
        200,
        (("Content-Type", "text/html"),),
        page.encode(),
    )
    article = read(Task(capture, site, "article")).article
    assert article is not None
    return article.published.on.isoformat() if article.published else None


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("row", ROWS_OF_NEIGHBOURS)
def test_the_day_in_a_row_that_names_another_article_is_not_taken(row: str, *, known: bool) -> None:
    assert day_behind_the_text(row, known=known) is None


@pytest.mark.parametrize("line", LINES_OF_ITS_OWN)
def test_the_day_behind_the_text_is_taken_where_the_link_beside_it_is_a_section_an_author_or_a_tool(
    line: str,
) -> None:
    assert day_behind_the_text(line, known=False) == "2020-05-12"

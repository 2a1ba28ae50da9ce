"""What belongs to an article's text on a page without known rules.

No table or list loses anything, and no button stays.
"""

from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.reader import read
from pipelines.read.reading import Article
from pipelines.read.task import Task
from portals.site import Site

SITE = Site(name="Xã Khe Sen", url="http://khesen.example/", key="khesen")
FETCHED = datetime(2021, 3, 20, 2, 0, tzinfo=UTC)
ONE = "Sáng 10/3, đoàn viên xã Khe Sen trồng hai trăm cây hoa ban dọc con đường mới mở vào Nà Hin."
TWO = "Các hộ hai bên đường nhận chăm sóc cây cho đến khi bén rễ, mỗi hộ nhận từ ba đến năm cây."
NEIGHBOURS = (
    "<h3>Các tin khác</h3><ul><li><a href='/tin/mo-lop-day-theu-cho-chi-em-698.html'>Mở lớp dạy "
    "thêu cho chị em trong xã</a></li></ul>"
)


def article_of(page: str, head: str = "") -> Article | None:
    markup = (
        "<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'>"
        f"<title>Trồng hoa ban trên đường vào Nà Hin</title>{head}</head>"
        f"<body>{page}</body></html>"
    )
    capture = Capture(
        "khesen",
        "http://khesen.example/tin/trong-hoa-ban-733.html",
        FETCHED,
        200,
        (("content-type", "text/html"),),
        markup.encode(),
    )
    return read(Task(capture, SITE, "article")).article


def page_of(
    text: str, title: str = "<h1>Trồng hoa ban trên đường vào Nà Hin</h1>", behind: str = NEIGHBOURS
) -> str:
    return (
        f"<div class='chi-tiet'>{title}<div class='ngay'>12/03/2021 07:30</div>{text}{behind}</div>"
    )


def body_of(text: str, behind: str = NEIGHBOURS) -> list[str]:
    article = article_of(page_of(text, behind=behind))
    assert article is not None
    return article.body.split("\n\n")


def table_of(*rows: str) -> str:
    return (
        "<table>"
        + "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split(" | ")) + "</tr>"
            for row in rows
        )
        + "</table>"
    )


def test_a_table_of_percentages_keeps_every_cell() -> None:
    rows = (
        "Thôn | 2018 | 2019 | 2020",
        "Nà Hin | 81% | 85% | 96%",
        "Bản Sặt | 79% | 80,5 % | 88%",
        "Pá Lau | 75% | 77% | 100%",
    )
    assert body_of(f"<div class='than'><p>{ONE}</p>{table_of(*rows)}<p>{TWO}</p></div>") == [
        ONE,
        "\n".join(rows),
        TWO,
    ]


def test_a_table_keeps_cells_that_read_like_furniture_links_files_and_dates_at_the_end() -> None:
    rows = (
        "Thôn | Ngày chấm | Xếp hạng | Phản hồi",
        "Nà Hin | 12/05/2020 | A+ | <a href='/ho-so/1'>Xem</a>",
        "Pá Lau | 13/05/2020 | A- | <a href='/ho-so/2.pdf'>2.pdf</a>",
    )
    shown = (
        "Thôn | Ngày chấm | Xếp hạng | Phản hồi\nNà Hin | 12/05/2020 | A+ | Xem\nPá Lau | "
        "13/05/2020 | A- | 2.pdf"
    )
    assert body_of(f"<div class='than'><p>{ONE}</p><p>{TWO}</p>{table_of(*rows)}</div>") == [
        ONE,
        TWO,
        shown,
    ]


def test_a_table_of_buttons_is_no_text() -> None:
    assert body_of(
        f"<div class='than'><p>{ONE}</p><p>{TWO}"
        f"</p>{table_of('In trang | Chia sẻ', 'A- | A+')}</div>"
    ) == [ONE, TWO]


def test_a_list_between_paragraphs_keeps_every_item() -> None:
    items = "<ul><li>Tỷ lệ cây sống</li><li>85%</li><li>Phản hồi</li><li>Từ khóa</li></ul>"
    assert body_of(f"<div class='than'><p>{ONE}</p>{items}<p>{TWO}</p></div>") == [
        ONE,
        "- Tỷ lệ cây sống\n- 85%\n- Phản hồi\n- Từ khóa",
        TWO,
    ]


def test_a_list_of_the_articles_particulars_is_no_text() -> None:
    particulars = (
        "<ul><li>Lượt xem: 12</li><li>Tác giả: Lò Thị Mận</li><li>Ngày đăng: 12/03/2021</li></ul>"
    )
    assert body_of(f"<div class='than'><p>{ONE}</p><p>{TWO}</p>{particulars}</div>") == [ONE, TWO]


def test_a_heading_between_two_paragraphs_is_text_and_a_button_between_them_is_none() -> None:
    assert body_of(f"<div class='than'><p>{ONE}</p><h3>Phản hồi</h3><p>{TWO}</p></div>") == [
        ONE,
        "Phản hồi",
        TWO,
    ]
    assert body_of(
        f"<div class='than'><p>{ONE}</p><div class='nut'>Chia sẻ</div><p>{TWO}</p></div>"
    ) == [ONE, TWO]


@pytest.mark.parametrize(
    ("beside", "kept"),
    [
        (
            table_of("Thôn | Số cây", "Nà Hin | 120", "Pá Lau | 80"),
            ["Thôn | Số cây\nNà Hin | 120\nPá Lau | 80"],
        ),
        ("<ul><li>Nà Hin</li><li>Pá Lau</li></ul>", ["- Nà Hin\n- Pá Lau"]),
        (
            "<p>Trân trọng thông báo</p><p class='MsoNormal'>Điện thoại: 0215 555 0100</p>",
            ["Trân trọng thông báo", "Điện thoại: 0215 555 0100"],
        ),
        ("<div>Trân trọng thông báo</div>", ["Trân trọng thông báo"]),
        ("<div class='nut-bam'>Nghe bài viết</div>", []),
        ("<div class='author'>Lò Thị Mận</div>", []),
        ("<p>12/03/2021</p><p>Phòng Văn hóa</p>", []),
        ("<p><a href='/lien-he'>Liên hệ</a></p><p>Phòng Văn hóa</p>", []),
    ],
)
def test_what_an_editor_wrote_right_behind_the_text_s_element_is_text(
    beside: str, kept: list[str]
) -> None:
    assert body_of(
        f"<div class='khung'><div class='than'><p>{ONE}</p><p>{TWO}</p></div>{beside}</div>"
    ) == [ONE, TWO, *kept]
    assert body_of(f"<div class='than'><p>{ONE}</p><p>{TWO}</p></div>{beside}") == [ONE, TWO, *kept]


FILE = "<div class='tep'><a href='/tep/ke-hoach-45.pdf'>Kế hoạch số 45.pdf</a></div>"


def test_a_notice_of_files_alone_has_its_files_and_no_text_of_its_head() -> None:
    article = article_of(
        "<article><header><h1>Kế hoạch trồng cây năm 2021</h1><p>12/03/2021 08:00</p>"
        f"<p>Văn phòng xã</p></header>{FILE}</article>"
    )
    assert article is not None
    assert (article.body, [file.url for file in article.attachments]) == (
        "",
        ["http://khesen.example/tep/ke-hoach-45.pdf"],
    )


def test_a_sentence_in_the_head_of_a_notice_of_files_is_its_text() -> None:
    article = article_of(
        "<article><header><h1>Kế hoạch trồng cây năm 2021</h1><p>12/03/2021 08:00</p>"
        f"<p>Mời xem tệp.</p></header>{FILE}</article>"
    )
    assert article is not None
    assert (article.body, len(article.attachments)) == ("Mời xem tệp.", 1)


def test_files_right_behind_the_articles_element_are_its_own_unless_under_another_heading() -> None:
    other = (
        "<div><b>Văn bản mới</b><div><a href='/tep/quyet-dinh-9.pdf'>Quyết định số 9</a></div>"
        "</div>"
    )
    page = (
        "<div class='tren'><h1>Trồng hoa ban trên đường vào Nà Hin</h1><i>12/03/2021</i>"
        f"<p>{ONE}</p><p>{TWO}</p></div>{FILE}{other}"
    )
    article = article_of(f"<div class='cot'>{page}</div>")
    assert article is not None
    assert [file.url for file in article.attachments] == [
        "http://khesen.example/tep/ke-hoach-45.pdf"
    ]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("downloads", "Downloads"),
        ("hop", "Tệp đính kèm"),
        ("dinh-kem", "Xem"),
        ("dateien", "Karte"),
        ("fichiers", "Carte"),
    ],
)
def test_names_of_files_in_a_box_are_no_text(name: str, heading: str) -> None:
    box = (
        f"<div class='{name}'><h4>{heading}</h4><ul><li>"
        "<a href='/tep/45' download>Bản đồ trồng cây</a></li></ul></div>"
    )
    article = article_of(page_of(f"<div class='than'><p>{ONE}</p><p>{TWO}</p>{box}</div>"))
    assert article is not None
    assert "Bản đồ" not in article.body
    assert [file.name for file in article.attachments] == ["Bản đồ trồng cây"]


@pytest.mark.parametrize("name", ["document", "document-detail", "dateien", "attachment"])
def test_a_box_of_files_does_not_hold_the_start_of_the_text(name: str) -> None:
    file = "<p><a href='/tep/45' download>Bản đồ trồng cây</a></p>"
    article = article_of(page_of(f"<div class='{name}'><p>{ONE}</p>{file}<p>{TWO}</p></div>"))
    assert article is not None
    assert article.body == f"{ONE}\n\nBản đồ trồng cây\n\n{TWO}"
    assert [file.name for file in article.attachments] == ["Bản đồ trồng cây"]


def test_a_label_says_more_than_the_name_of_its_element() -> None:
    article = article_of(
        page_of(
            "<p><i>12/03/2021</i> <span class='byline'>Nguồn: Báo Khe Sen</span></p>"
            f"<div class='than'><p>{ONE}</p><p>{TWO}</p></div>"
        )
    )
    assert article is not None
    assert (article.author, article.source) == (None, "Báo Khe Sen")


def test_a_signature_counts_on_a_page_of_a_family_whose_theme_is_not_known() -> None:
    ribbon = "<a class='ms-SkiptoMainContent'>Skip Ribbon Commands</a>"
    text = (
        f"<div class='than'><p><b>{ONE}</b></p><p>{TWO}</p><p>{TWO}</p><p>Tin, ảnh: Lò Thị Mận</p>"
        "<p>Nguồn: Báo Khe Sen</p></div>"
    )
    article = article_of(f'{ribbon}<div id="s4-workspace">{page_of(text)}</div>')
    assert article is not None
    assert article.extractor.startswith("sharepoint")
    assert (article.lead, article.author, article.source) == (ONE, "Lò Thị Mận", "Báo Khe Sen")


@pytest.mark.parametrize(
    "heading",
    [
        "<h3>Trồng hoa ban trên đường vào Nà Hin <span>(11/03/2021 2:05:00 CH)</span></h3>",
        "<h3><small>11/03/2021 14:05</small> Trồng hoa ban trên đường vào Nà Hin</h3>",
        "<h2>Trồng hoa ban trên đường vào Nà Hin - <i class='luc'>14:05, 11/03/2021</i></h2>",
    ],
)
def test_a_dateline_in_a_heading_is_the_date_and_no_part_of_the_title(heading: str) -> None:
    article = article_of(
        f"<div class='chi-tiet'>{heading}<div class='than'><p>{ONE}</p><p>{TWO}</p></div></div>"
    )
    assert article is not None
    assert article.title == "Trồng hoa ban trên đường vào Nà Hin"
    assert article.published is not None
    assert article.published.at == datetime(2021, 3, 11, 7, 5, tzinfo=UTC)


def test_a_day_that_a_title_names_stays_in_it() -> None:
    article = article_of(
        page_of(
            f"<div class='than'><p>{ONE}</p><p>{TWO}</p></div>",
            "<h1>Lịch trồng cây ngày <span class='do'>15/03/2021</span></h1>",
        )
    )
    assert article is not None
    assert article.title == "Lịch trồng cây ngày 15/03/2021"
    assert article.published is not None
    assert article.published.on.isoformat() == "2021-03-12"


def test_thousands_of_buttons_between_paragraphs_leave_one_by_one() -> None:
    body = body_of(
        "<div class='than'>"
        + f"<p>{ONE}</p><div class='nut'>Chia sẻ</div>" * 6000
        + f"<p>{TWO}</p></div>",
        behind="",
    )
    assert body == [ONE] * 6000 + [TWO]


TOOLS = (
    "<ul><li><a href='#n'>giảm cỡ chữ</a></li><li><a href='#t'>tăng cỡ chữ</a></li><li>"
    "<a href='/in/3'>In ấn</a></li><li><a href='/thu/3'>E-mail</a></li></ul>"
)
STARS = (
    "<ul><li><a href='#1'>1</a></li><li><a href='#2'>2</a></li><li><a href='#3'>3</a></li><li>"
    "<a href='#4'>4</a></li><li>(0 bình chọn)</li></ul>"
)


@pytest.mark.parametrize(
    "line",
    [
        "Được viết bởi Super User",
        "Viết bởi: Lò Văn Inh",
        "Lò Văn Inh",
        "Chuyên mục: Nông thôn mới",
        "214 lượt xem",
        "(0 bình chọn)",
    ],
)
def test_a_line_that_tells_of_the_text_is_not_the_text_however_far_the_prose_stands(
    line: str,
) -> None:
    assert body_of(
        f"<div>{line}</div>{TOOLS}{STARS}<div class='than'><p>{ONE}</p><p>{TWO}</p></div>"
    ) == [ONE, TWO]


def test_a_notice_of_one_line_is_the_text_though_prose_follows_behind_the_menus() -> None:
    assert body_of(
        f"<div>Mời xem trong tệp</div>{TOOLS}{STARS}<div class='cot'><p>{ONE}</p><p>{TWO}</p></div>"
    ) == ["Mời xem trong tệp"]


VOICE = (
    "<div class='tieng'><button>▶</button><span>Nghe tiếng Thái</span><span>00:00 / 03:13</span>"
    "<select><option>Giọng nữ</option></select><span>1x</span></div>"
)
MOODS = (
    "<div class='cam-xuc'><p>Bài này làm bạn vui hay buồn?</p><button>Vui</button>"
    "<button>Buồn</button></div>"
)


def test_what_controls_are_labelled_with_is_no_text() -> None:
    assert body_of(
        f"{VOICE}<div class='than'><p>{ONE}</p><p>{TWO}</p></div>{MOODS}", behind=""
    ) == [ONE, TWO]
    assert body_of(
        f"<div class='than'>{VOICE}<p>{ONE}</p><p>{TWO}</p>{MOODS}</div>", behind=""
    ) == [ONE, TWO]


def test_a_signature_above_the_reactions_is_read() -> None:
    article = article_of(
        page_of(
            f"<div class='than'><p>{ONE}</p><p>{TWO}</p></div><p>Lò Thị Mận</p>{MOODS}", behind=""
        )
    )
    assert article is not None
    assert article.author == "Lò Thị Mận"


def test_text_that_shares_its_element_with_a_button_stays() -> None:
    button = "<button>Sao chép</button>"
    for line in (TWO, "Xã cấp cây giống cho các hộ."):
        assert body_of(
            f"<div class='than'><p>{ONE}</p><p>{line}{button}</p><p>{TWO}</p></div>"
        ) == [ONE, line, TWO]
    for tag in ("h2", "h3", "h4"):
        heading = f"<div><{tag}>Những việc còn lại<div>{button}</div></{tag}></div>"
        assert body_of(f"<div class='than'><p>{ONE}</p>{heading}<p>{TWO}</p></div>") == [
            ONE,
            "Những việc còn lại",
            TWO,
        ]
    assert body_of(f"<div class='than'>Mời xem trong tệp{button}</div>", behind="") == [
        "Mời xem trong tệp"
    ]
    assert body_of(
        f"<div class='than'><p>{ONE}</p><p><input type='checkbox'> Đồng ý trồng cây</p>"
        f"<p>{TWO}</p></div>"
    ) == [ONE, "Đồng ý trồng cây", TWO]


def test_a_bare_counter_between_title_and_text_is_no_text() -> None:
    assert body_of(
        f"<div><p>Lượt xem:</p><p>667</p></div><div class='than'><p>{ONE}</p><p>{TWO}</p></div>"
    ) == [ONE, TWO]
    article = article_of(
        page_of(
            "<div><p>Lượt xem:</p><p>667</p></div><p>"
            "<a href='/tep/so-do.pdf'>Sơ đồ trồng cây</a></p>"
        )
    )
    assert article is not None
    assert article.attachments
    assert "667" not in article.body

"""Captions move from the text to their image; paragraphs that only stand near an image stay."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from pipelines.read.article.images import is_gallery_heading, take_images
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.paragraphs import paragraphs_of

IMAGE = '<img src="/anh/a.jpg">'


def taken(
    markup: str, outside: tuple[str, ...] = ()
) -> tuple[list[str | None], list[str], list[str]]:
    """(captions, addresses, paragraphs left)."""
    page = HtmlPage(
        f'<html><body><div id="b">{markup}</div></body></html>',
        "https://vi-du.example/tin/bai-1.html",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
    )
    body = page.root.get_element_by_id("b")
    assert isinstance(body, html.HtmlElement)
    images = take_images(page, body, outside)
    return [image.caption for image in images], [image.url for image in images], paragraphs_of(body)


@pytest.mark.parametrize(
    "markup",
    [
        f"<figure>{IMAGE}<figcaption>Toàn cảnh buổi lễ</figcaption></figure>",
        f'<p>{IMAGE}</p><p class="chu-thich">Toàn cảnh buổi lễ</p>',
        f'<div class="wp-caption">{IMAGE}<p class="wp-caption-text">Toàn cảnh buổi lễ</p></div>',
        f'<div class="chuthich">{IMAGE}<span class="chu-thich">Toàn cảnh buổi lễ</span></div>',
        f"<table><tr><td>{IMAGE}</td></tr><tr><td>Toàn cảnh buổi lễ</td></tr></table>",
        f"<table><tr><td>{IMAGE}<br><em>Toàn cảnh buổi lễ</em></td></tr></table>",
        f'<div style="text-align:center">{IMAGE}<br>Toàn cảnh buổi lễ</div>',
        (
            f'<p style="text-align:center">{IMAGE}</p><p style="text-align: center">'
            "<em>Toàn cảnh buổi lễ</em></p>"
        ),
        f'<p align="center">{IMAGE}</p><p align="center">Toàn cảnh buổi lễ</p>',
        f"<p>{IMAGE}</p><p><i>Toàn cảnh buổi lễ</i></p>",
        f'<p>{IMAGE}</p><p>&nbsp;</p><p class="text-center"><em>Toàn cảnh buổi lễ</em></p>',
        f"<center>{IMAGE}</center><center>Toàn cảnh buổi lễ</center>",
        f"<figure><div>{IMAGE}</div><div><p>Toàn cảnh buổi lễ</p></div></figure>",
        f"<figure><p>{IMAGE}</p><span>Toàn cảnh buổi lễ</span></figure>",
        f"<figure><div><a href='/anh/a.jpg'>{IMAGE}</a></div>Toàn cảnh buổi lễ</figure>",
    ],
)
def test_a_caption_leaves_the_text_whatever_its_markup(markup: str) -> None:
    captions, _, left = taken(
        f"<p>Trước ảnh là một đoạn văn.</p>{markup}<p>Sau ảnh là một đoạn văn.</p>"
    )
    assert captions == ["Toàn cảnh buổi lễ"]
    assert left == ["Trước ảnh là một đoạn văn.", "Sau ảnh là một đoạn văn."]


SENTENCE = (
    "Ngay sau buổi lễ, bà con ra quân dọn vệ sinh, trồng hơn ba trăm cây xanh dọc hai bên đường "
    "liên thôn."
)


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{IMAGE}</p><p>{SENTENCE}</p>",
        f'<p style="text-align:center">{IMAGE}</p><p style="text-align:center">{SENTENCE}</p>',
        f"<p>{IMAGE}</p><p><em>{SENTENCE}</em></p>",
        f"<p>{IMAGE}</p><div><p>{SENTENCE}</p></div>",
        f"<p>{IMAGE}</p><ul><li>{SENTENCE}</li></ul>",
        f"<p>{SENTENCE} {SENTENCE} {SENTENCE} {IMAGE}</p>",
        f"<div>{IMAGE}<p>{SENTENCE}</p><p>{SENTENCE}</p></div>",
    ],
)
def test_a_paragraph_near_an_image_is_no_caption(markup: str) -> None:
    captions, _, left = taken(markup)
    assert captions == [None]
    assert SENTENCE in " ".join(left)


def test_an_image_set_into_a_short_sentence_leaves_the_sentence_in_the_text() -> None:
    captions, _, left = taken(f"<p>{IMAGE} Bà con phấn khởi đón cây cầu mới.</p>")
    assert captions == [None]
    assert left == ["Bà con phấn khởi đón cây cầu mới."]


def test_two_images_with_a_caption_each_keep_them_apart() -> None:
    figures = "".join(
        f'<figure><img src="/anh/{n}.jpg"><figcaption>Ảnh số {n}</figcaption></figure>'
        for n in ("a", "b")
    )
    assert taken(figures)[:2] == (
        ["Ảnh số a", "Ảnh số b"],
        ["https://vi-du.example/anh/a.jpg", "https://vi-du.example/anh/b.jpg"],
    )


def test_the_first_image_keeps_the_text_that_stands_before_the_second() -> None:
    captions, _, left = taken(
        f'<p>{IMAGE}</p><p>Đoạn giữa hai ảnh.</p><p><img src="/anh/b.jpg"></p>'
    )
    assert captions == [None, None]
    assert left == ["Đoạn giữa hai ảnh."]


def test_a_lead_image_outside_the_body_comes_first() -> None:
    page = HtmlPage(
        (
            '<html><body><figure class="article"><img src="/dau.jpg"></figure><div id="b"><p>'
            '<img src="/trong.jpg"></p></div></body></html>'
        ),
        "https://vi-du.example/",
        zone=ZoneInfo("UTC"),
        fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
    )
    images = take_images(page, page.root.get_element_by_id("b"), ["figure.article img"])
    assert [(image.url, image.position) for image in images] == [
        ("https://vi-du.example/dau.jpg", 1),
        ("https://vi-du.example/trong.jpg", 2),
    ]


def test_one_image_shown_twice_is_one_image_with_its_caption() -> None:
    captions, addresses, _ = taken(
        f"<p>{IMAGE}</p><figure>{IMAGE}<figcaption>Cầu mới</figcaption></figure>"
    )
    assert (captions, addresses) == (["Cầu mới"], ["https://vi-du.example/anh/a.jpg"])


@pytest.mark.parametrize(
    "source",
    [
        "/images/icon-pdf.gif",
        "/themes/spacer.gif",
        "data:image/gif;base64,R0lGOD",
        "",
        "javascript:void(0)",
    ],
)
def test_decoration_is_no_image_of_the_article(source: str) -> None:
    assert taken(f'<p>Bài viết.</p><p><img src="{source}"></p>')[1] == []


def test_a_lazy_image_is_taken_from_where_it_waits() -> None:
    assert taken('<p><img src="data:image/gif;base64,R0lGOD" data-src="/anh/cham.jpg"></p>')[1] == [
        "https://vi-du.example/anh/cham.jpg"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Một số hình ảnh tại hội nghị:",
        "Một số hình ảnh:",
        "Các hình ảnh tại buổi lễ",
        "Những bức ảnh tại lễ hội:",
    ],
)
def test_a_heading_of_a_gallery_is_known(line: str) -> None:
    assert is_gallery_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        (
            "Một số hình ảnh được chụp tại xã cho thấy nước lũ đã rút, người dân bắt đầu dọn dẹp "
            "nhà cửa và đường làng."
        ),
        "Hình ảnh người lính",
        "Một số kết quả:",
    ],
)
def test_a_sentence_about_pictures_is_no_heading_of_a_gallery(line: str) -> None:
    assert not is_gallery_heading(line)


def test_a_lead_beside_its_image_is_no_caption() -> None:
    lead = "Sáng 17/4, xã Khe Ngang mở hội thi bắn nỏ của các dân tộc"
    for markup in (
        f'<div class="sapo-wrapper">{IMAGE}<p class="sapo"><strong>{lead}</strong></p></div>',
        f'<p>{IMAGE}</p><p class="lead"><em>{lead}</em></p>',
    ):
        captions, _, left = taken(f"{markup}<p>Mười đội dự thi.</p>")
        assert (captions, left) == ([None], [lead, "Mười đội dự thi."])


def test_a_catalogue_with_an_image_beside_each_text_keeps_its_texts() -> None:
    row = (
        "<tr><td><p>Cà phê bột Suối Mây</p><p>Giá: 90.000 đồng một gói.</p></td><td>"
        f"<p>{IMAGE}</p></td></tr>"
    )
    captions, _, left = taken(f"<table>{row}{row.replace('Cà phê', 'Chè')}</table>")
    assert captions == [None]
    assert "\n".join(left).count("90.000") == 2


@pytest.mark.parametrize(
    ("line", "caption"),
    [
        ("<i>Toàn cảnh buổi lễ</i>", "Toàn cảnh buổi lễ"),
        ("<i>Sau ảnh là một câu.</i>", None),
        ("<i>Sau</i> ảnh", None),
    ],
)
def test_a_slanted_line_behind_an_image_among_line_breaks_is_its_caption(
    line: str, caption: str | None
) -> None:
    captions, _, left = taken(
        f"Hai đội vào vòng trong.<br><br>{IMAGE}<br>{line}<br><br>Đội thứ ba về muộn."
    )
    assert captions == [caption]
    assert len(left) == (2 if caption else 3)


@pytest.mark.parametrize(
    ("around", "caption"),
    [
        (
            (
                "<div class='wrap'><div class='media'><a href='/a.jpg'>{}</a></div>"
                "<p class='news-img-caption'>Cầu mới</p></div>"
            ),
            "Cầu mới",
        ),
        ("<figure><div>{}</div><figcaption>Cầu mới</figcaption></figure>", "Cầu mới"),
        ("<div>{}<img src='/anh/b.jpg'><p class='caption'>Hai cây cầu</p></div>", None),
        ("<div><h1>Khánh thành cầu</h1>{}<p class='caption'>Của cả trang</p></div>", None),
        ("<div>{}<p>Một đoạn văn</p></div>", None),
    ],
)
def test_an_image_outside_the_body_has_the_caption_that_stands_with_it_alone(
    around: str, caption: str | None
) -> None:
    page = HtmlPage(
        (
            f"<html><body>{around.format(IMAGE)}<div id='b'><p>Bài viết.</p><figure>"
            "<figcaption>Của bài</figcaption></figure></div></body></html>"
        ),
        "https://vi-du.example/",
        zone=ZoneInfo("UTC"),
        fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
    )
    assert (
        take_images(page, page.root.get_element_by_id("b"), ["img[src='/anh/a.jpg']"])[0].caption
        == caption
    )

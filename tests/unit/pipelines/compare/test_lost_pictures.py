"""Pages that lose a picture, as they are read: no change of their texts."""

import pytest

from pipelines.compare.changes import Change, what_changed
from pipelines.compare.version import Picture, Version
from pipelines.read.reader import read
from tests.builders.reading_tasks import reading_task

IMG = '<img src="/uploads/2024/trao-qua.jpg" alt="" width="600">'
CAPTION = "Bí thư Huyện ủy trao quà cho các hộ dân tại buổi lễ. Ảnh: Hồng Vân"
BODY = [
    "Sáng 14/5, huyện tổ chức lễ trao 35 căn nhà cho các hộ nghèo của ba xã vùng cao.",
    "Mỗi căn nhà rộng 36 m2, trị giá 60 triệu đồng, do các doanh nghiệp đóng góp.",
    "Các hộ dân cảm ơn sự quan tâm của huyện và hứa sẽ giữ gìn nhà cửa sạch đẹp.",
]
WITH_PICTURE = {
    "figure": f"<figure>{IMG}<figcaption>{CAPTION}</figcaption></figure>",
    "table": f"<table><tr><td>{IMG}</td></tr><tr><td>{CAPTION}</td></tr></table>",
    "centred lines": f"<p align=center>{IMG}</p><p align=center><em>{CAPTION}</em></p>",
    "plain lines": f"<p>{IMG}</p><p>{CAPTION}</p>",
    "boxes": f'<div class="image">{IMG}<div class="caption">{CAPTION}</div></div>',
    "boxes beside each other": f'<div>{IMG}</div><div class="caption">{CAPTION}</div>',
    "lines with classes": f'<p class="image">{IMG}</p><p class="caption">{CAPTION}</p>',
    "WordPress": f'<div class="wp-caption">{IMG}<p class="wp-caption-text">{CAPTION}</p></div>',
    "one line": f"<p align=center>{IMG}<br><em>{CAPTION}</em></p>",
    "center": f"<center>{IMG}</center><center><i>{CAPTION}</i></center>",
}


def seen(block: str, *, first: bool = False, body: list[str] = BODY) -> Version:
    written = [f"<p>{text}</p>" for text in body]
    written.insert(0 if first else 2, block)
    page = (
        '<div class="news_column" itemtype="http://schema.org/NewsArticle">'
        '<h1 class="title" itemprop="headline">Trao nhà cho hộ nghèo</h1>'
        '<span class="h5">Thứ ba - 14/05/2024 08:33</span>'
        f'<div id="news-bodyhtml">{"".join(written)}</div></div>'
    )
    article = read(reading_task(page)).article
    assert article is not None
    pictures = tuple(Picture(image.url, image.caption) for image in article.images)
    return Version(
        article.title, article.body, article.lead, article.body_html, pictures=pictures, files=()
    )


@pytest.mark.parametrize("block", WITH_PICTURE.values(), ids=WITH_PICTURE)
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("left", ["its box", "a paragraph", "nothing"])
def test_a_page_that_loses_a_picture_keeps_its_text(block: str, first: bool, left: str) -> None:
    without = {
        "its box": block.replace(IMG, ""),
        "a paragraph": f"<p>{CAPTION}</p>",
        "nothing": "",
    }
    before, after = seen(block, first=first), seen(without[left], first=first)
    assert before.pictures
    assert what_changed(before, after) == what_changed(after, before) == Change(("pictures",))


def test_a_sentence_below_a_picture_is_text() -> None:
    sentence = "Đây là năm thứ ba huyện tổ chức chương trình này."
    before = seen(f"<p>{IMG}</p><p>{sentence}</p>")
    assert what_changed(before, seen("")) == Change(("body", "pictures"), 0, 11, False, True)


def test_a_line_that_goes_without_its_picture_is_text() -> None:
    before, after = seen(f"<p>{IMG}</p><p>{CAPTION}</p>"), seen(f"<p>{IMG}</p>")
    assert what_changed(before, after) == Change(("body",), 0, 16, False, True)


def test_an_edit_shows_beside_a_lost_picture() -> None:
    before = seen(WITH_PICTURE["centred lines"])
    after = seen(f"<p>{CAPTION}</p>", body=[text.replace("35", "36") for text in BODY])
    assert what_changed(before, after) == Change(("body", "pictures"), 1, 1, True, True)

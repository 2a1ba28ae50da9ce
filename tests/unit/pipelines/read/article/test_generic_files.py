"""Which files on a page of no known family belong to its article."""

import pytest

from pipelines.read.article.attachments import (
    framed_file,
    is_file,
    linked_attachments,
)
from pipelines.read.html.page import matched
from tests.builders.pages_of_no_family import ARTICLE, page_of, read_page, site_of


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
    assert is_file(matched(page.root, "a")[0]) is file
    assert (
        len(list(linked_attachments(page, site_of("http://xa.example/"), page.root.iter("a"))))
        == file
    )


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


def with_box(box: str) -> str:
    return f"<body>{ARTICLE.removesuffix('</main>')}<div class='hop'>{box}</div></main></body>"


FILES = (
    "<h4>{}</h4><ul><li><a href='/tep/ban-do.pdf'>Bản đồ</a> 80 KB</li><li>"
    "<a href='/tep/ke-hoach.docx'>Kế hoạch</a></li></ul>"
)
OTHER = (
    "<h4>Tin khác</h4><ul><li><a href='/bai-viet/thon-tren-ra-quan-don-ve-sinh-9.html'>Thôn Trên "
    "ra quân dọn vệ sinh cuối tuần</a></li></ul>"
)


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='related'>{FILES.format('Dateien')}</div>",
        (
            f"<div class='news-related news-related-files'>{FILES.format('Tệp')}"
            "<a href='/giup-do'>Cách mở tệp</a></div>"
        ),
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
        # Neighbours, and files that may be theirs.
        f"<div class='related'>{OTHER}{FILES.format('Văn bản')}</div>",
        f"<div class='sidebar'>{FILES.format('Văn bản mới')}</div>",
        (
            "<div class='related'><ul><li><a href='http://khac.example/tep/mau-don.pdf'>Mẫu đơn"
            "</a></li></ul></div>"
        ),
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

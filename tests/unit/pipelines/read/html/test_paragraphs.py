"""Paragraphs as a reader sees them: lists, tables of figures and of layout, line breaks, blanks."""

import pytest
from lxml import html

from pipelines.read.html.paragraphs import is_grid, paragraphs_of, parsed


def paragraphs(markup: str) -> list[str]:
    return paragraphs_of(html.fragment_fromstring(markup, create_parent="div"))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Một.</p><p>Hai.</p>", ["Một.", "Hai."]),
        ("Lời mở<p>Một.</p>lời kết", ["Lời mở", "Một.", "lời kết"]),
        ("<p>Một\n   dòng\tmã</p>", ["Một dòng mã"]),
        ("<p>hu<span>yện</span> <b>Văn</b> Phú</p>", ["huyện Văn Phú"]),
        ("<p></p><div>&nbsp;</div><p> </p>", []),
        ("<div><div>Trong</div>sau</div>", ["Trong", "sau"]),
        ("<p>Một.<script>var hai = 2;</script><style>p{}</style></p>", ["Một."]),
        ("<p>Một.<!-- ghi chú --> Hai.</p>", ["Một. Hai."]),
    ],
)
def test_blocks_part_paragraphs_and_inline_marks_do_not(markup: str, expected: list[str]) -> None:
    assert paragraphs(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Đoạn một<br><br>Đoạn hai", ["Đoạn một", "Đoạn hai"]),
        ("Xã Đồng Vàng<br>Huyện Sông Lành", ["Xã Đồng Vàng\nHuyện Sông Lành"]),
        (
            (
                "Ngay từ sáng sớm, bà con đã có mặt đông đủ tại bờ kênh."
                "<br>Đến trưa, công việc hoàn thành."
            ),
            [
                "Ngay từ sáng sớm, bà con đã có mặt đông đủ tại bờ kênh.",
                "Đến trưa, công việc hoàn thành.",
            ],
        ),
        ("Một<br>&nbsp;<br>Hai", ["Một", "Hai"]),
    ],
)
def test_line_breaks_part_paragraphs_where_a_line_is_empty_or_a_sentence_ends(
    markup: str, expected: list[str]
) -> None:
    assert paragraphs(markup) == expected


def test_a_list_is_one_paragraph_with_a_line_an_item() -> None:
    assert paragraphs("<p>Gồm:</p><ul><li>lúa;</li><li>ngô.</li></ul>") == [
        "Gồm:",
        "- lúa;\n- ngô.",
    ]


def test_a_list_item_that_has_its_own_mark_gets_no_second_one() -> None:
    assert paragraphs("<ul><li>– lúa;</li><li>+ ngô;</li></ul>") == ["– lúa;\n+ ngô;"]


def test_a_list_within_a_list_keeps_every_item() -> None:
    assert paragraphs(
        "<ul><li>cây lương thực<ul><li>lúa</li><li>ngô</li></ul></li><li>rau</li></ul>"
    ) == ["- cây lương thực\n- lúa\n- ngô\n- rau"]


def test_a_stray_element_between_list_items_keeps_its_text() -> None:
    assert paragraphs("<ul><li>lúa</li><p>và</p><li>ngô</li></ul>") == ["- lúa\nvà\n- ngô"]


def test_a_table_of_figures_is_read_row_by_row() -> None:
    table = (
        "<table><thead><tr><th>Xã</th><th>ha</th></tr></thead><tbody><tr><td><p>Đồng Vàng</p></td>"
        "<td>412</td></tr></tbody></table>"
    )
    assert paragraphs(table) == ["Xã | ha\nĐồng Vàng | 412"]


def test_an_empty_cell_keeps_its_column() -> None:
    assert paragraphs(
        "<table><tr><td>a</td><td></td><td>c</td></tr><tr><td>d</td><td>e</td><td>f</td></tr></table>"
    ) == ["a |  | c\nd | e | f"]


def test_a_table_with_running_text_is_layout_and_its_cells_are_paragraphs() -> None:
    long = "Một câu dài. " * 30
    assert paragraphs(
        f"<table><tr><td>Trái</td><td>{long}</td></tr><tr><td>a</td><td>b</td></tr></table>"
    ) == ["Trái", long.strip(), "a", "b"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", True),
        ("<table><tr><td>a</td><td>b</td></tr></table>", False),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", False),
        (
            "<table><tr><td>a</td><td><table><tr><td>x</td></tr></table></td></tr><tr><td>c</td><td>d</td></tr></table>",
            False,
        ),
    ],
)
def test_a_grid_has_two_rows_two_columns_and_no_table_inside(markup: str, expected: bool) -> None:
    assert is_grid(html.fragment_fromstring(markup)) is expected


def test_a_table_within_a_table_of_layout_is_still_read_as_figures() -> None:
    inner = "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    assert paragraphs(f"<table><tr><td>Bảng kê {inner}</td></tr></table>") == [
        "Bảng kê",
        "a | 1\nb | 2",
    ]


def test_a_caption_of_a_table_of_figures_is_not_lost() -> None:
    assert paragraphs(
        "<table><caption>Bảng 1</caption><tr><td>a</td><td>1</td></tr><tr><td>b</td>"
        "<td>2</td></tr></table>"
    ) == ["Bảng 1", "a | 1\nb | 2"]


def test_text_before_the_first_item_of_a_list_is_not_lost() -> None:
    assert paragraphs("<ul>Gồm có:<li>lúa</li>và còn nữa</ul>") == ["Gồm có:\n- lúa\nvà còn nữa"]


def test_a_text_with_characters_that_no_document_holds_is_parsed_without_them() -> None:
    (one,) = parsed("\x00Họp\x1b dân\uffff</p>\x0b")
    assert one.text == "Họp dân"

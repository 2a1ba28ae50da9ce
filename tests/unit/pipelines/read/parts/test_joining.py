"""How the parts of an article become one text."""

from dataclasses import replace

import pytest

from pipelines.read.html.paragraphs import parsed, plain
from pipelines.read.parts.joining import join_parts, part_fingerprint
from pipelines.read.parts.titles import is_part_title
from pipelines.read.reading import Article, AttachmentLink, Image, Part, Parts, Reading

FIRST = "https://vi-du.example/tin/a.html"


def reading(number: int, *paragraphs: str, title: str = "Tổng kết", **fields: object) -> Reading:
    markup = "".join(f"<p>{one}</p>" for one in paragraphs)
    article = Article(
        FIRST, title, None, "\n\n".join(paragraphs), markup, None, None, None, "vi", None, None,
        None, (), (), "generic blocks",
    )  # fmt: skip
    named = tuple(Part(one, address(one)) for one in range(2, 5) if one != number)
    return Reading(
        "article",
        article=replace(article, **fields),  # type: ignore[arg-type]
        parts=Parts(FIRST, number, named),
    )


def address(number: int) -> str:
    return FIRST if number == 1 else f"{FIRST}?trang={number}"


def joined(*readings: Reading) -> Reading:
    first, *others = readings
    later = [(Part(one, address(one)), other) for one, other in enumerate(others, 2)]
    return join_parts(first, FIRST, later)


def body(whole: Reading) -> list[str]:
    assert whole.article is not None
    return whole.article.body.split("\n\n")


def test_parts_come_in_their_order_whatever_the_order_of_the_captures() -> None:
    first, second, third = (reading(n, f"Đoạn {n}a", f"Đoạn {n}b") for n in (1, 2, 3))
    whole = join_parts(first, FIRST, [(Part(3, address(3)), third), (Part(2, address(2)), second)])
    assert body(whole) == ["Đoạn 1a", "Đoạn 1b", "Đoạn 2a", "Đoạn 2b", "Đoạn 3a", "Đoạn 3b"]
    assert [part.number for part in whole.joined] == [1, 2, 3]
    assert [part.number for part in whole.missing] == [4]


def test_what_every_part_repeats_comes_once() -> None:
    ends = ("Theo Báo Suối Mây", "Tin: Phòng Văn hóa")
    whole = joined(
        reading(1, "Tập sách gồm nhiều phần", "Một", *ends, lead="Tóm tắt bài"),
        reading(2, "Tóm tắt bài", "Tập sách gồm nhiều phần", "Hai", *ends),
        reading(3, "Tổng kết", "Tập sách gồm nhiều phần", "Ba", *ends, lead="Tóm tắt bài"),
    )
    assert body(whole) == ["Tập sách gồm nhiều phần", "Một", "Hai", "Ba", *ends]


def test_a_paragraph_that_comes_again_amid_the_text_stays() -> None:
    whole = joined(reading(1, "Một", "Hoan hô!", "Hai"), reading(2, "Ba", "Hoan hô!", "Bốn"))
    assert body(whole) == ["Một", "Hoan hô!", "Hai", "Ba", "Hoan hô!", "Bốn"]


def test_a_lead_of_a_later_part_is_its_first_paragraph() -> None:
    whole = joined(reading(1, "Một", lead="Đầu"), reading(2, "Hai", lead="Mở phần hai"))
    assert body(whole) == ["Một", "Mở phần hai", "Hai"]


def test_pictures_files_and_signature_come_from_all_parts() -> None:
    def picture(name: str, position: int) -> Image:
        return Image(f"https://vi-du.example/{name}.jpg", name, position)

    def file(name: str) -> AttachmentLink:
        return AttachmentLink(f"https://vi-du.example/{name}.pdf", name)

    whole = joined(
        reading(1, "Một", images=(picture("a", 1), picture("b", 2)), attachments=(file("x"),)),
        reading(2, "Hai", images=(picture("b", 1), picture("c", 2)), author="Lê Thu An"),
        reading(3, "Ba", attachments=(file("x"), file("y")), source="Báo Suối Mây"),
    )
    article = whole.article
    assert article is not None
    assert article.images == (picture("a", 1), picture("b", 2), picture("c", 3))
    assert article.attachments == (file("x"), file("y"))
    assert (article.author, article.source) == ("Lê Thu An", "Báo Suối Mây")


def test_a_page_with_the_text_of_another_part_is_a_stranger() -> None:
    same = reading(1, "Một", "Hai")
    whole = joined(same, replace(same, parts=Parts(FIRST, 2)))
    assert body(whole) == ["Một", "Hai"]
    assert [(one.url, one.repeats) for one in whole.strangers] == [(address(2), True)]


def test_a_page_with_another_title_is_a_stranger_and_names_no_parts() -> None:
    whole = joined(reading(1, "Một"), reading(2, "Hai", title="Họp dân"), reading(3, "Ba"))
    assert body(whole) == ["Một", "Ba"]
    assert [(one.url, one.repeats) for one in whole.strangers] == [(address(2), False)]


def test_the_parts_keep_the_structure_of_their_texts() -> None:
    end = "<p><em>Theo Báo Suối Mây</em></p>"
    first = f'<h2>Một</h2>\n<p>Đoạn <a href="https://vi-du.example/x">một</a></p>\n{end}'
    second = f'<p><img src="https://vi-du.example/2.jpg" alt=""></p>\n<p>Đoạn hai</p>\n{end}'
    whole = joined(
        reading(1, "Một", "Đoạn một", "Theo Báo Suối Mây", body_html=first),
        reading(2, "Đoạn hai", "Theo Báo Suối Mây", body_html=second, lead="Nước & đất < 2 ha"),
    )
    assert whole.article is not None
    assert whole.article.body_html.split("\n") == [
        "<h2>Một</h2>",
        '<p>Đoạn <a href="https://vi-du.example/x">một</a></p>',
        "<p>Nước &amp; đất &lt; 2 ha</p>",
        '<p><img src="https://vi-du.example/2.jpg" alt=""></p>',
        "<p>Đoạn hai</p>",
        end,
    ]
    assert plain(parsed(whole.article.body_html)) == whole.article.body


def test_a_page_that_is_no_article_is_a_stranger() -> None:
    whole = joined(reading(1, "Một"), Reading("refused"))
    assert body(whole) == ["Một"]
    assert [one.url for one in whole.strangers] == [address(2)]


def test_a_part_that_no_part_names_is_left_out() -> None:
    alone = replace(reading(1, "Một"), parts=Parts(FIRST, 1, (Part(2, address(2)),)))
    last = replace(reading(2, "Hai"), parts=None)
    stray = replace(reading(3, "Ba"), parts=None)
    assert body(joined(alone, last, stray)) == ["Một", "Hai"]


def test_a_part_fingerprint_is_that_of_a_record_with_its_text_alone() -> None:
    from pipelines.keep.records.decision import article_fingerprint

    article = reading(1, "Một", author="Lê Thu An", source="Báo", lead="Đầu").article
    assert article is not None
    assert part_fingerprint(article) == article_fingerprint(article)


@pytest.mark.parametrize(
    "title",
    [
        "Hội nghị tổng kết năm 2025",
        "Hội nghị tổng kết năm 2025 - Trang 2",
        "Hội nghị tổng kết năm 2025 (2)",
        "Hội nghị tổng kết năm 2025 (2/3)",
        "Hội nghị tổng kết năm 2025 | page 2 of 3",
        "Hội nghị tổng kết năm 2025 – Phần 2",
    ],
)
def test_titles_of_a_second_page(title: str) -> None:
    assert is_part_title(title, "Hội nghị tổng kết năm 2025", 2)
    assert is_part_title(title, "Hội nghị tổng kết năm 2025 (1/3)", 2)


@pytest.mark.parametrize(
    "title", ["Hội nghị tổng kết năm 2024", "Hội nghị tổng kết năm 2025 (3)", "Hội nghị", "Trang 2"]
)
def test_titles_of_other_articles(title: str) -> None:
    assert not is_part_title(title, "Hội nghị tổng kết năm 2025", 2)

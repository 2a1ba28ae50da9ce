"""Differences as people see them: lines of runs, and escaped HTML."""

import pytest
from lxml import html

from pipelines.compare.comparison import compare
from pipelines.compare.differences import differences
from pipelines.compare.lines import Line, lines_of
from pipelines.compare.markup import Spoken, line_markup
from pipelines.compare.version import File, Picture, Version
from pipelines.compare.words import paragraphs_of, words_of
from tests.builders.hostile_texts import MARK, PAYLOADS

SPOKEN = Spoken("bỏ:", "thêm:", "vi")
SIGNS = {"same": "", "removed": "-", "added": "+"}


def marked(lines: list[Line]) -> list[str]:
    return [
        " | ".join(f"{SIGNS[run.side]}{run.text}{'!' if run.figure else ''}" for run in line.runs)
        for line in lines
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("một hai", "một hai", ["một hai"]),
        ("một hai ba", "một bốn ba", ["một | -hai | +bốn | ba"]),
        # A figure stands out from the words around it.
        ("giá 5 đồng", "giá gần 6 đồng", ["giá | -5! | +gần | +6! | đồng"]),
        # Whole paragraphs have lines of their own.
        ("a b\n\nc d\n\ne", "a b\n\ne", ["a b", "-c d", "e"]),
        ("a b\n\ne", "a b\n\nc d\n\ne", ["a b", "+c d", "e"]),
        ("a b\n\nc d\n\ne", "a b\n\nx y\n\ne", ["a b", "-c d", "+x y", "e"]),
        ("", "a\n\nb", ["+a", "+b"]),
        # Words at a paragraph's border stay in its line.
        ("a b\n\nc d e", "a b\n\nx d e", ["a b", "-c | +x | d e"]),
        ("a b c\n\nd", "a b x\n\nd", ["a b | -c | +x", "d"]),
        ("a b c\n\nd e\n\nf", "a b x\n\nf", ["a b | -c | +x", "-d e", "f"]),
        ("a b\n\nc\n\nd e f", "a b\n\ne f", ["a b", "-c", "-d | e f"]),
        # A border alone is no difference.
        ("a b\n\nc", "a b c", ["a b c"]),
        # A sentence that is written anew is no mosaic.
        (
            "Mưa: hôm qua xã đã họp dân và bàn chuyện làm đường",
            "Mưa: sáng nay thôn Tây quyết định và chốt phương án sửa cầu",
            [
                "Mưa: | -hôm qua xã đã họp dân và bàn chuyện làm đường"
                " | +sáng nay thôn Tây quyết định và chốt phương án sửa cầu"
            ],
        ),
    ],
)
def test_lines(before: str, after: str, expected: list[str]) -> None:
    texts = (words_of(paragraphs_of(text)) for text in (before, after))
    assert marked(lines_of(compare(*texts))) == expected


def test_only_fields_that_changed_are_shown() -> None:
    one = Version(
        title="Họp dân",
        body="Sáng nay.\n\nHết.",
        author="An",
        source="Đài xã",
        published_on="2026-03-01",
        section="Tin",
        pictures=(Picture("http://a.example/1.jpg", "Họp"), Picture("http://a.example/2.jpg")),
        files=(File("http://a.example/f.pdf", "Tệp", "a" * 64),),
    )
    other = Version(
        title="Họp dân",
        body="Sáng nay.\n\nHết ngày.",
        author="An",
        source="Đài huyện",
        published_on="2026-03-02",
        section="Tin",
        pictures=(Picture("http://a.example/1.jpg", "Họp dân"), Picture("http://a.example/3.jpg")),
        files=(File("http://a.example/f.pdf", "Tệp", "b" * 64),),
    )
    found = differences(one, other)
    assert {field.field: marked(list(field.lines)) for field in found.fields} == {
        "text": ["Sáng nay.", "-Hết.", "+Hết ngày."],
        "byline": ["An", "Đài | -xã | +huyện"],
        "date": ["-2026-03-01", "+2026-03-02"],
        "attachments": [
            "-Tệp http://a.example/f.pdf sha256:aaaaaaaaaaaa",
            "+Tệp http://a.example/f.pdf sha256:bbbbbbbbbbbb",
        ],
        "pictures": [
            "Họp | +dân",
            "-http://a.example/2.jpg",
            "+http://a.example/3.jpg",
        ],
    }
    assert differences(one, one).fields == ()


def test_html_marks_words_and_figures_and_says_so() -> None:
    before = Version(title="x", body="Giá 5 đồng.\n\nHết.")
    after = Version(title="x", body="Giá gần 6 đồng.\n\nHết.")
    (text,) = differences(before, after).fields
    assert [line_markup(line, SPOKEN) for line in text.lines] == [
        'Giá <del><span class="unseen" lang="vi">bỏ: </span><strong>5</strong></del> '
        '<ins><span class="unseen" lang="vi">thêm: </span>gần <strong>6</strong></ins> đồng.',
        "Hết.",
    ]


@pytest.mark.parametrize("text", PAYLOADS)
def test_hostile_texts_are_escaped(text: str) -> None:
    harmless = Version(title="x", body="y", pictures=(), files=(), section="s", author="z")
    hostile = Version(
        title=text,
        body=f"{text}\n\n{text} y",
        lead=text,
        author=text,
        source=text,
        section=text,
        published_on=text,
        pictures=(Picture(text, text),),
        files=(File(text, text, text),),
    )
    for pair in ((harmless, hostile), (hostile, harmless)):
        found = differences(*pair)
        lines = [line_markup(line, SPOKEN) for one in found.fields for line in one.lines]
        page = html.fromstring(f"<div>{' '.join(lines)}</div>")
        assert {element.tag for element in page.iter()} <= {
            *("div", "span", "del", "ins", "strong"),
        }
        assert {name for element in page.iter() for name in element.attrib} == {"class", "lang"}
        assert MARK in str(page.xpath("string()"))


def test_long_texts_are_compared_by_whole_paragraphs() -> None:
    before = Version(title="x", body="một hai\n\nba bốn\n\nnăm")
    after = Version(title="x", body="một hai\n\nba sáu\n\nnăm")
    (text,) = differences(before, after, most_words=9).fields
    assert marked(list(text.lines)) == ["một hai", "-ba bốn", "+ba sáu", "năm"]
    (text,) = differences(before, after, most_words=10).fields
    assert marked(list(text.lines)) == ["một hai", "ba | -bốn | +sáu", "năm"]

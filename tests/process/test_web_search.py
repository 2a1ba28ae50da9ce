"""The search as a reader meets it over HTTP: with or without marks, in a useful order."""

import unicodedata
from urllib.parse import urlencode

import pytest

from tests.builders.served_archive import ServedArchive


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("dang bo", [1]), ("Đảng bộ", [1]), (unicodedata.normalize("NFD", "Đảng bộ"), [1]),
        ("HUYỆN UỶ", [2]), ("huyen uy", [2]), ("dang", [1, 3]),
        ('"dang bo"', [1]), ('"bo dang"', []), ("duong lien thon", [1]), ("dường", [1]),
        ("giam ngheo", [1]), ("thử", [3, 4]),
        ("m2", [2, 4]), ("M²", [2, 4]), ("co2", [2]), ("10^4", [2]), ('"10⁴ m2"', [2]), ("104", []),
    ],
)  # fmt: skip
def test_words_are_found_with_or_without_marks(
    served: ServedArchive, question: str, found: list[int]
) -> None:
    table = served.get("/archive/articles.json", _search=question, _shape="array").json()
    query = served.get("/archive/search.json", q=question, _shape="array").json()
    assert sorted(row["id"] for row in table) == found
    assert sorted(row["article"] for row in query) == found


@pytest.mark.parametrize(
    "question",
    [
        '"',
        'dang "bo',
        "AND",
        "dang OR",
        "NOT",
        "dang*",
        "*",
        "title:dang",
        "(",
        "NEAR(a b)",
        "",
        "  ",
        "-",
        "^a",
        "a\0b",
        "'",
        "d-" * 500,
        "đ " * 9999,
    ],
)
def test_no_question_breaks_the_search(served: ServedArchive, question: str) -> None:
    assert (
        served.client.get(f"/archive/search.json?{urlencode({'q': question})[:60000]}").status_code
        == 200
    )
    assert (
        served.client.get(
            f"/archive/articles.json?{urlencode({'_search': question})[:60000]}"
        ).status_code
        == 200
    )


def test_marks_as_typed_come_first_and_then_the_newest(served: ServedArchive) -> None:
    assert served.titles("/archive/search.json", q="thử") == [
        "Đăng ký thi thử cho học sinh",
        "Mùa thu ở bản Nà Pheo",
    ]
    assert served.titles("/archive/search.json", q="thu") == [
        "Mùa thu ở bản Nà Pheo",
        "Đăng ký thi thử cho học sinh",
    ]


def test_an_excerpt_marks_what_was_found(served: ServedArchive) -> None:
    page = served.page("/archive/search", q="giam ngheo")
    assert page.xpath("//td//mark/text()") == ["giảm", "nghèo"]
    assert "/a/zpv3x22l4qypmioz" in page.xpath("//td/a/@href")
    assert page.xpath("//tbody//td[3]/text()") == ["04/03/2024"]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("thuy", '"thuy"'), ('dang "da nang"', '("dang" OR "đang") AND ("da nang" OR "đa nang")'),
        ("Đảng", '"Đảng"'), ('dang"', '("dang" OR "đang")'),
        ("“xã mới”", '"xã mới"'), ("covid-19", '("covid-19" OR "covid19")'),
        ("*", '""'), ('""', '""'),
        ("m2", '("m2" OR "m²" OR "m₂")'), ("300", '"300"'), ("10^4", '("10^4" OR "10⁴")'),
        ("CO₂", '("CO₂" OR "CO2" OR "CO²")'), ("pm2.5", '("pm2.5" OR "pm².⁵" OR "pm₂.₅")'),
    ],
)  # fmt: skip
def test_a_question_is_widened_word_by_word(
    served: ServedArchive, question: str, asked: str
) -> None:
    assert served.get(
        "/archive.json", sql="select vi_fts(:q) as asked", q=question, _shape="array"
    ).json() == [{"asked": asked}]


@pytest.mark.parametrize(
    ("question", "text", "stands"),
    [
        ("uỷ ban", "Ủy ban", 1),
        ("hòa", "hoà bình", 1),
        ("thử", "thu", 0),
        ("thử", "thửa", 0),
        ("thu", "thu", 0),
        ("quý", "quỳ", 0),
        ("quý", "Quý II", 1),
        ("", "x", 0),
    ],
)
def test_marks_stand_as_typed_in_either_place_of_the_tone(
    served: ServedArchive, question: str, text: str, stands: int
) -> None:
    assert served.get(
        "/archive.json", sql="select as_typed(:q, :t) as stands", q=question, t=text, _shape="array"
    ).json() == [{"stands": stands}]

"""What is understood of a question, and that no question fails."""

import random
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from pipelines.search.expression import match, vi_fts
from pipelines.search.question import MOST_WORDS, Question, Term, Unused, parse_question


def groups(question: Question) -> list[list[str]]:
    return [[term.text for term in group] for group in question.groups]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("dang bo xa", [["dang"], ["bo"], ["xa"]]),
        ('họp "dang  bo" xã', [["họp"], ["dang bo"], ["xã"]]),
        ("“xã mới” «bản cũ»", [["xã mới"], ["bản cũ"]]),
        ('dang "bo xa', [["dang"], ["bo"], ["xa"]]),
        ('"một hai" ba"', [["một hai"], ["ba"]]),
        ("bão OR lũ sạt", [["bão", "lũ"], ["sạt"]]),
        ("bão | lũ | sạt", [["bão", "lũ", "sạt"]]),
        ("bão|lũ || sạt", [["bão", "lũ", "sạt"]]),
        ("「xã mới」 ＂bản cũ＂ ‘họp’ +bàn+", [["xã mới"], ["bản cũ"], ["họp"], ["bàn"]]),  # noqa: RUF001
        ("Ðảng ðoàn Það", [["Đảng"], ["đoàn"], ["Það"]]),
        ("วันที่ स्ट्री", [["วันที่"], ["स्ट्री"]]),
        ("(bão OR lũ) AND sạt", [["bão", "lũ"], ["sạt"]]),
        ("covid-19", [["covid-19"]]),
        ("15/NQ-HĐND", [["15/NQ-HĐND"]]),
        ("họp - bàn – quyết", [["họp"], ["bàn"], ["quyết"]]),
        ("tin: mới!", [["tin"], ["mới"]]),
        ("a\0b", [["a"], ["b"]]),
        (unicodedata.normalize("NFD", "Đảng bộ"), [["Đảng"], ["bộ"]]),
        ("or and not", [["or"], ["and"], ["not"]]),
        ("", []),
        ('- " * () "" … :', []),
    ],
)
def test_words_phrases_and_alternatives(typed: str, wanted: list[list[str]]) -> None:
    assert groups(parse_question(typed)) == wanted


@pytest.mark.parametrize("typed", ["bão -covid", "bão NOT covid", "-covid bão", "bão AND -covid"])
def test_a_word_can_be_left_out(typed: str) -> None:
    question = parse_question(typed)
    assert groups(question) == [["bão"]]
    assert question.excluded == (Term("covid"),)


def test_a_phrase_or_a_field_can_be_left_out() -> None:
    question = parse_question('bão -"dịch bệnh" -title:lũ -site:xa')
    assert question.excluded == (Term("dịch bệnh", None, True), Term("lũ", "title", True))
    assert question.excluded_sites == ("xa",)


def test_fields_take_the_next_word_or_phrase() -> None:
    question = parse_question('title:bão Author:"Lò Văn Pán" section: văn source:"báo xã" lũ')
    assert question.groups == (
        (Term("bão", "title"),),
        (Term("Lò Văn Pán", "author", True),),
        (Term("văn", "section"),),
        (Term("báo xã", "source", True),),
        (Term("lũ"),),
    )
    assert parse_question("caption:cầu file:mẫu").groups == (
        (Term("cầu", "captions"),),
        (Term("mẫu", "attachments"),),
    )


@pytest.mark.parametrize(
    ("typed", "since", "before"),
    [
        ("after:2020", date(2020, 1, 1), None),
        ("before:2020-07", None, date(2020, 7, 1)),
        ("after:10/7/2020 before:2021-01-02", date(2020, 7, 10), date(2021, 1, 2)),
        ("after:7/2020", date(2020, 7, 1), None),
        ("after:2019 after:2020 before:2022 before:2021", date(2020, 1, 1), date(2021, 1, 1)),
        ("-before:2020", date(2020, 1, 1), None),
    ],
)
def test_days_limit_the_time(typed: str, since: date | None, before: date | None) -> None:
    question = parse_question(typed)
    assert (question.since, question.before) == (since, before)
    assert question.has_filters
    assert question.groups == ()


@pytest.mark.parametrize(
    ("typed", "unused"),
    [
        ("bão OR", [("OR", Unused.OPERATOR)]),
        ("OR bão", [("OR", Unused.OPERATOR)]),
        ("bão NOT", [("NOT", Unused.OPERATOR)]),
        ("-bão NOT lũ", [("-bão", Unused.OPERATOR), ("-lũ", Unused.OPERATOR)]),
        ("title: ", [("title:", Unused.FIELD)]),
        ('site:"" bão', [('site:""', Unused.FIELD)]),
        ("before:mai", [("before:mai", Unused.DAY)]),
        ("after:2020-13", [("after:2020-13", Unused.DAY)]),
        ("before:31/2/2020", [("before:31/2/2020", Unused.DAY)]),
    ],
)
def test_what_cannot_be_used_is_told(typed: str, unused: list[tuple[str, Unused]]) -> None:
    assert list(parse_question(typed).unused) == unused


def test_a_question_of_many_words_is_cut_and_told() -> None:
    question = parse_question("xã " * (MOST_WORDS + 2))
    assert len(question.groups) == MOST_WORDS
    assert [why for _, why in question.unused] == [Unused.LENGTH, Unused.LENGTH]
    assert parse_question("x" * 5000).unused[0][1] == Unused.LENGTH


def test_only_the_text_itself_tells_a_word_to_leave_out_by_its_marks() -> None:
    assert match(parse_question("hội -đảng")) == '"hội"'
    assert match(parse_question("hội -covid")) == '("hội") NOT (("covid" OR "covids"))'
    assert parse_question("hội -đảng").exact_terms == (Term("đảng", None, True),)


def test_marks_typed_in_quotes_are_meant() -> None:
    assert [term.is_exact for (term,) in parse_question('"thử" thử "thu" "đa"').groups] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("typed", "expression"),
    [
        ("bão -lũ", '("bão") NOT ("lũ")'),
        ("bão OR lũ sạt", '("bão" OR "lũ") AND "sạt"'),
        ("title:dang", '({title} : ("dang" OR "đang"))'),
        ("-covid", '""'),
        ("site:xa after:2020", '""'),
        ('bão -"lũ"', '("bão") NOT ("lũ")'),
        ("kĩ thuật", '("kĩ" OR "kỹ") AND "thuật"'),
        ("quy", '("quy" OR "qui")'),
        ("covid-19", '("covid-19" OR "covid19")'),
        ("covid19", '("covid19" OR "covid-19")'),
        ("1.500", '("1.500" OR "1500")'),
        ("1500", '("1500" OR "1.500")'),
        ("0912345", '"0912345"'),
        ("10/7/2020", '("10/7/2020" OR "10/07/2020")'),
        ("1/7", '("1/7" OR "01/07" OR "01/7")'),
        ("2.5", '"2.5"'),
        ("21km", '("21km" OR "21 km")'),
        ("4,7m3", '("4,7m3" OR "4,7m³" OR "4,7m₃" OR "4,7 m3" OR "4,7 m³" OR "4,7 m₃")'),
        ("7h", '("7h" OR "7 giờ" OR "07h" OR "07 giờ")'),
        ("9a", '"9a"'),
        ("QD", '("QD" OR "QĐ")'),
        ("school", '("school" OR "schools")'),
        ("北京", '"北京"*'),
        ("hdqt", '("hdqt" OR "hđqt")'),
        ("15/NQ-HDND", '("15/NQ-HDND" OR "15/NQ-HDNĐ" OR "15/NQ-HĐND" OR "15/NQ-HĐNĐ")'),
    ],
)
def test_a_question_as_an_expression(typed: str, expression: str) -> None:
    assert vi_fts(typed) == expression


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as db:
        columns = "title, lead, body, captions, attachments, author, source, section"
        db.execute(f"create virtual table f using fts5({columns})")
        yield db


def test_no_question_makes_a_broken_expression(index: sqlite3.Connection) -> None:
    parts = [
        *('"', "-", "OR", "AND", "NOT", "|", "(", ")", "*", ":", "^", "title:", "site:", "before:"),
        *("author:", "đảng", "d", "m2", "10^4", "NEAR(a b)", "2020", "1.500", "“", "+", "{", "}"),
        *("'", "\\", "\0", ";", "--", "a-b", "1/7/2020", "北京", "ประเทศ", " ", "\n"),
    ]
    luck = random.Random(15)
    for _ in range(3000):
        typed = "".join(
            luck.choice(parts) + luck.choice(["", " "]) for _ in range(luck.randint(1, 9))
        )
        question = parse_question(typed)
        for expression in (match(question), match(question, '"x"')):
            index.execute("select count(*) from f where f match ?", (expression,)).fetchall()

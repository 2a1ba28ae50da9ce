"""Answers to questions: which articles, in which order, how many, and what stands beside them."""

import re
from dataclasses import replace

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.search import order, reach
from pipelines.keep.search.asked import Filters, Order, ask
from pipelines.keep.search.functions import add_functions
from pipelines.keep.search.search import Found, search
from tests import ROOT
from tests.builders.searched_archive import Text, fill

TEXTS = [
    Text("Đại hội Đảng bộ xã Nà Luông", site="naluong", on="2020-05-20", author="Lò Văn Pán"),
    Text("Kéo dài lễ hội, xứng đáng là bộ mặt của bản", on="2024-02-01", section="Văn hóa"),
    Text("Mùa thu ở bản", lead="Thu về trên nương.", on="2023-10-01", section="Văn hóa"),
    Text("Bay thử máy mới", site="naluong", on="2022-06-01", changed=True),
    Text("Khánh thành", "Xã có cầu mới.", captions=("Bà Lường Thị Én cắt băng",), on="2021-01-05"),
    Text("Thông báo tuyển sinh", file="Chỉ tiêu: 35 học sinh, khối A1", on="2021-08-01"),
    Text("Phòng dịch Covid-19", "Cả xã tiêm chủng.", on="2021-08-02", removed=True),
    Text("Tin không ngày", "Cả xã tiêm phòng cho trâu.", on=None),
    Text("北京市代表团", "Khách thăm.", site="khach", on="2010-01-01"),
]


@pytest.fixture
def held(archive: Archive) -> Archive:
    fill(archive.connection, TEXTS)
    return archive


def found(archive: Archive, typed: str, **others: object) -> Found:
    return search(archive.connection, replace(ask(typed), **others))  # type: ignore[arg-type]


def ids(archive: Archive, typed: str, **others: object) -> list[int]:
    return [hit.facts.id for hit in found(archive, typed, **others).hits]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dai hoi dang bo", [1, 2]),
        ("đại hội đảng bộ", [1]),
        ('"đại hội"', [1]),
        ('"thử"', [4]),
        ("thử", [4, 3]),
        ("thu", [3, 4]),
        ("tiêm -covid", [8]),
        ("bay OR trâu", [4, 8]),
        ('tiêm -"chủng"', [8]),
        ("tiêm -chủng", [8]),
        ('tiêm -"chứng"', [7, 8]),  # marks in quotes are meant: no article says chứng
        ("author:pan", [1]),
        ("title:xa", [1]),
        ("section:van", [2, 3]),
        ("lường thị én", [5]),
        ("en luong thi", [5]),
        ("caption:cầu", []),
        ("file:a1", [6]),
        ("covid 19", [7]),
        ("covid19", [7]),
        ("site:naluong", [4, 1]),
        ("site:naluong máy", [4]),
        ("site:naluong -may", [1]),
        ("before:2021 -khach", [1]),
        ("-site:naluong hoi", [2]),
        ("site:nowhere máy", []),
        ("北京", [9]),
        ("after:2022 before:2024", [3, 4]),
        ("xã after:2021-08-02 before:2021-08-03", [7]),
        ("before:2021", [1, 9]),
        ("", []),
        ("-covid", []),
        ("OR", []),
    ],
)
def test_what_a_question_finds(held: Archive, typed: str, expected: list[int]) -> None:
    answer = found(held, typed)
    hits = [hit.facts.id for hit in answer.hits] if answer.shown is None else []
    assert hits == expected
    if answer.shown is None:
        assert (answer.articles, answer.is_exact) == (len(expected), True)


def test_the_newest_come_first_by_choice_and_those_without_a_day_last(held: Archive) -> None:
    assert ids(held, "xã OR bản", order=Order.NEWEST) == [2, 3, 7, 5, 1, 8]


def test_filters_limit_the_articles_and_are_counted_beside_them(held: Archive) -> None:
    beside = found(held, "xa OR ban OR may OR tuyen").beside
    assert {
        name: [(one.value, one.articles) for one in values] for name, values in beside.items()
    } == {
        "site": [("xa", 6), ("naluong", 2)],
        "year": [("2024", 1), ("2023", 1), ("2022", 1), ("2021", 3), ("2020", 1), ("unknown", 1)],
        "section": [("Văn hóa", 2)],
        "files": [("1", 1)],
        "edited": [("1", 1)],
        "removed": [("1", 1)],
    }
    assert [one.name for one in beside["site"]] == ["Trang Xa", "Trang Naluong"]
    for filters, expected in (
        (Filters(site="naluong"), [4, 1]),
        (Filters(year="2021"), [7, 6, 5]),
        (Filters(year="unknown"), [8]),
        (Filters(section="Văn hóa"), [2, 3]),
        (Filters(files=True), [6]),
        (Filters(edited=True), [4]),
        (Filters(removed=True), [7]),
        (Filters(year="2021", removed=True), [7]),
        (Filters(year="x"), []),
    ):
        question = "xa OR ban OR may OR tuyen"
        assert ids(held, question, filters=filters, order=Order.NEWEST) == expected


def test_pages_hold_each_hit_once(held: Archive) -> None:
    pages = [ids(held, "xa OR ban OR may", page=page, size=3) for page in (1, 2, 3, 4)]
    assert sorted(id for page in pages for id in page) == [1, 2, 3, 4, 5, 7, 8]
    assert list(map(len, pages)) == [3, 3, 1, 0]
    assert found(held, "xa OR ban OR may", size=3).pages == 3
    assert ask("xa").size == 20


def test_what_lies_beyond_reach_is_counted_as_more_but_titles_are_found(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(
        archive.connection,
        [Text("Đập tràn Khe Lạnh"), *(Text(f"Tin {n}", "Đập, tràn") for n in range(30))],
    )
    monkeypatch.setattr(reach, "REACH", 20)
    monkeypatch.setattr(order, "READ", 5)
    answer = found(archive, "dap tran")
    assert (answer.articles, answer.is_exact) == (20, False)
    assert answer.hits[0].facts.id == 1
    assert found(archive, "dap tran -khe").hits[0].facts.id != 1


def test_of_many_hits_the_newest_are_those_of_the_last_months(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = ["2024-05-02", "2019-01-01", "2023-12-31", None, "2024-05-01", "2020-02-02"]
    fill(archive.connection, [Text(f"Lúa {n}", on=day) for n, day in enumerate(days)])
    monkeypatch.setattr(reach, "REACH", 2)
    answer = found(archive, "lua", order=Order.NEWEST)
    assert [hit.facts.id for hit in answer.hits] == [1, 5]
    assert not answer.is_exact


def test_a_condition_that_few_hits_meet_is_looked_for_further(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [Text("Lúa", changed=n == 0, removed=n == 1, file="Ngô" * (n == 2)) for n in range(9)]
    fill(archive.connection, texts)
    monkeypatch.setattr(reach, "REACH", 3)
    for number, filters in enumerate(
        (Filters(edited=True), Filters(removed=True), Filters(files=True)), 1
    ):
        answer = found(archive, "lua", filters=filters)
        assert ([hit.facts.id for hit in answer.hits], answer.is_exact) == ([number], True)


@pytest.mark.parametrize("typed", ["site:xa site:naluong", "site:trang", "site:example"])
def test_several_sites_are_meant_by_words_of_their_names(held: Archive, typed: str) -> None:
    answer = found(held, f"{typed} after:2022")
    assert [hit.facts.id for hit in answer.hits] == ([] if " " in typed else [2, 3, 4])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("xã after:2021-08-02 before:2021-08-03", [7]),
        ("xã after:2021-08 before:2021-09", [7]),
        ("xã after:1999 before:2021-01-06", [5, 1]),
        ("xã after:2021-09 before:2021-08", []),
        ("xã after:2200", []),
    ],
)
def test_short_and_long_spans_of_days(held: Archive, typed: str, expected: list[int]) -> None:
    assert sorted(ids(held, typed)) == sorted(expected)


@pytest.mark.parametrize(
    "address", ["http://naluong.example/4.html", " https://www.naluong.example/4.html "]
)
def test_the_address_of_an_article_finds_it(held: Archive, address: str) -> None:
    assert ids(held, address) == [4]
    assert ids(held, "http://naluong.example/5.html") == []


def test_marks_that_are_meant_are_looked_for_among_the_last_archived(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(archive.connection, [Text("Bay thử"), Text("Mùa thu"), Text("Thử"), Text("Thu")])
    monkeypatch.setattr(reach, "READ", 2)
    answer = found(archive, '"thử"')
    assert ([hit.facts.id for hit in answer.hits], answer.is_exact) == ([3], False)


@pytest.mark.parametrize(
    ("typed", "kind", "instead", "first"),
    [
        ("ddaij hooij", "spelling", "đại hội", 1),
        ("d9ai5 ho6i5", "spelling", "đại hội", 1),
        ("ddaij hooij ddangr booj xax", "spelling", "đại hội đảng bộ xã", 1),
        ("ddaij hooij huyeenj", "fewer-words", "đại hội", 1),
        ("khanhthanh", "spelling", "khanh thanh", 5),
        ("tuyeenr sinh", "spelling", "tuyển sinh", 6),
        ("cau trei", "fewer-words", "cau", 5),
        ("thongbao tuyyen sinh", "spelling", "thong bao tuyển sinh", 6),
        ("khahn zzz", "fewer-words", "khánh", 5),
        ("lễ hộii", "spelling", "lễ hội", 2),
        ("kéo giài lễ hội", "spelling", "kéo dài lễ hội", 2),
        ("may moi zzz", "fewer-words", "may moi", 4),
        ("lễ hội xuân trên cao nguyên đá", "fewer-words", "lễ hội", 2),
        (
            "muốn biết xã nà luông đại hội đảng bộ khi nào",
            "fewer-words",
            "xã nà luông đại hội đảng bộ",
            1,
        ),
    ],
)
def test_what_is_shown_instead_where_nothing_is_found(
    held: Archive, typed: str, kind: str, instead: str, first: int
) -> None:
    answer = found(held, typed)
    assert answer.shown is not None
    assert (answer.shown.kind, answer.shown.asked.question.typed) == (kind, instead)
    assert answer.hits[0].facts.id == first
    assert answer.asked.question.typed == typed


@pytest.mark.parametrize(
    ("typed", "kind", "instead"),
    [
        ("site:naluong covid", "no-filters", "covid"),
        ("máy before:2020", "no-filters", "máy"),
        ("covid -xã", "nothing-excluded", "covid"),
        ('"thú"', "any-marks", "thú"),
        ('"bộ đảng"', "any-marks", "bộ đảng"),
        ("bộ/đảng", "any-marks", "bộ đảng"),
        ("author:covid", "any-field", "covid"),
    ],
)
def test_what_to_try_with_fewer_limits(held: Archive, typed: str, kind: str, instead: str) -> None:
    answer = found(held, typed)
    assert (answer.articles, answer.shown) == (0, None)
    assert (kind, instead) in [(one.kind, one.asked.question.typed) for one in answer.tries]


def test_a_filter_that_leaves_nothing_is_told(held: Archive) -> None:
    (one,) = found(held, "covid", filters=Filters(edited=True)).tries
    assert (one.kind, one.asked.filters) == ("no-filters", Filters())


def test_a_very_long_word_is_no_slip_of_another(archive: Archive) -> None:
    fill(archive.connection, [Text("hs" * 15)])
    slip = found(archive, "hs" * 15 + "x").shown
    assert slip is None
    slip = found(archive, "hs" * 14 + "h").shown
    assert slip is not None
    assert slip.asked.question.typed == "hs" * 15


def test_nothing_like_it_is_told_as_nothing(held: Archive) -> None:
    answer = found(held, "qqqqq wwwww")
    assert (answer.articles, answer.hits, answer.tries) == (0, (), ())


def test_sql_answers_as_the_page_does(held: Archive) -> None:
    db = held.connection
    add_functions(db)
    rows = db.execute(
        "select value from json_each(search_articles('dai hoi dang bo')) order by key"
    )
    assert [row[0] for row in rows] == [1, 2]
    for none in ("select search_articles(null)", "select search_articles('')"):
        assert db.execute(none).fetchone()[0] == "[]"


def test_the_sql_of_the_guide_runs(held: Archive) -> None:
    add_functions(held.connection)
    guide = (ROOT / "docs" / "search.md").read_text("utf-8")
    queries = re.findall(r"^    (select .*?;)$", guide, re.M | re.S)
    found = [[row[0] for row in held.connection.execute(query)] for query in queries]
    assert found == [[TEXTS[0].title, TEXTS[1].title], [TEXTS[0].title]]


def test_a_hit_says_where_it_was_found(held: Archive) -> None:
    (hit,) = found(held, "luong thi en").hits
    assert hit.excerpt is not None
    assert hit.excerpt.field == "captions"
    assert (hit.site_name, hit.key is not None, hit.precision) == ("Trang Xa", True, "day")

"""Which date on a page of no known family is its publication."""

from datetime import UTC, datetime

import pytest

from pipelines.read.article.dateline import is_clock
from pipelines.read.article.page_kind import CONVINCED
from pipelines.read.dates.date_lines import read_date
from portals.platform import ArticleRules, platform_of
from tests.builders.pages_of_no_family import (
    ARTICLE,
    FETCHED,
    TO_COME,
    article_dated,
    page_of,
    read_generic,
    read_page,
    site_of,
)

NUMBERED = "http://xa.example/tin/12.html"


def test_the_printed_date_beats_the_date_that_machines_are_told() -> None:
    head = (
        "<head><meta property='og:type' content='article'>"
        "<meta property='article:published_time' content='2021-03-09T10:00:00+07:00'></head>"
    )
    article, _ = read_page(page_of(f"<html>{head}<body>{ARTICLE}</body></html>"))
    assert article is not None
    assert article.published is not None
    assert article.published.at == datetime(2021, 3, 2, 0, 30, tzinfo=UTC)
    assert article.published.evidence == "selector"


def test_a_printed_day_takes_the_time_that_the_page_states_for_the_same_day() -> None:
    head = (
        "<head><meta property='article:published_time' content='2021-03-02T10:15:00+07:00'></head>"
    )
    article, _ = read_page(
        page_of(f"<html>{head}<body>{ARTICLE.replace(' 07:30', '')}</body></html>")
    )
    assert article is not None
    assert article.published is not None
    assert (article.published.at, article.published.evidence) == (
        datetime(2021, 3, 2, 3, 15, tzinfo=UTC),
        "meta",
    )


def test_a_date_of_update_is_not_the_publication() -> None:
    printed = "<div class='ngay'>02/03/2021 07:30</div>"
    dates = "<div>Đăng lúc: 02/03/2021 07:30</div><div>Cập nhật: 05/03/2021 09:00</div>"
    article, _ = read_page(page_of(f"<body>{ARTICLE.replace(printed, dates)}</body>"))
    assert article is not None
    assert article.published is not None
    assert article.updated is not None
    assert (article.published.on.isoformat(), article.updated.on.isoformat()) == (
        "2021-03-02",
        "2021-03-05",
    )


def test_a_page_whose_only_date_is_its_clock_is_undated_and_no_article() -> None:
    clock = (
        "<div class='dau'><a href='/'>Trang chủ</a><a href='/a'>Tin tức</a></div>"
        "<div>Thứ Bảy, 20/03/2021</div><div><a href='/gioi-thieu'>Giới thiệu</a></div>"
    )
    links = "".join(f"<div><a href='/muc-{n}'>Mục {n}</a></div>" for n in range(8))
    undated = ARTICLE.replace("<div class='ngay'>02/03/2021 07:30</div>", "")
    article, confidence = read_page(page_of(f"<body>{links}{clock}{undated}</body>"))
    assert article is None
    assert 0 < confidence < CONVINCED


@pytest.mark.parametrize(
    ("line", "clock"),
    [
        ("20/03/2021", True),
        ("20/03/2021 08:58", True),
        ("20/03/2021 05:00", False),
        ("Ngày đăng: 20/03/2021", False),
        ("18/03/2021", False),
    ],
)
def test_a_clock_shows_the_day_of_the_fetch_and_no_label(line: str, clock: bool) -> None:
    page = page_of("<p>x</p>")
    date = read_date(line, zone=page.zone, fetched_at=FETCHED)
    assert date is not None
    assert is_clock(page, date) is clock


def test_an_article_that_prints_a_day_to_come_is_kept_without_a_date_and_told() -> None:
    page = page_of(article_dated(TO_COME))
    article, found, _ = read_generic(
        page, site_of(page.url), platform_of("generic"), ArticleRules(), page.url
    )
    assert article is not None
    assert article.published is None
    (note,) = [note for note in found.notes if note.kind == "undated"]
    assert "2021-05-02" in note.detail


def test_behind_a_printed_day_to_come_the_date_that_machines_are_told_counts() -> None:
    head = (
        "<head><meta property='article:published_time' content='2021-03-09T10:00:00+07:00'></head>"
    )
    article, _ = read_page(page_of(f"<html>{head}{article_dated(TO_COME)}</html>"))
    assert article is not None
    assert article.published is not None
    assert (article.published.on.isoformat(), article.published.evidence) == ("2021-03-09", "meta")


def test_a_printed_day_takes_the_time_stated_for_that_day_in_the_portal_s_own_offset() -> None:
    head = (
        "<head><meta property='article:published_time' content='2021-03-02T19:15:00+01:00'></head>"
    )
    article, _ = read_page(page_of(f"<html>{head}{article_dated('2 March 2021')}</html>"))
    assert article is not None
    assert article.published is not None
    assert (article.published.on.isoformat(), article.published.at) == (
        "2021-03-02",
        datetime(2021, 3, 2, 18, 15, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("language", "line", "kept"),
    [
        ("pl", "wtorek, 2 marca 2021", True),
        ("el", "2 Μαρτίου 2021, 07:30", True),
        ("ko", "2021년 3월 2일", True),
        ("ja", "2021年3月2日(火)", True),
        ("pl", "Fot. Jan Kowalski", False),
        ("pl", "2 marca", False),
        ("en", "2 Smarch 2021", False),  # a language with a file, whose words are known
    ],
)
def test_a_date_line_in_a_language_without_a_file_is_the_sign_of_an_article(
    language: str, line: str, kept: bool
) -> None:
    printed = article_dated(line).replace("Đoàn viên", "Doan vien")
    article, _ = read_page(page_of(f"<html lang='{language}'>{printed}</html>", NUMBERED))
    assert (article is not None) is kept
    assert article is None or (article.published is None and line not in article.body)

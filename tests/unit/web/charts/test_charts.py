"""Charts are plain values, worked out without a page."""

from datetime import UTC, datetime

import pytest

from web.charts.bars import bars_of_months, month_before
from web.charts.calendars import month_of, shade_of, weekdays, year_of
from web.charts.spans import WIDTH, rows_of_spans
from web.languages import speak


def test_months_without_news_keep_their_place_between_others() -> None:
    bars = bars_of_months({"2020-01": 4, "2020-04": 1}, "2020-05", 60)
    assert [(bar.month, bar.count, bar.height) for bar in bars.bars] == [
        *(("2020-01", 4, 100.0), ("2020-02", 0, 0.0), ("2020-03", 0, 0.0)),
        *(("2020-04", 1, 25.0), ("2020-05", 0, 0.0)),
    ]
    assert (bars.total, bars.most) == (5, 4)


def test_bars_end_with_the_last_month_and_are_no_more_than_asked() -> None:
    bars = bars_of_months({"2019-12": 9, "2020-02": 1, "2021-01": 7}, "2020-03", 3)
    assert [(bar.month, bar.count) for bar in bars.bars] == [
        *(("2020-01", 0), ("2020-02", 1), ("2020-03", 0)),
    ]


def test_bars_that_are_compared_have_all_months() -> None:
    bars = bars_of_months({"2020-03": 2}, "2020-04", 4, all_months=True)
    assert [(bar.month, bar.count) for bar in bars.bars] == [
        *(("2020-01", 0), ("2020-02", 0), ("2020-03", 2), ("2020-04", 0)),
    ]


def test_a_portal_without_dated_articles_has_one_empty_bar() -> None:
    bars = bars_of_months({}, "2020-03", 60)
    assert [(bar.month, bar.count, bar.height) for bar in bars.bars] == [("2020-03", 0, 0.0)]


@pytest.mark.parametrize(
    ("month", "months", "found"),
    [("2020-03", 2, "2020-01"), ("2020-01", 1, "2019-12"), ("2020-12", -1, "2021-01")],
)
def test_months_are_counted_over_the_years(month: str, months: int, found: str) -> None:
    assert month_before(month, months) == found


def test_a_month_has_its_weeks_from_monday_and_only_its_own_days() -> None:
    # The first of July 2020 was a Wednesday, the thirty-first a Friday.
    month = month_of("2020-07", {"2020-07-10": 8, "2020-07-11": 1, "2020-08-01": 5})
    assert [cell and cell.number for cell in month.weeks[0]] == [None, None, 1, 2, 3, 4, 5]
    assert [cell and cell.number for cell in month.weeks[-1]] == [
        *(27, 28, 29, 30, 31, None, None),
    ]
    days = {cell.on: cell for week in month.weeks for cell in week if cell}
    assert len(days) == 31
    assert (days["2020-07-10"].count, days["2020-07-10"].shade) == (8, 4)
    assert (days["2020-07-11"].shade, days["2020-07-12"].shade) == (1, 0)
    assert month.total == 9


def test_the_months_of_a_year_share_their_shades() -> None:
    months = year_of(2020, {"2020-01-01": 2, "2020-12-31": 100})
    assert [month.month for month in months[::11]] == ["2020-01", "2020-12"]
    first = next(cell for cell in months[0].weeks[0] if cell)
    last = [cell for cell in months[11].weeks[-1] if cell][-1]
    assert (first.shade, last.shade) == (1, 4)


@pytest.mark.parametrize(
    ("count", "shade"), [(0, 0), (1, 1), (24, 1), (25, 2), (49, 2), (50, 3), (99, 3), (100, 4)]
)
def test_shades_halve_from_the_most(count: int, shade: int) -> None:
    assert shade_of(count, 100) == shade


def test_the_week_is_named_in_the_readers_language() -> None:
    speak("en")
    assert weekdays()[0] == ("Mo", "Monday")
    speak("vi")
    assert weekdays()[0][1] == "Thứ Hai"


def test_spans_lie_within_the_window_and_short_ones_are_seen() -> None:
    since, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 11, tzinfo=UTC)
    rows = rows_of_spans(
        [
            ("silent", 1, "2019-12-01T00:00:00Z", "2020-01-02T00:00:00Z"),
            ("denied", 2, "2020-01-06T00:00:00Z", None),
            ("silent", 3, "2020-01-04T00:00:00Z", "2020-01-04T00:00:01Z"),
            ("parked", 4, "2019-01-01T00:00:00Z", "2019-02-01T00:00:00Z"),
        ],
        since,
        until,
    )
    assert [row.name for row in rows] == ["denied", "silent"]
    assert [(span.number, span.x, span.width) for span in rows[0].spans] == [(2, 500.0, 500.0)]
    assert [(span.number, span.x, span.width) for span in rows[1].spans] == [
        (3, 300.0, 4.0),
        (1, 0.0, 100.0),
    ]
    assert all(span.x + span.width <= WIDTH for row in rows for span in row.spans)

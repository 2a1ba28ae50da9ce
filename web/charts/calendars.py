"""Calendars: the days of months in weeks, each with a count and a shade."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import get_day_names

from web.languages import LOCALES, day, language

SHADES = 4
MONDAY_FIRST = Calendar(0)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: 2020-07-10, its number, how many articles, and its shade from 0 (none) to 4."""

    on: str
    number: int
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month in weeks that begin on Monday; None for the days of other months."""

    month: str
    label: str
    weeks: Sequence[Sequence[Day | None]]
    total: int


def month_of(month: str, counts: Mapping[str, int], most: int | None = None) -> Month:
    """The calendar of a month (2020-07). `counts`: by day; `most`: the count of the darkest."""
    first = date.fromisoformat(f"{month}-01")
    darkest = most or max(
        (count for on, count in counts.items() if on.startswith(month)), default=0
    )
    weeks = [
        [
            _day(on, counts.get(on.isoformat(), 0), darkest)
            if number and (on := first.replace(day=number))
            else None
            for number in week
        ]
        for week in MONDAY_FIRST.monthdayscalendar(first.year, first.month)
    ]
    total = sum(cell.count for week in weeks for cell in week if cell)
    return Month(month, day(f"{month}-01", "month") or month, weeks, total)


def year_of(year: int, counts: Mapping[str, int]) -> list[Month]:
    """The calendars of a year's twelve months, with shades that compare all of them."""
    most = max(counts.values(), default=0)
    return [month_of(f"{year:04d}-{number:02d}", counts, most) for number in range(1, 13)]


def shade_of(count: int, most: int) -> int:
    """0 for none, 4 for the most, 3 from its half, 2 from its quarter, and else 1."""
    if count < 1:
        return 0
    return next((SHADES - step for step in range(SHADES - 1) if count << step >= most), 1)


def weekdays() -> list[tuple[str, str]]:
    """(short, long) names of the days of the week in the request's language, Monday first."""
    locale = LOCALES[language()]
    short, long = get_day_names("short", locale=locale), get_day_names("wide", locale=locale)
    return [(short[number], long[number]) for number in range(7)]


def _day(on: date, count: int, most: int) -> Day:
    return Day(on.isoformat(), on.day, count, shade_of(count, most))

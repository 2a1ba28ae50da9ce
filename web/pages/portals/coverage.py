"""Coverage: on which days of a year a portal published, was visited, and how that went."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipelines.outcomes import FAILURES, Outcome, one_of
from web.archive import rows_of
from web.pages.portals.counts import by_day

DAYS = 371  # 53 weeks
Went = Literal["none", "quiet", "stored", "failed"]
NOT_AN_ANSWER = (Outcome.ROBOTS, *FAILURES)
STORED = (Outcome.ARTICLE_NEW, Outcome.ARTICLE_CHANGED)
ON = """from captures indexed by captures_by_day
    where site = :site and substr(fetched_at, 1, 10) = day"""
# Each day takes three searches in an index, however many captures it has.
VISITED = f"""with recursive days(day) as (
        select :first union all select date(day, '+1 day') from days where day < :last)
    select day, exists (select 1 {ON}) as visited,
        exists (select 1 {ON} and outcome {one_of(STORED)}) as stored,
        not exists (select 1 {ON} and outcome not {one_of(NOT_AN_ANSWER)}) as failed
    from days"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day (UTC): how its visits went, and its place (week from the left, weekday)."""

    on: str
    went: Went
    week: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Days:
    """Counts of days in a span: on which articles were published, with visits, with visits that
    brought something, and with failures alone.
    """

    span: str
    news: int
    visited: int
    stored: int
    failed: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days of 53 weeks, their counts in all, and by month (2020-07), the newest first."""

    cells: Sequence[Cell]
    whole: Days
    months: Sequence[Days]
    first: str
    last: str


def coverage_of(db: sqlite3.Connection, site: str, today: date) -> Coverage:
    """How visits went on each day up to today, and on which days the portal published."""
    first = today - timedelta(days=DAYS - 7 + today.weekday())
    values = {"site": site, "first": first.isoformat(), "last": today.isoformat()}
    cells = []
    for row in rows_of(db, VISITED, values):
        days = (date.fromisoformat(row["day"]) - first).days
        went: Went = "none"
        if row["visited"]:
            went = "failed" if row["failed"] else "stored" if row["stored"] else "quiet"
        cells.append(Cell(row["day"], went, days // 7, days % 7))
    news = by_day(db, site, first.isoformat(), today.isoformat())
    months = sorted({cell.on[:7] for cell in cells}, reverse=True)
    return Coverage(
        cells,
        _days("", cells, news),
        [_days(month, cells, news) for month in months],
        first.isoformat(),
        today.isoformat(),
    )


def _days(span: str, cells: Sequence[Cell], news: Mapping[str, int]) -> Days:
    went = Counter(cell.went for cell in cells if cell.on.startswith(span))
    return Days(
        span,
        news=sum(on.startswith(span) for on in news),
        visited=went.total() - went["none"],
        stored=went["stored"],
        failed=went["failed"],
    )

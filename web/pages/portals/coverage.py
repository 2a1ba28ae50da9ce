"""Coverage: on which days of a year a portal was visited, and how that went."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipelines.outcomes import FAILURES, Outcome, one_of
from web.archive import rows_of

DAYS = 371  # 53 weeks
Went = Literal["none", "quiet", "stored", "failed"]
NOT_AN_ANSWER = (Outcome.ROBOTS, *FAILURES)
STORED = (Outcome.ARTICLE_NEW, Outcome.ARTICLE_CHANGED)
ON = "from captures where site = :site and substr(fetched_at, 1, 10) = day"
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
class Coverage:
    """The days of 53 weeks. Counts of days: with visits, with failed visits alone, with news."""

    cells: Sequence[Cell]
    visited: int
    failed: int
    stored: int
    first: str
    last: str


def coverage_of(db: sqlite3.Connection, site: str, today: date) -> Coverage:
    """How visits went on each day up to today."""
    first = today - timedelta(days=DAYS - 7 + today.weekday())
    values = {"site": site, "first": first.isoformat(), "last": today.isoformat()}
    cells = []
    for row in rows_of(db, VISITED, values):
        days = (date.fromisoformat(row["day"]) - first).days
        went: Went = "none"
        if row["visited"]:
            went = "failed" if row["failed"] else "stored" if row["stored"] else "quiet"
        cells.append(Cell(row["day"], went, days // 7, days % 7))
    counts = {
        word: sum(cell.went == word for cell in cells) for word in ("none", "failed", "stored")
    }
    visited = len(cells) - counts["none"]
    return Coverage(
        cells, visited, counts["failed"], counts["stored"], first.isoformat(), today.isoformat()
    )

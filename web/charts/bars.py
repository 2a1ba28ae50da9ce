"""Bars of counts by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from web.languages import day

HEIGHT = 100  # of the tallest bar, in units of the drawing
STEP = 10  # from one bar to the next


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its month (2020-07), its count, and its place."""

    month: str
    count: int
    x: int
    height: float

    @property
    def label(self) -> str:
        """The month as the request's language writes it."""
        return day(f"{self.month}-01", "month") or self.month


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of months without a gap between them, oldest first. `most`: the largest count."""

    bars: Sequence[Bar]
    most: int
    total: int

    @property
    def width(self) -> int:
        """The width of the drawing."""
        return max(1, len(self.bars)) * STEP


def bars_of_months(
    counts: Mapping[str, int], last: str, most_months: int, *, all_months: bool = False
) -> Bars:
    """Bars of up to `most_months` months that end with the month `last`, by counts of months.

    Months before the first with a count are left out, unless charts are compared (`all_months`);
    those without one in between are empty.
    """
    known = sorted(month for month in counts if month <= last)
    first = month_before(last, most_months - 1)
    if not all_months:
        first = max(known[0], first) if known else last
    months = [first]
    while months[-1] < last:
        months.append(month_before(months[-1], -1))
    shown = {month: counts.get(month, 0) for month in months}
    most = max(shown.values())
    bars = [
        Bar(
            month,
            count,
            x=place * STEP,
            height=max(2.0, round(count * HEIGHT / most, 1)) if count else 0.0,
        )
        for place, (month, count) in enumerate(shown.items())
    ]
    return Bars(bars, most, sum(shown.values()))


def month_before(month: str, months: int) -> str:
    """The month (2020-07) that lies so many months before another, or after it if negative."""
    at = date.fromisoformat(f"{month}-01")
    place = at.year * 12 + at.month - 1 - months
    return f"{place // 12:04d}-{place % 12 + 1:02d}"

"""Merely quiet? How likely it is that a healthy portal publishes nothing for so long.

Judged by the portal's own weekdays and its country's holidays. Pure.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

WINDOW = timedelta(days=182)  # older behaviour says little about today's
KNOWN_DAYS = 8  # days with news, over at least four weeks, that show a portal's habit
KNOWN_WEEKS = timedelta(weeks=4)
UNUSUAL = 0.05  # a silence that a healthy portal keeps once in twenty times
# News comes in bunches, so a computed one in a million is really about one in a thousand.
IMPOSSIBLE = 1e-6
SILENT_LEAST = timedelta(days=14)

Holidays = Callable[[date, date], Collection[date]]


@dataclass(frozen=True, slots=True)
class Silence:
    """How long the portal has published nothing. `word`: `usual`, `quiet` (longer than usual) or
    `silent` (longer than a healthy portal of this habit ever is); `last_on`: the last day with
    news; `longest`: the longest gap between two days with news before it.
    """

    word: Literal["usual", "quiet", "silent"]
    last_on: date | None
    longest: timedelta = timedelta(0)


def silence(days_with_news: Iterable[date], today: date, holidays: Holidays) -> Silence:
    """The silence since the last day with news; `today` is not over, so it does not count.

    Each day of the week has its own chance of news, learned over half a year; a holiday has that of
    the quietest day. `holidays` returns those between two days; it is called only if the silence
    would be reported without them.
    """
    days = sorted({day for day in days_with_news if today - WINDOW <= day <= today})
    if not days:
        return Silence("usual", None)
    last = days[-1]
    longest = max((later - earlier for earlier, later in pairwise(days)), default=timedelta(0))
    if len(days) < KNOWN_DAYS or last - days[0] < KNOWN_WEEKS:
        return Silence("usual", last, longest)
    chances = _chances(days)
    since = [last + timedelta(days=n) for n in range(1, (today - last).days)]
    word = _word(since, chances, today - last, longest, frozenset())
    if word != "usual":
        word = _word(since, chances, today - last, longest, frozenset(holidays(last, today)))
    return Silence(word, last, longest)


def _chances(days: list[date]) -> list[float]:
    """The chance of news on each weekday, Monday first; half a day is added so none is certain."""
    span = [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)]
    with_news = [sum(day.weekday() == weekday for day in days) for weekday in range(7)]
    all_days = [sum(day.weekday() == weekday for day in span) for weekday in range(7)]
    return [(news + 0.5) / (total + 1) for news, total in zip(with_news, all_days, strict=True)]


def _word(
    since: list[date],
    chances: list[float],
    gap: timedelta,
    longest: timedelta,
    holidays: Collection[date],
) -> Literal["usual", "quiet", "silent"]:
    likelihood = 1.0
    for day in since:
        likelihood *= 1 - (min(chances) if day in holidays else chances[day.weekday()])
    if likelihood < IMPOSSIBLE and gap >= max(SILENT_LEAST, 2 * longest):
        return "silent"
    return "quiet" if likelihood < UNUSUAL and gap > longest else "usual"

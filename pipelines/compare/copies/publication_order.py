"""Who published first, as far as the evidence goes.

A date says when an article appeared to the minute, to the day or to the month; a first look says
only that it was there. One article came before another if it was there at the latest before the
other appeared at the earliest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Known = Literal["time", "day", "month", "seen"]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Appearance:
    """When an article appeared. `earliest`: None if nothing says; `latest`: it was there by then.
    `known`: from a printed time, day or month, or only from the archive's first look.
    """

    earliest: datetime | None
    latest: datetime
    known: Known


@dataclass(frozen=True, slots=True)
class Dating:
    """What an archive says of an article's publication. `at`, `on`: as in the table articles; `on`
    is the first day of a month if the precision is `month`. `seen_at`: the archive's first look.
    """

    at: datetime | None
    on: date | None
    precision: str | None
    evidence: str | None
    seen_at: datetime
    zone: ZoneInfo


def appearance(dating: Dating) -> Appearance:
    """When an article appeared. A guessed date counts for nothing, and so does one that is later
    than the first look.
    """
    earliest, latest, known = _printed(dating)
    if earliest is None or earliest > dating.seen_at:
        return Appearance(None, dating.seen_at, "seen")
    return Appearance(earliest, min(latest, dating.seen_at), known)


def _printed(dating: Dating) -> tuple[datetime | None, datetime, Known]:
    if dating.on is None or dating.evidence == "guess":
        return None, dating.seen_at, "seen"
    if dating.at is not None:
        return dating.at, dating.at + MINUTE, "time"
    first = dating.on.replace(day=1) if dating.precision == "month" else dating.on
    after = first + timedelta(days=1)
    if dating.precision == "month":
        after = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(day, time(), dating.zone) for day in (first, after))
    return begin, end, "month" if dating.precision == "month" else "day"


def first_of(appearances: Sequence[Appearance]) -> int | None:
    """The place of the one that appeared first; None if the evidence does not say.

    An article without a date counts only if it was seen before any other appeared.
    """
    places = range(len(appearances))
    dated = [place for place in places if appearances[place].earliest is not None]
    undated = [place for place in places if appearances[place].earliest is None]
    if not dated:
        return None
    first = min(dated, key=lambda place: appearances[place].latest)
    seen_before = [
        place
        for place in undated
        if all(is_before(appearances[place], appearances[other]) for other in dated)
    ]
    if seen_before:
        return seen_before[0] if len(seen_before) == 1 else None
    rest = (appearances[place] for place in dated if place != first)
    return first if all(is_before(appearances[first], other) for other in rest) else None


def is_before(one: Appearance, other: Appearance) -> bool:
    """Whether one was there before the other appeared."""
    return other.earliest is not None and one.latest <= other.earliest

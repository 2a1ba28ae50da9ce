"""A printed date as read: day, instant, precision, source text. Reads no text itself."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from pipelines.read.reading import Precision
from portals.countries import UNKNOWN_ZONE

DateLabel = Literal["published", "updated"]

# No portal is older. An earlier year beside an article is history, or the zero of a clock (0001,
# 1900, 1970).
FIRST_YEAR = 1990
LAST_YEAR = 2099
LARGEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """One date as a page prints it. `on`: the calendar day in the portal's zone (the first of the
    month if precision is `month`). `at`: the UTC instant, set only if a time of day is printed.
    `label`: what the line calls it, if it does. `raw`: the slice of the text (in NFC) from weekday
    to zone, without label and counters. `is_counted_back`: the line says how long ago it was.
    """

    on: date
    at: datetime | None
    precision: Precision
    label: DateLabel | None = None
    raw: str = ""
    is_counted_back: bool = False


def last_day(fetched_at: datetime, zone: ZoneInfo) -> date:
    """The last possible day of publication of something seen then, with a day for a wrong zone."""
    return (fetched_at + timedelta(days=1)).astimezone(zone).date()


def calendar_day(year: int, month: int, day: int) -> date:
    """The day. ValueError if the calendar has no such day, or no portal existed in that year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no portal speaks in the year {year}")
    return date(year, month, day)


def offset(sign: str, hours: int, minutes: int) -> timezone:
    """The fixed offset from UTC. ValueError beyond fourteen hours, the largest in use."""
    shift = timedelta(hours=hours, minutes=minutes)
    if shift > LARGEST_OFFSET or minutes > 59:
        raise ValueError("no zone is so far from UTC")
    return timezone(-shift if sign == "-" else shift)


def dated(
    day: date,
    of_day: time | None,
    *,
    zone: ZoneInfo,
    raw: str = "",
    printed_zone: tzinfo | None = None,
) -> PrintedDate:
    """A date with or without a time of day, in the printed zone or else the portal's.

    If the portal's zone is unknown, the day is the one written, and only a printed zone makes an
    instant of the time.
    """
    known = zone.key != UNKNOWN_ZONE
    if of_day is None or not (known or printed_zone):
        return PrintedDate(day, None, "day", raw=raw)
    at = datetime.combine(day, of_day, tzinfo=printed_zone or zone)
    found = dated_instant(at, zone=zone, raw=raw)
    return found if known else replace(found, on=day)


def dated_instant(at: datetime, *, zone: ZoneInfo, raw: str = "") -> PrintedDate:
    """An instant, and the day it falls on in the portal's zone."""
    return PrintedDate(at.astimezone(zone).date(), at.astimezone(UTC), "minute", raw=raw)

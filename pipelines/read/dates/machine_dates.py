"""Machine dates: in meta elements, datetime attributes, feeds and sitemaps, as the standards write
them and as PHP, JavaScript, .NET and SQL do. d/m/Y is never guessed.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipelines.read.dates.printed_date import PrintedDate, calendar_day, dated, dated_instant
from pipelines.read.dates.written_zones import written_zone

# RFC 5322, section 3.3: the names in every mail, feed and HTTP header, whatever its language.
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_MACHINE_DATE = 80  # JavaScript's, with the name of a zone in words, has up to 70 characters
CENTURY = 90  # a year of two figures from here on is of the twentieth century
FIGURES_OF_DAY, FIGURES_OF_SECOND = 7, 14  # 2026W202, 20260512083000
MINUS = {0x2212: "-"}
# Most lines of a page are no date: this tells so ten times faster than the patterns below.
BEGINNING = re.compile(
    rf"\d{{1,2}}[\s.-]|\d{{4}}[-\dwW]|[@/\\]|(?i:{'|'.join(day[:3] for day in WEEKDAYS)})"
)

_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,:]\d{1,12})?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?"
)
_YEAR = r"(?P<year>\d{4}|\d\d)(?!\d)"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})"
_ZONE = r"(?P<zone>.*)"


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.ASCII | re.IGNORECASE)


# ISO 8601 as the W3C's profile narrows it (https://www.w3.org/TR/NOTE-datetime), and near to it:
# SQL's blank for the T, parts of one figure, an offset without a colon or minutes.
ISO = _pattern(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-{_DAY}(?!\d)",
    rf"(?:(?:\s?t\s?|,?\s){_CLOCK})?{_ZONE}",
)
ISO_MONTH = _pattern(r"(?P<year>\d{4})-(?P<month>\d\d)")
# NukeViet writes PHP's date('Y-m-dTH:i:s'), where T is the zone: "2020-07-08+0708:33:00".
GLUED = _pattern(r"(?P<day>\d{4}-\d\d-\d\d)(?P<zone>[+-]\d\d)(?P<clock>\d\d:.*)")
# What may stand behind a day without a time: XML's xs:date has a zone.
DAYS_ZONE = _pattern(r"z|[+-]\d\d:\d\d|\s[a-z]{3,5}")
# RFC 2822, section 3.3, as RSS 2.0 uses it; RFC 850; PHP's DATE_COOKIE; Oracle.
MAIL = _pattern(
    rf"(?:(?P<weekday>[a-z]{{3,9}})\.?,?\s?)?{_DAY}[\s.-]+{_MONTH},?[\s-]+{_YEAR}",
    rf"(?:,?\s{_CLOCK})?{_ZONE}",
)
# JavaScript's Date.toString(). Without a weekday it is a line for people (date_lines).
AMERICAN = _pattern(
    rf"(?P<weekday>[a-z]{{3,9}}),?\s{_MONTH}\s{_DAY},?\s(?P<year>\d{{4}})(?:,?\s{_CLOCK})?{_ZONE}"
)
# C's asctime(), and `date` of Unix, with the zone before the year.
UNIX = _pattern(
    rf"(?P<weekday>[a-z]{{3,9}}),?\s{_MONTH}\s{_DAY}\s{_CLOCK}(?P<zone>\s\S+)?\s{_YEAR}"
)
# Seconds or milliseconds, from 2001-09-09 on; PHP's @ before them; .NET's JSON, whose offset does
# not move the instant. The leading 1 rules out telephone numbers such as 0912345678.
EPOCH = _pattern(
    r"@?(?P<seconds>1\d{9})(?:\d{3}|\.\d{1,9})?",
    r"|\\?/Date\((?P<of_net>1\d{9})\d{3}(?:[+-]\d{4})?\)\\?/",
)


class _Written(NamedTuple):
    """A date as written: the day, the time of day, and the text of the zone behind it."""

    day: date
    clock: time | None
    zone: str
    precise: bool = True  # False: only the month is written


def read_machine_date(text: str, *, zone: ZoneInfo) -> PrintedDate | None:
    """A whole value in the form of a standard (ISO 8601, RFC 2822, RFC 850) or of a language's own
    printing (PHP, JavaScript, .NET, SQL), or the seconds or milliseconds since 1970.

    None for any other text. A value without an offset is in the portal's zone; behind a zone whose
    offset is not sure only the day counts. Years from 1990 to 2099 are accepted: a caller with a
    clock refuses the future (`printed_date.last_day`).
    """
    raw = text.strip()
    value = _plain(raw)
    if not value:
        return None
    try:
        if found := EPOCH.fullmatch(value):
            at = datetime.fromtimestamp(int(found["seconds"] or found["of_net"]), tz=UTC)
            return dated_instant(at, zone=zone, raw=raw)
        written = _written(value)
        if written is None:
            return None
        if not written.precise:
            return PrintedDate(written.day, None, "month", raw=raw)
        return _placed(written, raw, zone=zone)
    except ValueError:  # the shape is right, but that day, hour or zone does not exist
        return None


def day_written(text: str) -> date | None:
    """The day in an ISO 8601 value, in the zone it was written in; None for any other text."""
    try:
        written = _written(_plain(text)) if text.lstrip()[:4].isdigit() else None
    except ValueError:
        return None
    return written.day if written and written.precise else None


def moment_written(text: str) -> datetime | None:
    """The instant of a value that gives its offset from UTC in figures, in that offset, or None."""
    read = read_machine_date(text, zone=ZoneInfo("UTC"))
    if read is None or read.at is None:
        return None
    written = _written(_plain(text))
    said = written and _zone_of(written, ZoneInfo("UTC"))
    in_figures = written is not None and any(map(str.isdecimal, written.zone))
    return read.at.astimezone(said) if said and in_figures else None


def _plain(text: str) -> str:
    """The value with plain blanks; empty if it cannot be a machine date."""
    text = text.strip("\"' \t\r\n")
    if not (7 <= len(text) <= LONGEST_MACHINE_DATE and BEGINNING.match(text)):
        return ""
    return " ".join(text.split()).translate(MINUS)


def _written(value: str) -> _Written | None:
    """The parts of a value. ValueError if its day, weekday or time of day does not exist."""
    if value[:4].isdigit():
        return _of_iso(value)
    found = MAIL.fullmatch(value)
    if found is None and value[:1].isalpha():
        found = UNIX.fullmatch(value) or AMERICAN.fullmatch(value)
    return _of_names(found) if found else None


def _of_iso(value: str) -> _Written | None:
    if found := GLUED.fullmatch(value):
        return _of_iso(f"{found['day']}T{found['clock']}{found['zone']}")
    if found := ISO.fullmatch(value):
        day = calendar_day(int(found["year"]), int(found["month"]), int(found["day"]))
        return _from_clock(day, found)
    if found := ISO_MONTH.fullmatch(value):
        day = calendar_day(int(found["year"]), int(found["month"]), 1)
        return _Written(day, None, "", precise=False)
    return _of_basic_iso(value.upper())


def _of_basic_iso(value: str) -> _Written | None:
    """A value in ISO's basic form or by its week, or MySQL's fourteen figures."""
    if value.isdigit() and len(value) == FIGURES_OF_SECOND:
        value = f"{value[:8]}T{value[8:]}"
    written, _, rest = value.replace(" ", "T", 1).partition("T")
    if sum(map(str.isdigit, written)) < FIGURES_OF_DAY or (written.isdigit() and not rest):
        return None  # a week has no day; eight figures alone may be any number
    day = date.fromisoformat(written)
    clock = time.fromisoformat(rest) if rest else None
    zone = f"{clock:%z}" if clock else ""
    return _Written(
        calendar_day(day.year, day.month, day.day), clock and clock.replace(tzinfo=None), zone
    )


def _of_names(found: re.Match[str]) -> _Written:
    """A date with the names of RFC 5322, in full or cut. A weekday must be that day's."""
    figures = found["year"]
    if len(figures) == 2 and found["weekday"] is None and found["hour"] is None:
        raise ValueError("a year of two figures in doubtful company")
    year = int(figures)
    if len(figures) == 2:
        year += 1900 if year >= CENTURY else 2000
    month = _number(found["month"], MONTHS) + 1
    day = calendar_day(year, month, int(found["day"]))
    if found["weekday"] and _number(found["weekday"], WEEKDAYS) != day.weekday():
        raise ValueError("the weekday is not that day's")
    return _from_clock(day, found)


@lru_cache(maxsize=256)
def _number(name: str, names: tuple[str, ...]) -> int:
    """The place of a name that may be cut ("Tue", "Sept") among its kind; ValueError for others."""
    lower = name.lower()
    found = next((number for number, full in enumerate(names) if full.startswith(lower)), None)
    if found is None:
        raise ValueError(f"no such name: {name}")
    return found


def _from_clock(day: date, found: re.Match[str]) -> _Written:
    zone = found["zone"] or ""
    if found["hour"] is None:
        if zone and not DAYS_ZONE.fullmatch(zone):
            raise ValueError("text behind a day")
        return _Written(day, None, zone)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if half := (found["half"] or "").lower():
        if half == "a" and hour > 12:
            raise ValueError("no morning has such an hour")
        # Some write "13:30 PM".
        hour = hour % 12 + (12 if half == "p" else 0) if hour <= 12 else hour
    if (hour, minute, second) == (24, 0, 0):  # ISO 8601: the end of the day
        return _Written(day + timedelta(days=1), time(), zone)
    return _Written(day, time(hour, minute, min(second, 59) if second == 60 else second), zone)


def _placed(written: _Written, raw: str, *, zone: ZoneInfo) -> PrintedDate:
    said = _zone_of(written, zone)
    sure = said is not None or not written.zone
    if not sure and written.clock is None:
        raise ValueError("a word behind a day")
    clock = written.clock if sure else None
    return dated(written.day, clock, zone=zone, raw=raw, printed_zone=said)


def _zone_of(written: _Written, zone: ZoneInfo) -> tzinfo | None:
    year = written.day.year
    return written_zone(written.zone, zone=zone, year=year) if written.zone else None

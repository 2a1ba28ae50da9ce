"""Reads the line that says when an article was published or changed.

A line is cut into tokens: label, sender, weekday, date, time of day, zone, counter, filler. If any
piece is not a token, the line is something else: a sentence, a plan, a document number. Such a line
gives no date; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from pipelines.read.dates.date_patterns import (
    AT,
    DAYS_BACK,
    ERAS,
    FIELDS,
    HALF_OF_DAY,
    MONTHS,
    RELATIVE,
    WEEKDAYS,
    ZONE_SHIFT,
    ZONES,
    common_year,
    in_plain_signs,
    plain,
    spans_back,
    token_pattern,
)
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import (
    FIRST_YEAR,
    DateLabel,
    PrintedDate,
    calendar_day,
    dated,
    dated_instant,
    offset,
)
from pipelines.read.dates.written_zones import names_of

LONGEST_LINE = 300

# Which of the first two figures of 10/3/2026 is the day. In doubt, a line is read only if just one
# order gives a date, or both give the same.
Order = Literal["day_first", "month_first", "in_doubt"]

LABELS: dict[str, DateLabel] = {"published": "published", "updated": "updated"}

# "3 days ago" names a day; "2 weeks ago" is rounded.
UNITS_WITHIN_DAYS = frozenset({"seconds", "minutes", "hours", "days"})

Token = re.Match[str]


def read_date(
    text: str, *, zone: ZoneInfo, fetched_at: datetime, order: Order = "day_first"
) -> PrintedDate | None:
    """The publication date in the line, else the date of the update.

    None if the text is not a date line, or contradicts itself; a weekday must agree with its date.
    Relative dates ("3 giờ trước") count back from `fetched_at`, an aware instant.
    """
    found = read_dates(text, zone=zone, fetched_at=fetched_at, order=order)
    chosen = [printed for printed in found if printed.label != "updated"] or list(found)
    instants = {printed.at for printed in chosen if printed.at}
    if len({printed.on for printed in chosen}) != 1 or len(instants) > 1:
        return None
    return next((printed for printed in chosen if printed.at), chosen[0])


@lru_cache(maxsize=1024)  # a line is asked whether it is a date, and then which
def read_dates(
    text: str, *, zone: ZoneInfo, fetched_at: datetime, order: Order = "day_first"
) -> tuple[PrintedDate, ...]:
    """Every date of a line, which may have several labels ("Đăng lúc: … | Cập nhật: …"), in order.

    Empty if the text is not a date line. `order` says how to read figures between slashes; it is in
    doubt if nothing on the page decides.
    """
    if order == "in_doubt":
        day_first = read_dates(text, zone=zone, fetched_at=fetched_at, order="day_first")
        month_first = read_dates(text, zone=zone, fetched_at=fetched_at, order="month_first")
        agree = not day_first or not month_first or day_first == month_first
        return (day_first or month_first) if agree else ()
    text = text.strip()
    if len(text) > 3 * LONGEST_LINE:  # at most two marks combine with a letter
        return ()
    printed = unicodedata.normalize("NFC", text)
    if not 2 <= len(printed) <= LONGEST_LINE:
        return ()
    now = fetched_at.astimezone(zone)
    machine = read_machine_date(printed, zone=zone)
    if machine is not None:
        return (machine,) if machine.on.year <= now.year + 1 else ()
    folded = in_plain_signs(printed)
    try:
        found = tuple(_labelled_dates(folded, printed, order, zone, now))
    except ValueError:  # not a date line, or a date that no calendar, clock or weekday allows
        return ()
    return found if all(one.on.year <= now.year + 1 for one in found) else ()


def _labelled_dates(
    folded: str, printed: str, order: Order, zone: ZoneInfo, now: datetime
) -> Iterator[PrintedDate]:
    parts: list[tuple[DateLabel | None, list[Token]]] = [(None, [])]
    for token in _tokens(folded):
        if label := LABELS.get(str(token.lastgroup)):
            parts.append((label, []))
        else:
            parts[-1][1].append(token)
    for label, part in parts:
        if part:
            raw = printed[part[0].start() : part[-1].end()]
            yield replace(_one_date(part, order, zone, now), label=label, raw=raw)


def _tokens(folded: str) -> Iterator[Token]:
    """The meaningful tokens, in order. ValueError at the first text that is not a token."""
    pattern, at, dated_yet = token_pattern(), 0, False
    while at < len(folded):
        token = pattern.match(folded, at)
        if token is None:
            raise ValueError("not a date line")
        at = token.end()
        if token.lastgroup == "counter":
            if not dated_yet:
                raise ValueError("figures before any date are no counter")
        elif token.lastgroup not in ("space", "filler", "sender"):
            dated_yet = dated_yet or token.lastgroup in FIELDS or token.lastgroup in RELATIVE
            yield token


def _one_date(tokens: list[Token], order: Order, zone: ZoneInfo, now: datetime) -> PrintedDate:
    """The only date of tokens under one label. ValueError for none, for two, or a contradiction."""
    dates = [token for token in tokens if token.lastgroup in FIELDS]
    # "12 May 2026 (3 days ago)" says nothing more, but "Today: 12 May 2026" is a page's clock.
    relative = [
        token
        for token in tokens
        if token.lastgroup in RELATIVE
        and not (dates and (token.lastgroup != "back" or token.start() > dates[-1].start()))
    ]
    clocks = [token for token in tokens if token.lastgroup in ("clock", "dotted_clock")]
    weekdays = {WEEKDAYS[plain(token[0])] for token in tokens if token.lastgroup == "weekday"}
    if len(clocks) > 1 or len(weekdays) > 1:
        raise ValueError("two times or weekdays are no date")
    if clocks and clocks[0].lastgroup == "dotted_clock" and not _is_clock(clocks[0], dates):
        raise ValueError("figures with a point are a time of day only right behind a date")
    of_day = _time_of_day(clocks[0]) if clocks else None
    if relative:
        if dates or weekdays or len(relative) > 1:
            raise ValueError("a relative date beside another one is a clock, or a sentence")
        return replace(_counted_back(relative[0], of_day, zone, now), is_counted_back=True)
    days = {_day(token, order, latest=now.year + 1, weekday=bool(weekdays)) for token in dates}
    if len(days) != 1:
        raise ValueError("no date, or a range, or two")
    day = days.pop()
    if dates[0].lastgroup == "month":
        if clocks or weekdays:
            raise ValueError("a month has no time of day")
        return PrintedDate(day, None, "month")
    if dates[0].lastgroup == "blank_figures" and not (weekdays or clocks):
        raise ValueError("three numbers, unless a weekday or a time of day is beside them")
    if weekdays and day.weekday() not in weekdays:
        raise ValueError("the weekday is not that day's")
    zones = _zones_in(tokens, zone, day.year)
    sure = None if None in zones else of_day
    return dated(day, sure, zone=zone, printed_zone=next(iter(zones), None))


def _day(token: Token, order: Order, *, latest: int, weekday: bool) -> date:
    kind = str(token.lastgroup)
    number = FIELDS[kind]
    day = "1" if kind == "month" else token[f"d{number}"]
    month = (kind != "era_day" and token[f"m{number}"]) or token[f"n{number}"]
    year = int(token[f"y{number}"])
    if kind == "era_day":  # two figures of a year in the era of the month's language
        year = FIRST_YEAR + (year - ERAS[plain(month)] - FIRST_YEAR) % 100
    elif len(token[f"y{number}"]) == 2:
        # 10-04-20 may be a version, or begin with the year; slashes, or a weekday, make it a day.
        if token["s2"] != "/" and not weekday:
            raise ValueError("a year of two figures in doubtful company")
        year += 2000 if year <= latest % 100 else 1900
    # European dates use points.
    if order == "month_first" and kind == "figures" and token["s2"] != ".":
        day, month = month, day
    month_of_year = int(month) if month.isdigit() else MONTHS.get(plain(month), 0)
    return calendar_day(common_year(year), month_of_year, int(day))


def _is_clock(dotted: Token, dates: list[Token]) -> bool:
    """Whether figures with a point are a time: by a word, or right after a date without points.

    "12.05.2020 14.06" could be two days.
    """
    if dotted["dotted_half"] or dotted["clock_word"] or dotted["zone_behind"]:
        return True
    before = [token for token in dates if token.end() <= dotted.start()]
    if not before or before[-1]["s2"] == ".":
        return False
    return AT.fullmatch(dotted.string, before[-1].end(), dotted.start()) is not None


def _time_of_day(token: Token) -> time:
    dotted = token.lastgroup == "dotted_clock"
    hour = int(token["dotted_hour" if dotted else "hour"])
    minute = int(token["dotted_minute"] if dotted else token["minute"] or token["minutes"] or 0)
    printed = token["dotted_half"] if dotted else token["half_before"] or token["half"]
    half = HALF_OF_DAY.get(plain(printed or ""))
    if half == "morning":
        if hour > 12:
            raise ValueError("no morning has such an hour")
        hour %= 12
    elif (half and hour == 0) or (half == "evening" and hour == 12):
        raise ValueError("no afternoon has such an hour")
    elif (half in ("afternoon", "evening") and hour < 12) or (half == "noon" and hour < 4):
        hour += 12
    return time(hour, minute, int(token["second"] or 0))


def _zones_in(tokens: list[Token], zone: ZoneInfo, year: int) -> set[tzinfo | None]:
    """The zone printed, if any; None for a name that is not sure. ValueError if there are two."""
    zones = {_offset(token, zone, year) for token in tokens if token.lastgroup == "zone"}
    if len(zones) > 1:
        raise ValueError("two zones are no date")
    return zones


def _offset(token: Token, zone: ZoneInfo, year: int) -> tzinfo | None:
    shift = ZONE_SHIFT.search(token[0])
    if shift is not None:
        return offset(shift["sign"], int(shift["hours"]), int(shift["minutes"] or 0))
    name = plain(token[0].strip("[]() "))
    if name == "z" or name.endswith(("gmt", "utc")):
        return UTC
    return ZONES.get(name) or names_of(zone, year).get(name.upper())


def _counted_back(token: Token, of_day: time | None, zone: ZoneInfo, now: datetime) -> PrintedDate:
    """A date counted back from the fetch. ValueError if the span is longer than days."""
    if token.lastgroup == "back":
        return dated(now.date() - timedelta(DAYS_BACK[plain(token[0])]), of_day, zone=zone)
    if of_day is not None:
        raise ValueError("a span of time has no time of day")
    spans = {} if token.lastgroup == "now" else spans_back(token[0])
    if not spans.keys() <= UNITS_WITHIN_DAYS:
        raise ValueError("a span of weeks, months or years names no day")
    then = (now - timedelta(**spans)).replace(second=0, microsecond=0)
    return (
        dated(then.date(), None, zone=zone) if "days" in spans else dated_instant(then, zone=zone)
    )


def tells_how_long_ago(text: str) -> bool:
    """Whether a whole line says how long ago something was, even if that names no day."""
    try:
        tokens = list(_tokens(in_plain_signs(text.strip()[:LONGEST_LINE])))
    except ValueError:
        return False
    return any(token.lastgroup == "ago" for token in tokens)

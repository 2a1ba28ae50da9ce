"""The day of an article's event, as its lead or first paragraph names it.

Days of a deadline, a document, a birth or an anniversary are not days of the event. A language is
read if its file has `events.parts_of_day`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.read.dates.date_patterns import WEEKDAYS, in_plain_signs, plain, weekday_pattern
from pipelines.read.dates.printed_date import calendar_day
from portals.date_words import DateWords, EventWords
from portals.languages import any_of, languages

LONGEST_OPENING = 1000  # the event is at the beginning; histories and plans follow
HISTORY = timedelta(days=60)  # before publication: an older day is history, not news
ANNOUNCED = timedelta(days=1)  # after publication: a later day is still to come
SENTENCE_START = re.compile(r"(?:^|[.!?]) ?$")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of one language for the day of an event, and for other days."""

    event: re.Pattern[str]
    border: re.Pattern[str]
    other: re.Pattern[str]
    takes_place: re.Pattern[str]
    returns: re.Pattern[str]


def _patterns(dates: DateWords, events: EventWords) -> _Patterns:
    to, joined = any_of(events.to), any_of((*events.to, *events.joiners))
    day_word, near_word = any_of(dates.day_words), any_of(events.near_words)
    month_word, year_word = any_of(dates.month_signs[:1]), any_of(dates.before_year)
    since, part = any_of(events.since), any_of(events.parts_of_day)
    near = rf"(?:(?P<today>{any_of(events.today)})|{any_of(events.yesterday)})"
    minutes = rf"\d{{2}}(?: ?{any_of(dates.minute_signs)}|['\u2019\u2032])?"
    time = rf"\d{{1,2}} ?(?:{any_of(dates.hour_signs)}|:) ?(?:{minutes})?"
    month = r"(?:1[0-2]|0?[1-9])(?!\d)(?! ?%)"
    # The last days of "26 - 28/7" and "8, 9 và 10/7": the month comes once, after the last.
    last_days = rf"(?: ?(?:[-,]|(?:-|{joined}) {day_word}|{joined}) ?\d{{1,2}}(?!\d)){{0,6}}"
    year = (
        r"(?: ?[/.-] ?(?P<year>\d{4}|(?<=/)\d\d(?! ?[/.-]))(?!\d)"
        rf"|,? {year_word} (?P<year_word>\d{{4}}))?"
    )
    # The far end of "26/7 đến ngày 28/7/2020", which may lend its year.
    last_day = (
        rf"(?: ?(?:-|{joined})(?: {any_of(events.whole)})?(?: {day_word})? ?\d{{1,2}}"
        rf"(?: ?[/.-] ?| {month_word} )(?P<last_month>{month})"
        rf"(?:(?: ?[/.-] ?| {year_word} )(?P<last_year>\d{{4}}))?)?"
    )
    day = (
        rf"(?<![\d/.,])(?P<day>\d{{1,2}}){last_days}(?: ?[/.-] ?| ?{month_word} )"
        rf"(?P<month>{month}){year}{last_day}"
    )
    # "từ 7h30 đến 11h30, ", "sáng ", "thứ Tư (", "hôm nay, ", "từ ngày ", in this order: the words
    # that make figures a day. All are optional. "Lần thứ tư" is not a Wednesday.
    no_ordinal = "".join(f"(?<!{word} )" for word in events.before_ordinals)
    named = (
        rf"(?:(?:{since} {time},? (?:{to}|-) ?)?{time},? (?:{day_word} )?)?"
        rf"(?:(?P<part>{part})[ ,(]{{1,2}})?"
        rf"(?:{no_ordinal}(?P<weekday>{weekday_pattern([dates])})[ ,(]{{1,3}})?"
        rf"(?:(?:{near_word} )?{near.replace('?P<today>', '?:')}[ ,(]{{1,3}})?"
        rf"(?:(?:{since} )?(?:{any_of(events.within)} )?(?:(?:{any_of(events.counts)}|\d) )?"
        rf"(?:{day_word}|{near_word}) ?|{since} )?"
    )
    feast = any_of(events.feasts)
    returning = (
        rf"(?: {any_of(events.feast_tails)}| {any_of(events.before_ordinals)} \w+ \w+"
        rf"| \d+ {year_word})*"
    )
    return _Patterns(
        event=re.compile(
            rf"(?<!\w)(?P<named>{named}){day}|(?<!\w)(?:{part}|{near_word}) (?P<near>{near})(?!\w)"
        ),
        border=re.compile(
            rf"(?<!\w){any_of(events.borders)}(?: {any_of(events.border_tails)})* ?\(?$"
        ),
        # A document's number, its kind with a short name, or a feast.
        other=re.compile(
            rf"(?:\d[\d.]* ?[-/] ?[^\W\d_][\w/-]*,?"
            rf"|(?<!\w){any_of(events.documents)}(?: [^.,;:()]{{0,50}})?) ?\(?$"
            rf"|(?<!\w){feast}{returning} ?$"
        ),
        takes_place=re.compile(rf"{any_of(events.takes_place)} ?$"),
        returns=re.compile(rf"[ ()]{{0,2}}{any_of(events.returns)}(?!\w)"),
    )


PATTERNS = tuple(
    _patterns(language.dates, language.events)
    for language in languages().values()
    if language.events.parts_of_day
)


def event_date(
    lead: str | None, first_paragraph: str | None, *, published_on: date | None
) -> date | None:
    """The day of the event: the first that the lead names, or else the first paragraph.

    A day without a year, and "sáng nay" or "hôm qua", count from `published_on`; without that, only
    a day with its year counts. None if no day is named, if the first one is still to come (an
    announcement), or if all are more than 60 days old (history).
    """
    for text in (lead, first_paragraph):
        for day in _days_named(text or "", published_on):
            if published_on is None:
                return day
            if day > published_on + ANNOUNCED:
                return None
            if day >= published_on - HISTORY:
                return day
    return None


def _days_named(text: str, published_on: date | None) -> Iterator[date]:
    composed = unicodedata.normalize("NFC", text[:LONGEST_OPENING])
    folded = " ".join(in_plain_signs(composed).split())
    for patterns in PATTERNS:
        for found in patterns.event.finditer(folded):
            if _is_told_of_something_else(patterns, found, folded):
                continue
            try:
                day = _day(found, published_on)
            except ValueError:  # 31/6, or a year before any portal: a mistake, or history
                continue
            weekday = found["weekday"]
            if day is not None and (not weekday or WEEKDAYS[plain(weekday)] == day.weekday()):
                yield day


def _is_told_of_something_else(patterns: _Patterns, found: re.Match[str], folded: str) -> bool:
    before = folded[max(0, found.start() - 80) : found.start()]
    after = folded[found.end() : found.end() + 20]
    if patterns.border.search(before) or patterns.returns.match(after):
        return True
    if found["near"] or found["part"]:  # documents and feasts have no part of the day
        return False
    if not found["named"]:
        return not ((found["year"] or found["year_word"]) and SENTENCE_START.search(before))
    return bool(patterns.other.search(before)) and not patterns.takes_place.search(before)


def _day(found: re.Match[str], published_on: date | None) -> date | None:
    if found["near"]:
        return published_on and published_on - timedelta(days=0 if found["today"] else 1)
    day, month = int(found["day"]), int(found["month"])
    printed = found["year"] or found["year_word"]
    if printed:
        return calendar_day(int(printed) if len(printed) == 4 else 2000 + int(printed), month, day)
    if found["last_year"]:  # "30/12 - 02/01/2021" begins in the year before
        year = int(found["last_year"]) - (int(found["last_month"]) < month)
        return calendar_day(year, month, day)
    if published_on is None:
        return None
    latest = published_on + ANNOUNCED
    this_year = calendar_day(latest.year, month, day)
    return this_year if this_year <= latest else calendar_day(latest.year - 1, month, day)

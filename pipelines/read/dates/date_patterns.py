"""The patterns and tables of date lines, compiled from the words of all languages.

The patterns read folded text: in lower case, in NFC, with plain blanks, dashes and figures.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timezone
from functools import cache
from operator import attrgetter

from pipelines.read.dates.printed_date import FIRST_YEAR, LAST_YEAR, offset
from portals.date_words import DateWords
from portals.languages import any_of, every, languages

UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
HALVES = ("morning", "noon", "afternoon", "evening")
BACK = ("today", "yesterday", "day_before_yesterday")
ROMAN_MONTHS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
DATES = tuple(language.dates for language in languages().values())

# One letter for one, so that a slice of the folded line is the same slice of the printed one.
BLANKS = "\u00a0\xad\u2002\u2003\u2007\u2009\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
FOLDED = str.maketrans(
    dict.fromkeys(BLANKS, " ")
    | dict.fromkeys(DASHES, "-")
    | {full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}  # full-width figures and signs
    | {0x060C: ",", 0x061B: ";", 0x3001: ",", 0x3010: "[", 0x3011: "]"}  # Arabic, Chinese
    | {chr(0x130): "i"}  # I with a dot, the only letter that gets longer in lower case
    | {sign: str(value) for dates in DATES for value, sign in enumerate(dates.digits)}
)


def words(*keys: str) -> str:
    """A pattern for the words of all languages under these keys of `dates` ("at", "ago.days")."""
    return any_of(every(lambda it: [word for key in keys for word in attrgetter(key)(it.dates)]))


def plain(word: str) -> str:
    """A word as spelt in the tables here: without blanks and points."""
    return "".join(word.replace(".", "").split())


def weekday_pattern(dates: Sequence[DateWords]) -> str:
    """A pattern for the weekdays of some languages; short ones need a point, comma or
    figure after them.
    """
    names = [name for one in dates for day in one.weekdays for name in day]
    short = any_of(name for one in dates for name in one.short_weekdays)
    return rf"(?:{any_of(names)}(?!\w)\.?|{short}(?=[.,]| \d))".replace(" ", r"\s*")


def _numbered(pick: Callable[[DateWords], Iterable[Iterable[str]]]) -> dict[str, int]:
    return {
        plain(word): number
        for dates in DATES
        for number, names in enumerate(pick(dates))
        for word in names
    }


_MONTHS = _numbered(lambda dates: ([name] for name in ROMAN_MONTHS))
_MONTHS |= _numbered(lambda dates: dates.signed_months) | _numbered(lambda dates: dates.months)
MONTHS = {name: number + 1 for name, number in _MONTHS.items()}
# Monday is 0, as in date.weekday().
WEEKDAYS = _numbered(lambda dates: dates.weekdays) | _numbered(
    lambda dates: ([name] for name in dates.short_weekdays)
)
DAYS_BACK = _numbered(lambda dates: (getattr(dates.back, name) for name in BACK))
_HALVES = _numbered(lambda dates: (getattr(dates.halves, half) for half in HALVES))
HALF_OF_DAY = {name: HALVES[number] for name, number in _HALVES.items()}
# By month name, the years that another era is ahead: Buddhist 2567 is 2024.
ERAS = {
    plain(name): dates.era_offset
    for dates in DATES
    if dates.era_offset
    for month in dates.months
    for name in month
}
ZONES: dict[str, timezone] = {
    plain(name): offset(zone.offset[0], *map(int, zone.offset[1:].split(":")))
    for dates in DATES
    for zone in dates.zones
    for name in zone.names
}
ZONE_SHIFT = re.compile(r"(?P<sign>[+-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?")

_YEARS = {year for era in {0, *ERAS.values()} for year in (FIRST_YEAR + era, LAST_YEAR + era)}
YEAR = rf"(?:{'|'.join(sorted({str(year)[:2] for year in _YEARS}))})\d\d(?!\d)"
_BEFORE_YEAR = rf"(?:{words('before_year')}\s*)?"
_ORDINAL = f"{words('ordinals')}?"
_SIGN = rf"(?:{words('month_signs')}|{words('month_signs_before_two_figures')}(?=[01]\d))\s*"
_WHOLE_SIGN = rf"{any_of(sign for dates in DATES for sign in dates.month_signs[:1])}\s*"
_SIGNED = (
    any_of(name for dates in DATES for names in dates.signed_months for name in names) + r"(?!\w)"
)


def _months(of: Callable[[DateWords], bool] = lambda dates: True) -> str:
    names = (name for dates in DATES if of(dates) for month in dates.months for name in month)
    return rf"{any_of(names)}(?![^\W\d_])\.?"


def _month(number: int, names: str, sign: str = _SIGN) -> str:
    return rf"(?:{sign}(?P<m{number}>\d{{1,2}}(?!\d)|{_SIGNED})|(?P<n{number}>{names}))"


def _signs_behind(number: int) -> str:
    return any_of(sign for dates in DATES for sign in next(iter(dates.signs_behind[number:]), ()))


WEEKDAY = weekday_pattern(DATES)
ERA_MONTHS = _months(lambda dates: bool(dates.era_offset))
_UPDATED = words("updated")
_LABELLED = rf"(?:{words('before_labels')}\s+)*"
_AT = words("at")
_HALF = words(*(f"halves.{half}" for half in HALVES))
_CLOCK_WORD = words("clock_words")
_HOUR = words("hour_signs", "clock_words")
_ZONE_NAME = any_of(name for dates in DATES for zone in dates.zones for name in zone.names)
_ZONE = (
    rf"(?:(?:{words('before_zones')} )?(?:gmt|utc)"
    r"(?:\s?[+-]\s?\d{1,2}(?::?\d\d)?)?"
    # A bare western offset would be a second time of day.
    rf"|\+\d\d:?\d\d|z|{_ZONE_NAME}|{words('unsure_zones')})(?!\w)"
)


_FEW = words("ago.few")
_COUNT = rf"(?:\d{{1,3}}|{_FEW}|{words('ago.one')})"
_BACK = words(*(f"back.{day}" for day in BACK))
_UNIT = words(*(f"ago.{unit}" for unit in UNITS))
_SPANS = rf"(?:{words('ago.roughly')} )?(?:{_COUNT}\s*{_UNIT},?\s*){{1,3}}"
_NAMED_UNIT = "|".join(f"(?P<{unit}>{words(f'ago.{unit}')})" for unit in UNITS)
AGO_PART = re.compile(
    rf"(?:(?P<few>{_FEW})|(?P<count>{_COUNT}))\s*(?:{_NAMED_UNIT})(?![a-z])".replace(" ", r"\s+")
)

# Drupal's "Submitted by NAME on DATE": the name may be anything, because the rest must be a date as
# a whole. And "By NAME, DATE" of newer themes, unless it is a deadline: "By Friday, DATE".
_VERB = words("sender.verbs")
_SIGNED_VERB = words("sender.verbs", "sender.verbs_before_comma")
_BY = words("sender.by")
_NO_NAME = (
    rf"(?!{weekday_pattern([dates for dates in DATES if dates.sender.by])}"
    rf"|{_months(lambda dates: bool(dates.sender.by))}"
    rf"|{words('sender.not_names')}(?!\w)|\d)"
)
_SENDER = (
    rf"{_VERB}\s*{_BY}\s+[^/|:;]{{1,60}}?(?=\s+{_AT}\s)"
    # A number apart is the first of a span: "By NAME 3 weeks, 2 days ago".
    rf"|(?:{_SIGNED_VERB}\s*)?{_BY}:?\s+{_NO_NAME}(?:(?!\s\d+\s)[^/|:;,]){{1,60}}?"
    rf"(?:,\s*(?=\d|{_WHOLE_SIGN}|{_months()}|{WEEKDAY})|(?=\s+{_SPANS}))"
)
_COUNTED = words("counters.counted")
_COUNTER = (
    rf"{words('counters.before')}\s*[:(]?\s*\d[\d.,]*"
    rf"(?:\s*{words('counters.times')})?(?!\w)"
    rf"|\d[\d.,]*\s*(?:k\s*)?{_COUNTED}(?!\w)"
    r"|\d{1,3}\s*%"
    rf"|{words('counters.tools')}(?!\w)"
    r"|a[+-]"
    rf"|{words('counters.credits')}(?!\w)[^\d|\n]{{1,60}}?"
    rf"(?=[\d|\n]|$|\s{words('counters.before')}\s*[:(]?\s*\d)"
    rf"|{words('counters.signed_by')}(?!\w)[^\d|.\n]{{1,40}}?"
    rf"(?=\s*(?:[|)]|$|[-,;·]\s*{_UPDATED}(?!\w)))"
)

# One alternative per kind of token. The first that fits wins, so longer and rarer ones come first.
# A blank stands for any run of blanks. The n in the names d{n}, m{n}, y{n} of day, month and year
# tells the kinds apart; n{n} is a month without a sign before it.
_KINDS: dict[str, str] = {
    "space": r"[\s,;:|@•·»«*\ue000-\uf8ff-]+",  # no other kind begins with these signs
    "ago": rf"(?:{_SPANS}{words('ago.ago')}|{words('ago.before')}\s*{_SPANS})(?!\w)",
    "back": rf"{_BACK}(?!\w)",
    "now": rf"{words('back.now')}(?!\w)",
    "year_first": (
        r"(?P<y1>\d{4})\s?(?P<s1>[/.-])\s?(?P<m1>\d{1,2})\s?(?P=s1)\s?"
        r"(?P<d1>\d{1,2})(?:t(?=\d)|(?!\d))"
    ),
    "figures": (
        r"(?P<d2>\d{1,2})\s{0,3}(?P<s2>[/.-])\s{0,3}(?P<m2>\d{1,2}|[ivx]{1,4})\s{0,3}(?P=s2)\s{0,3}"
        r"(?P<y2>\d{4}|\d\d)(?:t(?=\d)|(?!\d))"
    ),
    "signed_figures": (
        rf"(?P<y8>\d{{4}})\s?{_signs_behind(0)}\s?(?P<m8>\d{{1,2}})\s?{_signs_behind(1)}"
        rf"\s?(?P<d8>\d{{1,2}})\s?{_signs_behind(2)}"
    ),
    "day_month": (
        rf"(?P<d3>\d{{1,2}}){_ORDINAL}[\s/.-]*(?:{words('before_month')}\s*)?"
        rf"{_month(3, _months())}[\s/.,-]*{_BEFORE_YEAR}(?P<y3>{YEAR})"
    ),
    "month_day": (
        rf"{_month(4, _months(lambda dates: 'month day year' in dates.shapes))}[\s,]*"
        rf"(?P<d4>\d{{1,2}}){_ORDINAL}(?!\d)[\s,]+{_BEFORE_YEAR}(?P<y4>{YEAR})"
    ),
    "month": (
        rf"{_month(5, _months(lambda dates: 'month year' in dates.shapes), _WHOLE_SIGN)}"
        rf"(?:\s*[,/-]\s*|[\s,]+){_BEFORE_YEAR}(?P<y5>{YEAR})"
    ),
    "era_day": (
        rf"(?P<d6>\d{{1,2}})\s*(?P<n6>{ERA_MONTHS})\s*"
        rf"{_BEFORE_YEAR}(?P<y6>\d\d)(?!\d)"
    ),
    "blank_figures": r"(?P<d7>\d{1,2}) (?P<m7>\d\d) (?P<y7>(?:19|20)\d\d)(?!\d)",
    "clock": (
        rf"(?P<half_before>{_HALF})?"  # "下午3:30"; apart, an Arabic sign would belong to the year
        r"(?P<hour>\d{1,2})(?:\s?:\s?(?P<minute>\d\d)(?:\s?:\s?(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?!\d)"
        rf"|\s?{_HOUR}(?:\s?(?P<minutes>\d{{1,2}})"
        r"(?!\d|\s?[/.-]\s?\d{1,2}(?!\d|\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d)"
        rf"|\s*{words('month_signs')})"
        rf"\s?(?:{words('minute_signs')}|['\u2019\u2032])?)?(?!\w))"
        rf"(?:\s?(?P<half>{_HALF})(?!\w))?"
    ),
    "zone": rf"(?:\[\s?{_ZONE}\s?\]|\(\s?{_ZONE}\s?\)|{_ZONE})",
    "weekday": WEEKDAY,
    "sender": _SENDER,
    "updated": rf"{_LABELLED}{_UPDATED}(?![^\W\d_])",
    "published": rf"{_LABELLED}{words('published')}(?![^\W\d_])",
    "counter": _COUNTER,
    "dotted_clock": (
        r"(?P<dotted_hour>\d{1,2})\.(?P<dotted_minute>\d\d)(?![\d.])"
        rf"(?:\s?(?:(?P<dotted_half>{_HALF})|(?P<clock_word>{_CLOCK_WORD}))(?!\w)"
        rf"|(?=\s?(?P<zone_behind>{_ZONE_NAME})(?!\w)))?"
    ),
    "filler": (
        rf"{words('filler', 'day_words', 'clock_words')}(?!\w)"
        r"|[()\[\]]|/(?=\s)|\.(?!\d)"
    ),
}


@cache  # compiling it takes 35 ms, which the process that fetches need not spend
def token_pattern() -> re.Pattern[str]:
    """The pattern of one token; `lastgroup` names its kind."""
    kinds = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items())
    return re.compile(kinds.replace(" ", r"\s+"))


RELATIVE = ("ago", "back", "now")
_COUNTED_BACK = "|".join(_KINDS[kind] for kind in RELATIVE)
_CLOCK_BEHIND = rf"(?:[\s,]*(?:{_AT} )?\d{{1,2}}[:h]\d\d)?"
LONGEST_TAIL = 120  # characters that may say how long ago something was
_AGO_TAIL = re.compile(rf"[\s,;|·-]*(?:{_COUNTED_BACK}){_CLOCK_BEHIND}\s*$".replace(" ", r"\s+"))
FIELDS = {
    kind: number
    for kind, pattern in _KINDS.items()
    for number in range(1, 9)
    if f"(?P<y{number}>" in pattern
}
_SPAN = re.compile(
    rf"(?<![\d/.])(?:{WEEKDAY}[\s,-]+)?(?:\d{{1,2}}[:h]\d\d(?::\d\d)?[\s,|-]+)?"
    rf"(?:{words('day_words')}\s+)?"
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}(?![\d/])(?:[\s,|-]+\d{1,2}[:h]\d\d(?::\d\d)?(?!\d))?",
    re.I,
)
FIGURES = re.compile(r"(\d\d?)\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?\d{4}")
# Separators between a date and a time that has a point: a dash would make them a span of days
# ("20/05/2020 - 22.06").
AT = re.compile(rf"[\s,]*(?:{_AT}[\s:]+)?")


def in_plain_signs(text: str) -> str:
    """A text as the patterns read it; each letter stays at its place."""
    return (text if text.isascii() else text.translate(FOLDED)).lower()


def date_spans(text: str) -> list[str]:
    """The dates in figures inside a line with other text, as in "Sửa bởi X: 20/06/2014 - 17:42"."""
    return _SPAN.findall(text) if FIGURES.search(text) else []  # the second is ten times faster


def without_span(text: str) -> str:
    """A line without the words at its end that say how long ago something was."""
    tail = _AGO_TAIL.search(in_plain_signs(text), max(0, len(text) - LONGEST_TAIL))
    return text[: tail.start()] if tail else text


def common_year(year: int) -> int:
    """A year of another era converted to ours; any other year unchanged."""
    ours = (year - era for era in ERAS.values())
    return next((it for it in ours if FIRST_YEAR <= it <= LAST_YEAR), year)


def spans_back(text: str) -> dict[str, int]:
    """The units and counts of "2 hours, 5 minutes ago". ValueError for "a few seconds ago"."""
    spans: dict[str, int] = {}
    for part in AGO_PART.finditer(text):
        unit, count = str(part.lastgroup), part["count"]
        if part["few"]:
            raise ValueError("a few is no number")
        spans[unit] = spans.get(unit, 0) + (int(count) if count.isdigit() else 1)
    return spans

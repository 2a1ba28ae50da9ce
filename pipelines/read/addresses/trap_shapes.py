"""Addresses whose shape may grow without end: calendars, facets, paths that repeat themselves.

A shape is only a doubt: if a page names such an address with a title, requests show what it is. The
twins of a platform (print, send by mail) are in its file.
"""

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from pipelines.read.addresses.canonical import without_parameters
from pipelines.read.addresses.pages_without_news import CALENDAR_SEGMENT, EVENTS_SEGMENT
from portals.languages import any_word, every

Growth = Literal["too-long", "too-deep", "too-many-parameters", "repeating-path"]
Trap = Growth | Literal["click-counter", "language-toggle", "faceted", "calendar"]
# Doubts about parameters. One that a whole portal carries along raises none.
OF_PARAMETERS: frozenset[Trap] = frozenset(("language-toggle", "faceted", "too-many-parameters"))

LONGEST_HONEST = 1_500  # characters
MOST_SEGMENTS = 12
MOST_PARAMETERS = 6
# Liferay puts eight of these on every page of an ordinary listing.
PORTLET_PARAMETERS = ("p_p_", "p_r_p_", "p_l_")
_BANNERS = any_word(lambda it: it.addresses.banners)
CLICK_COUNTER = re.compile(rf"/{_BANNERS}/(?:click|redirect)|/(?:ad|banner)_?click", re.I)
_VERBS = ("set", "set_", "change", "change_", "switch")
LANGUAGE_SWITCHES = frozenset(verb + noun for verb in _VERBS for noun in ("lang", "language"))
LANGUAGE_PARAMETERS = frozenset({"lang", "language", "locale", "culture", "hl"})
FACET_PARAMETER = re.compile(
    r"sort_?(?:by|order|dir)?|order_?(?:by|dir)?|dir(?:ection)?"
    r"|(?:filters?|facets?)(?:%5b.*)?|f%5b.*"
)
# Parameters of WordPress's The Events Calendar, and of the calendars of TYPO3 and others.
_MONTHS = every(lambda it: it.addresses.month)
_YEARS = every(lambda it: it.addresses.year)
MONTHS = frozenset(("cal_m", "calm", "cal_month", "calmonth", *_MONTHS))
YEARS = frozenset(("cal_y", "caly", "cal_year", "calyear", *_YEARS))
DATES_OF_CALENDARS = frozenset(("tribe-bar-date", "cal_date", "caldate"))
_DAYS = every(lambda it: it.addresses.day)
DAYS = frozenset(("tribe-bar-date", *_DAYS, *_MONTHS, *_YEARS))
MONTH_AT_END = re.compile(r"/(?:19|20)\d\d[-/](?:0?[1-9]|1[0-2])(?:[-/]\d{1,2})?/?$")
MONTH_OF_YEAR = re.compile(r"(?:19|20)\d\d-(?:0?[1-9]|1[0-2])(?:-\d{1,2})?")
YEAR_AND_MONTH = re.compile(r"(?:19|20)\d\d(?:[-/]?(?:0?[1-9]|1[0-2]))?(?:[-/]\d{1,2})?")


@lru_cache(maxsize=16_384)
def trap_reason(url: str) -> Trap | None:
    """Why a canonical address looks endless, or None."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    names = [part.partition("=")[0].lower() for part in parts.query.split("&") if part]
    own = sum(1 for name in names if not name.startswith(PORTLET_PARAMETERS))
    shapes: tuple[tuple[Trap, bool], ...] = (
        ("too-long", len(url) > LONGEST_HONEST),
        ("too-deep", len(segments) > MOST_SEGMENTS),
        ("too-many-parameters", own > MOST_PARAMETERS),
        ("repeating-path", _repeats(segments)),
        ("click-counter", CLICK_COUNTER.search(parts.path) is not None),
        ("language-toggle", _switches_language(names)),
        ("faceted", _is_faceted(names)),
        ("calendar", _is_calendar(parts.path, segments, parts.query)),
    )
    return next((reason for reason, found in shapes if found), None)


def _repeats(segments: list[str]) -> bool:
    """Whether a segment appears three times, or a group of two or more twice in a row.

    Numbers do not count: 10/10/10 is a date.
    """
    words = [segment.lower() for segment in segments if not segment.isdigit()]
    if any(words.count(word) > 2 for word in words):
        return True
    return any(
        words[at : at + size] == words[at + size : at + 2 * size]
        for size in range(2, len(words) // 2 + 1)
        for at in range(len(words) - 2 * size + 1)
    )


def _switches_language(names: list[str]) -> bool:
    """Whether an address only switches the language.

    Beside other parameters a language is part of the address (index.php?language=vi&nv=news).
    """
    return not LANGUAGE_SWITCHES.isdisjoint(names) or (
        len(names) == 1 and names[0] in LANGUAGE_PARAMETERS
    )


def without_language(url: str) -> str:
    """An address without parameters that choose a language."""
    return without_parameters(url, lambda one: one.partition("=")[0] in LANGUAGE_PARAMETERS)


def _is_faceted(names: list[str]) -> bool:
    return sum(1 for name in names if FACET_PARAMETER.fullmatch(name)) > 1 or any(
        names.count(name) > 2 for name in names
    )


def _is_calendar(path: str, segments: list[str], query: str) -> bool:
    """Whether an address names a day, week or month of a calendar, which never ends. A folder of
    articles by month (/2031/05/...) is not a calendar.
    """
    split = (parameter.partition("=") for parameter in query.split("&"))
    pairs = [(name.lower(), value) for name, _, value in split if name]
    names = {name for name, _ in pairs}
    months = {name for name, value in pairs if MONTH_OF_YEAR.fullmatch(value)}
    if not MONTHS.isdisjoint(names) and not YEARS.isdisjoint(names):
        return True
    if not (MONTHS | DATES_OF_CALENDARS).isdisjoint(months):
        return True
    # If more follows the month, it is the page of an event (/events/2031/05/spring-fair).
    words = (*segments, *(value for _, value in pairs))
    if (months or MONTH_AT_END.search(path)) and any(map(EVENTS_SEGMENT.fullmatch, words)):
        return True
    at = next((at for at, word in enumerate(segments) if CALENDAR_SEGMENT.fullmatch(word)), None)
    return at is not None and (
        not DAYS.isdisjoint(names)
        or any(YEAR_AND_MONTH.fullmatch(later) for later in segments[at + 1 :])
    )

"""Languages as data: the words that portals print, one TOML file a language in `portals/languages`.

`portals/languages/README.md` describes every key. The reading modules join the words of all
languages into their patterns, so a page is read by what it prints and not by what it declares.
Every reading worker loads this module: it imports little and reads each file once.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from portals.errors import PortalFileError
from portals.language_words import AddressWords, FurnitureWords, Words
from portals.strict_toml import read_toml, shape_toml

FOLDER = Path(__file__).parent / "languages"
Shape = Literal["day month year", "month day year", "month year"]

SPECIAL = re.compile(r"[.^$*+?{}\\]")
OPTIONAL = re.compile(r"(?:^|(?<=\] ))\[([^\]]*)\] |( ?)\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text shows its language: `own` is a range of letters that no other language has.

    A text with at least `share` of them among its characters is in this language; one with less
    than `absent` is not.
    """

    own: str
    share: float
    absent: float


@dataclass(frozen=True, slots=True)
class HalvesOfDay:
    """Words behind an hour. Noon counts from 4 in the morning: "3 giờ trưa" is 15:00."""

    morning: Words = ()
    noon: Words = ()
    afternoon: Words = ()
    evening: Words = ()


@dataclass(frozen=True, slots=True)
class Ago:
    """A span counted back, as in "3 hours ago": the units, "one", and the words that count back."""

    ago: Words = ()
    one: Words = ()
    seconds: Words = ()
    minutes: Words = ()
    hours: Words = ()
    days: Words = ()
    weeks: Words = ()
    months: Words = ()
    years: Words = ()


@dataclass(frozen=True, slots=True)
class DaysBack:
    """Words for the moment of reading and the days before it."""

    now: Words = ()
    today: Words = ()
    yesterday: Words = ()
    day_before_yesterday: Words = ()


@dataclass(frozen=True, slots=True)
class NamedZone:
    """A time zone as portals print it. `offset`: from UTC, as in "+07:00"."""

    names: Words
    offset: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it, in front of the date: "Submitted by NAME on DATE", "By NAME, DATE"."""

    verbs: Words = ()
    verbs_before_comma: Words = ()
    by: Words = ()
    not_names: Words = ()


@dataclass(frozen=True, slots=True)
class Counters:
    """What stands beside a date and counts: "12 views", "views: 12", "Print"."""

    counted: Words = ()
    before: Words = ()
    times: Words = ()
    tools: Words = ()
    credits: Words = ()
    signed_by: Words = ()


@dataclass(frozen=True, slots=True)
class DateWords:
    """Everything that a date line may hold."""

    months: tuple[Words, ...] = ()
    signed_months: tuple[Words, ...] = ()
    month_signs: Words = ()
    month_signs_before_two_figures: Words = ()
    shapes: tuple[Shape, ...] = ("day month year",)
    weekdays: tuple[Words, ...] = ()
    short_weekdays: Words = ()
    ordinals: Words = ()
    before_month: Words = ()
    before_year: Words = ()
    era_offset: int = 0
    digits: str = ""
    hour_signs: Words = ()
    minute_signs: Words = ()
    clock_words: Words = ()
    day_words: Words = ()
    at: Words = ()
    filler: Words = ()
    before_labels: Words = ()
    published: Words = ()
    updated: Words = ()
    label_signs: Words = ()
    relative_signs: Words = ()
    before_zones: Words = ()
    zones: tuple[NamedZone, ...] = ()
    halves: HalvesOfDay = HalvesOfDay()
    ago: Ago = Ago()
    back: DaysBack = DaysBack()
    sender: Sender = Sender()
    counters: Counters = Counters()


@dataclass(frozen=True, slots=True)
class EventWords:
    """What makes figures in a lead the day of an event, and what makes them another day."""

    parts_of_day: Words
    near_words: Words = ()
    today: Words = ()
    yesterday: Words = ()
    since: Words = ()
    to: Words = ()
    joiners: Words = ()
    whole: Words = ()
    within: Words = ()
    counts: Words = ()
    before_ordinals: Words = ()
    borders: Words = ()
    border_tails: Words = ()
    documents: Words = ()
    takes_place: Words = ()
    feasts: Words = ()
    feast_tails: Words = ()
    returns: Words = ()


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `key`: its code (BCP 47), the file's name; `country`: where it alone is spoken.

    A new group of words is a dataclass of its own here, a field with an empty default, a table of
    that name in the files, and a section of the README.
    """

    name: str
    country: str | None = None
    letters: Letters | None = None
    dates: DateWords = DateWords()
    events: EventWords | None = None
    addresses: AddressWords = field(default_factory=AddressWords)
    furniture: FurnitureWords = field(default_factory=FurnitureWords)
    key: str = ""


def load_language(path: Path) -> Language:
    """The language of one TOML file. Raises PortalFileError."""
    tables = read_toml(path)
    if "key" in tables:
        raise PortalFileError(f"{path}: key: is taken from the file's name; remove it")
    language = shape_toml(Language, {**tables, "key": path.stem}, path)
    dates = language.dates
    for name, words, count in (
        ("months", dates.months, 12),
        ("signed_months", dates.signed_months, 12),
        ("weekdays", dates.weekdays, 7),
        ("short_weekdays", dates.short_weekdays, 7),
        ("digits", dates.digits, 10),
    ):
        if words and len(words) != count:
            raise PortalFileError(
                f"{path}: dates.{name}: has {len(words)} entries; give all {count} in their order"
            )
    return language


@cache
def languages() -> dict[str, Language]:
    """Every known language by key."""
    return {path.stem: load_language(path) for path in sorted(FOLDER.glob("*.toml"))}


def every(pick: Callable[[Language], Iterable[str]]) -> Words:
    """What all languages list under one key, each word once: `every(lambda it: it.dates.at)`."""
    return tuple(
        dict.fromkeys(word for language in languages().values() for word in pick(language))
    )


def any_of(phrases: Iterable[str]) -> str:
    """A pattern that matches one of the phrases, the longest first, and nothing if there is none.

    In a phrase `(x|y)` means one of both, and `[x]` or `[x|y]` may be missing, with the blank that
    parts it from the rest; every other character stands for itself.
    """
    patterns = [
        _pattern(phrase) for phrase in sorted(set(phrases), key=lambda one: (-len(one), one))
    ]
    return f"(?:{'|'.join(patterns)})" if patterns else "(?!)"


def _pattern(phrase: str) -> str:
    def may_be_missing(found: re.Match[str]) -> str:
        if found[1] is not None:
            return f"(?:(?:{found[1]}) )?"
        return f"(?:{found[2]}(?:{found[3]}))?"

    escaped = SPECIAL.sub(r"\\\g<0>", phrase).replace("(", "(?:")
    return OPTIONAL.sub(may_be_missing, escaped)

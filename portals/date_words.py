"""The words of dates that a language file may hold: the tables `dates`, `events` and `figures`.

`portals/languages/README.md` describes the keys.
"""

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Literal

from portals.language_words import Words

Shape = Literal["day month year", "month day year", "month year"]
OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class HalvesOfDay:
    """Words after an hour. Noon counts from 4 in the morning: "3 giờ trưa" is 15:00."""

    morning: Words = ()
    noon: Words = ()
    afternoon: Words = ()
    evening: Words = ()


@dataclass(frozen=True, slots=True)
class Ago:
    """A span counted back, as in "3 hours ago": the units, "one", "a few", "about", and the words
    that count back, after the units or `before` the number ("vor 3 Stunden").
    """

    ago: Words = ()
    before: Words = ()
    one: Words = ()
    few: Words = ()
    roughly: Words = ()
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
    """The sender, before the date: "Submitted by NAME on DATE", "By NAME, DATE"."""

    verbs: Words = ()
    verbs_before_comma: Words = ()
    by: Words = ()
    not_names: Words = ()


@dataclass(frozen=True, slots=True)
class Counters:
    """Counters and tools beside a date: "12 views", "views: 12", "Print"."""

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
    signs_behind: tuple[Words, ...] = ()
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
    other_labels: Words = ()
    relative_signs: Words = ()
    before_zones: Words = ()
    zones: tuple[NamedZone, ...] = ()
    unsure_zones: Words = ()
    halves: HalvesOfDay = HalvesOfDay()
    ago: Ago = Ago()
    back: DaysBack = DaysBack()
    sender: Sender = Sender()
    counters: Counters = Counters()


@dataclass(frozen=True, slots=True)
class EventWords:
    """Words that make figures in a lead the day of an event, or another day."""

    parts_of_day: Words = ()
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
    facts: Words = ()
    before_day_in_title: Words = ()


@dataclass(frozen=True, slots=True)
class FiguresOrder:
    """How to tell 10/3 from 3/10, in a language that some countries write month first.

    Regions are countries as language tags name them, in lower case. A zone includes all zones whose
    names begin with it.
    """

    day_first_regions: Words = ()
    month_first_zones: Words = ()
    doubtful_regions: Words = ()
    doubtful_zones: Words = ()
    doubtful_halves_of_day: Words = ()


def faults_of(dates: DateWords) -> Iterator[tuple[str, str]]:
    """(key, fault and remedy) of values that nobody can mean."""
    for key, entries, count in (
        ("months", dates.months, 12),
        ("signed_months", dates.signed_months, 12),
        ("weekdays", dates.weekdays, 7),
        ("short_weekdays", dates.short_weekdays, 7),
        ("signs_behind", dates.signs_behind, 3),
        ("digits", dates.digits, 10),
    ):
        if entries and len(entries) != count:
            yield key, f"has {len(entries)} entries; give all {count} in their order"
    looked_up = {
        "months": (*dates.months, *dates.signed_months),
        "weekdays": (*dates.weekdays, dates.short_weekdays),
        "halves": astuple(dates.halves),
        "back": astuple(dates.back),
    }
    for key, lists in looked_up.items():
        for word in (word for words in lists for word in words):
            if "[" in word or "(" in word:
                yield key, f"{word!r} has brackets, but is looked up; write out every form of it"
    for zone in dates.zones:
        if not OFFSET.fullmatch(zone.offset):
            wanted = "an offset from UTC such as '+07:00'"
            yield "zones.offset", f"should be {wanted}, not {zone.offset!r}"

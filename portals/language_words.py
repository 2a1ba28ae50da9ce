"""The groups of words that a language file may hold, beside those of dates.

Each group is a table of that name in `portals/languages/*.toml`; its README describes the keys.
"""

from dataclasses import dataclass

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressWords:
    """Words in the addresses of pages, spelt as there: lower case, without marks, hyphens between.

    `page`: a later page of a listing. `events`: folders of events; `calendars`: the same, also
    where more words follow them. `month`, `year`, `day`: parameters that choose a day of a calendar.
    `banners`: folders of advertisements, whose links count clicks.
    """

    page: Words = ()
    events: Words = ()
    calendars: Words = ()
    month: Words = ()
    year: Words = ()
    day: Words = ()
    banners: Words = ()

"""Days as people type them in a question."""

import re
from datetime import date

YEAR = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
DAY_FIRST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})", re.ASCII)


def first_day(text: str) -> date | None:
    """The first day of a year, month or day: 2020, 2020-07, 7/2020, 2020-07-10, 10/7/2020.

    Day before month, as in Vietnam. None for anything else.
    """
    if found := YEAR.fullmatch(text):
        year, month, day = found.groups()
    elif found := DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None

"""The order of day and month in figures ("10/3/2026"), as lines prove it.

Without proof the order stays in doubt: no day is better than a wrong one.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.read.dates.date_lines import Order, read_date, read_dates
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import PrintedDate
from portals.languages import any_of, every, languages

# It begins with a figure, not with the look behind it, so that it is searched fast.
DAY_AND_MONTH = re.compile(r"\d(?<![\w/-]\d)\d?([/-])\d{1,2}\1(?:\d{4}|\d\d)(?![\w/-])")
YEAR = re.compile(r"\d{4}|\d[/-]\d\d(?!\d)")
# In capitals, "AM" and "PM" come from American software.
DOUBTFUL_HALVES = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?\s?"
    + any_of(every(lambda it: it.figures.doubtful_halves_of_day if it.figures else ()))
    + r"(?!\w)"
)
_ORDERS: tuple[Order, ...] = ("day_first", "month_first")
_RULES = [it.figures for it in languages().values() if it.figures is not None]


def order_proved_by(line: str, *, zone: ZoneInfo, fetched_at: datetime) -> Order | None:
    """The only order in which a line is a date, as in "8/13/2026" and "Saturday, 10/3/2026"."""
    proved = [
        order
        for order in _ORDERS
        if read_dates(line, zone=zone, fetched_at=fetched_at, order=order)
    ]
    return proved[0] if len(proved) == 1 else None


def order_of_values(values: Iterable[str], *, zone: ZoneInfo, fetched_at: datetime) -> Order:
    """The order in the dates that one program wrote, such as those of a feed.

    One value that proves an order decides for all. Without proof the day comes first, unless the
    zone is a month-first country's, or a value has AM or PM in capitals.
    """
    lines = [value for value in values if DAY_AND_MONTH.search(value)]
    found = (order_proved_by(line, zone=zone, fetched_at=fetched_at) for line in lines)
    proved = {order for order in found if order is not None}
    if proved:
        return proved.pop() if len(proved) == 1 else "in_doubt"
    if any(zone.key.startswith(rules.month_first_zones) for rules in _RULES):
        return "month_first"
    in_doubt = any(zone.key.startswith(rules.doubtful_zones) for rules in _RULES)
    return "in_doubt" if in_doubt or any(map(DOUBTFUL_HALVES.search, lines)) else "day_first"


def read_stated_date(
    text: str, *, zone: ZoneInfo, fetched_at: datetime, order: Order | None = None
) -> PrintedDate | None:
    """The publication date in a value made to hold one: a machine date, or one written for people.

    `order`: that of the figures in all values of the same program; None: what this value shows.
    None if the value says another thing, such as the date of an update, or counts back from a
    moment that nobody knows ("hôm qua" in a file made earlier).
    """
    if not YEAR.search(text):
        return read_machine_date(text, zone=zone)
    order = order or order_of_values((text,), zone=zone, fetched_at=fetched_at)
    found = read_date(text, zone=zone, fetched_at=fetched_at, order=order)
    return None if found is None or found.label == "updated" else found

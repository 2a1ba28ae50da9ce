"""The order of day and month in figures ("10/3/2026"), as lines prove it.

Without proof the order stays in doubt: no day is better than a wrong one.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.read.dates.date_lines import Order, read_date, read_dates
from pipelines.read.dates.printed_date import PrintedDate
from portals.languages import any_of, every

# It begins with a figure, so that whole pages are searched twice faster.
DAY_AND_MONTH = re.compile(r"\d(?<![\w/-]\d)\d?([/-])\d{1,2}\1(?:\d{4}|\d\d)(?![\w/-])")
# In capitals, "AM" and "PM" come from American software.
DOUBTFUL_HALVES = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?\s?"
    + any_of(every(lambda it: it.figures.doubtful_halves_of_day if it.figures else ()))
    + r"(?!\w)"
)
ORDERS: tuple[Order, ...] = ("day_first", "month_first")
_MONTH_FIRST_ZONES = every(lambda it: it.figures.month_first_zones if it.figures else ())
_DOUBTFUL_ZONES = every(lambda it: it.figures.doubtful_zones if it.figures else ())
_DOUBTFUL_REGIONS = every(lambda it: it.figures.doubtful_regions if it.figures else ())


def order_proved_by(line: str, *, zone: ZoneInfo, fetched_at: datetime) -> Order | None:
    """The only order in which a line is a date, as in "8/13/2026" and "Saturday, 10/3/2026"."""
    proved = [it for it in ORDERS if read_dates(line, zone=zone, fetched_at=fetched_at, order=it)]
    return proved[0] if len(proved) == 1 else None


def order_of_values(
    values: Iterable[str],
    *,
    zone: ZoneInfo,
    fetched_at: datetime,
    regions: Collection[str] = (),
) -> Order:
    """The order in the dates that one program wrote, such as those of a feed or a page.

    One value that proves an order decides for all. Without proof the day comes first, unless the
    zone is a month-first country's, or a value has AM or PM in capitals. `regions`: of the declared
    languages, as `us`.
    """
    lines = [value for value in values if DAY_AND_MONTH.search(value)]
    found = (order_proved_by(line, zone=zone, fetched_at=fetched_at) for line in lines)
    proved = {order for order in found if order is not None}
    if proved:
        return proved.pop() if len(proved) == 1 else "in_doubt"
    if zone.key.startswith(_MONTH_FIRST_ZONES):
        return "month_first"
    in_doubt = zone.key.startswith(_DOUBTFUL_ZONES) or any(
        it in _DOUBTFUL_REGIONS for it in regions
    )
    return "in_doubt" if in_doubt or any(map(DOUBTFUL_HALVES.search, lines)) else "day_first"


def read_stated_date(
    text: str, *, zone: ZoneInfo, fetched_at: datetime, order: Order | None = None
) -> PrintedDate | None:
    """The publication date in a value made to hold one: a machine date, or one written for people.

    `order`: that of the figures in all values of the same program; None: what this value shows.
    None if the value says another thing, such as the date of an update, or counts back from a
    moment that nobody knows ("hôm qua" in a file made earlier).
    """
    order = order or order_of_values((text,), zone=zone, fetched_at=fetched_at)
    found = read_date(text, zone=zone, fetched_at=fetched_at, order=order)
    other = found is None or found.label == "updated" or found.is_counted_back
    return None if other else found

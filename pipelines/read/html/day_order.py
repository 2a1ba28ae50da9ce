"""The dates in the lines of a page, and whether it puts the day first in figures or, like
Americans, the month.

Without proof the order stays in doubt: no day is better than a wrong one.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from pipelines.read.dates.date_lines import (
    LONGEST_LINE,
    Order,
    read_date,
    read_dates,
    tells_how_long_ago,
)
from pipelines.read.dates.date_patterns import ERA_MONTHS
from pipelines.read.dates.figures_order import (
    DAY_AND_MONTH,
    DOUBTFUL_HALVES,
    ORDERS,
    order_of_values,
    order_proved_by,
    read_stated_date,
)
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import FIRST_YEAR, PrintedDate
from pipelines.read.html.language import (
    declarations,
    declared_language,
    has_own_letters,
    primary,
)
from pipelines.read.html.page import UNSEEN, HtmlPage, once_a_page, seen_text
from pipelines.read.text.bylines import JOINT, is_person, read_labelled
from portals.languages import any_of, any_word, every, languages

# Day and month in figures, between signs of any script that `read_date` takes for a slash or dash.
FIGURES = re.compile(r"\d\s{0,3}[^\w\s.,:]\s{0,3}[\divx]{1,4}\s{0,3}[^\w\s.,:]", re.I)
LIKE_DATE = re.compile(rf"\d(?:\d{{3}}|\s*[/.-]\s*\d|\s*{ERA_MONTHS})")
RELATIVE = re.compile(rf"{any_word(lambda it: it.dates.relative_signs)}(?!\w)")
PARTS_OF_ROW = re.compile(r"\s*[|•·;]\s*|(?<=[^\W\d])\s+[-–—]\s+|\s+[-–—]\s+(?=\D)")
MOST_NAMES = 7  # words of an author, with "by", right before a date
LONGEST_NAMED = 80  # characters of such a line
MOST_LINES = 200  # lines of a page that are checked for its order
# A date line in a language whose words are unknown: its length, and how many letters it has.
LONGEST_UNREAD, MOST_LETTERS = 60, 30
SHARE = 40  # so many words hold a common word of their language, on a page that declares none
# The languages that are written in either order, and how to know them.
_LANGUAGES = {None, *(it.key for it in languages().values() if it.figures)}
_DAY_FIRST = every(lambda it: it.figures.day_first_regions if it.figures else ())
_COMMON = re.compile(
    rf"(?<!\w){any_of(every(lambda it: it.common_words if it.figures else ()))}(?!\w)", re.I
)


@lru_cache(maxsize=4096)  # several questions about a line begin with this one
def is_like_date(text: str) -> bool:
    """Whether a text has a part of every date line: cheaper than reading one."""
    return bool(LIKE_DATE.search(text) or RELATIVE.search(text.lower()))


def dates_on(page: HtmlPage, line: str) -> tuple[PrintedDate, ...]:
    """Every date of a line, in the page's own order of day and month.

    Empty if the line is not a date line, or if its figures may mean two days.
    """
    order = _order_for(page, line)
    return read_dates(line, zone=page.zone, fetched_at=page.fetched_at, order=order)


def date_on(page: HtmlPage, line: str) -> PrintedDate | None:
    """The publication date in a line of the page, else the date of the update."""
    order = _order_for(page, line)
    return read_date(line, zone=page.zone, fetched_at=page.fetched_at, order=order)


def stated_date(page: HtmlPage, text: str) -> PrintedDate | None:
    """The date in a value for machines, even if it is written for people ("12/05/2026 08:30").

    The program that wrote it may put the month first on a page that puts the day first: AM or PM
    leaves its figures in doubt.
    """
    if (machine := read_machine_date(text, zone=page.zone)) is not None:
        return machine
    order = order_proved_by(text, zone=page.zone, fetched_at=page.fetched_at)
    if order is None:
        order = order_of(page)
        if order != "month_first" and DOUBTFUL_HALVES.search(text):
            order = "in_doubt"
    return read_stated_date(text, zone=page.zone, fetched_at=page.fetched_at, order=order)


def is_dated(page: HtmlPage, line: str) -> bool:
    """Whether a line is a date line, even if its day stays in doubt or its words are unknown."""
    orders = ORDERS if (order := _order_for(page, line)) == "in_doubt" else (order,)
    zone, at = page.zone, page.fetched_at
    dated = any(read_dates(line, zone=zone, fetched_at=at, order=it) for it in orders)
    return dated or tells_how_long_ago(line) or _may_be_date(page, line)


def _may_be_date(page: HtmlPage, line: str) -> bool:
    """Whether a line on a page in a language without a file has a day, a year, and little else."""
    if len(line) > LONGEST_UNREAD or declared_language(page) in (None, *languages()):
        return False
    numbers = [int(figures) for figures in re.findall(r"\d+", line) if len(figures) <= 4]
    years = (FIRST_YEAR, page.fetched_at.year + 1)
    return (
        any(1 <= number <= 31 for number in numbers)
        and any(years[0] <= number <= years[1] for number in numbers)
        and sum(map(str.isalpha, line)) <= MOST_LETTERS
    )


@once_a_page
def is_date_line(page: HtmlPage, text: str) -> bool:
    """Whether a whole line is a dateline."""
    return is_like_date(text) and is_dated(page, text)


def is_beside_names(page: HtmlPage, lines: Sequence[str]) -> bool:
    """Whether some of these lines are dates and all others people, places or counters."""
    lines = list(filter(None, lines))
    dates = [line for line in lines if is_date_line(page, line) or behind_name(page, line)]
    counters = [
        line
        for line in lines
        if line not in dates
        and read_labelled(line) is None
        and not all(map(_may_name, JOINT.split(line)))
    ]
    return bool(dates) and (not counters or is_date_line(page, " | ".join(dates + counters)))


def is_date_row(page: HtmlPage, text: str) -> bool:
    """Whether a line is a dateline, or a row of one with names and counters."""
    return is_date_line(page, text) or (
        is_like_date(text) and is_beside_names(page, PARTS_OF_ROW.split(text))
    )


def counts_back(page: HtmlPage, text: str) -> bool:
    """Whether such a line or row says how long ago something was."""
    return is_date_row(page, text) and any(
        tells_how_long_ago(part) or any(one.is_counted_back for one in dates_on(page, part))
        for part in (text, *PARTS_OF_ROW.split(text))
    )


def behind_name(page: HtmlPage, text: str) -> str:
    """The date behind an author ("By Mary Miller 12 May 2026", "Par Anne le 12 mai 2026")."""
    words = text.split(" ") if len(text) <= LONGEST_NAMED else []
    language = declared_language(page)
    for n in range(2, min(len(words), MOST_NAMES)):
        date = " ".join(words[n:])
        if is_date_line(page, date) and read_labelled(" ".join(words[:n]), language, dated=True):
            return date
    return ""


def _may_name(text: str) -> bool:
    """Whether a text may be the name of a person or place."""
    return is_person(text) or (text.isalpha() and text.istitle())


def _order_for(page: HtmlPage, line: str) -> Order:
    """The order in which a line is read: only figures need the page's, which all its lines tell."""
    return order_of(page) if FIGURES.search(line) else "day_first"


@once_a_page
def order_of(page: HtmlPage) -> Order:
    """The order of day and month in a page's figures.

    Only pages in a language of month-first countries are checked. A date line that is valid in only
    one order ("8/13/2026", "Saturday, 10/3/2026") proves that order, and so does a month-first
    country's time zone. Other signs (en-US, capital AM and PM, a zone nearby) leave it in doubt.
    """
    declared = [
        value.lower().replace("_", "-").split("-") for value in declarations(page) if primary(value)
    ]
    language = declared[0][0] if declared else None
    regions = [part for tag in declared for part in tag[1:]]
    # The cheaper questions first: most pages declare a language that has one order.
    if (
        language not in _LANGUAGES
        or any(region in _DAY_FIRST for region in regions)
        or not DAY_AND_MONTH.search(page.text)
        or not _is_written_so(seen_text(page.root), declared=language is not None)
    ):
        return "day_first"
    lines = islice(_lines_with_figures(page), MOST_LINES)
    return order_of_values(lines, zone=page.zone, fetched_at=page.fetched_at, regions=regions)


def _is_written_so(text: str, *, declared: bool) -> bool:
    """Whether a page's text is in a declared language, or by its common words in one with two
    orders.

    The letters of a text come first: Vietnamese portals keep the `en-US` of their software.
    """
    common = declared or len(_COMMON.findall(text)) * SHARE >= len(text.split()) > 0
    return common and not has_own_letters(text)


def _lines_with_figures(page: HtmlPage) -> Iterator[str]:
    for element in page.root.iter():
        if isinstance(element.tag, str) and element.tag not in UNSEEN:
            for text in (element.text, *(child.tail for child in element)):
                if text and len(text) <= LONGEST_LINE and DAY_AND_MONTH.search(text):
                    yield text

"""Whether a page's figures put the day first or, as Americans do, the month. What it does not prove stays in doubt: no day is better than a wrong one."""

import re
from collections.abc import Iterator
from itertools import islice
from weakref import WeakKeyDictionary

from pipelines.read.dates.date_lines import LONGEST_LINE, Order, PrintedDate, read_date, read_dates
from pipelines.read.html.language import IS_NOT, VIETNAMESE, declarations, primary
from pipelines.read.html.page import UNSEEN, HtmlPage, seen_text

FIGURES = re.compile(r"(?<![\w/-])\d{1,2}([/-])\d{1,2}\1(?:\d{4}|\d\d)(?![\w/-])")
ENGLISH_WORDS = re.compile(r"(?<!\w)(?:of|and|for|with|from)(?!\w)", re.I)
ENGLISH_SHARE = 40  # words of a page that declares no language, one of which is one of these where it is English
MOST_LINES = 200  # of a page that are asked for its order
CAPITAL_HALF = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?\s?[AP]M(?!\w)"
)  # Vietnamese writes SA and CH, the British am and pm
DAY_FIRST_REGIONS = frozenset(
    {"gb", "uk", "ie", "au", "nz", "in", "sg", "my", "za", "vn"}
)  # of English
AMERICA = ("America/", "US/", "Pacific/Honolulu")
UNITED_STATES = re.compile(
    r"US/.+|Pacific/Honolulu|America/(?:New_York|Detroit|Chicago|Menominee|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Nome|Yakutat|Adak"
    r"|(?:Indiana|Kentucky|North_Dakota)/.+)"
)

# A page's order is asked for with each of its lines, and is worked out from all of them.
_known: WeakKeyDictionary[HtmlPage, Order] = WeakKeyDictionary()


def dates_on(page: HtmlPage, line: str) -> tuple[PrintedDate, ...]:
    """Every date of a line of the page, in the page's own order of day and month; empty where the line is no date line, or its figures may be two days."""
    return read_dates(line, zone=page.zone, fetched_at=page.fetched_at, order=order_of(page))


def date_on(page: HtmlPage, line: str) -> PrintedDate | None:
    """When a line of the page says that something was published, or else updated, in the page's own order of day and month."""
    return read_date(line, zone=page.zone, fetched_at=page.fetched_at, order=order_of(page))


def is_dated(page: HtmlPage, line: str) -> bool:
    """Whether a line is a date line, be it one whose day stays in doubt."""
    orders: tuple[Order, ...] = (
        ("day_first", "month_first") if order_of(page) == "in_doubt" else (order_of(page),)
    )
    return any(
        read_dates(line, zone=page.zone, fetched_at=page.fetched_at, order=order)
        for order in orders
    )


def order_of(page: HtmlPage) -> Order:
    """The order of day and month in a page's figures.

    Only English pages are asked. One date line that but one order makes a date of ("8/13/2026", "Saturday, 10/3/2026") proves it, and so does a portal in the
    United States. Other signs of America (en-US, capital AM and PM, the zone) leave it in doubt.
    """
    if page not in _known:
        _known[page] = _order_of(page)
    return _known[page]


def _order_of(page: HtmlPage) -> Order:
    declared = [
        value.lower().replace("_", "-").split("-") for value in declarations(page) if primary(value)
    ]
    regions = {part for tag in declared for part in tag[1:]}
    if (
        (declared and declared[0][0] != "en")
        or regions & DAY_FIRST_REGIONS
        or not FIGURES.search(page.text)
        or not _is_english(page, declared=bool(declared))
    ):
        return "day_first"
    lines = list(islice(_lines_with_figures(page), MOST_LINES))
    proved: set[Order] = {
        order for line in lines if (order := _order_proved_by(page, line)) is not None
    }
    if proved:
        return proved.pop() if len(proved) == 1 else "in_doubt"
    if UNITED_STATES.fullmatch(page.zone.key):
        return "month_first"
    american = (
        "us" in regions
        or page.zone.key.startswith(AMERICA)
        or any(CAPITAL_HALF.search(line) for line in lines)
    )
    return "in_doubt" if american else "day_first"


def _is_english(page: HtmlPage, *, declared: bool) -> bool:
    """Whether a page that declares English, or nothing, is English: Vietnamese portals keep the `en-US` of their program."""
    text = seen_text(page.root)
    if len(VIETNAMESE.findall(text)) >= IS_NOT * max(1, len(text)):
        return False
    return declared or len(ENGLISH_WORDS.findall(text)) * ENGLISH_SHARE >= len(text.split()) > 0


def _lines_with_figures(page: HtmlPage) -> Iterator[str]:
    for element in page.root.iter():
        if isinstance(element.tag, str) and element.tag not in UNSEEN:
            for text in (element.text, *(child.tail for child in element)):
                if text and len(text) <= LONGEST_LINE and FIGURES.search(text):
                    yield text


def _order_proved_by(page: HtmlPage, line: str) -> Order | None:
    day_first, month_first = (
        read_dates(line, zone=page.zone, fetched_at=page.fetched_at, order=order)
        for order in ("day_first", "month_first")
    )
    if bool(day_first) == bool(month_first):
        return None
    return "day_first" if day_first else "month_first"

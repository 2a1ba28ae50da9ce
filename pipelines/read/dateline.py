"""The dateline of a page of no known family: the printed date near the title, or right behind the text. Clocks and neighbours' dates are refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lxml import html

from pipelines.read.dates import PrintedDate, date_in_url, read_dates, read_machine_date
from pipelines.read.kinds import Judged
from pipelines.read.outline import Block, common_ancestor, holds, names_of
from pipelines.read.page import Page, seen_text
from pipelines.read.publication import PageDates, with_evidence
from pipelines.read.reading import Dated, Explanation
from pipelines.read.running_text import RunningText
from pipelines.read.structured import Stated

BEFORE = 6  # blocks above the title in which its date may stand
ROW = 80  # characters of the small things that share a row with the date
HEAD = 3  # blocks before the date in an article's own head
COLUMN = 8  # blocks before the date in the column of the article: the way to it, its section
BEHIND = 10  # blocks behind the text
DATE_LIKE = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}|\d{4}|th(?:á|g|\.)|trước|ago\b|hôm", re.I)
PARTS = re.compile(r"\s*[|•·;]\s*|\s+[-–]\s+(?=\D)")
# A date inside a line that says more: "Được gửi bởi X vào 20/06/2014 - 17:42".
SPAN = re.compile(
    r"(?:(?:thứ\s+\w+|chủ nhật|cn|t[2-7])[\s,-]+)?(?:\d{1,2}[:h]\d\d(?::\d\d)?[\s,|-]+)?(?:ngày\s+)?"
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}(?![\d/])(?:[\s,|-]+\d{1,2}[:h]\d\d(?::\d\d)?(?!\d))?",
    re.I,
)
CLOCK_NAMES = re.compile(r"clock|today|dong-?ho|hom-?nay|(?:current|now|server|sys)-?(?:date|time)|(?:date|time)-?now", re.I)
EDITED = re.compile(r"updated|modified|edit|sua|cap-?nhat", re.I)
CLOCK = timedelta(hours=2)  # a page's clock shows when it was made; a cache may keep the page so long


@dataclass(frozen=True, slots=True)
class Seen:
    """A date that stands on the page, and the block it was read from."""

    date: PrintedDate
    block: Block
    updated: bool


def holder_of(seen: Seen) -> html.HtmlElement:
    """The smallest element of its block that shows the date."""
    holders = [(len(text), element) for element in seen.block.element.iter() if isinstance(element.tag, str) and seen.date.raw in (text := seen_text(element))]
    return min(holders, key=lambda holder: holder[0])[1] if holders else seen.block.element


def is_date_line(page: Page, text: str) -> bool:
    """Whether a whole line is a dateline."""
    return bool(DATE_LIKE.search(text)) and bool(read_dates(text, zone=page.zone, fetched_at=page.fetched_at))


def is_date_block(page: Page, block: Block) -> bool:
    """Whether a block is a dateline, or a row of small spans one of which is ("Đăng ngày …", "346 lượt xem", "Xem cỡ chữ")."""
    if block.linked or not DATE_LIKE.search(block.text):
        return False
    if is_date_line(page, block.text):
        return True
    spans = [seen_text(element) for element in block.element.iter("span", "small", "em", "i", "time")]
    return any(len(block.text) - len(line) <= ROW and is_date_line(page, line) for line in spans)


def seen_dates(page: Page, judged: Judged, text: RunningText) -> list[Seen]:
    """Every date of the article's own lines, the most trusted first: between title and text, above the title (nearest first), behind the text."""
    outline, kinds, title = judged.outline, judged.kinds, judged.title.spot
    between = [block for block in outline[title + 1 : text.first] if kinds[block.spot] not in ("apart", "entry", "link", "tail")]
    above = [block for block in _right_above(judged) if kinds[block.spot] in ("date", "short", "tool") and not CLOCK_NAMES.search(names_of(block.element))]
    behind = [
        block
        for block in outline[text.last + 1 : text.last + 1 + BEHIND]
        if kinds[block.spot] in ("date", "short", "tool", "link") and holds(text.wrapper, block.element)
    ]
    found = [seen for block in (*[outline[title]], *between) for seen in _dates_of(page, block, first=block.spot != title)]
    found += [
        seen for block in above for seen in _dates_of(page, block, first=True) if _before(judged, block) <= (HEAD if is_clock(page, seen.date) else COLUMN)
    ]
    found += [seen for block in behind for seen in _dates_of(page, block, first=True)]
    return found


def _right_above(judged: Judged) -> Iterator[Block]:
    """The blocks above the title from the nearest on, up to a menu: what stands above that is the page's head."""
    links = 0
    for block in reversed(judged.outline[max(0, judged.title.spot - BEFORE) : judged.title.spot]):
        links += judged.kinds[block.spot] == "link"
        if judged.kinds[block.spot] == "apart" or links > 2:
            return
        yield block


def _before(judged: Judged, block: Block) -> int:
    """How much stands before a date in the element that it shares with the title: next to nothing in an article's head, a menu in the page's."""
    head = common_ancestor([block.element, judged.title.element])
    return sum(1 for other in judged.outline[: block.spot] if judged.kinds[other.spot] != "apart" and holds(head, other.element))


def is_clock(page: Page, date: PrintedDate) -> bool:
    """Whether an unlabelled date is what the page's clock showed when it was fetched."""
    if date.label is not None or abs(date.on - page.fetched_at.astimezone(page.zone).date()) > timedelta(days=1):
        return False
    return date.at is None or abs(date.at - page.fetched_at) < CLOCK


def _dates_of(page: Page, block: Block, *, first: bool) -> Iterator[Seen]:
    """The dates of one block: its time elements, the whole line, or a part of it. `first` is False for the title's own line, where only time elements count."""
    timed = False
    for element in block.times:
        said = element.get("datetime") or element.get("title") or ""
        if (date := read_machine_date(said, zone=page.zone)) is not None:
            timed = True
            yield Seen(date, block, _is_edit(element))
    if timed or not first or len(block.text) > 240 or not DATE_LIKE.search(block.text):
        return
    inner = [seen_text(element) for element in block.element.iter("span", "small", "em", "i", "b", "strong", "div", "font") if element is not block.element]
    spans = [match[0] for match in SPAN.finditer(block.text)]
    for line in (block.text, *PARTS.split(block.text), *inner, *(spans if len(spans) == 1 else ())):
        dates = read_dates(line, zone=page.zone, fetched_at=page.fetched_at)
        if dates:
            yield from (Seen(date, block, date.label == "updated" or (date.label is None and _is_edit(block.element))) for date in dates)
            return


def _is_edit(element: html.HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return bool(EDITED.search(names)) and "publish" not in names.lower()


def choose_dates(page: Page, seen: list[Seen], stated: Stated, *, contrary: bool) -> PageDates:
    """The page's dates. What is printed beats what machines are told: some families write the time of the last edit there.

    A printed day without a time takes the time that the page states for the same day.
    `contrary`: the page says that it is no article, so its machine dates count for nothing.
    """
    said = None if contrary else stated.published
    printed = next((one for one in seen if not one.updated), None)
    edited = next((one for one in seen if one.updated), None)
    explanations = []
    published: Dated | None = None
    rule = ""
    if printed is not None:
        rule = f"printed near the title: {printed.block.text[:60]}"
        published = with_evidence(printed.date, "label" if printed.date.label else "selector")
        if published.at is None and said is not None and said[0].at is not None and said[0].on == published.on:
            published, rule = with_evidence(said[0], "meta"), f"{said[1]}, on the printed day"
    elif said is not None:
        published, rule = with_evidence(said[0], "meta"), said[1]
    elif (in_url := date_in_url(page.url, zone=page.zone)) is not None:
        published, rule = with_evidence(in_url, "url"), "the address"
    if published is not None:
        explanations.append(Explanation("published", published.on.isoformat(), rule, published.raw))
    updated = with_evidence(edited.date, "label") if edited else with_evidence(stated.updated[0], "meta") if stated.updated and not contrary else None
    return PageDates(published, updated, tuple(explanations))

"""The dates that an article's own lines print: near the title or right after the text, never a
clock's or a neighbour's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, takewhile

from lxml import etree, html

from pipelines.read.article.publication_date import OTHER_DAY, PRINTED, ProposedDate, proposed
from pipelines.read.article.running_text import RunningText
from pipelines.read.article.text_furniture import BLOCKS_IN
from pipelines.read.dates.date_patterns import WEEKDAY, date_spans
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import PrintedDate
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.day_order import (
    PARTS_OF_ROW,
    behind_name,
    date_on,
    dates_on,
    is_beside_names,
    is_date_line,
    is_date_row,
    is_like_date,
)
from pipelines.read.html.outline import SHORTEST_PROSE, Block, common_ancestor, holds, names_of
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.html.paragraphs import ENDED, is_grid
from pipelines.read.reading import Evidence
from pipelines.read.text.furniture_lines import announces_others
from portals.class_words import class_pattern, class_words
from portals.languages import any_word

BLOCKS_ABOVE = 6  # the title, in which its date may stand
LONGEST_ROW = 80  # characters of the small texts that share a row with the date
LONGEST_LABEL = 30  # characters beside a time element, or above a date, that label it
LONGEST_LINE = 240  # characters of a line that may hold a date
MOST_IN_HEAD = 3  # blocks before the date in an article's own head
MOST_IN_COLUMN = 8  # the same in the article's column: its trail, its section
LONGEST_COUNTER = 12  # characters beside a date if an icon labels a counter
EDITED = re.compile(class_pattern(class_words().edits), re.I)
# The label right before a machine date.
LABELS = re.compile(
    rf"(?:(?P<updated>{any_word(lambda it: it.dates.updated)})"
    rf"|{any_word(lambda it: it.dates.published)})(?!\w)",
    re.I,
)
# Before a date. Behind "ngày" it is the day of an official document, and a weekday is no place: one
# that contradicts its date leaves the day unknown.
PLACE = re.compile(
    rf"(?!{WEEKDAY})(?:[^\W\d_][\w.'\u2019-]*\s?){{1,4}},\s*+"
    rf"(?!{any_word(lambda it: it.dates.day_words)}(?!\w))",
    re.I,
)
# Facts in a list that make the date beside them the day of an event.
EVENT_FACT = re.compile(rf"{any_word(lambda it: it.events.facts)}\s*:?", re.I)
SHORTEST_TITLE = 4  # characters of a heading beside its dateline
NO_WORDS = re.compile(r"^[(\[].*[)\]]$|\d\s?[:hg]\s?\d\d")
OF_A_DAY = re.compile(rf"{any_word(lambda it: it.events.before_day_in_title)}\W*$", re.I)
CLOCK_AGE = timedelta(hours=2)  # a clock shows when a page was made; a cache may be this old


@dataclass(frozen=True, slots=True)
class SeenDate:
    """A date on the page, the block it was read from, and its time element, if any."""

    date: PrintedDate
    block: Block
    told_by: html.HtmlElement | None = None


def holder_of(seen: SeenDate) -> html.HtmlElement:
    """The date's time element, else the smallest element of its block that shows the date."""
    if seen.told_by is not None:
        return seen.told_by
    showing = [
        element
        for element in seen.block.element.iter(etree.Element)
        if seen.date.raw in seen_text(element)
    ]
    return min(showing, key=lambda it: len(seen_text(it)), default=seen.block.element)


def dateline_in(page: HtmlPage, heading: html.HtmlElement) -> str | None:
    """The dateline in an element at either end of a heading, as printed, or None.

    As in "Title <span>(12/05/2020 2:05:00 CH)</span>". A day without brackets, a time or a class of
    its own may be a word of the title; after "ngày" it always is.
    """
    whole = seen_text(heading)
    for element in heading.iter("span", "small", "time", "em", "i", "label", "div"):
        text = seen_text(element)
        if (
            element is heading
            or not text
            or len(whole) - len(text) < SHORTEST_TITLE
            or not (whole.startswith(text) or whole.endswith(text))
        ):
            continue
        apart = (
            element.tag in ("small", "time") or names_of(element).strip() or NO_WORDS.search(text)
        )
        # Then it is the date of the link's target.
        linked = any(above.tag == "a" for above in element.iterancestors())
        if (
            apart
            and not linked
            and is_date_line(page, text)
            and not OF_A_DAY.search(whole.removesuffix(text))
        ):
            return text
    return None


def is_date_block(page: HtmlPage, block: Block) -> bool:
    """Whether a block is a dateline, or a row of small spans one of which is.

    An example is "Đăng ngày …", "346 lượt xem", "Xem cỡ chữ". Short words in a time element with a
    machine date are a dateline in any language, if no text comes before them.
    """
    if block.linked:
        return False
    if _is_machine_dateline(page, block):
        return True
    if not is_like_date(block.text):
        return False
    spans = map(seen_text, block.element.iter("span", "small", "em", "i", "time"))
    row = (text for text in spans if len(block.text) - len(text) <= LONGEST_ROW)
    lines = chain((block.text, _behind_place(block.text)), row)
    return (
        any(is_date_row(page, it) for it in lines)
        or _bare_date(page, block.text) is not None
        or is_beside_names(page, block.lines)
    )


def _is_machine_dateline(page: HtmlPage, block: Block) -> bool:
    """Whether a short block is one time element and a label at most."""
    if (
        len(block.times) != 1
        or _machine_date(page, block.times[0]) is None
        or len(block.text) > LONGEST_ROW
    ):
        return False
    label = block.text.replace(seen_text(block.times[0]), "", 1)
    before = (
        above for holder in block.holders for above in holder.itersiblings("p", preceding=True)
    )
    return (
        len(label) <= LONGEST_LABEL
        and not ENDED.search(label)
        and not any(len(seen_text(paragraph)) >= SHORTEST_PROSE for paragraph in before)
    )


def _bare_date(page: HtmlPage, text: str) -> str | None:
    """The date of a text with only an unlabelled counter beside it ("04/12/2021 15:38 314")."""
    spans = date_spans(text)
    beside = text.replace(spans[0], "", 1) if len(spans) == 1 else text
    alone = len(beside) <= LONGEST_COUNTER and not any(map(str.isalpha, beside))
    return spans[0] if spans and alone and is_date_line(page, spans[0]) else None


def _behind_place(text: str) -> str:
    """The text behind the name of a place ("Mill Town, 23 January 2019"), or nothing."""
    place = PLACE.match(text)
    return text[place.end() :] if place and text[0].isupper() else ""


def seen_dates(page: HtmlPage, text: RunningText) -> list[SeenDate]:
    """Every date of the article's own lines, the most trusted first.

    Between title and text or among its first lines, then above the title (nearest first), then
    after the text.
    """
    classified = text.classified
    found = _dates_in_title(page, classified.title)
    for block in _right_below(page, text):
        found += _dates_of(page, classified, block)
    for block in right_above(classified):
        if block.kind in ("date", "short", "tool"):
            found += [
                seen
                for seen in _dates_of(page, classified, block)
                if _before(classified, block)
                <= (MOST_IN_HEAD if is_clock(page, seen.date) else MOST_IN_COLUMN)
            ]
    for block in right_behind(text):
        if block.kind in ("date", "short", "tool", "link"):
            found += _dates_of(page, classified, block)
    return found + _dates_under_headings(page, classified)


def _dates_under_headings(page: HtmlPage, classified: ClassifiedOutline) -> list[SeenDate]:
    """The date in a column beside the article, under a heading of its own ("Published")."""
    found = [
        SeenDate(date, block)
        for block in classified.below
        if block.kind == "apart"
        and is_date_line(page, block.text)
        and (label := _label_above(classified, block))
        for date in dates_on(page, f"{label} {block.text}")
        if date.label == "published"
    ]
    return found if len({one.date.on for one in found}) == 1 else []


def _right_below(page: HtmlPage, text: RunningText) -> Iterator[Block]:
    """The blocks between title and text, and the datelines among its first.

    The day may lead to its archive, and stand in a list of such links before any other article.
    """
    classified, outline = text.classified, text.classified.outline
    # Days in the cells of a weekly calendar belong to the calendar.
    calendar = next(filter(is_grid, outline[text.first].element.iterancestors("table")), None)
    of_others = False
    for block in outline[classified.title.spot + 1 : text.first + BLOCKS_IN]:
        if announces_others(block.text):
            return
        own = block.kind not in ("apart", "tail")
        if block.kind in ("link", "entry"):
            own = is_date_line(page, block.text) and not (block.kind == "entry" and of_others)
            of_others = of_others or (not own and classified.tells_of_another(block))
        in_calendar = calendar is not None and holds(calendar, block.element)
        if own and not in_calendar and (block.spot < text.first or block.kind == "date"):
            yield block


def _label_above(classified: ClassifiedOutline, block: Block) -> str:
    """The label in a line of its own above a block ("Last updated on"); a title is none, and may
    begin with the word of one.
    """
    if block.spot - 1 in (-1, classified.title.spot):
        return ""
    above = classified.outline[block.spot - 1].text
    label = LABELS.search(above) if len(above) <= LONGEST_LABEL else None
    return above if label is not None and len(label[0]) * 3 >= len(above) else ""


def has_doubtful_line(page: HtmlPage, text: RunningText) -> bool:
    """Whether a dateline near the title may mean two days: no date, but a sign of an article."""
    classified = text.classified
    near = (*right_above(classified), *classified.outline[classified.title.spot + 1 : text.first])
    return any(
        block.kind == "date" and is_date_line(page, block.text) and not dates_on(page, block.text)
        for block in near
    )


def right_behind(text: RunningText) -> list[Block]:
    """The blocks after the text in its article's element, up to a heading over other articles.

    Rows that name another article beside its date are left out.
    """
    own = takewhile(lambda block: not announces_others(block.text), text.behind)
    return [
        block
        for block in own
        if holds(text.wrapper, block.element) and not text.classified.tells_of_another(block)
    ]


def right_above(classified: ClassifiedOutline) -> Iterator[Block]:
    """The blocks above the title, nearest first, up to a menu, where the page's head begins."""
    links = 0
    spot = classified.title.spot
    for block in reversed(classified.outline[max(0, spot - BLOCKS_ABOVE) : spot]):
        links += block.kind == "link"
        if block.kind == "apart" or links > 2:
            return
        yield block


def _before(classified: ClassifiedOutline, block: Block) -> int:
    """How many blocks precede a date in the element that it shares with the title.

    In an article's head these are few; the page's head has a menu.
    """
    head = common_ancestor([block.element, classified.title.element])
    before = classified.outline[: block.spot]
    return sum(other.kind != "apart" and holds(head, other.element) for other in before)


def is_clock(page: HtmlPage, date: PrintedDate) -> bool:
    """Whether an unlabelled date is the page's clock at the time of the fetch."""
    days_ago = abs(date.on - page.fetched_at.astimezone(page.zone).date()).days
    if date.label is not None or days_ago > 1:
        return False
    return date.at is None or abs(date.at - page.fetched_at) < CLOCK_AGE


def _dates_in_title(page: HtmlPage, title: Block) -> list[SeenDate]:
    """The dates in the title's block, each in an element of its own."""
    timed = list(_timed_dates(page, title))
    printed = None if timed else dateline_in(page, title.element)
    return timed or [SeenDate(date, title) for date in dates_on(page, printed or "")]


def _timed_dates(page: HtmlPage, block: Block, label: str = "") -> Iterator[SeenDate]:
    for element in block.times:
        if (date := _machine_date(page, element)) is not None:
            edited = _is_edit(element) or _says_edit(f"{label} {block.text}", element)
            yield SeenDate(replace(date, label="updated") if edited else date, block, element)


def _dates_of(page: HtmlPage, classified: ClassifiedOutline, block: Block) -> list[SeenDate]:
    """The dates of one block: of its time elements, the whole line, or a part of it."""
    if _is_of_an_event(block) or OTHER_DAY.match(block.text):
        return []
    label = _label_above(classified, block)
    timed = list(_timed_dates(page, block, label))
    if timed or len(block.text) > LONGEST_LINE or not is_like_date(block.text):
        return timed
    whole = f"{label} {block.text}"
    found = ((line, dates_on(page, line)) for line in (whole, *_lines_of(page, block)))
    line, dates = next(((line, dates) for line, dates in found if dates), ("", ()))
    if all(date.label == "updated" for date in dates):
        # The edit may have an element of its own beside the publication.
        dates += dates_on(page, _bare_date(page, whole.replace(line, "", 1)) or "")
    elif _is_edit(block.element):
        dates = tuple(replace(it, label=it.label or "updated") for it in dates)
    return [SeenDate(date, block) for date in dates]


def _lines_of(page: HtmlPage, block: Block) -> Iterator[str]:
    """The lines of a block that may be a date: itself, and its parts."""
    yield block.text
    yield from block.lines
    yield from PARTS_OF_ROW.split(block.text)
    for element in block.element.iter("span", "small", "em", "i", "b", "strong", "div", "font"):
        if element is not block.element:
            yield seen_text(element)
    spans = date_spans(block.text)
    yield from spans if len(spans) == 1 else ()
    yield _behind_place(block.text)
    yield from (behind_name(page, part) for part in PARTS_OF_ROW.split(block.text))


def _machine_date(page: HtmlPage, element: html.HtmlElement) -> PrintedDate | None:
    """The machine date of an element; where its text shows another day, that day counts."""
    said = element.get("datetime") or element.get("title") or ""
    date, shown = read_machine_date(said, zone=page.zone), seen_text(element)
    printed = date_on(page, shown) if date is not None and is_like_date(shown) else None
    if date is None or printed is None or printed.precision == "month" or printed.is_counted_back:
        return date
    # The same moment may be on the day before or after in the place where it was printed.
    return replace(date, on=printed.on) if abs((printed.on - date.on).days) <= 1 else printed


def _says_edit(line: str, element: html.HtmlElement) -> bool:
    """Whether the last label before a time element, or in it, is that of an edit."""
    shown = seen_text(element)
    until = line[: line.find(shown) + len(shown)] if shown else ""
    labels = list(LABELS.finditer(until))
    return bool(labels) and labels[-1]["updated"] is not None


def _is_of_an_event(block: Block) -> bool:
    """Whether a block is among the facts of an event, in a list that also names the place."""
    facts = next((holder for holder in block.holders if holder.tag == "dl"), None)
    terms = facts.iter("dt") if facts is not None else ()
    return any(EVENT_FACT.fullmatch(seen_text(term)) for term in terms)


def _is_edit(element: html.HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return bool(EDITED.search(names)) and "publish" not in names.lower()


def printed_dates(seen: Iterable[SeenDate]) -> Iterator[ProposedDate]:
    """The dates of the article's own lines as candidates."""
    for one in seen:
        evidence: Evidence = "label" if one.date.label else "selector"
        place = f"printed near the title: {one.block.text[:60]}"
        yield proposed(one.date, evidence, place, PRINTED)

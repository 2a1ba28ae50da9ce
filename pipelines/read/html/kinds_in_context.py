"""Corrects the kinds of blocks by the blocks around them.

A line in a table, in a list, between two paragraphs or beside a control may mean something else
than the same line alone.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from lxml import html

from pipelines.read.html.outline import Block, names_of
from pipelines.read.html.paragraphs import is_grid
from pipelines.read.text.bylines import is_person, read_labelled
from pipelines.read.text.furniture_lines import is_furniture

Grids = dict[html.HtmlElement, html.HtmlElement]

PERCENTAGE = re.compile(r"[\d.,]+\s?%|A[-+]")  # outside a table, "A+" sets the text size
BARE_FIGURES = re.compile(r"[\d.,\s]+")
TOLD = re.compile(
    r"[.!?…][\"”’»)]*\s+\S|[.!…:;][\"”’»)]*$"
)  # two sentences, or one but no question
CONTROLS = "button", "select", "audio", "input"
UNLABELLED = "hidden", "checkbox"  # types of input
MOST_LABELS = 12  # lines of text beside controls
LONGEST_LABELS = 160  # characters of them


def grids_of(title: Block) -> Grids:
    """The table of figures around each element that is in one."""
    tables = [table for table in title.element.getroottree().iter("table") if is_grid(table)]
    return {element: table for table in tables for element in table.iter()}


def look_around(outline: Sequence[Block], title: Block, grids: Grids) -> None:
    """Correct the kinds of the blocks below the title by their surroundings."""
    below = outline[title.spot + 1 :]
    _spare_tables(below, title, grids)
    _spare_items(outline, below)
    _spare_lines(outline, below)
    _find_counters(below, grids)
    _find_labels(below, title)


def _spare_tables(below: Sequence[Block], title: Block, grids: Grids) -> None:
    """Treat a table of figures as a whole: if at least half of its cells are text, "96%",
    "Xếp hạng", a date or a link in another cell is text too.
    """
    tables: dict[html.HtmlElement, list[Block]] = {}
    for block in below:
        if block.element in grids:
            tables.setdefault(grids[block.element], []).append(block)
    for table, blocks in tables.items():
        words = [block for block in blocks if not PERCENTAGE.fullmatch(block.text)]
        own = sum(block.kind in ("short", "prose") for block in words)
        if own and own * 2 >= len(words) and grids.get(title.element) is not table:
            for block in blocks:
                if block.kind in ("tail", "tool", "date", "link", "file"):
                    block.kind = "short"


def _spare_items(outline: Sequence[Block], below: Sequence[Block]) -> None:
    """Treat a list item ("85%", "Phản hồi") as text if most other items are text, or if some are
    and the list is between two paragraphs.

    Dates and fields do not count: they make up the list of an article's details.
    """
    lists: dict[html.HtmlElement | None, list[Block]] = {
        _list_of(block): [] for block in below if block.kind == "tail"
    }
    lists.pop(None, None)
    for block in below if lists else ():
        if (above := _list_of(block)) in lists:
            lists[above].append(block)
    for above, items in lists.items():
        if above is not None and len(items) > 1 and all(block.linked for block in items):
            for block in items:  # a row of buttons, of which one is known
                block.kind = "tool"
            continue
        words = [block for block in items if not PERCENTAGE.fullmatch(block.text)]
        own = sum(
            block.kind in ("short", "prose") and read_labelled(block.text) is None
            for block in words
        )
        if above is not None and (
            own * 2 > len(words) or (own and _is_between_paragraphs(outline, above, items))
        ):
            for block in items:
                if block.kind == "tail":
                    block.kind = "short"


def _is_between_paragraphs(
    outline: Sequence[Block], part: html.HtmlElement, blocks: Sequence[Block]
) -> bool:
    """Whether prose comes right before and after an unnamed element, all in one parent."""
    first, last = blocks[0].spot, blocks[-1].spot
    beside = (*outline[max(0, first - 1) : first], *outline[last + 1 : last + 2])
    parent = part.getparent()
    return (
        len(beside) == 2
        and not names_of(part).strip()
        and all(
            block.kind == "prose"
            and block.element is not parent
            and block.element.getparent() is parent
            for block in beside
        )
    )


def _list_of(block: Block) -> html.HtmlElement | None:
    return next((above for above in block.holders if above.tag in ("ul", "ol")), None)


def _spare_lines(outline: Sequence[Block], below: Sequence[Block]) -> None:
    """Treat a bare line between two paragraphs ("Phản hồi") as a heading of the text."""
    for block in below:
        if (
            block.kind == "tail"
            and is_furniture(block.text)
            and _is_between_paragraphs(outline, block.element, [block])
        ):
            block.kind = "short"


def _find_counters(below: Sequence[Block], grids: Grids) -> None:
    """Treat bare figures before the first prose as tools: they count readers."""
    for block in takewhile(lambda block: block.kind != "prose", below):
        if (
            block.kind == "short"
            and BARE_FIGURES.fullmatch(block.text)
            and block.element not in grids
            and _list_of(block) is None
        ):
            block.kind = "tool"


def _find_labels(below: Sequence[Block], title: Block) -> None:
    """Treat the labels of controls below the title as tools.

    Labels are "Nghe đọc bài viết" beside a player, or a question above buttons. Only beside prose:
    a notice of one line may share its element with a button.
    """
    prose = [block for block in below if block.kind == "prose"]
    if not prose:
        return
    above_title = set(title.holders)
    held: dict[html.HtmlElement, list[Block]] = {}  # the blocks in each element below the title
    for block in below:
        for element in takewhile(lambda element: element not in above_title, block.holders):
            held.setdefault(element, []).append(block)
    for control in title.element.getroottree().iter(*CONTROLS):
        if (control.get("type") or "").lower() in UNLABELLED and control.tag == "input":
            continue
        labels = next((held[above] for above in control.iterancestors() if above in held), [])
        if (
            len(labels) <= MOST_LABELS
            and sum(len(block.text) for block in labels) <= LONGEST_LABELS
            and not all(block in labels for block in prose)
            and all(map(_may_be_label, labels))
        ):
            for block in labels:
                block.kind = "tool"


def _may_be_label(block: Block) -> bool:
    if block.kind == "prose" and TOLD.search(block.text):
        return False
    signed = read_labelled(block.text) is not None or is_person(block.text)
    return block.kind in ("short", "prose", "tool", "tail") and not signed

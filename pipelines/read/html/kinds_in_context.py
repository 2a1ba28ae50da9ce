"""Corrects the kinds of blocks by the blocks around them.

A line in a table, in a list, between two paragraphs or beside a control may mean something else
than the same line alone.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from lxml import html

from pipelines.read.html.outline import Block, names_of
from pipelines.read.html.paragraphs import is_grid
from pipelines.read.text.bylines import is_person, read_labelled
from pipelines.read.text.furniture_lines import is_furniture

Kind = Literal["title", "prose", "short", "date", "link", "file", "entry", "tail", "tool", "apart"]
Grids = dict[html.HtmlElement, html.HtmlElement]

PERCENTAGE = re.compile(r"[\d.,]+\s?%|A[-+]")  # outside a table, "A+" sets the text size
BARE_FIGURES = re.compile(r"[\d.,\s]+")
TOLD = re.compile(
    r"[.!?…][\"”’»)]*\s+\S|[.!…:;][\"”’»)]*$"
)  # two sentences, or one but no question
CONTROLS = "button", "select", "audio", "input"
MOST_LABELS = 12  # lines of text beside controls
LONGEST_LABELS = 160  # characters of them


def grids_of(title: Block) -> Grids:
    """The table of figures around each element that is in one."""
    tables = [table for table in title.element.getroottree().iter("table") if is_grid(table)]
    return {element: table for table in tables for element in table.iter()}


def look_around(outline: Sequence[Block], kinds: list[Kind], title: Block, grids: Grids) -> None:
    """Correct `kinds` by the surroundings of each block."""
    _spare_tables(outline, kinds, title, grids)
    _spare_items(outline, kinds, title)
    _spare_lines(outline, kinds, title)
    _find_tools(outline, kinds, title, grids)


def _spare_tables(
    outline: Sequence[Block],
    kinds: list[Kind],
    title: Block,
    grids: Grids,
) -> None:
    """Treat a table of figures as a whole.

    If at least half of its cells are text, "96%", "Xếp hạng", a date or a link in another cell is
    text too.
    """
    tables: dict[html.HtmlElement, list[Block]] = {}
    for block in outline[title.spot + 1 :]:
        if block.element in grids:
            tables.setdefault(grids[block.element], []).append(block)
    for table, blocks in tables.items():
        words = [block for block in blocks if not PERCENTAGE.fullmatch(block.text)]
        own = sum(kinds[block.spot] in ("short", "prose") for block in words)
        if own and own * 2 >= len(words) and grids.get(title.element) is not table:
            for block in blocks:
                if kinds[block.spot] in ("tail", "tool", "date", "link", "file"):
                    kinds[block.spot] = "short"


def _spare_items(outline: Sequence[Block], kinds: list[Kind], title: Block) -> None:
    """Treat a list item ("85%", "Phản hồi") as text if most other items are text, or if some are
    and the list is between two paragraphs.

    Dates and fields do not count: they make up the list of an article's details.
    """
    below = outline[title.spot + 1 :]
    lists: dict[html.HtmlElement | None, list[Block]] = {
        _list_of(block): [] for block in below if kinds[block.spot] == "tail"
    }
    lists.pop(None, None)
    for block in below if lists else ():
        if (above := _list_of(block)) in lists:
            lists[above].append(block)
    for above, items in lists.items():
        words = [block for block in items if not PERCENTAGE.fullmatch(block.text)]
        own = sum(
            kinds[block.spot] in ("short", "prose") and read_labelled(block.text) is None
            for block in words
        )
        if above is not None and (
            own * 2 > len(words) or (own and _is_between_paragraphs(outline, kinds, above, items))
        ):
            for block in items:
                if kinds[block.spot] == "tail":
                    kinds[block.spot] = "short"


def _is_between_paragraphs(
    outline: Sequence[Block], kinds: Sequence[Kind], part: html.HtmlElement, blocks: Sequence[Block]
) -> bool:
    """Whether prose comes right before and after an unnamed element, all in one parent."""
    beside = [
        outline[spot]
        for spot in (blocks[0].spot - 1, blocks[-1].spot + 1)
        if 0 <= spot < len(outline)
    ]
    parent = part.getparent()
    return (
        len(beside) == 2
        and not names_of(part).strip()
        and all(
            kinds[block.spot] == "prose"
            and block.element is not parent
            and block.element.getparent() is parent
            for block in beside
        )
    )


def _list_of(block: Block) -> html.HtmlElement | None:
    return next(
        (
            above
            for above in (block.element, *block.element.iterancestors())
            if above.tag in ("ul", "ol")
        ),
        None,
    )


def _spare_lines(outline: Sequence[Block], kinds: list[Kind], title: Block) -> None:
    """Treat a bare line between two paragraphs ("Phản hồi") as a heading of the text."""
    for block in outline[title.spot + 1 :]:
        if (
            kinds[block.spot] == "tail"
            and is_furniture(block.text)
            and _is_between_paragraphs(outline, kinds, block.element, [block])
        ):
            kinds[block.spot] = "short"


def _find_tools(
    outline: Sequence[Block],
    kinds: list[Kind],
    title: Block,
    grids: Grids,
) -> None:
    """Treat the labels of controls below the title as tools, and bare counters too.

    Labels are "Nghe đọc bài viết" beside a player, or a question above buttons. Only beside prose:
    a notice of one line may share its element with a button.
    """
    prose = [block for block in outline[title.spot + 1 :] if kinds[block.spot] == "prose"]
    for block in outline[title.spot + 1 : prose[0].spot if prose else None]:
        if (
            kinds[block.spot] == "short"
            and BARE_FIGURES.fullmatch(block.text)
            and block.element not in grids
            and _list_of(block) is None
        ):
            kinds[block.spot] = "tool"
    if not prose:
        return
    above_title = {title.element, *title.element.iterancestors()}
    held: dict[
        html.HtmlElement, range
    ] = {}  # the places of the blocks in each element below the title
    for block in outline[title.spot + 1 :]:
        for element in takewhile(
            lambda element: element not in above_title,
            (block.element, *block.element.iterancestors()),
        ):
            held[element] = range(
                held[element].start if element in held else block.spot, block.spot + 1
            )
    for control in title.element.getroottree().iter(*CONTROLS):
        if control.tag != "input" or (control.get("type") or "").lower() not in (
            "hidden",
            "checkbox",
        ):
            spots = next(
                (held[above] for above in control.iterancestors() if above in held), range(0)
            )
            labels = outline[spots.start : spots.stop] if len(spots) <= MOST_LABELS else ()
            if (
                sum(len(block.text) for block in labels) <= LONGEST_LABELS
                and not all(block.spot in spots for block in prose)
                and all(
                    kinds[block.spot] in ("short", "prose", "tool", "tail")
                    and not _is_signed(block.text)
                    for block in labels
                )
                and not any(
                    kinds[block.spot] == "prose" and TOLD.search(block.text) for block in labels
                )
            ):
                for block in labels:
                    kinds[block.spot] = "tool"


def _is_signed(line: str) -> bool:
    return read_labelled(line) is not None or is_person(line)

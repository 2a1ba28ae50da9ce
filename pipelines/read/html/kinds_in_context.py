"""Corrects the kinds of blocks by their company: a line in a table, in a list, between two
paragraphs or beside a control may mean something else than the same line alone.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import takewhile

from lxml import html

from pipelines.read.html.outline import Block, names_of
from pipelines.read.html.paragraphs import ENDED, HEADINGS, LISTS, is_grid
from pipelines.read.text.bylines import is_person, read_labelled

Grids = dict[html.HtmlElement, html.HtmlElement]

FIGURES = re.compile(r"[\d.,\s]+%?|A[-+]")  # outside a table, "A+" sets the text size
NO_WORDS = frozenset({"tail", "tool", "date", "link", "file"})
CONTROLS = "button", "select", "audio", "input"
UNLABELLED = "hidden", "checkbox"  # types of input
LONGEST_LABELS = 160  # characters of text beside a control


def grids_of(title: Block) -> Grids:
    """The table of figures around each element that is in one."""
    tables = [table for table in title.element.getroottree().iter("table") if is_grid(table)]
    return {element: table for table in tables for element in table.iter()}


def look_around(outline: Sequence[Block], title: Block, grids: Grids) -> None:
    """Correct the kinds of the blocks below the title by their company: "96%" or "Phản hồi" in a
    table or list of words, or as a heading between two paragraphs, is text.
    """
    below = outline[title.spot + 1 :]
    companies: dict[html.HtmlElement, list[Block]] = defaultdict(list)
    for block in below:
        companies[_company_of(block, grids)].append(block)
    for element, blocks in companies.items():
        if element.tag == "table":
            if grids.get(title.element) is not element and _share_of_words(blocks) >= 0.5:
                _take(blocks, NO_WORDS)
        elif any(block.kind == "tail" for block in blocks):
            _spare_tails(outline, element, blocks)
    for block in takewhile(lambda block: block.kind != "prose", below):
        alone = block.kind == "short" and _company_of(block, grids) is block.element
        if alone and FIGURES.fullmatch(block.text):
            block.kind = "tool"  # it counts readers
    _find_labels(below, title)


def _spare_tails(
    outline: Sequence[Block], element: html.HtmlElement, blocks: Sequence[Block]
) -> None:
    """Take lines that read like furniture for text, in a list of words or between paragraphs."""
    listed = element.tag in LISTS
    if listed and len(blocks) > 1 and all(block.linked for block in blocks):
        for block in blocks:  # a row of buttons, of which one is known
            block.kind = "tool"
    elif (listed and _share_of_words(blocks) > 0.5) or _is_between_paragraphs(
        outline, element, blocks
    ):
        _take(blocks, {"tail"})


def _company_of(block: Block, grids: Grids) -> html.HtmlElement:
    """The table of figures or the list that holds a block, else its own element."""
    if block.element in grids:
        return grids[block.element]
    return next((above for above in block.holders if above.tag in LISTS), block.element)


def _share_of_words(blocks: Sequence[Block]) -> float:
    """How many of the lines with words are text, and not fields of the page."""
    words = [block for block in blocks if not FIGURES.fullmatch(block.text)]
    own = sum(
        block.kind in ("short", "prose") and read_labelled(block.text) is None for block in words
    )
    return own / len(words) if words else 0


def _take(blocks: Sequence[Block], kinds: Collection[str]) -> None:
    """Take the blocks of these kinds for text."""
    for block in blocks:
        if block.kind in kinds:
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


def _find_labels(below: Sequence[Block], title: Block) -> None:
    """Treat the labels of controls below the title as tools: "Nghe đọc bài viết" beside a player,
    or a question above buttons. Only beside prose: a notice of one line may share its element with
    a button.
    """
    prose = [block for block in below if block.kind == "prose"]
    above_title = set(title.holders)
    held: dict[html.HtmlElement, list[Block]] = defaultdict(list)
    for block in below if prose else ():
        for element in takewhile(lambda element: element not in above_title, block.holders):
            held[element].append(block)
    for control in title.element.getroottree().iter(*CONTROLS) if prose else ():
        if control.tag == "input" and (control.get("type") or "").lower() in UNLABELLED:
            continue
        around = next((above for above in control.iterancestors() if above in held), None)
        labels = [] if around is None or around.tag in HEADINGS else held[around]
        if (
            sum(len(block.text) for block in labels) <= LONGEST_LABELS
            and not all(block in labels for block in prose)
            and all(map(_may_be_label, labels))
        ):
            for block in labels:
                block.kind = "tool"


def _may_be_label(block: Block) -> bool:
    if block.kind == "prose" and ENDED.search(block.text) and not block.text.endswith("?"):
        return False
    signed = read_labelled(block.text) is not None or is_person(block.text)
    return block.kind in ("short", "prose", "tool", "tail") and not signed

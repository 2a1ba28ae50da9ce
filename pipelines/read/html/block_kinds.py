"""The kind of each block of a page, below the article's title.

A block is prose, a short line, a date, a link, a file, an entry of another article, or furniture.
Its company may tell otherwise than its words: a table, a list, paragraphs around it, a control.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile

from lxml import html

from pipelines.read.html.author_links import is_dateline
from pipelines.read.html.entries import LONGEST_DATE, SENTENCE, find_entries, may_be_title
from pipelines.read.html.outline import (
    SHORTEST_PROSE,
    SHORTEST_TITLE_LINK,
    Block,
    Kind,
    names_of,
)
from pipelines.read.html.paragraphs import CELLS, ENDED, HEADINGS, LISTS, is_grid
from pipelines.read.text.bylines import is_person, read_labelled
from pipelines.read.text.clean_text import fold, same_text
from pipelines.read.text.furniture_lines import is_furniture
from pipelines.read.text.phrases import folded_pattern

REPRINTS = folded_pattern(lambda it: it.furniture.reprints).replace(r" \.\.\. ", " .{0,60}")
IMPRINT = re.compile(
    rf"^(?:©|\(c\))\b|^{folded_pattern(lambda it: it.furniture.imprints)}(?!\w)"
    rf"|{REPRINTS}|^{folded_pattern(lambda it: it.furniture.imprint_labels)}\s*:"
)
FILE_HEADING = re.compile(folded_pattern(lambda it: it.furniture.files) + r"\W*$")
Grids = dict[html.HtmlElement, html.HtmlElement]

FIGURES = re.compile(r"[\d.,\s]+%?|A[-+]")  # outside a table, "A+" sets the text size
NO_WORDS = frozenset({"tail", "tool", "date", "link", "file"})
CONTROLS = "button", "select", "audio", "input"
UNLABELLED = "hidden", "checkbox"  # types of input
LONGEST_LABELS = 160  # characters of text beside a control


@dataclass(slots=True)
class ClassifiedOutline:
    """An outline whose blocks know what they are.

    `entries`: how many other articles have entries of their own below the title. `leads_away`:
    whether an anchor leads to another page of prose.
    """

    outline: Sequence[Block]
    title: Block
    entries: int
    leads_away: Callable[[html.HtmlElement], bool]

    @property
    def below(self) -> Sequence[Block]:
        """The blocks below the title."""
        return self.outline[self.title.spot + 1 :]

    def tells_of_another(self, block: Block) -> bool:
        """Whether a block holds a link that may be another article's title.

        The link is long enough, not a tool, and no word before it makes it this article's own.
        """
        return block.links >= SHORTEST_TITLE_LINK and any(
            may_be_title(block, anchor) and self.leads_away(anchor) for anchor in block.anchors
        )


def classify(
    outline: Sequence[Block],
    title: Block,
    *,
    is_date: Callable[[Block], bool],
    is_file: Callable[[html.HtmlElement], bool],
    leads_away: Callable[[html.HtmlElement], bool],
    template: Collection[Block] = (),
) -> ClassifiedOutline:
    """Classify each block. `leads_away`: whether an anchor leads to another page of prose, not to a
    file or this page. `template`: blocks that the portal's template is known to have written.
    """
    believed = {  # no furniture holds the title
        zone.element: zone.apart
        for block in outline
        for zone in block.zones
        if zone not in title.zones
    }
    entry_elements = find_entries(outline, title, believed, is_date, leads_away)
    grids = _grids_of(title)
    for block in outline:
        kind = _kind_by_place(block, title, believed, entry_elements)
        if kind is None:
            in_cell = block.element.tag in CELLS and block.element in grids
            beside = any(zone.element in believed for zone in block.zones)
            kind = _kind_by_text(block, is_date, is_file, in_cell=in_cell, beside=beside)
        block.kind = kind
    _look_around(outline, title, grids)
    for block in template:
        if block.kind in ("prose", "short"):
            block.kind = "tool"
    return ClassifiedOutline(outline, title, len(entry_elements), leads_away)


def _kind_by_place(
    block: Block,
    title: Block,
    believed: dict[html.HtmlElement, bool],
    entries: set[html.HtmlElement],
) -> Kind | None:
    if block is title or (
        abs(len(block.text) - len(title.text)) <= 8 and same_text(block.text, title.text)
    ):
        return "title"
    if any(believed.get(zone.element) for zone in block.zones):
        return "apart"
    if block.spot > title.spot and not entries.isdisjoint(block.holders):
        return "entry"
    return None


def _kind_by_text(
    block: Block,
    is_date: Callable[[Block], bool],
    is_file: Callable[[html.HtmlElement], bool],
    *,
    in_cell: bool,
    beside: bool,
) -> Kind:
    """`in_cell`: in a table of figures; `beside`: among the tools beside an article."""
    folded = fold(block.text[:200])
    if is_furniture(block.text) or IMPRINT.search(folded):
        return "tail"
    if FILE_HEADING.match(folded):
        return "tool"
    if len(block.text) <= LONGEST_DATE and not in_cell and is_dateline(block, is_date):
        return "date"
    if beside:
        return "tool"
    if block.linked:
        return "file" if any(is_file(anchor) for anchor in block.anchors) else "link"
    if len(block.text) >= SHORTEST_PROSE or (
        len(block.text) >= SENTENCE and ENDED.search(block.text)
    ):
        return "prose"
    return "short"


def is_cell(element: html.HtmlElement) -> bool:
    """Whether an element is a cell of a table of figures: no text without its table."""
    table = next(element.iterancestors("table"), None)
    return element.tag in CELLS and table is not None and is_grid(table)


def _grids_of(title: Block) -> Grids:
    """The table of figures around each element that is in one."""
    tables = [table for table in title.element.getroottree().iter("table") if is_grid(table)]
    return {element: table for table in tables for element in table.iter()}


def _look_around(outline: Sequence[Block], title: Block, grids: Grids) -> None:
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
    holders = {above for block in below for above in block.holders}.difference(title.holders)
    held: dict[html.HtmlElement, list[Block]] = {}
    for control in title.element.getroottree().iter(*CONTROLS) if prose else ():
        if control.tag != "input" or (control.get("type") or "").lower() not in UNLABELLED:
            around = next(filter(holders.__contains__, control.iterancestors()), None)
            if around is not None and around.tag not in HEADINGS:
                held[around] = []
    for block in below if held else ():
        for element in held.keys() & block.holders:
            held[element].append(block)
    for labels in held.values():
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

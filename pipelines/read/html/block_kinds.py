"""The kind of each block of a page, below the article's title.

A block is prose, a short line, a date, a link, a file, an entry of another article, or furniture.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import html

from pipelines.read.html.author_links import is_dateline
from pipelines.read.html.entries import LONGEST_DATE, SENTENCE, find_entries, may_be_title
from pipelines.read.html.kinds_in_context import grids_of, look_around
from pipelines.read.html.outline import (
    SHORTEST_PROSE,
    SHORTEST_TITLE_LINK,
    Block,
    Kind,
)
from pipelines.read.html.paragraphs import CELLS, ENDED, is_grid
from pipelines.read.text.clean_text import fold, same_text
from pipelines.read.text.furniture_lines import is_furniture
from pipelines.read.text.phrases import folded_pattern

REPRINTS = folded_pattern(lambda it: it.furniture.reprints).replace(r" \.\.\. ", " .{0,60}")
IMPRINT = re.compile(
    rf"^(?:©|\(c\))\b|^{folded_pattern(lambda it: it.furniture.imprints)}(?!\w)"
    rf"|{REPRINTS}|^{folded_pattern(lambda it: it.furniture.imprint_labels)}\s*:"
)
FILE_HEADING = re.compile(folded_pattern(lambda it: it.furniture.files) + r"\W*$")


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
) -> ClassifiedOutline:
    """Classify each block. `leads_away`: whether an anchor leads to another page of prose, not to a
    file or this page.
    """
    believed = {  # no furniture holds the title
        zone.element: zone.apart
        for block in outline
        for zone in block.zones
        if zone not in title.zones
    }
    entry_elements = find_entries(outline, title, believed, is_date, leads_away)
    grids = grids_of(title)
    for block in outline:
        kind = _kind_by_place(block, title, believed, entry_elements)
        if kind is None:
            in_cell = block.element.tag in CELLS and block.element in grids
            beside = any(zone.element in believed for zone in block.zones)
            kind = _kind_by_text(block, is_date, is_file, in_cell=in_cell, beside=beside)
        block.kind = kind
    look_around(outline, title, grids)
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

"""What each block of a page is to the article below its title: prose, a short line, a date, a link, a file, another article's entry, or furniture."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from lxml import html

from pipelines.read.html.author_links import is_dateline, signed_dateline
from pipelines.read.html.entries import (
    ENTRY_LINK,
    LONGEST_DATE,
    SENTENCE,
    find_entries,
    may_be_title,
)
from pipelines.read.html.outline import Block, names_of
from pipelines.read.html.paragraphs import CELLS, ENDED, is_grid
from pipelines.read.text.bylines import is_person, read_labelled
from pipelines.read.text.clean_text import fold, same_text
from pipelines.read.text.furniture_lines import is_furniture
from pipelines.read.text.phrases import folded_pattern

Kind = Literal["title", "prose", "short", "date", "link", "file", "entry", "tail", "tool", "apart"]

PROSE = 60  # characters from which a block is prose whatever it ends with
# In a table; outside of one "A+" is the size of the page's letters.
FIGURE = re.compile(r"[\d.,]+\s?%|A[-+]")
FIGURES = re.compile(r"[\d.,\s]+")
TOLD = re.compile(
    r"[.!?…][\"”’»)]*\s+\S|[.!…:;][\"”’»)]*$"
)  # two sentences, or one that is no question
CONTROLS = "button", "select", "audio", "input"
MOST_LABELS = 12  # lines of text beside controls
LONGEST_TOOL = 160  # characters of them
REPRINTS = folded_pattern(lambda language: language.furniture.reprints).replace(
    r" \.\.\. ", " .{0,60}"
)
IMPRINT = re.compile(
    rf"^(?:©|\(c\))\b|^{folded_pattern(lambda language: language.furniture.imprints)}(?!\w)|{REPRINTS}"
    rf"|^{folded_pattern(lambda language: language.furniture.imprint_labels)}\s*:"
)
FILE_HEADING = re.compile(folded_pattern(lambda language: language.furniture.files) + r"\W*$")


@dataclass(slots=True)
class ClassifiedOutline:
    """The outline with what each block is. `entries` counts the other articles that the page tells of in entries of their own, below the title.

    `leads_away`: whether an anchor leads to another page of prose.
    """

    outline: Sequence[Block]
    kinds: list[Kind]
    title: Block
    entries: int
    leads_away: Callable[[html.HtmlElement], bool]

    def tells_of_another(self, block: Block) -> bool:
        """Whether a block holds a link that may be another article's title: long enough, no tool's, and with no word before it that makes it this one's."""
        return block.links >= ENTRY_LINK and any(
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
    """What each block is. `leads_away`: whether an anchor leads to another page of prose, neither a file nor this page."""
    believed = _believed_zones(outline, title)
    signed = signed_dateline(outline, title, is_date)
    entry_elements = find_entries(outline, title, signed, believed, is_date, leads_away)
    grids = _grids(title)
    kinds: list[Kind] = []
    for block in outline:
        kind = "date" if block is signed else _kind_by_place(block, title, believed, entry_elements)
        if kind is None:
            in_cell = block.element.tag in CELLS and block.element in grids
            beside = any(zone.element in believed for zone in block.zones)
            kind = _kind_by_text(block, is_date, is_file, in_cell=in_cell, beside=beside)
        kinds.append(kind)
    _spare_tables(outline, kinds, title, grids)
    _spare_items(outline, kinds, title)
    _spare_lines(outline, kinds, title)
    _find_tools(outline, kinds, title, grids)
    return ClassifiedOutline(outline, kinds, title, len(entry_elements), leads_away)


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
    if block.spot > title.spot and any(
        ancestor in entries for ancestor in (block.element, *block.element.iterancestors())
    ):
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
    """`in_cell`: of a table of figures; `beside`: among the tools beside an article."""
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
    if len(block.text) >= PROSE or (len(block.text) >= SENTENCE and ENDED.search(block.text)):
        return "prose"
    return "short"


def _grids(title: Block) -> dict[html.HtmlElement, html.HtmlElement]:
    """The table of figures of each element that stands in one."""
    tables = [table for table in title.element.getroottree().iter("table") if is_grid(table)]
    return {element: table for table in tables for element in table.iter()}


def _spare_tables(
    outline: Sequence[Block],
    kinds: list[Kind],
    title: Block,
    grids: dict[html.HtmlElement, html.HtmlElement],
) -> None:
    """Takes a table of figures as one thing: where half of its cells or more are text, "96%", "Xếp hạng", a date or a link in another cell is text too."""
    tables: dict[html.HtmlElement, list[Block]] = {}
    for block in outline[title.spot + 1 :]:
        if block.element in grids:
            tables.setdefault(grids[block.element], []).append(block)
    for table, blocks in tables.items():
        words = [block for block in blocks if not FIGURE.fullmatch(block.text)]
        own = sum(kinds[block.spot] in ("short", "prose") for block in words)
        if own and own * 2 >= len(words) and grids.get(title.element) is not table:
            for block in blocks:
                if kinds[block.spot] in ("tail", "tool", "date", "link", "file"):
                    kinds[block.spot] = "short"


def _spare_items(outline: Sequence[Block], kinds: list[Kind], title: Block) -> None:
    """Takes an item of a list ("85%", "Phản hồi") for text where most of the others are, or some in a list between two paragraphs.

    Dates and fields are none: they make up the list of an article's particulars.
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
        words = [block for block in items if not FIGURE.fullmatch(block.text)]
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
    """Whether prose stands right before and right behind an element without a name, all in one parent."""
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
    """Takes a bare line between two paragraphs of one text for a heading in it: "Phản hồi", "Xếp hạng"."""
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
    grids: dict[html.HtmlElement, html.HtmlElement],
) -> None:
    """Takes for tools what the controls below the title are labelled with ("Nghe đọc bài viết" beside a player, a question above buttons), and bare counters.

    Only beside a text of prose: a notice of one line may share its element with a button.
    """
    prose = [block for block in outline[title.spot + 1 :] if kinds[block.spot] == "prose"]
    for block in outline[title.spot + 1 : prose[0].spot if prose else None]:
        if (
            kinds[block.spot] == "short"
            and FIGURES.fullmatch(block.text)
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
                sum(len(block.text) for block in labels) <= LONGEST_TOOL
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


def is_cell(element: html.HtmlElement) -> bool:
    """Whether an element is a cell of a table of figures: no text without its table, and its dates are the table's."""
    if element.tag not in CELLS:
        return False
    table = next((ancestor for ancestor in element.iterancestors("table")), None)
    return table is not None and is_grid(table)


def _believed_zones(outline: Sequence[Block], title: Block) -> dict[html.HtmlElement, bool]:
    """The zones that are furniture indeed: one that holds the title, or most of the page's prose, is none whatever its class says."""
    prose: Counter[html.HtmlElement] = Counter()
    apart: dict[html.HtmlElement, bool] = {}
    total = 0
    for block in outline:
        size = len(block.text) if not block.linked and len(block.text) >= PROSE else 0
        total += size
        for zone in block.zones:
            apart[zone.element] = zone.apart
            prose[zone.element] += size
    titled = {zone.element for zone in title.zones}
    return {
        element: flag
        for element, flag in apart.items()
        if element not in titled and prose[element] * 10 <= total * 6
    }

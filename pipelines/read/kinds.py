"""What each block of a page is to the article below its title: prose, a short line, a date, a link, a file, another article's entry, or furniture."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from lxml import html

from pipelines.read.blocks import CELLS, is_grid
from pipelines.read.outline import Block
from pipelines.read.tails import is_furniture
from pipelines.read.text import fold, same_text

Kind = Literal["title", "prose", "short", "date", "link", "file", "entry", "tail", "tool", "apart"]

PROSE = 60  # characters from which a block is prose whatever it ends with
SENTENCE = 25  # characters from which a block that ends like a sentence is prose
ENTRY_LINK = 15  # characters of a link that may be another article's title
ENDED = re.compile(r"[.!?…:;][\"”’»)]*$")
COPYRIGHT = re.compile(
    r"^(?:\W*chu y\W+)?viec dang lai bai viet|ghi ro nguon .{0,60}khi (?:phat hanh|su dung|trich dan)"
    r"|^(?:©|\(c\)|copyright|ban quyen)\b|^designed by|^thiet ke boi"
    r"|^(?:co quan chu quan|(?:nguoi )?chiu trach nhiem(?: (?:ve|chinh|noi dung|xuat ban))*)\s*:|^giay phep (?:so|hoat dong|thiet lap)\b"
)
FILE_HEADING = re.compile(r"(?:cac )?(?:tap tin|file|tep|tep tin|tai lieu|van ban) (?:dinh kem|kem theo)\W*$|attachments?\W*$")


@dataclass(slots=True)
class Judged:
    """The outline with what each block is. `entries` counts the other articles that the page tells of in entries of their own, below the title."""

    outline: Sequence[Block]
    kinds: list[Kind]
    title: Block
    entries: int


def judge(
    outline: Sequence[Block],
    title: Block,
    *,
    is_date: Callable[[Block], bool],
    is_file: Callable[[html.HtmlElement], bool],
    leads_away: Callable[[html.HtmlElement], bool],
) -> Judged:
    """What each block is. `leads_away`: whether an anchor leads to another page of prose, neither a file nor this page."""
    believed = _believed_zones(outline, title)
    entry_elements = _entries(outline, title, believed, leads_away)
    # Once a table, and not once a cell: a list of thousands of rows is one table.
    tables = {table for block in outline if block.element.tag in CELLS for table in islice(block.element.iterancestors("table"), 1)}
    cells = {cell for table in tables if is_grid(table) for cell in table.iter(*CELLS)}
    kinds: list[Kind] = []
    for block in outline:
        kinds.append(_kind(block, title, believed, entry_elements, cells, is_date, is_file))
    return Judged(outline, kinds, title, len(entry_elements))


def _kind(
    block: Block,
    title: Block,
    believed: dict[html.HtmlElement, bool],
    entries: set[html.HtmlElement],
    cells: set[html.HtmlElement],
    is_date: Callable[[Block], bool],
    is_file: Callable[[html.HtmlElement], bool],
) -> Kind:
    if block is title or (abs(len(block.text) - len(title.text)) <= 8 and same_text(block.text, title.text)):
        return "title"
    apart = [believed[zone.element] for zone in block.zones if zone.element in believed]
    if any(apart):
        return "apart"
    if block.spot > title.spot and any(ancestor in entries for ancestor in (block.element, *block.element.iterancestors())):
        return "entry"
    folded = fold(block.text[:200])
    if is_furniture(block.text) or COPYRIGHT.search(folded):
        return "tail"
    if FILE_HEADING.match(folded):
        return "tool"
    if len(block.text) <= 160 and is_date(block) and block.element not in cells:
        return "date"
    if apart:
        return "tool"
    if block.linked:
        return "file" if any(is_file(anchor) for anchor in block.anchors) else "link"
    if len(block.text) >= PROSE or (len(block.text) >= SENTENCE and ENDED.search(block.text)):
        return "prose"
    return "short"


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
    return {element: flag for element, flag in apart.items() if element not in titled and prose[element] * 10 <= total * 6}


def _entries(
    outline: Sequence[Block], title: Block, believed: dict[html.HtmlElement, bool], leads_away: Callable[[html.HtmlElement], bool]
) -> set[html.HtmlElement]:
    """The elements in each of which the page tells of one other article: a link that is a title comes first in it, an excerpt or a date may follow.

    An entry is the largest element that knows one such link only and does not hold this page's title.
    """
    heads: list[tuple[Block, str]] = []
    for block in outline[title.spot + 1 :]:
        if block.links >= ENTRY_LINK and block.links * 10 >= len(block.text) * 7 and not any(believed.get(zone.element) for zone in block.zones):
            anchor = next((anchor for anchor in block.anchors if leads_away(anchor)), None)
            if anchor is not None:
                heads.append((block, anchor.get("href") or ""))
    known: dict[html.HtmlElement, set[str]] = {}
    first: dict[html.HtmlElement, Block] = {}
    for block, href in heads:
        for element in (block.element, *block.element.iterancestors()):
            known.setdefault(element, set()).add(href)
    above_title = {title.element, *title.element.iterancestors()}
    for block in outline[title.spot + 1 :]:
        # What stands before the link in its entry: a date, a section, a counter; a sentence shows that the element is no entry.
        if len(block.text) < SENTENCE or block.linked:
            continue
        for element in (block.element, *block.element.iterancestors()):
            first.setdefault(element, block)
    entries = set()
    for block, _ in heads:
        entry = None
        for element in (block.element, *block.element.iterancestors()):
            if element in above_title or len(known[element]) > 1 or (element in first and first[element].spot < block.spot):
                break
            entry = element
        if entry is not None:
            entries.add(entry)
    return entries

"""Which regions of a page hold the article's text: the densest prose below the title, and those
around it that belong to it.

Every region is weighed; nothing that stands between two of them ends the text.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml import html

from pipelines.read.html.block_kinds import is_cell
from pipelines.read.html.outline import Block, holds
from pipelines.read.html.paragraphs import WORD, is_grid

# Elements that are parts of a text, and so never the whole text.
PARTS = (
    "p li ul ol blockquote figure figcaption h1 h2 h3 h4 h5 h6 tr tbody thead dl dd dt pre caption "
    "center hr"
)
PARTS_OF_TEXT = frozenset(PARTS.split())
CAPTIONS = frozenset({"figure", "figcaption"})
OTHERS = frozenset({"entry", "apart"})
FOREIGN = OTHERS | {"link", "tool", "tail"}
DECAY = 0.6  # of the credit that an element gives to the one around it
HIGHEST = 6  # elements around a paragraph that get credit for it
DOUBTED = 0.3  # of the credit for prose below a heading of other articles, or refused by an opinion
UNDECLARED = 0.1  # of the credit for prose outside of them
MOST = 0.5  # of a text's characters
PART = 2  # times smaller than the text
INSIDE = 0.2
OUTSIDE = -0.3
LEAST = 0.4  # a region of more weight belongs to the text
ALIKE = 0.6  # the weight of an element like that of the text
AGREED = 0.5  # the weight of another reader's opinion that a region belongs to the text
MATTERS = 0.03  # of the text: for less, no opinion is asked
LEAD = 0.5  # the weight of a single paragraph right above the text
CLOSE_BEHIND = -0.3  # notes on authors, forms and offers come right behind a text
BOX = 0.2  # the weight of a named element among the paragraphs of the text
FAR_AND_SMALL = -0.2  # a site's own lines stand far from a text
CLOSE = 3  # levels
SMALL = 5  # times smaller than the text
LINES = 200  # characters of a few lines
FOREIGN_SHARE = -0.3  # the weight of as many characters of links, tools and others as of prose


@dataclass(slots=True, eq=False)
class Region:
    """An element beside the densest prose, with its blocks below the title.

    `beside`: the element with the densest prose, on the same level; `level`: how many elements
    around the densest prose lie between them; `behind`: it comes after that prose. `weight` says
    whether it belongs to the text, and `reason` why.
    """

    element: html.HtmlElement
    beside: html.HtmlElement
    level: int
    behind: bool
    blocks: list[Block] = field(default_factory=list)
    weight: float = 0.0
    reason: str = ""

    @property
    def prose(self) -> list[Block]:
        """Its blocks of prose."""
        return list(filter(is_prose, self.blocks))

    @property
    def is_alike(self) -> bool:
        """Whether its element is like the one beside it: the same tag, and a class in common or no
        names at all. Classes with figures are columns of a grid, and cells stand side by side.
        """
        one, other = self.element, self.beside
        named, also = (one.get("class") or "").split(), (other.get("class") or "").split()
        nameless = not (named or also or one.get("id") or other.get("id"))
        alike = nameless or any(
            not any(map(str.isdigit, name)) for name in set(named).intersection(also)
        )
        return one.tag == other.tag != "td" and alike


class Opinion:
    """What the page itself or another reader takes for its text.

    `stated`: the text that the metadata state, empty if they state none. `ask`: gives the other
    reader's text, and is called at most once, and only in doubt.
    """

    def __init__(self, stated: str, ask: Callable[[], str]) -> None:
        self._stated = _letters(stated)
        self._ask = ask
        self._letters: str | None = None
        self.by = "trafilatura"

    def hear(self, own: Sequence[Block]) -> None:
        """Believe the stated text if it holds most of these blocks and not much more: some are mere
        teasers, others hold the comments too.
        """
        if len(self._stated) < 2 * size_of(own) and _share(own, self._stated) > MOST:
            self._letters, self.by = self._stated, "the stated text"

    def share_of(self, blocks: Sequence[Block]) -> float:
        """How much of these blocks is in that text, from 0 to 1."""
        if self._letters is None:
            self._letters = _letters(self._ask())
        return _share(blocks, self._letters)


def _share(blocks: Sequence[Block], letters: str) -> float:
    return sum(len(one.text) for one in blocks if _letters(one.text) in letters) / size_of(blocks)


def _letters(text: str) -> str:
    return "".join(WORD.findall(text.casefold()))


def size_of(blocks: Sequence[Block]) -> int:
    """The characters of some blocks."""
    return sum(len(block.text) for block in blocks)


def is_prose(block: Block) -> bool:
    """Whether a block is prose, and not the caption of a picture."""
    return block.kind == "prose" and not any(one.tag in CAPTIONS for one in block.holders[:4])


def home_of(element: html.HtmlElement) -> html.HtmlElement:
    """The nearest element that is more than a part of a text."""
    while (
        (element.tag in PARTS_OF_TEXT or is_cell(element) or _is_data(element))
        and (parent := element.getparent()) is not None
        and parent.tag not in ("body", "html")
    ):
        element = parent
    return element


def _is_data(element: html.HtmlElement) -> bool:
    return element.tag == "table" and is_grid(element)


def weigh_regions(below: Sequence[Block], opinion: Opinion) -> tuple[list[Block], list[Region]]:
    """(the densest prose below a title, the other regions of the page with prose, weighed)."""
    prose = [block for block in below if is_prose(block)]
    if not prose:
        return [], []
    declared = declared_around(prose)
    main = _densest(below, lambda block: 1.0 if _is_in(declared, block) else UNDECLARED)
    own = [block for block in prose if main in block.holders]
    opinion.hear(own)
    if size_of(own) * 2 < size_of(prose) and opinion.share_of(prose) > DOUBTED:
        main = _densest(below, lambda block: 1.0 if opinion.share_of([block]) else DOUBTED)
        own = [block for block in prose if main in block.holders]
    place = next((one for one in (main, *main.iterancestors()) if one in declared), None)
    regions = [region for region in _regions_beside(below, main) if region.prose]
    for region in regions:
        _weigh(region, own, opinion, place, headed=holds(main, below[0].element))
    boxes = _boxes_in(main, own)
    loose = [block for block in own if not any(block in box.blocks for box in boxes)]
    if boxes and opinion.share_of(loose) > DOUBTED:
        for box in boxes:
            share = opinion.share_of(box.blocks)
            box.weight = BOX + AGREED * share
            box.reason = f"among the paragraphs {BOX:+.2f}, {opinion.by} {AGREED * share:+.2f}"
            if box.weight <= LEAST:
                own = [block for block in own if block not in box.blocks]
                regions.append(box)
    return own, regions


def declared_around(blocks: Sequence[Block]) -> set[html.HtmlElement]:
    """The elements around some blocks that declare themselves the place of its text."""
    articles = list(islice(blocks[0].element.getroottree().iter("article"), 2))
    return {
        element
        for element in {holder for block in blocks for holder in block.holders}
        if element.tag == "main"
        or element.get("role") == "main"
        or "articleBody" in (element.get("itemprop") or "").split()
        or [element] == articles
    }


def _is_in(declared: set[html.HtmlElement], block: Block) -> bool:
    return not declared or not declared.isdisjoint(block.holders)


def _boxes_in(main: html.HtmlElement, own: Sequence[Block]) -> list[Region]:
    """The named elements with prose among the loose paragraphs of an element; none where they hold
    as much as those, or too little to matter.
    """
    boxes: dict[html.HtmlElement, Region] = {}
    for block in own:
        child = next((one for one in block.holders if one.getparent() is main), None)
        if (
            child is None
            or child.tag in PARTS_OF_TEXT
            or not (child.get("class") or child.get("id"))
        ):
            continue
        boxes.setdefault(child, Region(child, main, -1, behind=False)).blocks.append(block)
    boxed = sum(size_of(box.blocks) for box in boxes.values())
    return list(boxes.values()) if MATTERS <= boxed / size_of(own) < 0.5 else []


def _weigh(
    region: Region,
    own: Sequence[Block],
    opinion: Opinion,
    place: html.HtmlElement | None,
    *,
    headed: bool,
) -> None:
    """Give a region its weight beside the densest prose (`own`). `place`: the element that declares
    itself the place of the text. `headed`: what follows the title is in the densest element.
    """
    prose, size = region.prose, size_of(own)
    single = len(prose) == 1 and region.level <= 1 and not region.behind
    # Tools and the time it takes to read stand beside a lead.
    kinds = OTHERS if single else FOREIGN
    foreign = size_of([block for block in region.blocks if block.kind in kinds])
    close = region.level <= CLOSE
    small = size_of(prose) < max(size / PART, LINES)
    inside = place is not None and holds(place, region.element)
    outside = place is not None and not inside
    # The densest prose may be the lead: a single paragraph of an element of its own.
    below_lead = len(own) == 1 and region.level <= 1 and region.behind and size_of(prose) > size
    # Two elements of one parent, below what follows the title: the text goes on behind its fold.
    half = region.level == 0 and not headed and region.element.getnext() is None
    half = half and region.element.getprevious() is region.beside
    evidence = [
        (ALIKE * region.is_alike, "built like the text"),
        (LEAD * single, "a paragraph right above it"),
        (LEAD * below_lead, "below a lead"),
        (FOREIGN_SHARE * min(foreign / size_of(prose), 2 if inside else 3), "other things in it"),
        (
            FAR_AND_SMALL * (not close and size_of(prose) < max(size / SMALL, LINES)),
            "far and small",
        ),
        (INSIDE * (inside and not region.is_alike), "where the page declares its text"),
        (OUTSIDE * (outside and not single), "outside of it"),
        (
            CLOSE_BEHIND * (region.behind and close and small and not (region.is_alike or half)),
            "close behind",
        ),
    ]
    weight = sum(one for one, _ in evidence)
    if weight <= LEAST < weight + AGREED and size_of(prose) >= size * MATTERS:
        evidence.append((AGREED * opinion.share_of(prose), f"{opinion.by} has it too"))
    region.weight = sum(one for one, _ in evidence)
    region.reason = ", ".join(f"{why} {one:+.2f}" for one, why in evidence if one)


def _densest(below: Sequence[Block], trust: Callable[[Block], float]) -> html.HtmlElement:
    """The element with the most prose, nearest to its paragraphs."""
    credit: dict[html.HtmlElement, float] = defaultdict(float)
    trusted = 1.0
    for block in below:
        if block.kind == "tail":
            trusted = DOUBTED
        if not is_prose(block):
            continue
        points, element = len(block.text) * trusted * trust(block), block.element
        if not (element.get("class") or element.get("id")) and element.getparent() is not None:
            element = element.getparent()  # a bare element around one paragraph
        element = home_of(element)
        for _ in range(HIGHEST):
            credit[element] += points
            parent = element.getparent()
            if parent is None or parent.tag in ("body", "html"):
                break
            element, points = parent, points * DECAY
    return max(credit, key=lambda element: credit[element])


def _regions_beside(below: Sequence[Block], main: html.HtmlElement) -> list[Region]:
    """The regions of the page around the densest prose, the nearest first."""
    towards: dict[html.HtmlElement, tuple[int, html.HtmlElement]] = {}
    inner = main
    for level, outer in enumerate(main.iterancestors()):
        towards[outer] = level, inner
        inner = outer
    regions: dict[tuple[html.HtmlElement, bool], Region] = {}
    behind = False
    for block in below:
        child = None
        for holder in block.holders:
            if holder is main:
                behind = True
                break
            if holder in towards:
                level, beside = towards[holder]
                element = holder if child is None else child
                region = regions.setdefault(
                    (element, behind), Region(element, beside, level, behind)
                )
                region.blocks.append(block)
                break
            child = holder
    return sorted(regions.values(), key=lambda region: region.level)

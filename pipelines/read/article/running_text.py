"""Find the running text of a page of no known family: the prose below the title that belongs
together. Takes the outline of the page and gives elements of it; changes nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, dropwhile, takewhile

from lxml import etree, html

from pipelines.read.article.text_furniture import furniture_in
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.outline import (
    FIELD,
    MOST_BESIDE,
    SHORTEST_PROSE,
    Block,
    Kind,
    common_ancestor,
    holds,
    names_of,
)
from pipelines.read.html.page import BOLD, seen_text, text_in
from pipelines.read.html.paragraphs import ENDED
from pipelines.read.html.text_regions import (
    LEAST,
    PARTS_OF_TEXT,
    Opinion,
    Region,
    declared_around,
    home_of,
    size_of,
    weigh_regions,
)
from pipelines.read.text.bylines import is_person, read_labelled
from pipelines.read.text.clean_text import fold, same_text
from pipelines.read.text.letterhead import is_letterhead
from pipelines.read.text.phrases import folded_pattern
from portals.class_words import class_words, named

OF_LEAD = named(class_words().leads, class_words().summaries)
LONGEST_LEAD = 1200  # characters
# How far blocks of each kind set a text from its title, and the characters of prose that a distance
# of one outweighs.
OTHERS: dict[Kind, float] = {"entry": 1, "apart": 1, "tail": 1}
DISTANCE: dict[Kind, float] = {**OTHERS, "link": 0.3, "tool": 0.3, "short": 0.3, "file": 0.3}
OUTWEIGHED = 80
ABOUT = re.compile(
    rf"\(?\d[\d.,]*\s*{folded_pattern(lambda it: it.furniture.counted)}(?!\w)"
    rf"|{folded_pattern(lambda it: it.furniture.section_labels)}\s*:"
    rf"|{folded_pattern(lambda it: it.furniture.about)}(?!\w)"
    rf"|{folded_pattern(lambda it: it.furniture.ratings)}\W*$"
)
# Elements that lay out a page: if title and text share no smaller one, the article has no element
# of its own.
WHOLE_PAGE = frozenset({"body", "html", "form"})
MOST_ABOVE_TITLE = 8  # blocks, in an element that is the article's own
WRITTEN = PARTS_OF_TEXT | {"table", "td", "th"}  # here a class does not name a field
TEXTS = frozenset({"prose", "short", "file", "link"})
BLOCKS_BEHIND = 10
MANY = 3  # links in a row that are a list of others


@dataclass(frozen=True, slots=True)
class Body:
    """The element that holds an article's text. `drop`: elements inside it that are not text;
    `lines`: lines inside it that are not text and have no element of their own. `rule`: what chose
    it.
    """

    element: html.HtmlElement
    drop: tuple[html.HtmlElement, ...] = ()
    lines: tuple[str, ...] = ()
    rule: str = "the text below the title"

    def keeps(self, block: Block) -> bool:
        """Whether a block of the page is in the element, and is text."""
        return (
            holds(self.element, block.element)
            and block.text not in self.lines
            and not any(holds(dropped, block.element) for dropped in self.drop)
        )


@dataclass(frozen=True, slots=True)
class RunningText:
    """The place of an article's text among the blocks of its page."""

    classified: ClassifiedOutline
    body: Body
    wrapper: html.HtmlElement  # holds title and body
    first: int  # place of the first block of text in the outline
    last: int
    prose: int  # characters
    lead: html.HtmlElement | None = None  # an element of its own before the body
    regions: tuple[Region, ...] = ()  # what was weighed beside the densest prose
    passed_over: int = 0  # characters of paragraphs below the title that are not of the text

    @property
    def behind(self) -> Sequence[Block]:
        """The blocks right behind the text, where its date, signature and files may stand."""
        return self.classified.outline[self.last + 1 : self.last + 1 + BLOCKS_BEHIND]


def find_text(
    classified: ClassifiedOutline,
    ask: Callable[[], str] = str,
    *,
    stated: str = "",
    declared: bool = False,
) -> RunningText | None:
    """The running text below the title; None if only links, entries and furniture follow.

    `ask`: the words that another reader takes for the text of the page, asked only where regions
    of the page are in doubt. `declared`: the page says that it is an article, so its text may stand
    far below.
    """
    below = _without_contents(classified.below)
    chosen, regions = weigh_regions(below, Opinion(stated, ask))
    added = (block for region in regions if region.weight > LEAST for block in region.prose)
    chosen = sorted((*chosen, *added), key=lambda block: block.spot)
    left_out = (region.blocks for region in regions if region.weight <= LEAST)
    refused = frozenset(chain.from_iterable(left_out))
    outline, title = classified.outline, classified.title
    shorts = _shorts_below(classified)
    if _is_notice(title, below, shorts, chosen):
        chosen, refused = shorts, frozenset()
    elif chosen and not declared and _is_far(title, below, title.spot, chosen, OTHERS):
        return None
    if not chosen or _is_beside_empty_place(title, below, chosen):
        return None
    lead = None
    if len(chosen) > 1 and chosen[0].kind == "prose" and _is_lead(chosen):
        lead, *chosen = chosen
    body = home_of(common_ancestor([block.element for block in chosen]))
    start, end = chosen[0].spot, max(block.spot for block in chosen)
    inner, (body, last) = body, _on_to_its_end(classified, body, end, refused)
    text = [
        block
        for block in outline[start : last + 1]
        if block.kind == "prose" and holds(body, block.element) and block not in refused
    ]
    passed_over = [
        block
        for block in below
        if block.kind in ("prose", "apart")
        and not block.linked
        and len(block.text) >= SHORTEST_PROSE
        and not start <= block.spot <= last
        and block is not lead
    ]
    if lead is not None:
        refused |= {block for block in outline if block.element is lead.element}
    return RunningText(
        classified,
        Body(body, *furniture_in(classified, body, inner, start, last, refused)),
        wrapper=common_ancestor([title.element, body]),
        first=lead.spot if lead else start,
        last=last,
        prose=size_of(text),
        lead=lead.element if lead else None,
        regions=tuple(regions),
        passed_over=size_of(passed_over),
    )


def _is_notice(
    title: Block, below: Sequence[Block], shorts: Sequence[Block], chosen: Sequence[Block]
) -> bool:
    """Whether the short lines right below the title are the text, and not the prose farther below.

    So for a notice of one short line, with prose again only behind the menus of the next column. A
    line about the author or the readers of the text is not a notice.
    """
    others = [block for block in chosen if block not in shorts]
    if not shorts or not others:
        return bool(shorts) and not chosen
    if all(_is_about_the_text(block.text) for block in shorts):
        return False
    return _is_far(title, below, shorts[-1].spot, others, DISTANCE)


def _is_beside_empty_place(title: Block, below: Sequence[Block], chosen: Sequence[Block]) -> bool:
    """Whether a little prose stands outside of the place of the text, which is empty below the
    title: the one that the page declares, or an element of the page with an empty part.
    """
    declared = declared_around([title])
    place = next((one for one in title.holders if one in declared), None)
    shared = common_ancestor([title.element, chosen[0].element])
    if place is None and shared.tag in WHOLE_PAGE:
        branch = _child_towards(shared, title.element)
        behind = dropwhile(lambda one: one is not title.element, branch.iter(etree.Element))
        parts = (one for one in behind if one.tag in ("div", "section", "td"))
        place = branch if any(len(part) == 0 and not seen_text(part) for part in parts) else None
    return (
        place is not None
        and size_of(chosen) < MOST_BESIDE
        and not any(holds(place, block.element) for block in below if block.kind in TEXTS)
    )


def _is_far(
    title: Block,
    below: Sequence[Block],
    start: int,
    prose: Sequence[Block],
    distance: Mapping[Kind, float],
) -> bool:
    """Whether more stands between a place and some prose than so much prose outweighs.

    It stands nearer if the title is in the same `article` element.
    """
    between = (block for block in below if start < block.spot < prose[0].spot)
    far = sum(distance.get(block.kind, 0) for block in between)
    shared = common_ancestor([title.element, prose[0].element])
    declared = any(one.tag == "article" for one in (shared, *shared.iterancestors()))
    return size_of(prose) < far * OUTWEIGHED / (3 if declared else 1)


def _without_contents(below: Sequence[Block]) -> list[Block]:
    """The blocks but for a table of contents: links to a heading farther below, by its words."""
    headings = {block.text: block.spot for block in below if not block.linked}
    return [
        block
        for block in below
        if not block.linked
        or headings.get(block.text, 0) <= block.spot
        or not all((anchor.get("href") or "").startswith("#") for anchor in block.anchors)
    ]


def _is_about_the_text(line: str) -> bool:
    """Whether a short line names a text's author or section, or how often it was read."""
    return read_labelled(line) is not None or ABOUT.match(fold(line)) is not None or is_person(line)


def _shorts_below(classified: ClassifiedOutline) -> list[Block]:
    """The short lines ("See the file.") right below the title, in the element that it shares with
    the nearest of them. If that element holds only the article's head ("3 phút đọc", an office),
    the files below it.
    """
    found: list[Block] = []
    for block in classified.below:
        if block.kind in ("short", "file", "prose"):
            found.append(block)
        elif block.kind in ("entry", "apart") or (block.kind in ("link", "tail") and found):
            break
    if not found:
        return []
    shared = common_ancestor([classified.title.element, found[0].element])
    files = [block for block in found if block.kind == "file"]
    if files and not holds(shared, files[0].element):
        head, shared = shared, common_ancestor([classified.title.element, files[0].element])
        found = [
            block
            for block in found
            if block.spot <= files[-1].spot
            and (not holds(head, block.element) or ENDED.search(block.text))
        ]
    before = sum(
        block.kind not in ("apart", "tool") and holds(shared, block.element)
        for block in classified.outline[: classified.title.spot]
    )
    if before > MOST_ABOVE_TITLE:
        return []
    return [block for block in found if holds(shared, block.element)]


def _is_lead(chosen: Sequence[Block]) -> bool:
    """Whether the first block is a lead: by its name, all in bold, or set apart from the text."""
    first, *others = chosen
    if len(first.text) > LONGEST_LEAD or is_letterhead(first.text):
        return False
    if any(block.element is first.element for block in others):
        return False
    if OF_LEAD.search(names_of(first.element)) or (_is_bold(first) and not _is_bold(others[0])):
        return True
    inner = home_of(common_ancestor([block.element for block in others]))
    if holds(inner, first.element) or inner.tag in PARTS_OF_TEXT:
        return False
    outer = common_ancestor([first.element, inner])
    return _shape(_child_towards(outer, first.element)) != _shape(_child_towards(outer, inner))


def _is_bold(block: Block) -> bool:
    return block.element.tag in BOLD or same_text(text_in(block.element, BOLD), block.text)


def _child_towards(outer: html.HtmlElement, inner: html.HtmlElement) -> html.HtmlElement:
    *_, child = inner, *takewhile(lambda above: above is not outer, inner.iterancestors())
    return child


def _shape(element: html.HtmlElement) -> tuple[str, str, str]:
    return str(element.tag), element.get("class") or "", element.get("id") or ""


def _on_to_its_end(
    classified: ClassifiedOutline,
    body: html.HtmlElement,
    last: int,
    refused: Collection[Block],
) -> tuple[html.HtmlElement, int]:
    """(body, last) with the short lines, tables and lists behind the last prose.

    In the body they end where a list of others begins, and behind it at the first block that no
    editor wrote, and at the end of the article's element.
    """
    scope = common_ancestor([classified.title.element, body])
    row, added = 0, [body]
    for block in classified.outline[last + 1 :]:
        inside = holds(body, block.element)
        written = inside or (holds(scope, block.element) and _is_written(block, body))
        if block.kind in ("short", "prose", "file") and block not in refused and written:
            if inside or block.kind != "file":
                last, row = block.spot, 0
                added.append(block.element)
        elif block.kind in ("link", "entry"):
            row += 1
        if block.kind == "tail" or row == MANY or not (inside or written):
            break
    return home_of(common_ancestor(added)), last


def _is_written(block: Block, body: html.HtmlElement) -> bool:
    """Whether an editor wrote a block behind the text: no named element of the page's holds it."""
    own = takewhile(lambda element: not holds(element, body), block.holders)
    named_here = any(
        FIELD.search(names_of(element))
        or (element.tag not in WRITTEN and names_of(element).strip())
        for element in own
    )
    return (
        block.kind in ("short", "prose", "file")
        and not named_here
        and (block.element.tag == "p" or read_labelled(block.text) is None)
    )


def text_of_body(classified: ClassifiedOutline, body: Body) -> RunningText | None:
    """The text of a known body, from the first prose below the title to the last prose in it."""
    own = [block for block in classified.below if holds(body.element, block.element)]
    if not own:
        return None
    inside = [block.spot for block in own]
    prose = [
        block.spot
        for block in classified.below
        if block.spot <= inside[-1] and block.kind == "prose"
    ]
    return RunningText(
        classified,
        body,
        wrapper=common_ancestor([classified.title.element, body.element]),
        first=min(prose, default=inside[0]),
        last=max([inside[0], *prose]),
        prose=sum(len(block.text) for block in own if block.kind == "prose"),
    )

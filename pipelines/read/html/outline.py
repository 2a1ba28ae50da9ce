"""A page as the sequence of blocks that a reader sees.

Each block has its links, its dates and its furniture zone. Nothing is judged here.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal

from lxml import etree, html

from pipelines.read.html import paragraphs
from portals.class_words import class_pattern, class_words, named

Kind = Literal["title", "prose", "short", "date", "link", "file", "entry", "tail", "tool", "apart"]

UNSEEN = paragraphs.UNSEEN | {"head"}
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
WORDS = class_words()
HIDDEN_CLASS = re.compile(rf"(?:^|\s){class_pattern(WORDS.hidden)}(?:$|\s)")
# `apart` holds texts of its own (comments, neighbours, columns), `beside` only tools.
APART = named(WORDS.apart, WORDS.others)
WIDGET = re.compile(r"(?:^|\s)widget(?:-area|[\s_]|$)")
BESIDE = named(WORDS.beside)
FIELD = named(WORDS.fields)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
SHORTEST_PROSE = 60  # characters that make a block prose, however it ends
SHORTEST_TITLE_LINK = 15  # characters of a link that may be another article's title
WHOLE = frozenset({"html", "body"})
BREAK = "\u2028"  # where a line breaks
MAIN = "main", "footer"
INLINE = frozenset({"span", "b", "strong", "font", "label"})
APART_TAGS = frozenset({"nav", "aside"})
APART_ROLES = frozenset({"navigation", "complementary", "search", "banner"})
MOST_BESIDE = 300  # characters of prose in a side bar beside an empty page
LARGEST_FORM = 80  # fields of a form that is meant to be filled in


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A stretch of furniture: its outermost element. `apart`: it holds texts of its own; otherwise
    it is only beside the article's text.
    """

    element: html.HtmlElement
    apart: bool


@dataclass(slots=True, eq=False)
class Block:
    """A run of text between two block boundaries.

    `spot`: its place in the page; `links`: its characters inside anchors; `times`: its time
    elements; `kind`: what it is to the article below the title, once `classify` has said it;
    `lines`: what stands between its line breaks, if it has any.
    """

    spot: int
    element: html.HtmlElement
    text: str
    links: int
    anchors: tuple[html.HtmlElement, ...]
    times: tuple[html.HtmlElement, ...]
    zones: tuple[Zone, ...]
    kind: Kind = "short"
    lines: tuple[str, ...] = ()
    _holders: tuple[html.HtmlElement, ...] = ()

    @property
    def holders(self) -> tuple[html.HtmlElement, ...]:
        """Its element and those around it when first asked, the innermost first."""
        if not self._holders:
            self._holders = (self.element, *self.element.iterancestors())
        return self._holders

    @property
    def linked(self) -> bool:
        """Whether most of the block is link text."""
        return self.links * 2 > len(self.text)

    @property
    def apart(self) -> bool:
        """Whether it stands among furniture with texts of its own."""
        return any(zone.apart for zone in self.zones)


@dataclass(slots=True)
class _Walk:
    """The state of a walk over a page: open elements, the run of text, the blocks so far."""

    holders: list[html.HtmlElement]
    found: list[Block] = field(default_factory=list)
    zones: list[tuple[Zone, ...]] = field(default_factory=lambda: [()])
    open_anchors: list[html.HtmlElement] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    links: int = 0
    anchors: list[html.HtmlElement] = field(default_factory=list)
    times: list[html.HtmlElement] = field(default_factory=list)

    def add(self, text: str) -> None:
        if not self.pieces and text.isspace():
            return  # the indentation of markup
        self.pieces.append(text)
        if self.open_anchors:
            self.links += len(text.strip())

    def flush(self) -> None:
        if not (self.pieces or self.anchors or self.times):
            return
        whole = "".join(self.pieces)
        if text := " ".join(whole.split()):
            lines = tuple(" ".join(it.split()) for it in whole.split(BREAK) if BREAK in whole)
            anchors, times, zones = tuple(self.anchors), tuple(self.times), self.zones[-1]
            spot, element = len(self.found), self.holders[-1]
            block = Block(spot, element, text, self.links, anchors, times, zones, lines=lines)
            self.found.append(block)
        self.pieces.clear()
        self.links = 0
        self.anchors[:] = self.open_anchors
        self.times.clear()

    def enter(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag in paragraphs.BLOCKS or (tag in INLINE and _named_field(names_of(element))):
            self.flush()
            self.holders.append(element)
            zone, above = zone_of(element), self.zones[-1]
            self.zones.append((*above, Zone(element, zone)) if zone is not None else above)
        elif tag == "a":
            self.open_anchors.append(element)
            self.anchors.append(element)
        elif tag == "br":
            self.pieces.append(BREAK)
        elif tag == "time" or (tag == "abbr" and element.get("title")):
            self.times.append(element)

    def leave(self, element: html.HtmlElement) -> None:
        if self.holders[-1] is element:
            self.flush()
            self.holders.pop()
            self.zones.pop()
        elif element.tag == "a" and self.open_anchors:
            self.open_anchors.pop()


def outline(root: html.HtmlElement) -> list[Block]:
    """All blocks of the page in order, without hidden elements and elements that are not text.

    What holds the main part, or the foot of the page, is seen: scripts show it, and so do browsers
    where a menu's button is never closed. Walks without recursion, however deep the page is nested.
    """
    walk = _Walk([root])
    main = next((part for tag in MAIN for part in root.iter(tag)), None)
    seen = frozenset(() if main is None else main.iterancestors())
    steps = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    skipped = None
    for step, element in steps:
        if step == "start":
            if (element.tag in UNSEEN or is_hidden(element)) and element not in seen:
                skipped = element
                steps.skip_subtree()
                continue
            walk.enter(element)
            if element.text:
                walk.add(element.text)
            continue
        if step == "end" and element is not skipped:
            walk.leave(element)
        if element.tail and element is not root:
            walk.add(element.tail)
    _believe_zones(walk.found)
    return walk.found


def _believe_zones(blocks: Sequence[Block]) -> None:
    """Take back the zones that hold most of the page's prose, whatever their classes say: more than
    a side bar beside an empty page. A form for comments is one, however long it explains itself,
    and so is a footer.
    """
    prose: dict[html.HtmlElement, int] = defaultdict(int)
    total = 0
    for block in blocks:
        if len(block.text) >= SHORTEST_PROSE and not block.linked:
            total += len(block.text)
            for zone in block.zones:
                prose[zone.element] += len(block.text)
    whole = {
        element
        for element, size in prose.items()
        if size * 10 > total * 6
        and size >= MOST_BESIDE
        and element.tag != "footer"
        and not takes_comments(element)
    }
    for block in blocks if whole else ():
        block.zones = tuple(zone for zone in block.zones if zone.element not in whole)


@lru_cache(maxsize=8192)
def _named_field(names: str) -> bool:
    """Whether a span is named for a field: portals lay such spans out as blocks."""
    return bool(FIELD.search(names))


def is_hidden(element: html.HtmlElement) -> bool:
    """Whether the markup hides the element; never the whole page, which a script then shows."""
    if element.tag in WHOLE:
        return False
    style, names = element.get("style"), element.get("class")
    return (
        (style is not None and HIDDEN_STYLE.search(style) is not None)
        or (names is not None and _hidden_class(names))
        or element.get("hidden") is not None
    )


@lru_cache(maxsize=4096)
def _hidden_class(names: str) -> bool:
    return bool(HIDDEN_CLASS.search(names.lower()))


def zone_of(element: html.HtmlElement) -> bool | None:
    """True for furniture with texts of its own, False for mere tools, None for neither.

    The classes of the whole page tell what a script or an advertisement may do on it.
    """
    if element.tag in WHOLE:
        return None
    if element.tag in APART_TAGS or element.get("role") in APART_ROLES:
        return True
    if element.tag == "header" and sum(1 for _ in element.iter("a")) > 5:
        own = next(element.iterancestors("article", "main"), None)  # the head of an article
        return True if own is None else None
    if element.tag == "form":
        return True if _is_filled_in(element) else None
    if element.tag == "footer":
        return False
    return _named_zone(element.get("class"), element.get("id"))


def _is_filled_in(form: html.HtmlElement) -> bool:
    """Whether a form is meant to be filled in: ASP.NET wraps whole pages in forms."""
    of_page = (form.get("id") or "").lower() in ("aspnetform", "form1", "form")
    if of_page or form.find(".//input[@name='__VIEWSTATE']") is not None:
        return False
    few = sum(1 for _ in islice(form.iter(), LARGEST_FORM + 1)) <= LARGEST_FORM
    return few or takes_comments(form)


def takes_comments(element: html.HtmlElement) -> bool:
    """Whether an element is a form with a field for a comment."""
    return element.tag == "form" and element.find(".//textarea") is not None


def names_of(element: html.HtmlElement) -> str:
    """The classes and the id of an element in lower case, `newsTitle` as `news-title`."""
    return names_in(element.get("class"), element.get("id"))


@lru_cache(maxsize=8192)
def names_in(classes: str | None, key: str | None) -> str:
    """The same of an element's classes and id."""
    return CAMEL.sub("-", f"{classes or ''} {key or ''}").lower()


@lru_cache(maxsize=8192)
def _named_zone(classes: str | None, key: str | None) -> bool | None:
    found = set(map(_zone_named, f"{classes or ''} {key or ''}".lower().split()))
    return True if True in found else False if False in found else None


@lru_cache(maxsize=16_384)  # a theme puts the same few classes together in many ways
def _zone_named(name: str) -> bool | None:
    if APART.search(name) or WIDGET.search(name):
        return True
    return False if BESIDE.search(name) else None


def common_ancestor(elements: Sequence[html.HtmlElement]) -> html.HtmlElement:
    """The deepest element that contains all of these, or is one of them."""
    first, *others = elements
    line = [first, *first.iterancestors()]
    at = 0
    for element in others:
        above = {element, *element.iterancestors()}
        while line[at] not in above:
            at += 1
    return line[at]


def holds(outer: html.HtmlElement, inner: html.HtmlElement) -> bool:
    """Whether an element is another one, or contains it."""
    return outer is inner or outer in inner.iterancestors(outer.tag)

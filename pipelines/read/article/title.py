"""The title: by a family's rules, else the heading that the page also names elsewhere.

Never the portal's name, never a link away.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import html

from pipelines.read.addresses.pages_without_news import is_front_page
from pipelines.read.article.candidates import DECISIVE, Candidate
from pipelines.read.article.dateline import DATE_LIKE, dateline_in, is_date_line
from pipelines.read.html.outline import Block, holds, names_of
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.html.structured_data import StructuredData
from pipelines.read.text.clean_text import clean_text, fold, same_text
from pipelines.read.text.furniture_lines import is_furniture
from pipelines.read.text.phrases import folded_lines, folded_pattern
from portals.class_words import class_pattern, class_words, named
from portals.platform import ArticleRules
from portals.site import Site

LEAST_SCORE = 2.9  # of a title: a heading of the first rank has 3
SECTION_NAME = 40  # characters that may be a section's name
SLUG_WORDS = 4  # words of an address that describes its page
SLUG_LEAST = 15  # characters of it, and of what a window's title begins or ends with
DATELINE_NEAR = 2  # blocks from a bold line to the dateline below it
# Blocks from there to the text: under a portal's bold name and clock, menus follow.
TEXT_NEAR = 8

WORDS = class_words()
TITLE_NAMES = named(WORDS.titles)
BOX_HEADING = class_pattern(WORDS.box_headings)
BOX_NAMES = re.compile(
    rf"{class_pattern(WORDS.boxes)}[\s_-]?{BOX_HEADING}"
    rf"|{BOX_HEADING}[_-]?{class_pattern(WORDS.behind_box_headings)}",
    re.I,
)
# Headings that portals print above a module that shows one article.
MODULES = re.compile(folded_pattern(lambda it: it.furniture.modules))
# The same for sections. An editor may have written them too, so they only count against a title.
SECTIONS = folded_lines(lambda it: it.furniture.section_names)
SIGNS = re.compile(r"[^a-z0-9]+")
WORTH_OF_TAG = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "h4": 1.0, "h5": 0.5}
EMPTY_BRACKETS = re.compile(r"\s*\(\s*\)\s*$")
NUMBER_AT_END = re.compile(r"^(?:\d+-)+|(?:-\d+)+$")
FILE_ENDING = re.compile(r"\.[a-z]{2,5}$", re.I)
LARGE = re.compile(
    r"font-weight\s*:\s*(?:bold|[6-9]00)|font-size\s*:\s*(?:1[7-9]|[2-4]\d)(?:\.\d+)?px"
    r"|font-size\s*:\s*(?:1[3-9]|[2-4]\d)(?:\.\d+)?pt|font-size\s*:\s*(?:x+-)?large",
    re.I,
)
BOXES = folded_lines(lambda it: it.furniture.boxes)


def _names_a_box(text: str) -> bool:
    """Whether a heading belongs to a box beside the article."""
    folded = fold(text).strip(" :.»>")
    return folded in BOXES or bool(MODULES.fullmatch(folded)) or is_furniture(text)


def without_dateline(page: HtmlPage, heading: html.HtmlElement, text: str) -> str:
    """The text of a heading without a dateline in an element at either end, and without the
    brackets of a missing one.
    """
    text = EMPTY_BRACKETS.sub("", text)
    dateline = dateline_in(page, heading) if DATE_LIKE.search(text) else None
    return text.removesuffix(dateline).removeprefix(dateline).strip(" -–|") if dateline else text


@dataclass(frozen=True, slots=True)
class Title:
    """A title, its element if it has one on the page, and whether a selector found it."""

    text: str
    element: html.HtmlElement | None
    is_ruled: bool = False


def ruled_titles(page: HtmlPage, site: Site, rules: ArticleRules) -> Iterator[Candidate[Title]]:
    """The titles by selectors; never the portal's own name."""
    for value, selector, element in page.values(rules.title):
        text = clean_text(without_dateline(page, element, value))
        if text and not same_text(text, site.name):
            yield Candidate(Title(text, element, is_ruled=True), selector, DECISIVE, value)


def takes_any(selector: str) -> bool:
    """Whether a selector names only tags ("article h1"), so that it may take a box's heading."""
    return not any(sign in selector for sign in ".#[/")


def stated_title(page: HtmlPage, site: Site) -> Iterator[Candidate[Title]]:
    """The title by og:title, without the portal's name."""
    said, name = page.meta("og:title"), page.meta("og:site_name") or site.name
    text = clean_text(said or "")
    for mark in (" - ", " | ", " – "):
        text = text.removesuffix(mark + name)
    if said and text and not same_text(text, name):
        yield Candidate(Title(text, None), "meta og:title", 0.4, said)


def title_in(page: HtmlPage, block: Block, said: StructuredData) -> Candidate[Title]:
    """The title that stands in the element of a block; without a date or a name around the title
    that the metadata state.
    """
    raw = seen_text(block.element)
    text = clean_text(without_dateline(page, block.element, raw))
    for stated in said.titles:
        around = text.removeprefix(stated) if text.startswith(stated) else text.removesuffix(stated)
        if len(stated) >= SLUG_LEAST and around != text and DATE_LIKE.search(around):
            text = stated
    return Candidate(Title(text, block.element), "the best heading", 0.7, raw)


def block_of_title(blocks: Sequence[Block], title: Title) -> Block | None:
    """The first block in the title's element, else the first with its text."""
    element = title.element
    inside = (block for block in blocks if element is not None and holds(element, block.element))
    same = (block for block in blocks if same_text(block.text, title.text))
    return next(chain(inside, same), None)


@dataclass(frozen=True, slots=True)
class _Clues:
    """Other places where a page names its title; all texts folded.

    `own`: its addresses; `window`: its title element; `stated`: titles in the metadata; `named`:
    the title that another page gives it; `refused`: the portal's names, and headings of several
    articles; `slug`: that of its address.
    """

    own: frozenset[str]
    window: str
    stated: frozenset[str]
    named: str
    refused: frozenset[str]
    slug: str


@dataclass(frozen=True, slots=True)
class TitleSigns:
    """Where else a title stands: in the page's metadata (`stated`), in its address, in a listing or
    feed (`named`).
    """

    stated: bool = False
    in_address: bool = False
    named: bool = False


def find_title(
    page: HtmlPage,
    blocks: Sequence[Block],
    said: StructuredData,
    named: str | None = None,
    *,
    never: Collection[str] = frozenset(),
) -> Block | None:
    """The block of the article's title, or None: a heading by its tag, class or look.

    The best is one that the page, or another that `named` it, also names elsewhere. The block's
    text is then the title, without a dateline in the heading. `never`: headings, folded, that
    several articles of the portal share.
    """
    clues = _clues(page, said, named, never)
    texts = [fold(block.text) if 4 <= len(block.text) <= 400 else "" for block in blocks]
    best, best_score = None, LEAST_SCORE
    for block, folded in zip(blocks, texts, strict=True):
        if folded and (score := _score(page, blocks, texts, block, clues)) > best_score:
            best, best_score = block, score
    return best


def title_signs(
    page: HtmlPage, title: str, said: StructuredData, named: str | None = None
) -> TitleSigns:
    """Where else a title stands."""
    return _signs_of(fold(title), _clues(page, said, named))


def _clues(
    page: HtmlPage, said: StructuredData, named: str | None, never: Collection[str] = ()
) -> _Clues:
    return _Clues(
        own=frozenset(url for url in (page.url, page.join(page.meta("og:url"))) if url),
        window=fold(page.root.findtext(".//title") or ""),
        stated=frozenset(map(fold, said.titles)),
        named=fold(named or "").rstrip(" .…"),
        refused=frozenset((*map(fold, said.site_names), *never)),
        slug=slug_of(page.url),
    )


def _score(
    page: HtmlPage, blocks: Sequence[Block], texts: list[str], block: Block, clues: _Clues
) -> float:
    """How well a block fits as the title; removes the dateline from its text."""
    folded, printed = texts[block.spot], block.text
    score = _heading_rank(block)
    if score and len(block.element):
        block.text = without_dateline(page, block.element, printed)
        folded = fold(block.text)
    score += _named_elsewhere(block, folded, clues)
    if score < 1.5 and _stands_out(page, blocks, block):
        score = 1.5
    if score < 1.5 or folded in clues.refused or _names_a_box(block.text):
        return 0.0
    score += _form(page, block, clues)
    if len(block.text) <= SECTION_NAME:
        score -= _doubt_as_section(page, blocks, texts, folded, clues)
    if score > 0:
        score += _company(page, blocks, block, has_dateline=block.text != printed)
    return score


def _named_elsewhere(block: Block, folded: str, clues: _Clues) -> float:
    signs = _signs_of(folded, clues)
    exact = folded in clues.stated
    slug = signs.in_address and not block.linked
    return (5 if exact else 3 * signs.stated) + 3 * slug + 5 * signs.named


def _signs_of(folded: str, clues: _Clues) -> TitleSigns:
    long = len(folded) >= SLUG_LEAST
    at_an_end = long and (clues.window.startswith(folded) or clues.window.endswith(folded))
    named, whole = clues.named, folded.rstrip(" .…")
    cut = len(named) >= SLUG_LEAST and whole.startswith(named)
    return TitleSigns(
        stated=folded in clues.stated or at_an_end,
        in_address=long and bool(clues.slug) and _is_slug(folded, clues.slug),
        named=bool(named) and (whole == named or cut),
    )


def _form(page: HtmlPage, block: Block, clues: _Clues) -> float:
    """The score of a heading's form: length, last sign, links away, furniture around it."""
    score = 0.0
    urls = [page.join(anchor.get("href")) for anchor in block.anchors if block.linked]
    folded = fold(block.text)
    # Then its link is the article's lasting address; the portal's name leads to the front page.
    stated = folded in clues.stated or clues.window.startswith(folded)
    away = [url for url in urls if url is not None and url not in clues.own]
    if away and not (stated and not any(map(is_front_page, away))):
        score -= 9
    score -= 2 * (len(block.text) > 250) + 1.5 * block.text.endswith((".", ";", ","))
    score -= 4 * any(zone.apart for zone in block.zones)
    return score + (len(block.text) >= 20)


def _doubt_as_section(
    page: HtmlPage, blocks: Sequence[Block], texts: list[str], folded: str, clues: _Clues
) -> float:
    """How likely a short heading is the name of a section, by the links of menus and trails.

    A module's heading that the window title repeats on each of its pages ("News Flash • Town")
    counts as such a link.
    """
    links = (
        link for link, text in zip(blocks, texts, strict=True) if link.linked and folded in text
    )
    if any(folded in _names_of_others(page, link, clues.own) for link in links):
        return 7 if folded in clues.stated else 2
    return 2 * (folded in SECTIONS)


def _company(page: HtmlPage, blocks: Sequence[Block], block: Block, *, has_dateline: bool) -> float:
    """The score of a title's neighbours: a dateline, and text below it."""
    mates = [
        other
        for other in blocks[max(0, block.spot - 4) : block.spot + 15]
        if other is not block and all(zone in block.zones for zone in other.zones)
    ]
    dated = any(other.spot < block.spot + 6 and _is_dateline(page, other) for other in mates)
    text_below = any(other.spot > block.spot and _is_text(other) for other in mates)
    return 1.5 * (dated or has_dateline) + 1.5 * text_below


def _is_dateline(page: HtmlPage, block: Block) -> bool:
    return len(block.text) <= 120 and (bool(block.times) or is_date_line(page, block.text))


def _is_text(block: Block) -> bool:
    return len(block.text) >= 80 and not block.linked


def slug_of(url: str) -> str:
    """The last part of an address with four words or more ("123-ra-quan-lam-thuy-loi"), else the
    first such value of its query, else "".
    """
    parts = urlsplit(url)
    values = (value for _, value in parse_qsl(parts.query))
    for part in (*reversed(unquote(parts.path).split("/")), *values):
        slug = SIGNS.sub("-", fold(FILE_ENDING.sub("", part))).strip("-")
        if sum(not word.isdigit() for word in slug.split("-")) >= SLUG_WORDS:
            return slug
    return ""


def _is_slug(folded: str, slug: str) -> bool:
    """Whether a slug was made from a heading: the heading is most of it, or begins with it. Systems
    replace other signs by a hyphen or by nothing.
    """
    made, whole = SIGNS.sub("", folded), SIGNS.sub("", slug)
    if len(made) * 3 >= len(whole) * 2 and made in whole:
        return True
    bare = SIGNS.sub("", NUMBER_AT_END.sub("", slug))
    return len(bare) >= SLUG_LEAST and made.startswith(bare)


def _names_of_others(page: HtmlPage, block: Block, own: Collection[str]) -> Iterator[str]:
    """The short texts, folded, of the links to other pages in a menu, a box or a trail."""
    if not any(zone.apart for zone in block.zones):
        return
    for anchor in block.anchors:
        url = page.join(anchor.get("href"))
        if url is not None and url not in own and len(text := seen_text(anchor)) <= SECTION_NAME:
            yield fold(text)


def _stands_out(page: HtmlPage, blocks: Sequence[Block], block: Block) -> bool:
    """Whether a line looks like a heading without the markup: bold or large as a whole, right above
    a dateline and the text.
    """
    if not 20 <= len(block.text) <= 250 or block.linked or any(zone.apart for zone in block.zones):
        return False
    below = blocks[block.spot + 1 : block.spot + 1 + DATELINE_NEAR]
    dated = next((other for other in below if _is_dateline(page, other)), None)
    if dated is None or not _is_large(block):
        return False
    return any(map(_is_text, blocks[dated.spot + 1 : dated.spot + 1 + TEXT_NEAR]))


def _is_large(block: Block) -> bool:
    """Whether all of a block's text is bold or large by its own markup."""
    element = block.element
    if LARGE.search(element.get("style") or ""):
        return True
    for one in element.iter("b", "strong", "big", "font", "span"):
        size = (one.get("size") or "").strip("+")
        if (
            one.tag in ("b", "strong", "big")
            or (one.tag == "font" and size.isdecimal() and int(size) >= 4)
            or LARGE.search(one.get("style") or "")
        ):
            return len(seen_text(one)) >= len(block.text) - 2
    return False


def _heading_rank(block: Block) -> float:
    """How strongly an element is a heading by its tag and names, its parent's or its child's."""
    element = block.element
    parent, child = element.getparent(), next(iter(element), None)
    score = WORTH_OF_TAG.get(str(element.tag), 0.0)
    if not score and parent is not None:
        score = WORTH_OF_TAG.get(str(parent.tag), 0.0)
    for one in (element, parent, child):
        if one is None or not isinstance(one.tag, str) or not one.attrib:
            continue
        worth = 3.0 if one.get("itemprop") == "headline" else _worth_of(names_of(one))
        if worth and len(seen_text(one)) < len(block.text) + 20:
            return score + worth
    return score


@lru_cache(maxsize=8192)
def _worth_of(names: str) -> float:
    """The worth of a heading by an element's classes and id: a title, a box, or nothing (0)."""
    return -4.0 if BOX_NAMES.search(names) else 1.5 if TITLE_NAMES.search(names) else 0.0

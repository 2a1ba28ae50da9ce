"""The title: by a family's rules, else the heading that the page also names elsewhere, else what
the metadata state. Never the portal's name, never a link away.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from posixpath import splitext
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree, html

from pipelines.read.addresses.pages_without_news import is_front_page
from pipelines.read.article.candidates import DECISIVE, Candidate
from pipelines.read.article.dateline import dateline_in
from pipelines.read.html.day_order import is_date_line, is_like_date
from pipelines.read.html.outline import Block, holds, names_in
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.html.structured_data import SEPARATORS, StructuredData, without_site
from pipelines.read.html.text_regions import home_of
from pipelines.read.text.clean_text import TYPOGRAPHY, clean_text, fold, same_text
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
TEXT_NEAR = 8  # blocks from there to the text; menus follow a portal's bold name and clock
SHORTEST = 4  # characters of a title that the metadata do not state
LONGEST = 400  # characters of a title
OF_LOOKS = 1.5  # the score of a line that only looks like a heading, the least of a heading
MOST_MORE = 3.0  # that its neighbours add to a score

WORDS = class_words()
TITLE_NAMES = named(WORDS.titles)
BOX_HEADING = class_pattern(WORDS.box_headings)
BOX_NAMES = re.compile(
    rf"{class_pattern(WORDS.boxes)}[\s_-]?{BOX_HEADING}"
    rf"|{BOX_HEADING}[_-]?{class_pattern(WORDS.behind_box_headings)}"
)
# Headings that portals print above a module that shows one article.
MODULES = re.compile(folded_pattern(lambda it: it.furniture.modules))
# The same for sections. An editor may have written them, so they only count against a title.
SECTIONS = folded_lines(lambda it: it.furniture.section_names)
SIGNS = re.compile(r"[^a-z0-9]+")
WORTH_OF_TAG = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "h4": 1.0, "h5": 0.5}
EMPTY_BRACKETS = re.compile(r"\s*\(\s*\)\s*$")
LARGE = "b", "strong", "big", "font"
BOXES = folded_lines(lambda it: it.furniture.boxes)


def without_dateline(page: HtmlPage, heading: html.HtmlElement, text: str) -> str:
    """A heading's text without a dateline at either end, or the brackets of a missing one."""
    text = EMPTY_BRACKETS.sub("", text)
    dateline = dateline_in(page, heading) if is_like_date(text) else None
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


def place_above_text(blocks: list[Block], title: Title) -> Block | None:
    """Put a title that the page does not print above its first prose; None without any."""
    first = next((block for block in blocks if _is_text(block) and not block.apart), None)
    if first is None:
        return None
    block = replace(first, text=title.text, element=home_of(first.element), anchors=(), times=())
    for later in blocks[first.spot :]:
        later.spot += 1
    blocks.insert(block.spot, block)
    return block


def title_in(block: Block, said: StructuredData) -> Candidate[Title]:
    """The title that stands in the element of a block; without a date, a name or an element of its
    own (a kicker, a button) beside the title that the metadata or the window title state.
    """
    text = without_site(clean_text(block.text), said.site_names)
    inner = {seen_text(it).strip() for it in block.element.iterdescendants(etree.Element)}
    for stated in (*said.titles, *said.window):
        around = text.removeprefix(stated) if text.startswith(stated) else text.removesuffix(stated)
        apart = around.strip() in inner or (stated in said.titles and is_like_date(around))
        if len(stated) >= SLUG_LEAST and around != text and apart:
            text = stated
    return Candidate(Title(text, block.element), "the best heading", 0.7, block.text)


def block_of_title(blocks: Sequence[Block], title: Title) -> Block | None:
    """The first block in the title's element, else the first with its text."""
    element = title.element
    inside = (block for block in blocks if element is not None and holds(element, block.element))
    same = (block for block in blocks if same_text(block.text, title.text))
    return next(chain(inside, same), None)


class TitleSigns(NamedTuple):
    """Whether a title stands in the metadata, in its address, in a listing or feed."""

    stated: bool = False
    in_address: bool = False
    named: bool = False


def _key(text: str) -> str:
    return fold(text.translate(TYPOGRAPHY))


class TitleSearch:
    """The search for a page's title among its blocks, and in what names it elsewhere.

    `said`: the page's metadata; `named`: the title that another page gives it; `never`: headings,
    folded, that several articles of the portal share.
    """

    def __init__(
        self,
        page: HtmlPage,
        blocks: Sequence[Block],
        said: StructuredData,
        named: str | None = None,
        never: Collection[str] = (),
    ) -> None:
        # All texts are folded, with plain quotes and dashes.
        self.page, self.blocks, self.said = page, blocks, said
        self.texts = [_key(block.text) if len(block.text) <= LONGEST else "" for block in blocks]
        self.own = {page.url, page.join(page.meta("og:url"))}
        # The same article may stand in several sections.
        self.ends = {"", *(url.rstrip("/").rpartition("/")[2] for url in self.own if url)}
        self.window = _key(page.root.findtext(".//title") or "")
        self.first = {self.window.partition(mark)[0] for mark in SEPARATORS}
        self.stated = frozenset(map(_key, said.titles))
        self.named = _key(named or "").rstrip(" .")
        self.refused = frozenset((*map(_key, said.site_names), *never))
        self.slug = _letters(slug_of(page.url))
        self.declared = said.article or said.kind == "article"

    def best(self) -> Block | None:
        """The block of the article's title, or None: a heading by its tag, class or look.

        The best is one that the page, or another that names it, also names elsewhere. The block's
        text is then the title, without a dateline in the heading.
        """
        best, best_score = None, LEAST_SCORE
        for block in self.blocks:
            if self.texts[block.spot] and (score := self._score(block, best_score)) > best_score:
                best, best_score = block, score
        return None if best is not None and self._names_another(best) else best

    def stated_title(self, *, in_family: bool) -> Candidate[Title] | None:
        """The title that only the metadata state; never the portal's own name.

        On a page of no family, another page or a hidden heading must name it; or the page declares
        itself an article, and its address is made of the title or the window title holds more.
        """
        only = self.only_h1 or ""  # it may be hidden
        headings = (clean_text(seen_text(heading)) for heading in self.page.root.iter("h1"))
        hidden = [text for text in headings if text and only and self.window.startswith(only)][:1]
        longest = sorted(self.said.window, key=len)[-1:] if self.said.published else ()
        for text in (*self.said.titles, *hidden, *longest):
            signs = self._signs_of(key := _key(text))
            cut = key != self.window and key in self.window and len(key) >= SLUG_LEAST
            borne_out = text in hidden or (self.declared and (signs.in_address or cut))
            borne_out = borne_out and len(text) <= LONGEST
            if (in_family or signs.named or borne_out) and not self._is_other(text, key):
                return Candidate(Title(text, None), "the metadata", 0.4, text)
        return None

    def signs_of(self, title: str) -> TitleSigns:
        """Where else a title stands."""
        return self._signs_of(_key(title))

    def _signs_of(self, text: str) -> TitleSigns:
        long, whole = len(text) >= SLUG_LEAST, text.rstrip(" .")
        at_an_end = long and (self.window.startswith(text) or self.window.endswith(text))
        cut = len(self.named) >= SLUG_LEAST and whole.startswith(self.named)
        return TitleSigns(
            stated=text in self.stated or at_an_end or text in self.first,
            in_address=long and _is_slug(text, self.slug),
            named=bool(self.named) and (whole == self.named or cut),
        )

    def _names_another(self, heading: Block) -> bool:
        """Whether nothing names a heading, and a declared article's metadata name another."""
        text = _key(heading.text)
        words = {*text.split()}
        return (
            self.declared
            and self._signs_of(text) == TitleSigns()
            and any(
                self._signs_of(other).in_address and 2 * len({*other.split()} & words) <= len(words)
                for other in self.stated
            )
        )

    def _score(self, block: Block, least: float) -> float:
        """How well a block fits as the title, or less than `least`; cuts its dateline."""
        text, printed = self.texts[block.spot], block.text
        exact = text in self.stated
        if len(text) < SHORTEST and not exact:
            return 0.0
        score = _heading_rank(block)
        if score and len(block.element):
            block.text = without_dateline(self.page, block.element, printed)
            text = _key(block.text) if block.text != printed else text
        signs = self._signs_of(text)
        slug = signs.in_address and not block.linked
        stated = 5.0 if exact else 3.0 * signs.stated
        score += stated + 3 * slug + 5 * signs.named
        if score < OF_LOOKS <= least - MOST_MORE:
            return 0.0
        if score < OF_LOOKS and self._stands_out(block):
            score = OF_LOOKS
        if score < OF_LOOKS or score + MOST_MORE <= least or self._is_other(block.text, text):
            return 0.0
        score -= 9 * self.leads_away(block, text)
        score -= 4 * (block.apart and text != self.only_h1)
        if len(text) <= SECTION_NAME:
            score -= self._doubt_as_section(text, stated)
        if score > 0:
            score += self._company(block, has_dateline=block.text != printed)
        return score

    @cached_property
    def only_h1(self) -> str | None:
        """The text of all the page's headings of the first rank; None if they differ."""
        texts = {_key(seen_text(heading)) for heading in self.page.root.iter("h1")} - {""}
        return texts.pop() if len(texts) == 1 else None

    def _is_other(self, printed: str, text: str) -> bool:
        """Whether a text names the portal, or a box beside the article."""
        bare = text.strip(" :.»>")
        box = bare in BOXES or MODULES.fullmatch(bare) is not None or is_furniture(printed)
        return box or text in self.refused

    def leads_away(self, block: Block, text: str) -> bool:
        """Whether a heading leads to another page. One that the page states leads to the article's
        lasting address, unless it is the portal's name, which leads to the front page.
        """
        urls = [self.page.join(anchor.get("href")) for anchor in block.anchors if block.linked]
        away = [url for url in urls if url is not None and url not in self.own]
        own = text in self.stated or self.window.startswith(text)
        return bool(away) and (not own or any(map(is_front_page, away)))

    def _doubt_as_section(self, text: str, stated: float) -> float:
        """How likely a short heading is the name of a section, by the links of menus and trails.

        Then what the metadata state is worth nothing: the window title repeats a module's heading
        on each of its pages ("News Flash • Town").
        """
        for block, other in zip(self.blocks, self.texts, strict=True):
            if text in other and block.linked and block.apart:
                for anchor in block.anchors:
                    end = (self.page.join(anchor.get("href")) or "").rstrip("/").rpartition("/")[2]
                    if end not in self.ends and _key(seen_text(anchor)) == text:
                        return 2 + stated
        return 2 * (text in SECTIONS)

    def _company(self, block: Block, *, has_dateline: bool) -> float:
        """The score of a title's neighbours: a dateline, and text below it."""
        mates = [
            other
            for other in self.blocks[max(0, block.spot - 4) : block.spot + 15]
            if other is not block and all(zone in block.zones for zone in other.zones)
        ]
        dated = has_dateline or any(
            other.spot < block.spot + 6 and self._is_dateline(other) for other in mates
        )
        text_below = any(other.spot > block.spot and _is_text(other) for other in mates)
        return 1.5 * dated + 1.5 * text_below

    def _is_dateline(self, block: Block) -> bool:
        return len(block.text) <= 120 and (bool(block.times) or is_date_line(self.page, block.text))

    def _stands_out(self, block: Block) -> bool:
        """Whether a line is bold or large as a whole, right above a dateline and the text."""
        if not 20 <= len(block.text) <= 250 or block.linked or block.apart or not _is_large(block):
            return False
        below = self.blocks[block.spot + 1 : block.spot + 1 + DATELINE_NEAR]
        dated = next(filter(self._is_dateline, below), None)
        return dated is not None and any(
            map(_is_text, self.blocks[dated.spot + 1 : dated.spot + 1 + TEXT_NEAR])
        )


def _is_text(block: Block) -> bool:
    return len(block.text) >= 80 and not block.linked


def slug_of(url: str) -> str:
    """The last part of an address with four words or more ("123-ra-quan-lam-thuy-loi"), else the
    first such value of its query, else "".
    """
    parts = urlsplit(url)
    values = (value for _, value in parse_qsl(parts.query))
    for part in (*reversed(unquote(parts.path).split("/")), *values):
        slug = SIGNS.sub("-", fold(splitext(part)[0])).strip("-")
        if sum(not word.isdigit() for word in slug.split("-")) >= SLUG_WORDS:
            return slug
    return ""


def _is_slug(folded: str, slug: str) -> bool:
    """Whether a slug, by its letters, was made from a heading: the heading is most of it, or begins
    with it. Systems replace other signs by a hyphen or by nothing, and add numbers.
    """
    made = _letters(folded) if slug else ""
    most = made in slug and len(made) * 3 >= len(slug) * 2
    return bool(made) and (most or (len(slug) >= SLUG_LEAST and made.startswith(slug)))


def is_title_in_address(title: str, url: str) -> bool:
    """Whether the last part of an address is the whole of a title, perhaps beside a number."""
    last = fold(splitext(unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2])[0])
    whole = SIGNS.sub("", fold(title))
    return whole != "" and (whole == SIGNS.sub("", last) or _letters(fold(title)) == _letters(last))


def _letters(text: str) -> str:
    return "".join(word for word in SIGNS.split(text) if not word.isdigit())


def _is_large(block: Block) -> bool:
    """Whether all of a block's text is bold or in a font of its own."""
    return any(
        (one.tag in LARGE or "font-" in (one.get("style") or ""))
        and len(seen_text(one)) >= len(block.text) - 2
        for one in (block.element, *block.element.iter(*LARGE, "span"))
    )


def _heading_rank(block: Block) -> float:
    """How strongly an element is a heading by its tag and names, its parent's or its child's."""
    element = block.element
    parent, child = element.getparent(), next(iter(element), None)
    score = WORTH_OF_TAG.get(str(element.tag), 0.0)
    if not score and parent is not None:
        score = WORTH_OF_TAG.get(str(parent.tag), 0.0)
    for one in (element, parent, child):
        if one is None or not isinstance(one.tag, str):
            continue
        headline = one.get("itemprop") == "headline"
        worth = 3.0 if headline else _worth_of(one.get("class"), one.get("id"))
        if worth and len(seen_text(one)) < len(block.text) + 20:
            return score + worth
    return score


@lru_cache(maxsize=8192)
def _worth_of(classes: str | None, key: str | None) -> float:
    """The worth of a heading by an element's classes and id: a title, a box, or nothing (0)."""
    names = names_in(classes, key)
    return -4.0 if BOX_NAMES.search(names) else 1.5 if TITLE_NAMES.search(names) else 0.0

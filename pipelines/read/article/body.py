"""The body: rules choose it, trafilatura cleans it, and nothing is lost on the way.

trafilatura's result counts only if it kept every word and paragraph of the chosen element, in
order; else the element's own paragraphs count.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice
from typing import Any

from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from pipelines.read.article.images import take_images
from pipelines.read.article.lead import take_bold_lead
from pipelines.read.html.outline import HIDDEN_STYLE
from pipelines.read.html.page import HtmlPage, matched, names_in, remove, seen_text, shows_text
from pipelines.read.html.paragraphs import paragraphs_of
from pipelines.read.html.pictures import show_pictures
from pipelines.read.reading import Image, ReadingLog
from pipelines.read.text.clean_text import clean_text, text_key
from portals.platform import ArticleRules

ATTRIBUTES = etree.XPath("descendant-or-self::*/@*", smart_strings=False)
WORD = re.compile(r"\w+")
NEVER_TEXT = "script style noscript template form button nav iframe object embed"
TRAFILATURA = f"trafilatura {version('trafilatura')}"
# trafilatura's time grows with the square of rows and cells: half a minute for 100,000 cells.
MOST_LINES = 3_000
MOST_CHARACTERS = 500_000
MOST_ELEMENTS = 50_000  # of a whole page; the largest honest one had 20,000


@dataclass(frozen=True, slots=True)
class Body:
    """The element that holds an article's text, and the rule that chose it. `drop`: elements inside
    it that are not text; `lines`: lines inside it that are not text and have no element of their
    own.
    """

    element: html.HtmlElement
    rule: str
    drop: tuple[html.HtmlElement, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyText:
    """The clean text of a body: paragraphs, and which tool cleaned them. `lead`: the first
    paragraph, if an editor wrote the lead there.
    """

    paragraphs: list[str]
    cleaner: str
    images: tuple[Image, ...] = ()
    lead: str | None = None


def choose_body(page: HtmlPage, rules: ArticleRules) -> Body | None:
    """The longest element of the first rule that finds any with content; failing that, the first
    empty one.
    """
    empty = None
    for selector in rules.body:
        elements = page.matched(selector)
        if any(map(_holds_anything, elements)):
            return Body(max(elements, key=lambda element: len(element.text_content())), selector)
        if elements and empty is None:
            empty = Body(elements[0], selector)
    return empty


def _holds_anything(element: html.HtmlElement) -> bool:
    media = element.iter("img", "picture", "video", "iframe", "embed", "object")
    return shows_text(element) or next(media, None) is not None


def take_text(
    page: HtmlPage, body: Body, rules: ArticleRules, log: ReadingLog, *, bold_lead: bool
) -> BodyText:
    """The text of a body without furniture, captions and, if `bold_lead` and the family writes its
    leads there, a first paragraph in bold. Takes the element apart.
    """
    for element in body.drop:
        log.explain("dropped", seen_text(element)[:80], "not of the running text")
        remove(element)
    show_pictures(page, body.element)
    for used in strip_body(body.element, rules.drop):
        log.explain("dropped", None, used)
    images = take_images(page, body.element, rules.images)
    lead = None
    bold_lead = bold_lead and rules.lead_in_body == "bold"
    if bold_lead and (taken := take_bold_lead(body.element)) is not None:
        lead = clean_text(taken)
        log.explain("lead", lead[:80], "first paragraph, all in bold", taken[:200])
    paragraphs, cleaner = clean_body(body.element)
    if unwanted := {text_key(line) for line in body.lines}:
        paragraphs = [one for one in paragraphs if text_key(one) not in unwanted]
    log.explain("body", f"{len(paragraphs)} paragraphs", body.rule)
    return BodyText(paragraphs, cleaner, images, lead)


def strip_body(body: html.HtmlElement, drop: Sequence[str]) -> list[str]:
    """Take furniture out of the chosen element; return the rules that took something."""
    used = []
    # Families list elements of many plugins. If a selector needs a word that no attribute here has,
    # it needs no walk.
    values = ATTRIBUTES(body)
    said = " ".join(map(str, values)) if isinstance(values, list) else ""
    for selector in drop:
        may_match = all(name in said for name in names_in(selector))
        found = matched(body, selector) if may_match else []
        for element in found:
            if element is not body:
                remove(element)
        if found:
            used.append(selector)
    _remove_unseen(body)
    return used


def _remove_unseen(body: html.HtmlElement) -> None:
    """Take out forms, scripts, comments and elements that their own style hides."""
    for element in list(body.iter(etree.Comment, *NEVER_TEXT.split())):
        remove(element)
    for element in list(body.iterdescendants(etree.Element)):
        if HIDDEN_STYLE.search(element.get("style") or ""):
            remove(element)


def clean_body(body: html.HtmlElement) -> tuple[list[str], str]:
    """(paragraphs of clean text, what cleaned them: `trafilatura X` or `blocks`)."""
    whole = _cleaned(paragraphs_of(body))
    lines = sum(1 + part.count("\n") for part in whole)
    if not whole or lines > MOST_LINES or sum(map(len, whole)) > MOST_CHARACTERS:
        return whole, "blocks"
    tree = html.Element("html")
    # Marked as an article, it is taken at once; in a bare element trafilatura would search in vain
    # first.
    holder = etree.SubElement(etree.SubElement(tree, "body"), "article")
    holder.append(body)
    cleaned = _extracted(tree, options=_options())
    if len(cleaned) >= len(whole) and _words(cleaned) == _words(whole):
        return cleaned, TRAFILATURA
    return whole, "blocks"


def is_vast(root: html.HtmlElement) -> bool:
    """Whether a page has so many elements that trafilatura needs seconds for it."""
    return next(islice(root.iter(), MOST_ELEMENTS, None), None) is not None


def whole_page(root: html.HtmlElement) -> tuple[list[str], str]:
    """(paragraphs, cleaner) of a page on which no rule finds a body: trafilatura's own choice, at
    its strictest, because menus are not text. Often empty.
    """
    taken = _extracted(root, include_comments=False, favor_precision=True)
    return taken, f"{TRAFILATURA} whole page" if taken else "blocks"


def _extracted(tree: html.HtmlElement, **options: Any) -> list[str]:
    """The clean paragraphs that trafilatura finds; none where it fails."""
    try:
        document = bare_extraction(tree, **options)
    except MemoryError:
        raise
    except Exception:  # whatever it fails over, we can read the page's own blocks
        return []
    if document is None or isinstance(document, dict) or document.body is None:
        return []
    return _cleaned(paragraphs_of(document.body))


@cache
def _options() -> Extractor:
    options = Extractor(fast=True, recall=True, comments=False, tables=True)
    options.min_extracted_size = 1
    options.min_output_size = 1
    return options


def _cleaned(paragraphs: list[str]) -> list[str]:
    return [text for text in map(clean_text, paragraphs) if WORD.search(text)]


def _words(paragraphs: list[str]) -> list[str]:
    return WORD.findall("\n".join(paragraphs))

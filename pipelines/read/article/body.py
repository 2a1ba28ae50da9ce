"""The body: the element with an article's text, and that text with its structure.

trafilatura names the structure (headings, lists, quotes, links, emphasis). Its result counts if it
kept every letter of the element, in order; otherwise the page's own elements count. It is imported
where it is used: a worker that reads only listings need not load it.
"""

from collections.abc import Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import islice

from lxml import etree, html

from pipelines.outcomes import IssueKind
from pipelines.read.article.images import take_images
from pipelines.read.article.lead import take_bold_lead
from pipelines.read.article.running_text import Body
from pipelines.read.html.json_ld import json_ld
from pipelines.read.html.markup import Join, Paragraph
from pipelines.read.html.outline import common_ancestor, holds, is_hidden
from pipelines.read.html.page import (
    HtmlPage,
    attributes_of,
    matched,
    names_in,
    remove,
    seen_text,
    shows_text,
)
from pipelines.read.html.paragraphs import cleaned, structured
from pipelines.read.html.pictures import show_pictures
from pipelines.read.reading import Image, ReadingLog
from pipelines.read.text.clean_text import clean_text, text_key
from portals.platform import ArticleRules

MEDIA = ("img", "picture", "video", "iframe", "embed", "object")
NEVER_TEXT = "script style noscript template form button nav iframe object embed"
TRAFILATURA = f"trafilatura {version('trafilatura')}"
# trafilatura makes a block of a quote within a line, and runs the lines of code together.
OWN_NAMES = {"q": "span", "pre": "p"}
BLOCKS = "blocks"
NOTHING = "no text"
MOST_ELEMENTS = 50_000  # of a whole page; the largest honest one had 20,000


@dataclass(frozen=True, slots=True)
class BodyText:
    """The clean text of a body, and what made it. `lead`: a lead that stood first in it."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    made_by: str = NOTHING
    images: tuple[Image, ...] = ()
    lead: str | None = None

    @property
    def texts(self) -> list[str]:
        """The texts of the paragraphs; pictures alone have none."""
        return [one.text for one in self.paragraphs if one.text]


def choose_body(page: HtmlPage, rules: ArticleRules) -> Body | None:
    """The longest element of the first rule that finds any with content; failing that, the first
    empty one.

    If a rule has found the article's own element empty, an element outside the one that holds both
    it and the title is a side bar's, and does not count.
    """
    empty = None
    for selector in rules.body:
        elements = page.matched(selector)
        if empty is not None:
            elements = _beside(page, rules, empty.element, elements)
        if any(shows_text(it) or next(it.iter(*MEDIA), None) is not None for it in elements):
            longest = max(elements, key=lambda element: len(element.text_content()))
            return Body(longest, rule=selector)
        if elements and empty is None:
            empty = Body(elements[0], rule=selector)
    return empty


def _beside(
    page: HtmlPage, rules: ArticleRules, empty: html.HtmlElement, elements: list[html.HtmlElement]
) -> list[html.HtmlElement]:
    """Those of some elements that share with an empty one what it shares with the title."""
    title = next((element for _, _, element in page.values(rules.title)), None)
    if title is None or title.tag == "meta":
        return elements
    shared = common_ancestor([title, empty])
    return [element for element in elements if holds(shared, element)]


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
    paragraphs, made_by = clean_body(
        body.element, lambda said: None if (url := page.join(said)) == page.url else url
    )
    if made_by == BLOCKS:
        why = "trafilatura lost words of the text, so the page's own elements give its structure"
        log.note(IssueKind.STRUCTURE_LOST, f"{page.url}: {why}")
    if unwanted := {text_key(line) for line in body.lines}:
        paragraphs = [one for one in paragraphs if text_key(one.text) not in unwanted]
    log.explain("body", f"{len(paragraphs)} paragraphs", body.rule)
    return BodyText(paragraphs, made_by, images, lead)


def strip_body(body: html.HtmlElement, drop: Sequence[str]) -> list[str]:
    """Take out furniture and what is not shown; return the rules that took something."""
    used = []
    # Families list elements of many plugins. If a selector needs a word that no attribute here has,
    # it needs no walk.
    said = attributes_of(body)
    for selector in drop:
        may_match = all(name in said for name in names_in(selector))
        found = matched(body, selector) if may_match else []
        for element in found:
            if element is not body:
                remove(element)
        if found:
            used.append(selector)
    for element in list(body.iter(etree.Comment, *NEVER_TEXT.split())):
        remove(element)
    for element in list(body.iterdescendants(etree.Element)):
        if is_hidden(element):
            remove(element)
    return used


def clean_body(body: html.HtmlElement, join: Join) -> tuple[list[Paragraph], str]:
    """(paragraphs of clean text, what made them: `trafilatura X` or `blocks`)."""
    converted = _converted(body)
    tree, made_by = (body, BLOCKS) if converted is None else (converted, TRAFILATURA)
    return cleaned(structured(tree, join)), made_by


def _converted(body: html.HtmlElement) -> html.HtmlElement | None:
    """A body in trafilatura's own elements, with the same letters; None if it fails."""
    from trafilatura.htmlprocessing import convert_tags
    from trafilatura.settings import Extractor

    options = Extractor(formatting=True, links=True, images=False, tables=True)
    tree = deepcopy(body)
    for element in tree.iter(*OWN_NAMES):
        element.tag = OWN_NAMES[element.tag]
    try:
        tree = convert_tags(tree, options)
    except MemoryError:
        raise
    except Exception:  # whatever it fails over, we can read the page's own blocks
        return None
    return tree if _letters(tree) == _letters(body) else None


def _letters(element: html.HtmlElement) -> str:
    said = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return "".join(said.split())


def stated_text(page: HtmlPage) -> str:
    """The longest text that the page states in JSON-LD or microdata: evidence of where the text
    stands, never the text.
    """
    said = [str(item.get("articleBody") or "") for item in json_ld(page)]
    said += [element.text_content() for element in page.matched("[itemprop~=articleBody]")]
    return max(said, key=len, default="")


def opinion_of_page(root: html.HtmlElement) -> str:
    """The words that trafilatura's rules take for the text of a whole page; none for a vast page.

    What `bare_extraction` does besides costs a third more, and hardly ever changes the words of a
    page with paragraphs.
    """
    if _is_vast(root):
        return ""
    from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
    from trafilatura.main_extractor import extract_content
    from trafilatura.settings import Extractor
    from trafilatura.xpaths import REMOVE_COMMENTS_AND_LISTS_XPATH

    options = Extractor(fast=True, comments=False)
    try:
        tree = tree_cleaning(copy(root), options)  # first, so that the paths walk a smaller tree
        tree = prune_unwanted_nodes(tree, REMOVE_COMMENTS_AND_LISTS_XPATH)
        body, _ = extract_content(convert_tags(tree, options), options)
    except MemoryError:
        raise
    except Exception:  # whatever it fails over, it has no opinion
        return ""
    return "".join(map(str, body.itertext()))


def whole_page(root: html.HtmlElement, join: Join) -> BodyText:
    """The text that trafilatura chooses from a whole page; often none, and none for a vast page."""
    if _is_vast(root):
        return BodyText()
    from trafilatura import bare_extraction

    try:
        document = bare_extraction(root, include_comments=False, include_formatting=True)
    except MemoryError:
        raise
    except Exception:  # whatever it fails over, it has no opinion
        return BodyText()
    body = getattr(document, "body", None)
    taken = [] if body is None else cleaned(structured(body, join))
    return BodyText(taken, f"{TRAFILATURA} whole page") if taken else BodyText()


def _is_vast(root: html.HtmlElement) -> bool:
    """Whether a page has so many elements that trafilatura needs seconds for it."""
    return next(islice(root.iter(), MOST_ELEMENTS, None), None) is not None

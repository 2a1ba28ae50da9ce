"""The body: rules choose it, trafilatura cleans it, and nothing may be lost on the way.

trafilatura's result is taken only when it kept every word and every paragraph that the chosen element shows, in their order; where it did not, the
element's own paragraphs are taken.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from pipelines.read.html.outline import HIDDEN_STYLE
from pipelines.read.html.page import matched, names_in, remove
from pipelines.read.html.paragraphs import paragraphs_of
from pipelines.read.text.clean_text import clean_text

ATTRIBUTES = etree.XPath("descendant-or-self::*/@*", smart_strings=False)
WORD = re.compile(r"\w+")
NEVER_TEXT = (
    "script",
    "style",
    "noscript",
    "template",
    "form",
    "button",
    "nav",
    "iframe",
    "object",
    "embed",
)
TRAFILATURA = f"trafilatura {version('trafilatura')}"
# Beyond this trafilatura takes time by the square of the rows and cells: a table of 100,000 cells holds it for half a minute.
MOST_LINES = 3_000
MOST_CHARACTERS = 500_000


def strip_body(body: html.HtmlElement, drop: Sequence[str]) -> list[str]:
    """Takes furniture out of the chosen element; returns the rules that took something."""
    used = []
    # Families name what many plugins add: what a selector demands and no attribute here has needs no walk.
    values = ATTRIBUTES(body)
    said = " ".join(map(str, values)) if isinstance(values, list) else ""
    for selector in drop:
        if not all(name in said for name in names_in(selector)):
            continue
        found = matched(body, selector)
        for element in found:
            if element is not body:
                remove(element)
        if found:
            used.append(selector)
    for element in list(body.iter(*NEVER_TEXT)):
        remove(element)
    for element in list(body.iter()):
        if not isinstance(element.tag, str):
            if isinstance(element, html.HtmlComment):
                remove(element)
        elif element is not body and HIDDEN_STYLE.search(element.get("style") or ""):
            remove(element)
    return used


def clean_body(body: html.HtmlElement) -> tuple[list[str], str]:
    """(paragraphs, extractor). The extractor is `trafilatura X` or `blocks`; the paragraphs are clean text."""
    whole = _cleaned(paragraphs_of(body))
    if (
        not whole
        or sum(1 + part.count("\n") for part in whole) > MOST_LINES
        or sum(map(len, whole)) > MOST_CHARACTERS
    ):
        return whole, "blocks"
    tree = html.Element("html")
    # Said to be the article, it is taken as one; a bare element is looked for in vain first.
    holder = etree.SubElement(etree.SubElement(tree, "body"), "article")
    holder.append(body)
    try:
        document = bare_extraction(tree, options=_options())
    except (ValueError, etree.Error):
        document = None
    cleaned = (
        _cleaned(paragraphs_of(document.body))
        if document is not None and not isinstance(document, dict) and document.body is not None
        else []
    )
    return (
        (cleaned, TRAFILATURA)
        if len(cleaned) >= len(whole) and _words(cleaned) == _words(whole)
        else (whole, "blocks")
    )


def whole_page(root: html.HtmlElement) -> tuple[list[str], str]:
    """(paragraphs, extractor) of a page on which no rule finds a body: trafilatura's own choice, at its strictest, since menus are no text. Often empty."""
    try:
        document = bare_extraction(root, include_comments=False, favor_precision=True)
    except (ValueError, etree.Error):
        document = None
    if document is None or isinstance(document, dict) or document.body is None:
        return [], "blocks"
    return _cleaned(paragraphs_of(document.body)), f"{TRAFILATURA} whole page"


@cache
def _options() -> Extractor:
    options = Extractor(
        fast=True,
        recall=True,
        comments=False,
        tables=True,
        formatting=False,
        links=False,
        images=False,
    )
    options.min_extracted_size = 1
    options.min_output_size = 1
    return options


def _cleaned(paragraphs: list[str]) -> list[str]:
    return [
        text for paragraph in paragraphs if (text := clean_text(paragraph)) and WORD.search(text)
    ]


def _words(paragraphs: list[str]) -> list[str]:
    return WORD.findall("\n".join(paragraphs))

"""Links to an author's page: part of a byline, however long, and never an article's title."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice, takewhile

from lxml import html

from pipelines.read.html.outline import Block, names_of
from pipelines.read.html.page import seen_text
from pipelines.read.text.bylines import AUTHOR_NAMES
from portals.languages import any_word

AUTHORS = any_word(lambda it: it.addresses.authors)
AUTHORS_PAGE = re.compile(rf"/{AUTHORS}(?:/|\.|$)|[?&]{AUTHORS}=", re.I)
ELEMENTS_ABOVE = 3  # elements above a link that may be named as a byline
NO_BYLINES = frozenset({"html", "body", "main", "article", "section", "ul", "ol", "table"})


def leads_to_author(anchor: html.HtmlElement) -> bool:
    """Whether a link leads to the page of the person who wrote or posted an article.

    Its rel or its address says so, or the name of an element right above it that links nothing else
    (a list may be of the author's other articles), or that is a person's card (hCard).
    """
    href = anchor.get("href")
    if "author" in (anchor.get("rel") or "").split() or AUTHORS_PAGE.search(
        (href or "").split("#")[0]
    ):
        return True
    above = (anchor, *islice(anchor.iterancestors(), ELEMENTS_ABOVE))
    return any(
        (
            element.get("itemprop") == "author"
            or AUTHOR_NAMES.search(names_of(element))
            or "vcard" in (element.get("class") or "").split()
        )
        and all(other.get("href") == href for other in element.iter("a"))
        for element in takewhile(lambda element: element.tag not in NO_BYLINES, above)
    )


def is_dateline(block: Block, is_date: Callable[[Block], bool]) -> bool:
    """Whether a block is a date, perhaps with links to authors beside it."""
    if is_date(block) or not (block.linked and all(map(leads_to_author, block.anchors))):
        return is_date(block)
    beside = block.text
    for anchor in block.anchors:
        beside = beside.replace(" ".join(seen_text(anchor).split()), "", 1)
    return is_date(replace(block, text=beside.strip(" ,|•·–-"), links=0, anchors=()))

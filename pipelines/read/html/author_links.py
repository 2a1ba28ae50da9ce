"""Links to an author's page: part of a byline, however long, and never an article's title."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from lxml import html

from pipelines.read.html.outline import SHORTEST_PROSE, SHORTEST_TITLE_LINK, Block, names_of
from pipelines.read.html.page import seen_text
from pipelines.read.text.bylines import AUTHOR_NAMES, ends_in_label, read_unlabelled
from portals.languages import any_word

AUTHORS = any_word(lambda it: it.addresses.authors)
AUTHORS_PAGE = re.compile(rf"/{AUTHORS}(?:/|\.|$)|[?&]{AUTHORS}=", re.I)
SIGNS = frozenset("|,•·–-")  # that join a date and a name
ELEMENTS_ABOVE = 3  # elements above a link that may be named as a byline
NO_BYLINES = frozenset({"html", "body", "main", "article", "section", "ul", "ol", "table"})


def leads_to_author(anchor: html.HtmlElement) -> bool:
    """Whether a link leads to the page of the person who wrote or posted an article.

    Its rel or its address says so, or the name of an element right above it.
    """
    if "author" in (anchor.get("rel") or "").split() or AUTHORS_PAGE.search(
        (anchor.get("href") or "").split("#")[0]
    ):
        return True
    line = takewhile(
        lambda element: element.tag not in NO_BYLINES,
        (anchor, *islice(anchor.iterancestors(), ELEMENTS_ABOVE)),
    )
    named = (
        element
        for element in line
        if element.get("itemprop") == "author"
        or AUTHOR_NAMES.search(names_of(element))
        or _is_card(element)
    )
    # An element that links several pages is a list, perhaps of the author's other articles.
    return any(
        all(other.get("href") == anchor.get("href") for other in element.iter("a"))
        for element in named
    )


def _is_card(element: html.HtmlElement) -> bool:
    """Whether an element is a person's card (hCard, a microformat).

    Beside a date it is the author's; after a text it may be an office's address.
    """
    return "vcard" in (element.get("class") or "").split()


def is_dateline(block: Block, is_date: Callable[[Block], bool]) -> bool:
    """Whether a block is a dateline; it may contain links to authors."""
    return is_date(block) or (
        block.linked
        and all(map(leads_to_author, block.anchors))
        and _is_date_beside(block, is_date)
    )


def signed_dateline(
    outline: Sequence[Block], title: Block, is_date: Callable[[Block], bool]
) -> Block | None:
    """The only line between title and text with a date, a sign and a linked name or office.

    None if another line is a date, or also has a long link, like the rows of neighbours.
    """
    below = outline[title.spot + 1 :]
    head = [*takewhile(lambda block: block.linked or len(block.text) < SHORTEST_PROSE, below)]
    long = [block for block in head if block.links >= SHORTEST_TITLE_LINK]
    if (
        len(long) != 1
        or len(long[0].anchors) != 1
        or any(element.tag in ("li", "td") for element in long[0].holders)
    ):
        return None
    line, name = long[0], " ".join(seen_text(long[0].anchors[0]).split())
    before, _, behind = line.text.partition(name)
    beside = (before.rstrip()[-1:], behind.lstrip()[:1])
    joined = ends_in_label(before) or not SIGNS.isdisjoint(beside)
    if (
        not joined
        or read_unlabelled(name) is None
        or any(is_date(block) for block in head if block is not line)
    ):
        return None
    return line if _is_date_beside(line, is_date) else None


def _is_date_beside(block: Block, is_date: Callable[[Block], bool]) -> bool:
    """Whether the text beside the links of a block is a date."""
    text = block.text
    for anchor in block.anchors:
        text = text.replace(" ".join(seen_text(anchor).split()), "", 1)
    return any(
        is_date(replace(block, text=said, links=0, anchors=()))
        for said in (block.text, text.strip(" ,|•·–-"))
    )

"""Find the entries of other articles on a page, below the title."""

import re
from collections.abc import Callable, Sequence

from lxml import html

from pipelines.read.html.author_links import leads_to_author
from pipelines.read.html.outline import SHORTEST_PROSE, SHORTEST_TITLE_LINK, Block
from pipelines.read.html.page import seen_text
from pipelines.read.html.paragraphs import HEADINGS
from pipelines.read.text.clean_text import fold
from pipelines.read.text.furniture_lines import NEIGHBOURS, is_furniture
from pipelines.read.text.phrases import folded_pattern
from portals.languages import every

SENTENCE = 25  # characters that make a block prose if it ends like a sentence
MOST_PARAGRAPHS = 2  # of an excerpt
LONGEST_EXCERPT = 600  # characters
LONGEST_DATE = 160  # characters of a dateline and the rest of its row
# The text before a link to this article's own section or author.
NOT_OWN = every(lambda it: it.furniture.not_own)
OF_THIS = re.compile(
    r"(?<!\w)"
    + "".join(f"(?<!{fold(word)} )" for word in NOT_OWN)
    + folded_pattern(lambda it: it.furniture.before_own_links)
    + rf"(?!\w)|(?<!\w){folded_pattern(lambda it: it.furniture.right_before_own_links)}\W*$"
)
TOOL_LINK = re.compile(folded_pattern(lambda it: it.furniture.tool_links) + r"(?!\w)")
OF_THIS_KIND = frozenset({"author", "category", "tag"})  # values of an anchor's rel


def may_be_title(block: Block, anchor: html.HtmlElement) -> bool:
    """Whether a link may be another article's title: long enough, not a tool, and without a word
    before it that makes it this article's section or author.
    """
    text = " ".join(seen_text(anchor).split())
    own = OF_THIS_KIND.intersection((anchor.get("rel") or "").split())
    if len(text) < SHORTEST_TITLE_LINK or own or leads_to_author(anchor):
        return False
    before = fold(block.text.partition(text)[0])
    return (
        TOOL_LINK.match(fold(text)) is None
        and not is_furniture(text)
        and (OF_THIS.search(before) is None or NEIGHBOURS.search(before) is not None)
    )


def find_entries(
    outline: Sequence[Block],
    title: Block,
    believed: dict[html.HtmlElement, bool],
    is_date: Callable[[Block], bool],
    leads_away: Callable[[html.HtmlElement], bool],
) -> set[html.HtmlElement]:
    """The elements that each present one other article.

    A link that may be a title comes first; an excerpt or a date may follow. An entry is the largest
    element that holds only one such link, not this page's title and, if the link is no heading, no
    more prose than an excerpt.
    """
    # An article may name below its title a section that the menus above lead to.
    sections = {
        anchor.get("href")
        for block in outline[: title.spot]
        if any(believed.get(zone.element) for zone in block.zones)
        for anchor in block.anchors
    }
    heads = [
        (block, anchor)
        for block in outline[title.spot + 1 :]
        if (anchor := _entry_link(block, believed, leads_away)) is not None
        and anchor.get("href") not in sections
    ]
    linked: dict[html.HtmlElement, set[str]] = {}
    for block, anchor in heads:
        for element in block.holders:
            linked.setdefault(element, set()).add(anchor.get("href") or "")
    sentences = _sentences_in(outline[title.spot + 1 :], is_date) if heads else {}
    above_title = set(title.holders)
    entries = set()
    for block, _ in heads:
        headed = any(holder.tag in HEADINGS for holder in block.holders[:2])
        entry = None
        for element in block.holders:
            if (
                element in above_title
                or len(linked[element]) > 1
                or not (headed or _is_excerpt(sentences.get(element, [])))
                or (element in sentences and sentences[element][0].spot < block.spot)
            ):
                break
            entry = element
        if entry is not None:
            entries.add(entry)
    return entries


def _entry_link(
    block: Block,
    believed: dict[html.HtmlElement, bool],
    leads_away: Callable[[html.HtmlElement], bool],
) -> html.HtmlElement | None:
    """The link of a block that is little more than the title of another article."""
    if block.links < SHORTEST_TITLE_LINK or block.links * 10 < len(block.text) * 7:
        return None
    if any(believed.get(zone.element) for zone in block.zones):
        return None
    away = filter(leads_away, block.anchors)
    return next((anchor for anchor in away if may_be_title(block, anchor)), None)


def _is_excerpt(sentences: Sequence[Block]) -> bool:
    sizes = [len(block.text) for block in sentences if len(block.text) >= SHORTEST_PROSE]
    return len(sizes) <= MOST_PARAGRAPHS and sum(sizes) <= LONGEST_EXCERPT


def _sentences_in(
    below: Sequence[Block], is_date: Callable[[Block], bool]
) -> dict[html.HtmlElement, list[Block]]:
    """The sentences in each element. If one comes before a link, the element is no entry of it; a
    date, a section or a counter may come before the link.
    """
    found: dict[html.HtmlElement, list[Block]] = {}
    for block in below:
        if (
            len(block.text) >= SENTENCE
            and not block.linked
            and not (len(block.text) <= LONGEST_DATE and is_date(block))
        ):
            for element in block.holders:
                found.setdefault(element, []).append(block)
    return found

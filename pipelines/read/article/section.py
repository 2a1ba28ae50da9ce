"""The section of an article on a page of no known family: the last step of its breadcrumb trail
("Trang chủ » Tin tức"), visible or in the metadata.
"""

import re
from functools import lru_cache

from lxml import html

from pipelines.read.addresses.pages_without_news import is_front_page
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.json_ld import json_ld, types_of
from pipelines.read.html.outline import Block, names_of
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.text.clean_text import clean_text, fold, same_text
from pipelines.read.text.furniture_lines import HOME
from pipelines.read.text.phrases import folded_pattern
from portals.class_words import class_words, named
from portals.languages import any_word

SECTION_NEAR = 4  # blocks between the title and the name of its section
TRAIL_ABOVE = 2  # blocks between the title and a trail without a name
TRAIL_BELOW = 12  # blocks after the title that may hold a trail

TRAIL = named(class_words().trails)
LABEL = re.compile(rf"\b{folded_pattern(lambda it: it.furniture.trail_labels)}\b")
CATEGORY = named(class_words().sections)
SECTION_LABEL = re.compile(rf"{any_word(lambda it: it.furniture.section_labels)}:", re.I)
# Separators between two steps; a menu has bars, or nothing.
STEP = re.compile("[\u00bb\u203a>\u2192\u276f/\\\\]|::|--")


def find_section(page: HtmlPage, classified: ClassifiedOutline) -> html.HtmlElement | None:
    """The last step of the article's trail that is neither the front page nor itself."""
    title = classified.title
    near = [one for one in classified.outline[: title.spot + TRAIL_BELOW] if one.anchors]
    holders = {holder for block in near for holder in block.holders}
    trails = {it for it in holders if _names_trail(names_of(it), it.get("aria-label") or "")}
    steps = [
        anchor
        for block in classified.outline
        for anchor in block.anchors
        if anchor.get("rel") in ("category", "category tag", "tag category")
        or (
            abs(block.spot - title.spot) <= SECTION_NEAR
            and block.linked
            and CATEGORY.search(names_of(block.element))
        )
        or (block.spot < title.spot + TRAIL_BELOW and not trails.isdisjoint(block.holders))
        or (0 < title.spot - block.spot <= TRAIL_ABOVE and _begins_at_home(block))
        or (title.spot < block.spot < title.spot + TRAIL_BELOW and SECTION_LABEL.match(block.text))
    ]
    for anchor in reversed(steps):
        url, text = page.join(anchor.get("href")), clean_text(seen_text(anchor))
        if (
            text
            and url
            and url != page.url
            and not is_front_page(url)
            and fold(text) not in HOME
            and not same_text(text, title.text)
        ):
            return anchor
    return None


def stated_section(page: HtmlPage, title: str) -> str | None:
    """The same step of the one BreadcrumbList in the page's JSON-LD."""
    trails = [item for item in json_ld(page) if "breadcrumblist" in types_of(item)]
    listed = trails[0].get("itemListElement") if len(trails) == 1 else None
    steps = listed if isinstance(listed, list) else []
    for step in (step for step in reversed(steps) if isinstance(step, dict)):
        item = step.get("item")
        thing = item if isinstance(item, dict) else {"@id": item}
        name, address = step.get("name") or thing.get("name"), thing.get("@id")
        url = page.join(address) if isinstance(address, str) else None
        text = clean_text(name) if isinstance(name, str) else ""
        home = fold(text) in HOME or (url is not None and is_front_page(url))
        if text and not home and url != page.url and not same_text(text, title):
            return text
    return None


@lru_cache(maxsize=4096)
def _names_trail(names: str, label: str) -> bool:
    return bool(TRAIL.search(names) or LABEL.search(fold(label)))


def _begins_at_home(block: Block) -> bool:
    """Whether a block is a trail: a link to the front page, and separators between links."""
    if not block.anchors or fold(clean_text(seen_text(block.anchors[0]))) not in HOME:
        return False
    between = block.text
    for anchor in block.anchors:
        between = between.replace(" ".join(seen_text(anchor).split()), " ", 1)
    return len(STEP.findall(between)) >= len(block.anchors) - 1 > 0

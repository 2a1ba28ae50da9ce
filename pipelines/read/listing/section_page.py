"""Tell a section from an article if its address looks like an article's."""

from collections import Counter
from collections.abc import Collection

from lxml import html

from pipelines.read.html.block_kinds import IMPRINT
from pipelines.read.html.outline import APART_TAGS, SHORTEST_PROSE, SHORTEST_TITLE_LINK, outline
from pipelines.read.html.page import HtmlPage
from pipelines.read.text.clean_text import fold
from pipelines.read.text.furniture_lines import is_furniture

# Characters of text without an entry in between. An entry's summary is a paragraph or two.
TEXT_PARAGRAPHS = 3
TEXT_CHARACTERS = 700
MAIN_PART = 0.75  # share of a page's text: an element with more is not a column, whatever its class


def shows_entries(page: HtmlPage, articles: Collection[str]) -> bool:
    """Whether the page's main part has some of these addresses as entries, and no text longer than
    an entry's summary.
    """
    blocks = outline(page.root)
    size: Counter[html.HtmlElement] = Counter()
    for block in blocks:
        for zone in block.zones:
            size[zone.element] += len(block.text)
    whole = sum(len(block.text) for block in blocks)
    entries = paragraphs = characters = 0
    for block in blocks:
        zones = [zone.element for zone in block.zones]
        if any(zone.tag in APART_TAGS or size[zone] < MAIN_PART * whole for zone in zones):
            continue
        if (
            block.linked
            and block.links >= SHORTEST_TITLE_LINK
            and any(page.join(anchor.get("href")) in articles for anchor in block.anchors)
        ):
            entries, paragraphs, characters = entries + 1, 0, 0
        elif (
            not block.linked
            and len(block.text) >= SHORTEST_PROSE
            and not is_furniture(block.text)
            and not IMPRINT.search(fold(block.text[:200]))
        ):
            paragraphs, characters = paragraphs + 1, characters + len(block.text)
            if paragraphs >= TEXT_PARAGRAPHS or characters > TEXT_CHARACTERS:
                return False
    return entries > 0

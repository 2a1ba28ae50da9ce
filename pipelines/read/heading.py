"""The title of a page of no known family: the heading over its text that the page names elsewhere too. Never the portal's name, never a link away."""

import re
from collections.abc import Sequence

from pipelines.read.dateline import is_date_line
from pipelines.read.outline import HEADINGS, Block, names_of
from pipelines.read.page import Page, seen_text
from pipelines.read.structured import Stated
from pipelines.read.tails import is_furniture
from pipelines.read.text import fold

ENOUGH = 2.9  # of the score below: a heading of the first rank has 3

TITLE_NAMES = re.compile(r"(?:^|[\s_-])(?:title|headline|heading|tieu-?de|ten-?bai\w*|news-?title|detail-?title|contentheading|post-?title)(?:$|[\s_-])", re.I)
BOX_NAMES = re.compile(
    r"(?:folder|categ\w*|cate|section|block|box|module|widget|site|menu|other|sidebar|portlet|web-?part|chuyen-?muc)[\s_-]?(?:title|heading|tieu-?de)", re.I
)
# Headings of boxes beside an article, folded.
BOXES = frozenset(
    [
        "tin xem nhieu",
        "xem nhieu",
        "xem nhieu nhat",
        "doc nhieu",
        "doc nhieu nhat",
        "tin doc nhieu",
        "tin moi",
        "tin moi nhat",
        "tin noi bat",
        "bai viet moi",
        "bai moi",
        "moi nhat",
        "lien ket",
        "lien ket website",
        "lien ket web",
        "thong ke",
        "danh muc",
        "chuyen muc",
        "video",
        "video clip",
        "thu vien anh",
        "hinh anh",
        "thong bao moi",
        "van ban moi",
        "quang cao",
        "dang nhap",
        "tim kiem",
        "menu",
        "y kien",
        "tham do y kien",
        "hoi dap",
        "so luot truy cap",
        "luot truy cap",
        "thong ke truy cap",
        "recent posts",
        "recent comments",
        "categories",
        "archives",
        "latest news",
        "popular",
        "most read",
        "search",
    ]
)


def _names_a_box(text: str) -> bool:
    """Whether a heading is that of a box beside the article."""
    return is_furniture(text) or fold(text).strip(" :.»>") in BOXES


def find_title(page: Page, blocks: Sequence[Block], said: Stated) -> Block | None:
    """The block that is the article's title: a heading, or what is named or classed as one, best if the page states it elsewhere; else None."""
    best, best_score = None, ENOUGH
    own = {page.url, *([url] if (url := page.join(page.meta("og:url"))) else [])}
    window = fold(page.root.findtext(".//title") or "")
    known = {fold(title) for title in said.titles}
    names = {fold(name) for name in said.site_names}
    for block in blocks:
        if not 4 <= len(block.text) <= 400:
            continue
        score = _standing(block)
        folded = fold(block.text)
        if folded in known:
            score += 5
        elif len(folded) >= 15 and (window.startswith(folded) or window.endswith(folded)):
            score += 3
        if score < 1.5 or folded in names or _names_a_box(block.text):
            continue
        if block.linked and any((url := page.join(anchor.get("href"))) is not None and url not in own for anchor in block.anchors):
            score -= 9
        score -= 2 * (len(block.text) > 250) + 1.5 * block.text.endswith((".", ";", ","))
        score -= 4 * any(zone.apart for zone in block.zones)
        score += len(block.text) >= 20
        if score > 0:
            mates = [
                other for other in blocks[max(0, block.spot - 4) : block.spot + 15] if other is not block and all(zone in block.zones for zone in other.zones)
            ]
            score += 1.5 * any(other.spot < block.spot + 6 and len(other.text) <= 120 and (other.times or is_date_line(page, other.text)) for other in mates)
            score += 1.5 * any(other.spot > block.spot and len(other.text) >= 80 and not other.linked for other in mates)
        if score > best_score:
            best, best_score = block, score
    return best


def _standing(block: Block) -> float:
    """How much an element is a heading by its markup."""
    element = block.element
    parent, child = element.getparent(), next(iter(element), None)
    level = HEADINGS.get(str(element.tag)) or (HEADINGS.get(str(parent.tag)) if parent is not None else None)
    score = {1: 3.0, 2: 2.0, 3: 1.5, 4: 1.0, 5: 0.5}.get(level or 9, 0.0)
    for one in (element, parent, child):
        if one is None or not isinstance(one.tag, str) or not one.attrib:
            continue
        named, headline = names_of(one), one.get("itemprop") == "headline"
        if (headline or BOX_NAMES.search(named) or TITLE_NAMES.search(named)) and len(seen_text(one)) < len(block.text) + 20:
            return score + (3 if headline else -4 if BOX_NAMES.search(named) else 1.5)
    return score

"""The lines of a page as a portal's memory knows them: what each block says, in its field."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from lxml import html

from pipelines.read.html.outline import SHORTEST_PROSE, WHOLE, Block
from pipelines.read.memory.portal_memory import FIELD_SIZE, PortalMemory, text_digest
from pipelines.read.text.letterhead import is_letterhead

PARTS = frozenset({"article", "main", "aside", "nav", "header", "footer"})
# A template lays out boxes. Editors write paragraphs, tables and headings, with their own classes.
BOXES = PARTS | {"div", "section", "ul", "ol", "dl", "form", "figure"}
FIGURES = re.compile(r"\d+")
LETTER = re.compile(r"[^\W\d_]")
MOST_LINES = 400  # of one page


def lines_of(blocks: Iterable[Block]) -> bytes:
    """The digests of a page's lines, each once, in the order of digests: at most 4,800 bytes.

    A line without a letter says nothing, and a link is known for what it is without a memory.
    """
    worded = [block for block in blocks if not block.linked and LETTER.search(block.text)]
    return b"".join(sorted(set(_digests(worded[:MOST_LINES]))))


def template_lines(
    blocks: Sequence[Block], memory: PortalMemory, text: html.HtmlElement | None = None
) -> set[Block]:
    """The blocks that the portal's template wrote. Among the paragraphs of a text, these are only
    lines that begin or end it on nearly all articles, or come and go. `text`: the element that is
    known to hold the text; if it says nothing of its own, it stays whole.
    """
    plain = [block for block in blocks if not block.linked]
    known = {
        block: line
        for block, line in zip(plain, _digests(plain), strict=True)
        if line in memory and not is_letterhead(block.text)
    }
    spans: dict[html.HtmlElement, list[int]] = {}
    for block in plain if known else ():
        if block not in known and (text is not None or len(block.text) >= SHORTEST_PROSE):
            home = text
            if home is None:
                home = next((one for one in block.holders if one.tag in BOXES), block.element)
            spans.setdefault(home, []).append(block.spot)
    if text is not None and not spans:
        return {block for block, line in known.items() if line in memory.anywhere}
    return {block for block, line in known.items() if _may_go(block, line, memory, spans)}


def _may_go(
    block: Block, line: bytes, memory: PortalMemory, spans: dict[html.HtmlElement, list[int]]
) -> bool:
    home = next((holder for holder in block.holders if holder in spans), None)
    if home is None or line in memory.anywhere:
        return True
    own = spans[home]
    return line in memory.at_edges and not own[0] < block.spot < own[-1]


def _digests(blocks: Iterable[Block]) -> Iterator[bytes]:
    """The digest of each block's line: of its text, and of the boxes around it."""
    fields: dict[html.HtmlElement, bytes] = {}
    for block in blocks:
        field = fields.get(block.element)
        if field is None:
            path = "/".join(names for one in block.holders if (names := _names(one)) is not None)
            field = fields[block.element] = blake2b(
                path.encode("utf-8", "replace"), digest_size=FIELD_SIZE
            ).digest()
        yield field + text_digest(block.text)


def _names(element: html.HtmlElement) -> str | None:
    """A box by its tag, classes and id; None for a box without a name.

    A name with a figure is often of one article only ("post-1234").
    """
    if element.tag not in BOXES or element.tag in WHOLE:
        return None
    said = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    names = sorted(name for name in said if not FIGURES.search(name))
    if not names and element.tag not in PARTS:
        return None
    return f"{element.tag}.{'.'.join(names)}"

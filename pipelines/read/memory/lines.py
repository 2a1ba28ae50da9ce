"""The lines of a page as a portal's memory knows them: what each block says, in its field."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

from lxml import html

from pipelines.read.html.outline import SHORTEST_PROSE, WHOLE, Block
from pipelines.read.memory.portal_memory import (
    FIELD_SIZE,
    IN_TEXT,
    SEEN_AT,
    PortalMemory,
    bare,
    text_digest,
)
from pipelines.read.text.clean_text import text_key
from pipelines.read.text.letterhead import is_letterhead

PARTS = frozenset({"article", "main", "aside", "nav", "header", "footer"})
# A template lays out boxes. Editors write paragraphs, tables and headings, with their own classes.
BOXES = PARTS | {"div", "section", "ul", "ol", "dl", "form", "figure"}
FIGURES = re.compile(r"\d+")
LETTER = re.compile(r"[^\W\d_]")
MOST_LINES = 400  # of one page


def lines_of(blocks: Iterable[Block], text: Collection[Block], at: datetime) -> bytes:
    """The digests of a page's lines and marks, each once, in their order: at most 9,612 bytes.

    `text`: the blocks that the reader takes for the text; `at`: when the page was fetched. A line
    without a letter says nothing, and a link beside the text is known without a memory.
    """
    worded = [block for block in blocks if block in text or not block.linked]
    first = sorted(worded, key=lambda block: block not in text)
    said = [(one, line) for one in first for line in _said(one) if LETTER.search(line)]
    said = said[:MOST_LINES]
    marks = {IN_TEXT + text_digest(line) for block, line in said if block in text}
    marks.add(SEEN_AT + text_digest(at.isoformat()))
    return b"".join(sorted({*_digests(said), *marks}))


def texts_of_template(
    blocks: Sequence[Block], memory: PortalMemory, text: html.HtmlElement | None
) -> set[str]:
    """The keys (`text_key`) of what the portal's template wrote among the blocks of a text: blocks,
    and lines in blocks that come and go.
    """
    found = {block.text for block in template_lines(blocks, memory, text)}
    inner = [(block, line) for block in blocks for line in block.lines]
    known = zip(inner, _digests(inner), strict=True)
    found.update(line for (_, line), digest in known if digest in memory.anywhere)
    return {text_key(bare(one)) for one in found}


def template_lines(
    blocks: Sequence[Block], memory: PortalMemory, text: html.HtmlElement | None = None
) -> set[Block]:
    """The blocks that the portal's template wrote. Among the paragraphs of a text, these are only
    lines that begin or end it on nearly all articles, or come and go. `text`: the element that is
    known to hold the text.
    """
    known = {
        block: line
        for block, line in zip(blocks, _digests((one, one.text) for one in blocks), strict=True)
        if line in memory and not is_letterhead(block.text)
    }
    spans: dict[html.HtmlElement, list[int]] = {}
    for block in blocks if known else ():
        if block.linked or block in known:
            continue
        if text is not None or len(block.text) >= SHORTEST_PROSE:
            home = text
            if home is None:
                home = next((one for one in block.holders if one.tag in BOXES), block.element)
            spans.setdefault(home, []).append(block.spot)
    return {block for block, line in known.items() if _may_go(block, line, memory, spans)}


def _may_go(
    block: Block, line: bytes, memory: PortalMemory, spans: dict[html.HtmlElement, list[int]]
) -> bool:
    home = next((holder for holder in block.holders if holder in spans), None)
    if home is None or line in memory.anywhere:
        return True
    own = spans[home]
    return line in memory.at_edges and not own[0] < block.spot < own[-1]


def _said(block: Block) -> tuple[str, ...]:
    return (block.text, *block.lines)


def _digests(said: Iterable[tuple[Block, str]]) -> Iterator[bytes]:
    """The digest of each line: of its text, and of the boxes around its block."""
    fields: dict[html.HtmlElement, bytes] = {}
    boxes: dict[html.HtmlElement, str | None] = {}
    for block, line in said:
        field = fields.get(block.element)
        if field is None:
            for one in block.holders:
                if one not in boxes:
                    boxes[one] = _names(one)
            path = "/".join(filter(None, map(boxes.__getitem__, block.holders)))
            field = fields[block.element] = blake2b(
                path.encode("utf-8", "replace"), digest_size=FIELD_SIZE
            ).digest()
        yield field + text_digest(line)


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

"""Find what is not text inside an article's body: menus, tools, other articles, boxes of files."""

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from lxml import html

from pipelines.read.addresses.family_rules import FILE_ENDINGS
from pipelines.read.html.block_kinds import FILE_HEADING, ClassifiedOutline
from pipelines.read.html.outline import Block, holds, names_of
from pipelines.read.text.clean_text import fold
from portals.class_words import class_words, named

FILE_BOX = named(class_words().files)
FILE_NAME = re.compile(rf"\w(?:{'|'.join(map(re.escape, FILE_ENDINGS))})", re.I)
BLOCKS_IN = 4  # the lead, a picture's caption and a paragraph, which may come before the dateline


def furniture_in(
    classified: ClassifiedOutline,
    body: html.HtmlElement,
    inner: html.HtmlElement,
    first: int,
    last: int,
    refused: Collection[Block],
) -> tuple[tuple[html.HtmlElement, ...], tuple[str, ...]]:
    """(elements, lines) inside the body that are not text. A link between paragraphs stays: an
    editor set it. `inner`: the body before text behind it was added. `refused`: blocks that are not
    its text.
    """
    inside = [block for block in classified.outline if holds(body, block.element)]
    boxed = _boxed_files(classified, inside, classified.outline[first])
    unwanted = {
        block: None
        for block in inside
        if block in refused
        or block.kind in ("apart", "tool", "entry", "tail")
        or (block.kind == "title" and block.spot < first)
        or (block.kind == "short" and block.spot <= classified.title.spot)
        or (block.spot < first and not holds(inner, block.element))
        or (block.kind == "file" and (FILE_NAME.search(block.text) or block in boxed))
        or (block.kind in ("date", "link") and not first <= block.spot <= last)
        or (block.kind == "date" and block.spot < first + BLOCKS_IN)
        or (block.kind in ("short", "prose") and block.spot > last)
    }
    kept = {holder for block in inside if block not in unwanted for holder in block.holders}
    drop: dict[html.HtmlElement, None] = {}
    lines = []
    for block in unwanted:
        element = block.element
        if element in kept or element is body:
            lines.append(block.text)
            continue
        for parent in takewhile(lambda above: above is not body, element.iterancestors()):
            if parent in kept:
                break
            element = parent
        drop[element] = None
    return tuple(drop), tuple(lines)


def _boxed_files(
    classified: ClassifiedOutline, inside: Sequence[Block], start: Block
) -> set[Block]:
    """The links to files below a box's heading, or in an element named so around no text."""
    of_text = set(start.element.iterancestors())
    boxed: set[Block] = set()
    announced = False
    for block in inside:
        if block.kind != "file":
            announced = block.kind == "tool" and bool(FILE_HEADING.match(fold(block.text)))
            continue
        box = takewhile(lambda holder: holder not in of_text, block.holders)
        if announced or any(FILE_BOX.search(names_of(holder)) for holder in box):
            boxed.add(block)
    return boxed

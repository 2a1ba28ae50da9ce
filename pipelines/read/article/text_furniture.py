"""Find what is not text inside an article's body: menus, tools, other articles, boxes of files."""

import re
from collections.abc import Sequence
from itertools import takewhile

from lxml import html

from pipelines.read.addresses.family_rules import FILE_ENDINGS
from pipelines.read.html.block_kinds import FILE_HEADING, ClassifiedOutline
from pipelines.read.html.outline import Block, holds, names_of
from pipelines.read.text.clean_text import fold
from portals.class_words import class_words, named

FILE_BOX = named(class_words().files)
FILE_NAME = re.compile(rf"\w(?:{'|'.join(map(re.escape, FILE_ENDINGS))})", re.I)


def furniture_in(
    classified: ClassifiedOutline,
    body: html.HtmlElement,
    inner: html.HtmlElement,
    lead: Block | None,
    first: int,
    last: int,
) -> tuple[tuple[html.HtmlElement, ...], tuple[str, ...]]:
    """(elements, lines) inside the body that are not text. A link between paragraphs stays: an
    editor set it. `inner`: the body before text behind it was added.
    """
    inside = [block for block in classified.outline if holds(body, block.element)]
    floor = (
        next((block.spot for block in inside if holds(inner, block.element)), first)
        if body is not inner
        else 0
    )
    boxed = _boxed_files(classified, inside, classified.outline[first])
    unwanted: dict[Block, None] = {}
    for block in inside:
        kind = classified.kinds[block.spot]
        if (
            block is classified.title
            or block.spot < floor
            or (kind == "title" and block.spot < first)
            or kind in ("apart", "tool", "entry", "tail")
            or (kind == "file" and (FILE_NAME.search(block.text) is not None or block in boxed))
            or (kind == "date" and (block.spot < first or block.spot > last))
            or (kind == "link" and (block.spot > last or block.spot < first))
            or (lead is not None and block.element is lead.element)
            or (block.spot > last and kind in ("short", "prose"))
            or (block.spot < first and kind == "short" and classified.title.spot >= block.spot)
        ):
            unwanted[block] = None
    kept = {
        ancestor
        for block in inside
        if block not in unwanted
        for ancestor in (block.element, *block.element.iterancestors())
    }
    drop: dict[html.HtmlElement, None] = {}
    lines = []
    for block in unwanted:
        element = block.element
        if element in kept or element is body:
            lines.append(block.text)
            continue
        while (
            (parent := element.getparent()) is not None
            and parent not in kept
            and parent is not body
            and holds(body, parent)
        ):
            element = parent
        drop[element] = None
    return tuple(drop), tuple(lines)


def _boxed_files(
    classified: ClassifiedOutline, inside: Sequence[Block], start: Block
) -> set[Block]:
    """The links to files in a box of files: below its heading, or in an element named so. An
    element that holds the start of the text is the text, whatever its name ("document-detail").
    """
    of_text = set(start.element.iterancestors())
    boxed: set[Block] = set()
    announced = False
    for block in inside:
        if classified.kinds[block.spot] != "file":
            announced = (
                classified.kinds[block.spot] == "tool"
                and FILE_HEADING.match(fold(block.text)) is not None
            )
            continue
        line = (block.element, *block.element.iterancestors())
        box = takewhile(lambda element: element not in of_text, line)
        if announced or any(FILE_BOX.search(names_of(element)) for element in box):
            boxed.add(block)
    return boxed

"""An element's text as the paragraphs that a reader sees. Lists, data tables, line breaks and
layout tables stay readable. Works on HTML and on trafilatura's own tree (head, list, item, row,
cell, lb), so that both can be compared word by word.
"""

import re
from collections.abc import Iterator

from lxml import etree

BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul head quote list item row cell"
)
BLOCKS = frozenset(BLOCK_TAGS.split())
NEVER_SHOWN = frozenset(
    ["script", "style", "noscript", "template", "svg", "select", "textarea", "iframe", "object"]
)
UNSEEN = NEVER_SHOWN | frozenset(["button", "input", "graphic", "img", "video", "audio"])
BREAKS = frozenset({"br", "lb"})
LISTS = {"ul": False, "ol": True, "list": False}
ITEMS = frozenset({"li", "item"})
ROWS = frozenset({"tr", "row"})
CELLS = frozenset({"td", "th", "cell"})
TABLES = frozenset({"table"})

LONGEST_CELL = 300  # characters; a longer cell holds running text, so its table is for layout
# White space other than a single plain blank: replacing every blank of a long text would cost as
# much as reading it.
SPACE = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
BLANKS = re.compile(r"\s{2,}|[^\S ]")
ENDED = re.compile(r"[.!?…:;/][\"”’»)]*$")  # "./." ends a Vietnamese document


def paragraphs_of(element: etree._Element) -> list[str]:
    """The paragraphs below an element, in order.

    A list or data table is one paragraph, with a line per item or row and ` | ` between cells.
    """
    return list(_Walk().paragraphs(element))


class _Walk:
    """Gathers inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.inline: list[str] = []

    def paragraphs(self, element: etree._Element) -> Iterator[str]:
        yield from self._inside(element)
        yield from self._flush()

    def _inside(self, element: etree._Element) -> Iterator[str]:
        if element.text:
            self.inline.append(_collapsed(element.text))
        for child in element:
            if isinstance(child.tag, str):
                yield from self._child(child)
            if child.tail:
                self.inline.append(_collapsed(child.tail))

    def _child(self, child: etree._Element) -> Iterator[str]:
        tag = child.tag
        if tag in UNSEEN:
            return
        if tag in BREAKS:
            self.inline.append("\n")
        elif tag in LISTS:
            yield from self._flush()
            if lines := list(_list_lines(child)):
                yield "\n".join(lines)
        elif tag in TABLES and is_grid(child):
            yield from self._flush()
            for caption in child.iterchildren("caption"):
                yield from paragraphs_of(caption)
            rows = (" | ".join(map(_one_line, cells_of(row))) for row in rows_of(child))
            if lines := [line for row in rows if (line := row.strip(" |"))]:
                yield "\n".join(lines)
        elif tag in BLOCKS:
            yield from self._flush()
            yield from self._inside(child)
            yield from self._flush()
        else:
            yield from self._inside(child)

    def _flush(self) -> Iterator[str]:
        text = "".join(self.inline)
        self.inline = []
        for part in re.split(r"\n\s*\n", text):
            lines = [
                stripped for line in part.split("\n") if (stripped := SPACE.sub(" ", line).strip())
            ]
            paragraph: list[str] = []
            for line in lines:
                # A body laid out with single <br> has whole sentences on each line: each is a
                # paragraph. A verse or an address is one paragraph.
                if paragraph and len(paragraph[-1]) > 40 and ENDED.search(paragraph[-1]):
                    yield "\n".join(paragraph)
                    paragraph = []
                paragraph.append(line)
            if paragraph:
                yield "\n".join(paragraph)


def _list_lines(element: etree._Element) -> Iterator[str]:
    yield from _loose_lines(element.text)
    for item in element:
        if item.tag in LISTS:
            yield from _list_lines(item)
        elif isinstance(item.tag, str) and item.tag not in UNSEEN:
            lines = [line for paragraph in paragraphs_of(item) for line in paragraph.split("\n")]
            if lines:
                yield (
                    "- " + lines[0]
                    if item.tag in ITEMS and not lines[0].startswith(("-", "–", "+", "•", "*"))
                    else lines[0]
                )
                yield from lines[1:]
        yield from _loose_lines(item.tail)


def _loose_lines(text: str | None) -> Iterator[str]:
    """Text that a careless editor left between the items."""
    if text and (line := _collapsed(text).strip()):
        yield line


def is_grid(table: etree._Element) -> bool:
    """Whether a table holds figures to be read row by row, instead of laying out a page.

    Such a table has at least two rows and columns, short cells and no table inside. A table with
    text outside its cells and caption does not count: reading it by cells would lose that text.
    """
    if any(inner is not table for inner in table.iter("table")):
        return False
    rows = [cells_of(row) for row in rows_of(table)]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    if any(sum(map(len, cell.itertext())) > LONGEST_CELL for row in rows for cell in row):
        return False
    return _letters(table) == sum(_letters(cell) for row in rows for cell in row) + sum(
        map(_letters, table.iterchildren("caption"))
    )


def _letters(element: etree._Element) -> int:
    return sum(len("".join(str(text).split())) for text in element.itertext())


def rows_of(table: etree._Element) -> list[etree._Element]:
    """A table's rows, including those of its head and body."""
    return list(table.iter(*ROWS))


def cells_of(row: etree._Element) -> list[etree._Element]:
    """A row's own cells."""
    return [cell for cell in row if cell.tag in CELLS]


def _one_line(element: etree._Element) -> str:
    return " ".join(" ".join(paragraphs_of(element)).split())


def _collapsed(text: str) -> str:
    return BLANKS.sub(" ", text)

"""An element's text as the paragraphs that a reader sees, with their markup. Lists, data tables,
line breaks and layout tables stay readable. Works on HTML and on trafilatura's own tags (head,
list, item, row, cell, lb, hi, ref, graphic).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lxml import etree, html

from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.html.markup import (
    LINK,
    Join,
    Paragraph,
    Run,
    flowed,
    line_of,
    mark_of,
    picture_of,
    words_of,
)
from pipelines.read.text.clean_text import clean_text

BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul head quote list item row cell"
)
BLOCKS = frozenset(BLOCK_TAGS.split())
NEVER_SHOWN = frozenset(
    ["script", "style", "noscript", "template", "svg", "select", "textarea", "iframe", "object"]
)
PICTURES = frozenset({"img", "graphic"})
UNSEEN = NEVER_SHOWN | PICTURES | frozenset(["button", "input", "video", "audio"])
BREAKS = frozenset({"br", "lb"})
LISTS = frozenset({"ul", "ol", "list"})
ITEMS = frozenset({"li", "item"})
ROWS = frozenset({"tr", "row"})
CELLS = frozenset({"td", "th", "cell"})
QUOTES = frozenset({"blockquote", "quote"})
# A page's title is its only h1.
HEADINGS = {"h1": "h2", **{tag: tag for tag in ("h2", "h3", "h4", "h5", "h6")}}

# Characters that no XML document may hold, so lxml refuses to build one with them.
NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WORD = re.compile(r"\w+")
LONGEST_CELL = 300  # characters; a longer cell holds running text, so its table is for layout
ENDED = re.compile(r"[.!?…:;/][\"”’»)]*$")  # "./." ends a Vietnamese document
SPAN = re.compile(r"[1-9]\d?", re.A)
# Characters of one text's markup, after which only words are kept: a page of 10 MB could repeat a
# long address a million times.
MOST_MARKUP = 8_000_000


def paragraphs_of(element: etree._Element) -> list[str]:
    """The texts of the paragraphs below an element, in order.

    A list or data table is one paragraph, with a line per item or row and ` | ` between cells.
    """
    return [one.text for one in structured(element, _nowhere) if one.text]


def structured(element: etree._Element, join: Join) -> list[Paragraph]:
    """The paragraphs below an element with their markup, in order, and its pictures in their
    places. `join` makes the addresses of links and pictures absolute. What an element such as a
    frame says to browsers that cannot show it is no text.
    """
    return [] if element.tag in UNSEEN else _Walk(join, [MOST_MARKUP]).of(element)


def cleaned(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Paragraphs with clean texts, without those that hold neither words nor pictures."""
    texts = ((one, clean_text(one.text)) for one in paragraphs)
    found = (one if text == one.text else replace(one, text=text) for one, text in texts)
    return [one for one in found if not one.text or WORD.search(one.text)]


def parsed(markup: str) -> list[Paragraph]:
    """The paragraphs of a text's markup. They are safe to show, whatever the markup holds."""
    holder = html.fragment_fromstring(NO_XML.sub("", markup), create_parent="div")
    return cleaned(structured(holder, canonical_url))


def plain(paragraphs: Iterable[Paragraph]) -> str:
    """The plain text of paragraphs, with an empty line between two."""
    return "\n\n".join(one.text for one in paragraphs if one.text)


def kept(paragraphs: Iterable[Paragraph], texts: Sequence[str]) -> list[Paragraph]:
    """Those paragraphs that have these texts, in the same order, and all pictures."""
    found, at = [], 0
    for one in paragraphs:
        if one.text and (at == len(texts) or one.text != texts[at]):
            continue
        found.append(one)
        at += bool(one.text)
    return found


def _nowhere(_: str) -> None:
    """Knows no address: for texts alone."""


class _Walk:
    """Gathers the runs of lines until a block begins or ends. `room`: characters of markup."""

    def __init__(self, join: Join, room: list[int]) -> None:
        self.join = join
        self.room = room
        self.found: list[Paragraph] = []
        self.lines: list[list[Run]] = [[]]
        self.tag, self.quoted = "p", False

    def of(self, element: etree._Element, marks: tuple[str, ...] = ()) -> list[Paragraph]:
        """The paragraphs inside an element. `marks`: of the words around it."""
        self._inside(element, marks)
        self._flush()
        return self.found

    def _inside(self, element: etree._Element, marks: tuple[str, ...]) -> None:
        self._add_words(element.text, marks)
        for child in element:
            if isinstance(child.tag, str):
                self._child(child, marks)
            self._add_words(child.tail, marks)

    def _add_words(self, text: str | None, marks: tuple[str, ...]) -> None:
        # Most texts of a page are the indentation of its markup, before a line begins.
        if text and (self.lines[-1] or not text.isspace()):
            self.lines[-1].append(Run(words_of(text), marks))

    def _child(self, child: etree._Element, marks: tuple[str, ...]) -> None:
        tag = child.tag
        if tag in PICTURES:
            if (picture := picture_of(child, self.join)) and self._has_room(picture):
                self.lines[-1].append(Run("", (), picture))
        elif tag in UNSEEN:
            return
        elif tag in BREAKS:
            self.lines.append([])
        elif tag in LISTS and child.get("rend") != "dl":
            self._flush()
            lines, items = self._list(child, marks)
            if lines:
                self._add("\n".join(lines), _list_tag(child), items)
        elif tag == "table" and is_grid(child):
            self._flush()
            self._table(child, marks)
        elif tag in BLOCKS:
            self._flush()
            outer = self.tag, self.quoted
            said = child.get("rend", "h3") if tag == "head" else tag
            self.tag, self.quoted = HEADINGS.get(said, self.tag), self.quoted or tag in QUOTES
            self._inside(child, marks)
            self._flush()
            self.tag, self.quoted = outer
        else:
            mark = mark_of(child, self.join)
            if mark is not None and _may_add(mark, marks) and self._has_room(mark):
                marks = (*marks, mark)
            self._inside(child, marks)

    def _has_room(self, markup: str) -> bool:
        self.room[0] -= len(markup)
        return self.room[0] > 0

    def _line(self, runs: list[Run]) -> tuple[str, str]:
        """(text, markup) of a line."""
        if self.room[0] <= 0:
            runs = [Run(run.words) for run in runs]
        text, markup = line_of(runs)
        self.room[0] -= len(markup)
        return text, markup

    def _add(self, text: str, tag: str, inner: str) -> None:
        self.found.append(Paragraph(text, tag, inner, self.quoted))

    def _flush(self) -> None:
        lines, self.lines = self.lines, [[]]
        if not any(lines):
            return
        texts: list[str] = []
        parts: list[str] = []
        for text, part in map(self._line, lines):
            # A body laid out with single <br> has whole sentences on each line: each is a
            # paragraph. A verse or an address is one paragraph.
            if texts and (not text or (len(texts[-1]) > 40 and ENDED.search(texts[-1]))):
                self._add("\n".join(texts), self.tag, "<br>".join(parts))
                texts, parts = [], []
            if text:
                texts.append(text)
                parts.append(part)
            elif part:
                self._add("", "p", part)
        if texts:
            self._add("\n".join(texts), self.tag, "<br>".join(parts))

    def _list(self, element: etree._Element, marks: tuple[str, ...]) -> tuple[list[str], str]:
        """(lines, markup) of a list and the lists in it."""
        lines: list[str] = []
        parts: list[str] = []

        def add_loose(text: str | None) -> None:
            """Text that a careless editor left between the items."""
            line, part = self._line([Run(words_of(text or ""), marks)])
            if line:
                lines.append(line)
                parts.append(f"<p>{part}</p>")

        add_loose(element.text)
        for item in element:
            if item.tag in LISTS:
                inner, markup = self._list(item, marks)
                lines += inner
                parts.append(f"<{_list_tag(item)}>{markup}</{_list_tag(item)}>")
            elif isinstance(item.tag, str) and item.tag not in UNSEEN:
                found = _Walk(self.join, self.room).of(item, marks)
                inner = [line for one in found if one.text for line in one.text.split("\n")]
                own = item.tag in ITEMS
                if inner and own and not inner[0].startswith(("-", "–", "+", "•", "*")):
                    inner[0] = f"- {inner[0]}"
                lines += inner
                if found:
                    tag = "li" if own else "div"
                    parts.append(f"<{tag}>{flowed(found)}</{tag}>")
            add_loose(item.tail)
        return lines, "".join(parts)

    def _table(self, table: etree._Element, marks: tuple[str, ...]) -> None:
        for caption in table.iterchildren("caption"):
            self.found += _Walk(self.join, self.room).of(caption, marks)
        lines: list[str] = []
        parts: list[str] = []
        for row in rows_of(table):
            texts: list[str] = []
            parts.append("<tr>")
            for cell in cells_of(row):
                found = _Walk(self.join, self.room).of(cell, marks)
                texts.append(" ".join(" ".join(one.text for one in found).split()))
                head = cell.tag == "th" or cell.get("role") == "head"
                parts.append(f"<{'th' if head else 'td'}{_spans(cell)}>{flowed(found)}")
                parts.append("</th>" if head else "</td>")
            parts.append("</tr>")
            if line := " | ".join(texts).strip(" |"):
                lines.append(line)
        if lines:
            self._add("\n".join(lines), "table", "".join(parts))


def _may_add(mark: str, marks: tuple[str, ...]) -> bool:
    """Whether a mark is none of those around it; a link in a link is none."""
    if mark.startswith(LINK):
        return not any(one.startswith(LINK) for one in marks)
    return mark not in marks


def _list_tag(element: etree._Element) -> str:
    return "ol" if "ol" in (element.tag, element.get("rend")) else "ul"


def _spans(cell: etree._Element) -> str:
    """The attributes of a cell that reaches over several rows or columns."""
    found = ((name, (cell.get(name) or "").strip()) for name in ("rowspan", "colspan"))
    return "".join(f' {name}="{said}"' for name, said in found if SPAN.fullmatch(said))


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

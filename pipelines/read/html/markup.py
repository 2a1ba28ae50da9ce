"""The subset of HTML in which a text is kept: paragraphs, headings, lists, tables of figures,
quotes, links, emphasis and the places of pictures.

It is safe to show, because it is written anew from words and addresses: no element, attribute or
address of a page is copied. Links lead to http, https or mailto.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from pipelines.read.text.clean_text import clean_text

# From an address as a page writes it to an absolute one; None for one that cannot be requested.
Join = Callable[[str], str | None]

# Elements that mark words within a line, of HTML and of trafilatura's `hi rend`.
MARKS = {
    **dict.fromkeys(("b", "strong", "#b"), "<strong>"),
    **dict.fromkeys(("i", "em", "#i"), "<em>"),
    **dict.fromkeys(("u", "#u"), "<u>"),
    **dict.fromkeys(("s", "strike", "del"), "<s>"),
    **dict.fromkeys(("code", "kbd", "samp", "tt", "var", "#t"), "<code>"),
    **dict.fromkeys(("sub", "#sub"), "<sub>"),
    **dict.fromkeys(("sup", "#sup"), "<sup>"),
}
LINKS = frozenset({"a", "ref"})
LINK = "<a "
MAIL = re.compile(r"mailto:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.A | re.I)
# White space other than a single plain blank: replacing every blank of a long text would cost as
# much as reading it.
BLANKS = re.compile(r"\s{2,}|[^\S ]")
WEB = re.compile(r"https?://", re.I)
LONGEST_ALT = 400  # characters


class Run(NamedTuple):
    """Words of a line, the opening tags of the marks around them, or a picture in their place."""

    words: str
    marks: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as plain text and as markup: `inner` stands in an element `tag`.

    A list or table of figures is one paragraph. `text` is empty where it holds pictures alone.
    """

    text: str
    tag: str
    inner: str
    quoted: bool = False

    @property
    def markup(self) -> str:
        """Its element, in one line."""
        return f"<{self.tag}>{self.inner}</{self.tag}>"


def html_of(paragraphs: Iterable[Paragraph]) -> str:
    """The markup of a text; each paragraph or quote is a line."""
    lines: list[str] = []
    for quoted, group in groupby(paragraphs, key=lambda one: one.quoted):
        if quoted:
            lines.append(f"<blockquote>{''.join(one.markup for one in group)}</blockquote>")
        else:
            lines.extend(one.markup for one in group)
    return "\n".join(lines)


def plain_markup(text: str) -> str:
    """The markup of a plain text: its paragraphs and their lines."""
    paragraphs = filter(None, text.split("\n\n"))
    return html_of(
        Paragraph(one, "p", "<br>".join(map(_escaped, one.split("\n")))) for one in paragraphs
    )


def flowed(paragraphs: Sequence[Paragraph]) -> str:
    """The markup of paragraphs in an item or cell: a line break stands between two of them."""
    parts: list[str] = []
    loose = False
    for one in paragraphs:
        in_line = one.tag not in ("ul", "ol", "table")
        if loose and in_line:
            parts.append("<br>")
        parts.append(one.inner if in_line else one.markup)
        loose = in_line
    return "".join(parts)


def mark_of(element: etree._Element, join: Join) -> str | None:
    """The opening tag that an inline element gives its words, if any."""
    tag = str(element.tag)
    if tag in LINKS:
        address = _address(element.get("href" if tag == "a" else "target"), join)
        return None if address is None else f'{LINK}href="{escape(address)}">'
    return MARKS.get(element.get("rend") or "" if tag == "hi" else tag)


def _address(said: str | None, join: Join) -> str | None:
    said = (said or "").strip()
    if MAIL.fullmatch(said):
        return said
    url = join(said) if said else None
    return url if url is not None and WEB.match(url) else None


def picture_of(element: etree._Element, join: Join) -> str:
    """The markup of a picture; empty for one without an address."""
    said = element.get("src")
    url = join(said) if said else None
    if url is None or not WEB.match(url):
        return ""
    alt = words_of(element.get("alt") or "").strip()[:LONGEST_ALT]
    return f'<img src="{escape(url)}" alt="{_escaped(alt, quote=True)}">'


def words_of(text: str) -> str:
    """A text of the page as clean words in one line, with the blanks at its ends."""
    return clean_text(f"|{BLANKS.sub(' ', text)}|")[1:-1]


def line_of(runs: Iterable[Run]) -> tuple[str, str]:
    """(text, markup) of a line. White space at its ends goes, and doubled blanks between runs."""
    words: list[str] = []
    parts: list[str] = []
    opened: tuple[str, ...] = ()
    for (marks, picture), group in groupby(_single_blanks(runs), key=lambda run: run[1:]):
        if marks != opened:
            parts.append(_from_to(opened, marks))
            opened = marks
        if picture:
            parts.extend(run.picture for run in group)
            continue
        said = [run.words for run in group]
        # A mark of one run may belong to the last letter of another.
        words.append(said[0] if len(said) == 1 else words_of("".join(said)))
        parts.append(_escaped(words[-1]))
    parts.append(_from_to(opened, ()))
    return "".join(words).rstrip(), "".join(parts)


def _single_blanks(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs of a line without blanks that double others. A blank or a picture has the marks
    before it.
    """
    after_blank = True
    marks: tuple[str, ...] = ()
    for run in runs:
        said = run.words[1:] if after_blank and run.words[:1] == " " else run.words
        if said or run.picture:
            marks = run.marks if said.strip(" ") else marks
            same = said is run.words and marks is run.marks
            yield run if same else Run(said, marks, run.picture)
        after_blank = said[-1] == " " if said else after_blank


def _from_to(opened: tuple[str, ...], marks: tuple[str, ...]) -> str:
    """The tags that close the marks of one run and open those of the next."""
    same = 0
    while same < min(len(opened), len(marks)) and opened[same] == marks[same]:
        same += 1
    closed = (f"</{mark[1:].partition(' ')[0].rstrip('>')}>" for mark in reversed(opened[same:]))
    return "".join((*closed, *marks[same:]))


def _escaped(said: str, *, quote: bool = False) -> str:
    """Words as markup. A sign that would join the one before it stays apart: NFC makes ≯ of a tag's
    last sign and U+0338.
    """
    if said and not said.isascii() and unicodedata.combining(said[0]):
        return f"&#{ord(said[0])};{escape(said[1:], quote=quote)}"
    return escape(said, quote=quote)

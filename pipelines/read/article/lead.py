"""A lead that an editor wrote as the first paragraph of the text, in bold, because the CMS has no
field for it.
"""

from lxml import etree, html

from pipelines.read.html.page import BOLD, remove, seen_text, text_in
from pipelines.read.html.paragraphs import BLOCKS, UNSEEN
from pipelines.read.text.clean_text import same_text
from pipelines.read.text.letterhead import is_letterhead

SHORTEST_LEAD = 40  # characters; a shorter bold line is a heading
PARAGRAPHS = frozenset({"p", "div", "h2", "h3", "center"})


def take_bold_lead(body: html.HtmlElement) -> str | None:
    """Take an entirely bold first paragraph out of the body; return its text, or None.

    The paragraph is an element of its own, or ends at an empty line
    ("<strong>Lead</strong><br><br>Text").
    """
    opening = _opening(body)
    text = " ".join("".join(map(_spaced, opening)).split())
    bold = "".join(text_in(part, BOLD) for part in opening)
    if len(text) < SHORTEST_LEAD or not same_text(bold, text) or is_letterhead(text):
        return None
    for element in opening:
        remove(element)
    return text


def _spaced(part: html.HtmlElement) -> str:
    """The text of a part of a line, with blanks at its ends: a word may run on behind it."""
    if not isinstance(part.tag, str):
        return " "
    said = part.text_content()
    return (
        (" " if said[:1].isspace() else "")
        + seen_text(part)
        + (" " if part.tail or part.tag == "br" or said[-1:].isspace() else "")
    )


def _opening(body: html.HtmlElement) -> list[html.HtmlElement]:
    """The elements of the first paragraph, all in one parent. Empty for loose text or a cell."""
    words = (
        it for it in body.iter(etree.Element) if it.tag not in UNSEEN and (it.text or "").strip()
    )
    word = next(words, None)
    if word is None:
        return []
    towards = {word, *word.iterancestors()}
    holder = body
    while holder is not word:
        first = next((child for child in holder if child in towards or _ends_in_text(child)), None)
        if first is None or first not in towards:
            return []
        if not _is_parted(first):
            return [first] if first.tag in PARAGRAPHS else _before_empty_line(first)
        holder = first
    return []


def _ends_in_text(element: html.HtmlElement) -> bool:
    """Whether loose text follows an element, or one inside it."""
    return any((below.tail or "").strip() for below in element.iter())


def _is_parted(element: html.HtmlElement) -> bool:
    """Whether an element holds more than one paragraph."""
    return any(below.tag in BLOCKS for below in element.iterdescendants()) or (
        element.tag not in BOLD and any(map(_is_doubled, element.iter("br")))
    )


def _is_doubled(line_break: html.HtmlElement) -> bool:
    """Whether another line break follows right behind one."""
    following = line_break.getnext()
    return not (line_break.tail or "").strip() and following is not None and following.tag == "br"


def _before_empty_line(first: html.HtmlElement) -> list[html.HtmlElement]:
    """The elements from the first to an empty line, a block or the end of their parent. Empty if
    there is loose text among them, or nothing follows.
    """
    parts: list[html.HtmlElement] = []
    for part in (first, *first.itersiblings()):
        if part.tag in BLOCKS or (part.tag == "br" and _is_doubled(part)):
            return parts
        parts.append(part)
        if (part.tail or "").strip():
            return []
    return []

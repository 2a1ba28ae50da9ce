"""Turns the blocks of a story into the HTML that an editor's habits leave in a CMS."""

import unicodedata
from collections.abc import Callable, Sequence
from html import escape
from html.entities import codepoint2name

from portals.sample.content import Block

ImageAddress = Callable[[int], str]


def body_html(blocks: Sequence[Block], markup: str, image_address: ImageAddress) -> str:
    """The body in one of the habits of `content.MARKUPS`.

    `image_address` gives the address of the n-th image of the body, from 1.
    """
    write = _WRITERS[markup]
    parts: list[str] = []
    images = 0
    for block in blocks:
        if block.kind == "image":
            images += 1
            parts.append(_image(block, image_address(images)))
        elif block.kind == "list":
            items = "".join(f"<li>{escape(line)}</li>" for line in block.lines)
            parts.append(f"<ul>{items}</ul>")
        elif block.kind == "table":
            parts.append(_table(block.lines))
        elif block.kind == "credit":
            parts.append(_credit(block.text))
        elif block.kind == "heading":
            parts.append(f"<p><strong>{escape(block.text)}</strong></p>")
        else:
            parts.append(write(block.text))
    html = "\n".join(parts)
    if markup == "decomposed":
        return unicodedata.normalize("NFD", html)
    return _entities(html) if markup == "entities" else html


def _plain(text: str) -> str:
    return f'<p style="text-align: justify;">{escape(text)}</p>'


def _word(text: str) -> str:
    # Word's leftovers after pasting: two nested spans, and an empty paragraph after it.
    return (
        '<p class="MsoNormal" style="margin-bottom:6.0pt;text-align:justify;text-indent:36.0pt">'
        '<span style="font-size:14.0pt">'
        '<span style="font-family:&quot;Times New Roman&quot;,serif">'
        f'{escape(text)}<o:p></o:p></span></span></p>\n<p class="MsoNormal">&nbsp;</p>'
    )


def _breaks(text: str) -> str:
    return f"{escape(text)}<br />\n<br />"


def _spaces(text: str) -> str:
    return f"<p>&nbsp;&nbsp;&nbsp;&nbsp; {escape(text)}</p>\n<p>&nbsp;</p>"


def _divs(text: str) -> str:
    return f"<div>{escape(text)}</div>\n<div>&nbsp;</div>"


_WRITERS: dict[str, Callable[[str], str]] = {
    "plain": _plain,
    "word": _word,
    "breaks": _breaks,
    "spaces": _spaces,
    "divs": _divs,
    "entities": _plain,
    "decomposed": _plain,
}


def _image(block: Block, address: str) -> str:
    caption = escape(block.text)
    if block.style == "figure":
        return (
            f'<figure class="image"><img alt="" src="{address}" width="600" height="400" />'
            f"<figcaption>{caption}</figcaption></figure>"
        )
    if block.style == "centre":
        return (
            f'<p style="text-align: center;"><img alt="" src="{address}" width="600" /></p>\n'
            f'<p style="text-align: center;"><em>{caption}</em></p>'
        )
    if block.style == "row":
        return (
            '<table align="center" border="0" cellpadding="0"><tbody><tr>'
            f'<td><img src="{address}" width="600" /></td></tr>'
            f'<tr><td style="text-align:center"><em>{caption}</em></td></tr></tbody></table>'
        )
    return f'<p style="text-align: center;"><img alt="" src="{address}" width="600" /></p>'


_CELL = '<td style="border:1px solid #000;padding:3px">'


def _table(rows: Sequence[str]) -> str:
    html = '<table border="1" cellspacing="0" style="width:100%"><tbody>'
    for row in rows:
        cells = (f"{_CELL}{escape(cell)}</td>" for cell in row.split("\t"))
        html += f"<tr>{''.join(cells)}</tr>"
    return f"{html}</tbody></table>"


def _credit(text: str) -> str:
    label, colon, name = text.partition(":")
    if colon and label == "Biên tập":  # some editors push the name to the right with blanks
        return f"<p>{escape(label)}:{'&nbsp;' * 30}{escape(name.strip())}</p>"
    return f'<p style="text-align: right;"><strong>{escape(text)}</strong></p>'


_NAMED = {ord(letter): f"&{codepoint2name[ord(letter)]};" for letter in "àáâãèéêìíòóôõùúý"}


def _entities(html: str) -> str:
    return html.translate(_NAMED).encode("ascii", "xmlcharrefreplace").decode()

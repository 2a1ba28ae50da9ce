"""Writes out the super- and subscripts of a page in its tree, before anything reads it, so that
titles, leads, captions, cells and texts all follow one rule.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

from pipelines.read.html.paragraphs import BLOCKS, BREAKS
from pipelines.read.text.superscripts import Script, subscript, superscript

EDGES = BLOCKS | BREAKS | {"body", "html"}  # text beyond them stands in another line
NEIGHBOURS = 40  # characters on either side that tell what a script is
MOST_STEPS = 60  # elements walked for them
SCRIPTS = ("sup", "sub")
STYLED = re.compile(r"vertical-align\s*:\s*(su[bp])")  # Word, and editors that copy from it
WITH_STYLE = etree.XPath("//*[contains(@style, 'vertical-align')]")
SLASH = re.compile(r"\s*[/\u2044]\s*")


def write_out_scripts(root: html.HtmlElement, markup: str) -> None:
    """Replace the super- and subscripts of a page by plain text with their meaning. `markup`: the
    page's text; a page without any costs one look at its elements' names.
    """
    found: list[tuple[html.HtmlElement, str]] = []
    if next(root.iter(*SCRIPTS), None) is not None:
        # A script within a script comes before the one around it.
        found += ((it, it.tag) for _, it in etree.iterwalk(root, events=("end",), tag=SCRIPTS))
    if "vertical-align" in markup and STYLED.search(markup):
        found += _styled(root)
    for element, level in found:
        _write_out(element, level)


def _styled(root: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    elements = WITH_STYLE(root)
    for element in elements if isinstance(elements, list) else ():
        if (
            isinstance(element, html.HtmlElement)
            and element.tag not in EDGES
            and (style := STYLED.search(element.get("style") or ""))
        ):
            yield element, style[1]


def _write_out(element: html.HtmlElement, level: str) -> None:
    pieces = list(_pieces(element))
    said = " ".join("".join(text for _, _, text in pieces).split())
    if not said or any(inner.tag in EDGES for inner in element.iter(etree.Element)):
        return
    after = _after(element)
    script = Script(said, _before(element), after, _is_linked(element, said), _is_over(element))
    written = superscript(script) if level == "sup" else subscript(script)
    if written.text != said:
        for node, place, _ in pieces:
            setattr(node, place, None)
        node, place, _ = pieces[0]
        behind = " " if pieces[-1][2][-1].isspace() else ""
        setattr(node, place, written.text + behind)
    if not written.apart:
        return
    if script.before and not script.before[-1].isspace() and script.before[-1] not in "([{":
        _add_blank_before(element)
    if after[:1].isalnum():
        element.tail = f" {element.tail or ''}"


def _pieces(element: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str, str]]:
    """(element, "text" or "tail", text) of each text in an element, without blank ones."""
    for inner in element.iter():
        if isinstance(inner.tag, str) and (inner.text or "").strip():
            yield inner, "text", inner.text
        if inner is not element and (inner.tail or "").strip():
            yield inner, "tail", inner.tail


def _before(element: html.HtmlElement) -> str:
    """The end of the text before an element in its line."""
    found, here = "", element
    for _ in range(MOST_STEPS):
        previous, above = here.getprevious(), here.getparent()
        if above is None or len(found) >= NEIGHBOURS:
            break
        if previous is None:
            found = (above.text or "")[-NEIGHBOURS:] + found
            if above.tag in EDGES:
                break
            here = above
            continue
        found = (previous.tail or "")[-NEIGHBOURS:] + found
        if previous.tag in EDGES:
            break
        found = _shown(previous)[-NEIGHBOURS:] + found
        here = previous
    return found[-NEIGHBOURS:]


def _after(element: html.HtmlElement) -> str:
    """The beginning of the text after an element in its line."""
    found, here = (element.tail or "")[:NEIGHBOURS], element
    for _ in range(MOST_STEPS):
        following, above = here.getnext(), here.getparent()
        if found or above is None:
            break
        if following is None:
            if above.tag in EDGES:
                break
            found, here = (above.tail or "")[:NEIGHBOURS], above
        elif following.tag in EDGES:
            break
        else:
            found = (_shown(following) + (following.tail or ""))[:NEIGHBOURS]
            here = following
    return found


def _shown(element: html.HtmlElement) -> str:
    if not isinstance(element.tag, str):
        return ""
    return "".join(text for _, _, text in _pieces(element))


def _is_linked(element: html.HtmlElement, said: str) -> bool:
    """Whether a link shows a script and nothing else."""
    if next(element.iter("a"), None) is not None:
        return True
    anchor = next(element.iterancestors("a"), None)
    return anchor is not None and " ".join(_shown(anchor).split()) == said


def _is_over(element: html.HtmlElement) -> bool:
    """Whether only a slash stands between a script and a lowered one."""
    following = element.getnext()
    return (
        following is not None
        and following.tag == "sub"
        and SLASH.fullmatch(element.tail or "") is not None
    )


def _add_blank_before(element: html.HtmlElement) -> None:
    """Add a blank to the text before an element, outside a link that shows it alone."""
    above = element.getparent()
    while above is not None and above.tag == "a" and not above.text and element is above[0]:
        element, above = above, above.getparent()
    previous = element.getprevious()
    if previous is not None:
        previous.tail = f"{previous.tail or ''} "
    elif above is not None:
        above.text = f"{above.text or ''} "

"""Selectors of site and platform files, compiled once.

A selector is CSS, or XPath if it begins with `/`, `./` or `(`. `::attr(NAME)` at its end takes an
attribute instead of the element's text.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from lxml import etree, html

ATTRIBUTE = re.compile(r"^(?P<path>.*?)(?:::attr\((?P<name>[\w:-]+)\))?$", re.S)
# The last step of an XPath that gives strings.
STRINGS = re.compile(r"/(?:@[\w:-]+|text\(\))\s*\)*$")
# A page with one of everything that an expression may select instead of elements.
TRIAL = '<html><body class="a" id="b"><a href="c">d</a><!-- e --></body></html>'


@lru_cache(maxsize=2048)
def compiled(selector: str) -> "tuple[etree.XPath, str | None]":
    """A selector as an XPath object, and the attribute that it selects.

    Raises ValueError if it is neither CSS nor XPath.
    """
    from lxml import etree  # here, because most commands load files and read no page
    from lxml.cssselect import CSSSelector, SelectorError

    match = ATTRIBUTE.match(selector.strip())
    assert match is not None  # the pattern matches every string
    path = match["path"].strip()
    try:
        if path.startswith(("/", "./", "(")):
            return etree.XPath(path), match["name"]
        return CSSSelector(path, translator="html"), match["name"]
    except (SelectorError, etree.XPathError) as error:
        raise ValueError(str(error)) from error


@cache
def _trial() -> "html.HtmlElement":
    from lxml import html

    return html.document_fromstring(TRIAL)


def fault_of(selector: str) -> str | None:
    """What is wrong with a selector, in a few words; None if it can be used."""
    from lxml import etree, html

    try:
        found = compiled(selector)[0](_trial())
    except (ValueError, etree.XPathError) as error:
        said = " ".join(str(error).split()) or "it is empty"
        return f"is not a selector ({said}); write CSS, or XPath that begins with / ./ or ("
    elements = isinstance(found, list) and all(isinstance(one, html.HtmlElement) for one in found)
    if not elements or STRINGS.search(selector):
        return "does not select elements; to take an attribute, end it with ::attr(NAME)"
    return None


# A string in a file's schema that the strict loader checks with this function.
Selector = Annotated[str, fault_of]

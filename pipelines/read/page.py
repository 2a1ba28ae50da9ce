"""One HTML page, parsed once: selectors over its tree, its links, its own words about itself (meta elements)."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from lxml import etree, html
from lxml.cssselect import CSSSelector

from pipelines.read.urls import canonical_url

ATTRIBUTE = re.compile(r"^(?P<path>.*?)(?:::attr\((?P<name>[\w:-]+)\))?$", re.S)
UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "select", "textarea", "iframe", "object"})
BLANKS = re.compile(r"\s+")


class UnreadablePage(Exception):
    """The bytes are no page that a parser can make a tree of; `str(error)` says why."""


class Page:
    """A parsed page. `url` is its own address, `base` what its relative links are joined to; `cut` tells that the parser met its depth limit and lost text."""

    def __init__(self, text: str, url: str, *, zone: ZoneInfo, fetched_at: datetime) -> None:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        try:
            root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise UnreadablePage(f"no HTML tree: {error}") from error
        self.root: html.HtmlElement = root
        self.url = url
        self.zone = zone
        self.fetched_at = fetched_at
        self.cut = any(entry.type_name == "ERR_NAME_TOO_LONG" or "depth" in entry.message for entry in parser.error_log)
        base = root.find(".//base[@href]")
        self.base = (canonical_url(base.get("href") or "", url) if base is not None else None) or url
        self.metas = {
            (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get("content") or "" for meta in reversed(root.findall(".//meta[@content]"))
        }

    def meta(self, *names: str) -> str | None:
        """The first meta element with one of these names that says anything."""
        return next((value for name in names if (value := self.metas.get(name, "").strip())), None)

    def elements(self, selectors: Sequence[str]) -> tuple[list[html.HtmlElement], str | None]:
        """What the first selector that finds anything finds, and that selector."""
        for selector in selectors:
            found = matched(self.root, selector)
            if found:
                return found, selector
        return [], None

    def values(self, selectors: Sequence[str]) -> Iterator[tuple[str, str, html.HtmlElement]]:
        """(text or attribute, selector, element) of every match, selector by selector; empty ones are passed over."""
        for selector in selectors:
            attribute = compiled(selector)[1]
            for element in matched(self.root, selector):
                value = element.get(attribute, "") if attribute else seen_text(element)
                if value.strip():
                    yield value.strip(), selector, element

    def value(self, selectors: Sequence[str]) -> tuple[str, str] | None:
        """The first value, and the selector that gave it."""
        return next(((value, selector) for value, selector, _ in self.values(selectors)), None)

    def has(self, selectors: Sequence[str]) -> bool:
        """Whether any of these selectors finds anything."""
        return any(matched(self.root, selector) for selector in selectors)

    def join(self, href: str | None) -> str | None:
        """The canonical absolute address of a link, or None where it is no address that can be asked for."""
        return canonical_url(href, self.base) if href else None


@lru_cache(maxsize=2048)
def compiled(selector: str) -> tuple[etree.XPath, str | None]:
    """A selector (CSS, or XPath where it begins with `/`, `.` + `/`, or `(`) as an XPath object, and the attribute that it takes."""
    match = ATTRIBUTE.match(selector.strip())
    assert match is not None  # the pattern matches every string
    path = match["path"].strip()
    if path.startswith(("/", "./", "(")):
        return etree.XPath(path), match["name"]
    return CSSSelector(path, translator="html"), match["name"]


def matched(element: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """The elements that a selector finds below an element, in page order. Raises TypeError for an XPath that gives anything else."""
    found = compiled(selector)[0](element)
    if not isinstance(found, list) or not all(isinstance(one, html.HtmlElement) for one in found):
        raise TypeError(f"the selector {selector!r} gives something else than elements")
    return found


def seen_text(element: html.HtmlElement) -> str:
    """An element's text as one line, without scripts and styles."""
    return BLANKS.sub(" ", "".join(_pieces(element))).strip()


def _pieces(element: html.HtmlElement) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str) and child.tag not in UNSEEN:
            if child.tag in ("br", "p", "div", "li", "td"):
                yield " "
            yield from _pieces(child)
        if child.tail:
            yield child.tail


def remove(element: html.HtmlElement) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)

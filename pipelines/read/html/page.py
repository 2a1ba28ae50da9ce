"""One HTML page, parsed once: selectors over its tree, its links, its meta elements."""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import datetime
from functools import cached_property, lru_cache, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from lxml import etree, html

from pipelines.read.addresses.canonical import canonical_url, is_rooted, joined, origin_of
from pipelines.read.html.markup import BLANKS
from pipelines.read.html.paragraphs import HEADINGS, NEVER_SHOWN
from pipelines.read.html.superscripts import write_out_scripts
from portals.selectors import compiled

BOLD = ("b", "strong")
UNSEEN = NEVER_SHOWN | {"head"}
META_NAMES = ("property", "name", "itemprop")
APART = frozenset({"br", "p", "div", "li", "td"})  # they separate words
# No honest page is nested this deep, and recursive walks of a tree fail a little beyond it.
DEEPEST = 200
MOST_TEXT = 2_000_000  # characters of one page
LONG = 80_000  # characters of a page whose attributes are quicker to search than its text
# libxml2 drops everything after the first of these. Browsers show it, and careless templates write
# it.
EARLY_END = re.compile(rb"</(?i:body|html)\s*>")  # found faster with plain signs first
REFERENCES = etree.XPath("//a/@href", smart_strings=False)
ATTRIBUTES = etree.XPath("descendant-or-self::*/@*", smart_strings=False)
DEEP = etree.XPath("/*" * DEEPEST + "[*]")
# Characters that XML forbids (XML 1.0, section 2.2, "Char"). The parser lets them into a tree,
# which then refuses to move its own text.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
NO_CHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF
CONTROL_NUMBER = re.compile(
    r"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*(?:[1-8bcef]|1[\da-f]|fff[ef])(?![\da-f]));?",
    re.I,
)
# Names after `.` and `#` in a selector, without its brackets (attributes, :not(...), ::attr(...))
# and its alternatives.
NAME = re.compile(r"[.#]([A-Za-z_][\w-]*)")
BRACKETED = re.compile(r"\[[^\]]*\]|\([^)]*\)|^.*,.*$", re.S)
# The value that an attribute must have or contain, and the words in it. A page may write the signs
# between them as entities.
DEMANDED = re.compile(r"\[[\w:-]+[*^$~|]?=([^\]]*)\]")
WORD = re.compile(r"[A-Za-z]{3,}")
PLAIN_PATH = re.compile(r"(?:/[a-z][a-z0-9]*(?:\[\d+\])?)+", re.ASCII)
NEGATED = re.compile(r":not\((?:[^()\[\]]|\[[^\]]*\])*\)")

# lxml's own lookup calls a Python function for each element, only for form fields, which nobody
# fills in here.
CLASSES = etree.ElementDefaultClassLookup(
    html.HtmlElement, html.HtmlComment, html.HtmlProcessingInstruction, html.HtmlEntity
)


class Anchor(NamedTuple):
    """A link of a page. `url`: where it leads, None for what cannot be requested; `text`: what it
    shows, as `seen_text` gives it.
    """

    element: html.HtmlElement
    url: str | None
    text: str


class UnreadablePage(Exception):
    """No parser can make a tree of the bytes; `str(error)` says why."""


class HtmlPage:
    """A parsed page. `url` is its own address, `base` the base of its relative links.

    `refreshes`: what its elements `meta http-equiv=refresh` say, and whether each is in a noscript.
    `cut`: the page cannot be read as it is. The parser lost text, what lies deeper than DEEPEST
    became one run of text, or text after the first MOST_TEXT characters was left out.
    """

    def __init__(self, text: str, url: str, *, zone: ZoneInfo, fetched_at: datetime) -> None:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        parser.set_element_class_lookup(CLASSES)
        try:
            root = html.document_fromstring(_fit_for_a_tree(text), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise UnreadablePage(f"no HTML tree: {error}") from error
        self.root: html.HtmlElement = root
        self.text = text
        self.known: dict[Hashable, Any] = {}
        self._joined: dict[str, str | None] = {}  # menus, boxes and pagers repeat their links
        self.url = url
        self.zone = zone
        self.fetched_at = fetched_at
        self.cut = any(
            entry.type_name == "ERR_NAME_TOO_LONG" or "depth" in entry.message
            for entry in parser.error_log
        )
        for element in elements_of(DEEP, root):
            self.cut = True
            etree.strip_elements(element, *UNSEEN, with_tail=False)
            run = " ".join(element.itertext())
            del element[:]
            element.text = run
        if len(text) > MOST_TEXT and _cut_text(root):
            self.cut = True
        write_out_scripts(root, text)
        # Where a chapter folds, a button holds all words of its heading.
        for button in list(root.iter("button")):
            heading = next(button.iterancestors(*HEADINGS), None)
            if heading is not None and seen_text(heading).split() == seen_text(button).split():
                button.tag = "span"
        bases = (one.get("href") for one in root.iter("base"))
        said = next((href for href in bases if href is not None), None)
        self.base = canonical_url(said or "", url) or url
        self.origin = canonical_url(origin_of(self.base)) or origin_of(self.base)
        self.metas: dict[str, str] = {}
        self.refreshes: list[tuple[str, bool]] = []
        for meta in root.iter("meta"):
            content = meta.get("content") or meta.get("value") or ""
            if not content.strip():
                continue
            if (meta.get("http-equiv") or "").strip().lower() == "refresh":
                unseen = next(meta.iterancestors("noscript"), None) is not None
                self.refreshes.append((content, unseen))
            for name in _names_of(meta):
                self.metas.setdefault(name, content)

    def meta(self, *names: str) -> str | None:
        """The first meta element with one of these names that is not empty."""
        return next((value for name in names if (value := self.metas.get(name, "").strip())), None)

    def matched(self, selector: str) -> list[html.HtmlElement]:
        """The elements that a selector finds on the page, in page order."""
        # A family has selectors for themes that this page does not use. Looking for their names
        # costs a fiftieth of walking the tree; selectors name the same few.
        for name in names_in(selector):
            if name not in self.known:
                self.known[name] = name in self._names
            if not self.known[name]:
                return []
        return matched(self.root, selector)

    @cached_property
    def _names(self) -> str:
        """The text that holds all names: of a long page, its attributes alone."""
        return self.text if len(self.text) < LONG else attributes_of(self.root)

    def values(self, selectors: Sequence[str]) -> Iterator[tuple[str, str, html.HtmlElement]]:
        """(text or attribute, selector, element) of each match that is not empty, by selector."""
        for selector in selectors:
            attribute = compiled(selector)[1]
            for element in self.matched(selector):
                value = element.get(attribute, "") if attribute else seen_text(element)
                if value.strip():
                    yield value.strip(), selector, element

    def value(self, selectors: Sequence[str]) -> tuple[str, str] | None:
        """The first value, and the selector that gave it."""
        return next(((value, selector) for value, selector, _ in self.values(selectors)), None)

    def has(self, selectors: Sequence[str]) -> bool:
        """Whether any of these selectors finds anything."""
        return any(self.matched(selector) for selector in selectors)

    @cached_property
    def references(self) -> list[str]:
        """The addresses of all links as the page writes them, each once: menus and boxes repeat
        them. Ask before the page's tree is taken apart.
        """
        found = REFERENCES(self.root)
        assert isinstance(found, list)  # the path selects attributes
        return list(dict.fromkeys(map(str, found)))

    @cached_property
    def anchors(self) -> list[Anchor]:
        """All links of the page, in page order. Ask before the page's tree is taken apart."""
        found = self.root.iter("a")
        return [Anchor(one, self.join(one.get("href")), seen_text(one)) for one in found]

    def join(self, href: str | None) -> str | None:
        """The canonical absolute address of a link, or None if it cannot be requested."""
        if not href:
            return None
        if href not in self._joined:
            self._joined[href] = joined(href, self.origin if is_rooted(href) else self.base)
        return self._joined[href]

    def leads_away(self, anchor: html.HtmlElement) -> bool:
        """Whether a link leads to another page."""
        url = self.join(anchor.get("href"))
        return url is not None and url.split("#")[0] != self.url


P = ParamSpec("P")
T = TypeVar("T")


def once_a_page(
    work: Callable[Concatenate[HtmlPage, P], T],
) -> Callable[Concatenate[HtmlPage, P], T]:
    """A function of a page, and of what can be hashed, whose results the page keeps."""

    @wraps(work)
    def kept(page: HtmlPage, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (work, *args)
        if key not in page.known:
            page.known[key] = work(page, *args, **kwargs)
        result: T = page.known[key]
        return result

    return kept


def _names_of(meta: html.HtmlElement) -> Iterator[str]:
    """The names of a meta element; RDFa lists several (https://www.w3.org/TR/rdfa-core/#A-property)."""
    for key in META_NAMES:
        if named := (meta.get(key) or "").lower().strip():
            yield named
            yield from named.split() if " " in named else ()


def _fit_for_a_tree(text: str) -> bytes:
    """Markup in UTF-8 without early ends and control characters.

    A character reference to a control becomes a zero-width blank, so that the text around it forms
    no new reference. Nearly all pages have neither; checking the bytes is ten times faster than
    checking the letters.
    """
    markup = text.encode("utf-8", "replace")
    if len(markup.translate(None, CONTROLS)) < len(markup) or (
        b"\xef\xbf" in markup and NO_CHARACTERS.search(markup)
    ):
        text = CONTROL.sub("", text.replace("\x0b", " ").replace("\x0c", " "))
        markup = text.encode("utf-8", "replace")
    if b"&#" in markup and CONTROL_NUMBER.search(text):
        markup = CONTROL_NUMBER.sub("\u200b", text).encode("utf-8", "replace")
    return EARLY_END.sub(b"", markup)


def _cut_text(root: html.HtmlElement) -> bool:
    """Drop the text after the first MOST_TEXT characters outside scripts. Returns whether there was
    any. Attributes stay, because they hold pictures.
    """
    room = MOST_TEXT
    cut = False
    for event, element in etree.iterwalk(root, events=("start", "end")):
        place = "text" if event == "start" else "tail"
        said = getattr(element, place) or ""
        if said and not (place == "text" and element.tag in ("script", "style")):
            cut = cut or len(said) > room
            if len(said) > room:
                setattr(element, place, said[:room])
            room = max(0, room - len(said))
    return cut


@lru_cache(maxsize=2048)
def names_in(selector: str) -> tuple[str, ...]:
    """The class names, ids and words of attributes that a CSS selector needs to match, the longest
    (and so the rarest) first.

    None for an XPath.
    """
    path = NEGATED.sub("", selector.strip())
    if path.startswith(("/", "./", "(")) or "," in path:
        return ()
    demanded = (word for value in DEMANDED.findall(path) for word in WORD.findall(value))
    names = (*NAME.findall(BRACKETED.sub("", path)), *demanded)
    return tuple(sorted(names, key=len, reverse=True))


def matched(element: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """The elements below an element that match a selector, in page order.

    Raises TypeError for an XPath that gives anything else.
    """
    return elements_of(compiled(selector)[0], element)


def attributes_of(element: html.HtmlElement) -> str:
    """The values of all attributes of an element and those in it, in one text."""
    values = ATTRIBUTES(element)
    return " ".join(map(str, values)) if isinstance(values, list) else ""


def elements_of(path: etree.XPath, element: html.HtmlElement) -> list[html.HtmlElement]:
    """The elements that an XPath finds. Raises TypeError for anything else."""
    found = path(element)
    if not isinstance(found, list) or not all(isinstance(one, html.HtmlElement) for one in found):
        raise TypeError(f"{path.path} gives something else than elements")
    return found


def path_to(element: html.HtmlElement) -> str:
    """An XPath to exactly this element of the page in its present state."""
    path = element.getroottree().getpath(element)
    if PLAIN_PATH.fullmatch(path):
        return str(path)
    # A colon in a tag (<o:p>, from Word) would be read as a namespace, and broken markup makes tags
    # like <p<b">: such a path counts children instead.
    line = [element, *element.iterancestors()]
    steps = [sum(1 for _ in one.itersiblings("*", preceding=True)) + 1 for one in line]
    return "".join(f"/*[{step}]" for step in reversed(steps))


def seen_text(element: html.HtmlElement) -> str:
    """An element's text as one line, without scripts and styles."""
    text = "".join(_pieces(element)) if len(element) else element.text or ""
    return BLANKS.sub(" ", text).strip()


def text_in(element: html.HtmlElement, tags: tuple[str, ...]) -> str:
    """The text of the outermost elements of these tags in an element, as `seen_text` gives it."""
    return "".join(
        seen_text(one)
        for one in element.iter(*tags)
        if not any(above.tag in tags for above in one.iterancestors())
    )


def shows_text(element: html.HtmlElement) -> bool:
    """Whether an element shows any text; stops at the first."""
    return any(not piece.isspace() for piece in _pieces(element) if piece)


def shows_less(element: html.HtmlElement, characters: int) -> bool:
    """Whether an element shows fewer than so many characters; stops as soon as it knows."""
    seen = 0
    for piece in _pieces(element):
        seen += 1 if piece.isspace() else len(BLANKS.sub(" ", piece))
        if seen >= characters:
            return False
    return True


def _pieces(element: html.HtmlElement) -> Iterator[str]:
    # Not recursive: each piece would pass through one generator for each level.
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, one in walk:
        own = one is element
        apart = one.tag in APART and not own
        if event == "start":
            if one.tag in UNSEEN and not own:
                walk.skip_subtree()
                continue
            if apart:
                yield " "
            if one.text:
                yield one.text
        elif not own:
            if apart:
                yield " "
            if one.tail:
                yield one.tail


def remove(element: html.HtmlElement) -> None:
    """Takes an element out of its tree; the text after it stays."""
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

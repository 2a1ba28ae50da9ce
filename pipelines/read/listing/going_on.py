"""How a listing goes on where no link leads: by a form that is sent, or by a script.

Loa follows links alone, so it does not reach the older articles of such a listing. A pager with
ordinary links beside such controls is no such listing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html

from pipelines.read.addresses.pagers import PAGE_WORDS, is_later_page, without_number
from pipelines.read.html.page import HtmlPage, elements_of, seen_text
from pipelines.read.reading import GoesOn
from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_pattern
from portals.class_words import class_words, named

CONTROLS = ("a", "button", "input")
SCRIPT_ATTRIBUTES = ("onclick", "onClick", "data-page")  # in the markup, where case may differ
SCRIPTED = etree.XPath("(//li | //span | //div)[@onclick or @data-page]")
SCROLL_ATTRIBUTES = ("data-infinite-scroll", "data-next-url", "data-next-page")
SCROLLED = etree.XPath(f"//*[{' or '.join(f'@{name}' for name in SCROLL_ATTRIBUTES)}]")
NAMES = etree.XPath("//div/@class | //ul/@class | //div/@id | //ul/@id", smart_strings=False)
LAST_DAY = 28  # so many numbers are the days of a month
LONGEST_TEXT = 40  # characters of a control
ONWARD = re.compile(folded_pattern(lambda it: it.furniture.onward))
FORWARD = frozenset({"»", "\u203a", ">", ">>", "→", "...", "…"})
PAGER, MORE = named(class_words().pagers), named(class_words().more)
SLIDES = named(class_words().slides)
MENU = re.compile(r"(?:^|[\s_-])(?:nav|menu)(?:$|[\s_-])", re.I)
# What a control does or carries, if it turns pages: "Page$2", "loadMore()", "data-page".
TURNS_PAGES = re.compile(
    rf"page?\$|pag(?:e|ing|er|ina)|{PAGE_WORDS}\b|load_?more|view_?more|show_?more", re.I
)
POSTED = re.compile(r"__doPostBack|WebForm_DoPostBack|\.submit\(", re.I)


@dataclass(frozen=True, slots=True)
class _Control:
    """A link without an address, or a button. `does`: its script and data; `names`: the classes and
    ids around it.
    """

    element: html.HtmlElement
    text: str
    does: str
    names: str

    @property
    def is_posted(self) -> bool:
        """Whether it sends a form."""
        if POSTED.search(self.does):
            return True
        kind = (self.element.get("type") or "submit").lower()
        if self.element.tag not in ("button", "input") or kind not in ("submit", "image"):
            return False
        form = next(self.element.iterancestors("form"), None)
        return form is not None and (form.get("method") or "").lower() == "post"

    @property
    def number(self) -> int | None:
        """The number that it shows."""
        shown = self.text.strip("[]() ")
        return int(shown) if shown.isdecimal() and len(shown) <= 3 else None

    @property
    def turns_pages(self) -> bool:
        """Whether its place or its script says that it turns pages."""
        return PAGER.search(self.names) is not None or TURNS_PAGES.search(self.does) is not None

    @property
    def leads_on(self) -> bool:
        """Whether it leads on through a list without showing a number."""
        if _is_more(self.own_names):
            return True
        if self.text in FORWARD:
            return self.turns_pages
        if ONWARD.fullmatch(fold(self.text)) is None:
            return False
        says_more = " " in self.text and (bool(self.does) or self.element.tag != "a")
        return self.turns_pages or says_more  # "Next" alone may turn pictures

    @property
    def own_names(self) -> str:
        """Its own classes and id."""
        return _names(self.element)


def goes_on_by(page: HtmlPage) -> GoesOn | None:
    """How a listing without a next page goes on, if its page shows that it does: `form` or
    `script`. None if it links later pages too.
    """
    how = _shown_by(list(_controls(page))) or ("script" if _scrolls(page) else None)
    return None if how is None or _links_later_pages(page) else how


def _shown_by(controls: list[_Control]) -> GoesOn | None:
    """How the controls of a listing lead on, if any does."""
    numbered = [one for one in controls if one.number is not None and one.turns_pages]
    numbers = {one.number for one in numbered}
    found = [one for one in controls if one.number is None and one.leads_on]
    if 2 in numbers and len(numbers) < LAST_DAY:
        found = [*numbered, *found]
    if not found:
        return None
    return "form" if any(one.is_posted for one in found) else "script"


def _scrolls(page: HtmlPage) -> bool:
    """Whether a page names a list that grows while a reader scrolls."""
    if any(map(page.contains, SCROLL_ATTRIBUTES)) and elements_of(SCROLLED, page.root):
        return True
    found = NAMES(page.root)
    assert isinstance(found, list)  # the path selects attributes
    return any(map(_is_more, dict.fromkeys(map(str, found))))


def _links_later_pages(page: HtmlPage) -> bool:
    """Whether ordinary links lead to other pages of the listing, or show their numbers."""
    here = without_number(page.url)
    for element in page.root.iter("a"):
        url = page.join(element.get("href"))
        if url is None or url == page.url:
            continue
        same = without_number(url) == here
        shown = seen_text(element).strip("[]() ")
        if same or (shown == "2" and not SLIDES.search(_names_around(element))):
            return True
        if is_later_page(url) and shown.isdecimal():
            return True
    return False


def _controls(page: HtmlPage) -> Iterator[_Control]:
    """The page's links without an address and its buttons, except those of slides and
    menus.
    """
    own = page.url.rstrip("/").rpartition("/")[2]
    clicked = [one for one in page.root.iter(*CONTROLS) if _can_be_clicked(page, own, one)]
    if any(map(page.contains, SCRIPT_ATTRIBUTES)):
        clicked += elements_of(SCRIPTED, page.root)
    for element in clicked:
        text = " ".join(seen_text(element).split()) or element.get("value") or ""
        text = text or element.get("aria-label") or element.get("title") or ""
        if len(text) > LONGEST_TEXT or not _may_lead_on(text, _names(element)):
            continue
        names = _names_around(element)
        in_menu = MENU.search(names) is not None and PAGER.search(names) is None
        if not in_menu and not SLIDES.search(names):
            does = " ".join(
                f"{name}={value}"
                for name, value in element.items()
                if name in ("href", "onclick") or name.startswith("data-")
            )
            yield _Control(element, text, does.removeprefix("href=#").strip(), names)


@lru_cache(maxsize=65_536)  # a portal's pages repeat the same menus
def _may_lead_on(text: str, names: str) -> bool:
    """Whether a control's text or name is that of one that leads on: most buttons have others."""
    if text in FORWARD or any(sign.isdecimal() for sign in text):
        return True
    return _is_more(names) or ONWARD.fullmatch(fold(text)) is not None


@lru_cache(maxsize=65_536)
def _is_more(names: str) -> bool:
    return MORE.search(names) is not None


def _can_be_clicked(page: HtmlPage, own: str, element: html.HtmlElement) -> bool:
    """Whether an element is a button, or a link that leads to no other page. `own`: the last part
    of the page's address.
    """
    if element.tag == "a":
        href = element.get("href") or ""
        if href.startswith(("/", "http")) and len(href) > 1 and own not in href:
            return False  # nearly all links: seen without working out the address
        url = page.join(href)
        return url is None or url == page.url
    kind = (element.get("type") or "").lower()
    return element.tag == "button" or kind in ("submit", "button")


def _names_around(element: html.HtmlElement) -> str:
    return " ".join(_names(one) for one in (element, *element.iterancestors()) if one.tag != "body")


def _names(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"

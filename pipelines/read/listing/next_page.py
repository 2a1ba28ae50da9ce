"""Where a listing continues: the link to its next page or, where no link does, a form or script.

Loa follows links alone, so it does not reach the older articles of a listing without them. A pager
with ordinary links beside such controls is no such listing.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree, html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.pagers import PAGE_WORDS, is_later_page, without_number
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, trap_reason
from pipelines.read.html.outline import names_of
from pipelines.read.html.page import HtmlPage, elements_of, seen_text
from pipelines.read.listing.pagers import (
    BRACKETS,
    FORWARD,
    LAST_DAY,
    LONGEST_TEXT,
    PAGER,
    SLIDES,
    label_of,
    numbered_pagers,
    onward_links,
    says_onward,
    second_or_later,
)
from pipelines.read.listing.shown_links import MENU
from pipelines.read.reading import GoesOn
from pipelines.read.text.clean_text import fold
from pipelines.read.text.furniture_lines import ONWARD
from portals.class_words import class_words, named
from portals.platform import Platform, platform_of
from portals.site import Site

SCRIPT_ATTRIBUTES = ("onclick", "onClick", "data-page")  # in the markup, where case may differ
SCRIPTED = etree.XPath("(//li | //span | //div)[@onclick or @data-page]")
SCROLL_ATTRIBUTES = ("data-infinite-scroll", "data-next-url", "data-next-page")
NAMES = etree.XPath("//div/@class | //ul/@class | //div/@id | //ul/@id", smart_strings=False)
MORE = named(class_words().more)
# What a control does or carries, if it turns pages: "Page$2", "loadMore()", "data-page".
TURNS_PAGES = re.compile(rf"pag(?:e|ing|ina)|{PAGE_WORDS}\b|(?:load|view|show)_?more", re.I)
POSTS = ("__doPostBack", "WebForm_DoPostBack", ".submit(")


def next_page(page: HtmlPage, site: Site, platform: Platform) -> str | None:
    """The next page of a listing, as linked on the page: counting up would lead to soft 404s.

    The page's own word comes first (`rel=next`, or what its family names); then the numbers of a
    pager of this address, a link that says so, and the numbers of a pager that leads elsewhere on
    the portal. A family's portal may have a pager of its own: the generic rules know most.
    """
    known = (*platform.listing.next_page, *platform_of("generic").listing.next_page)
    stated = (page.join(value) for value, _, _ in page.values(known))
    pagers = numbered_pagers(page, site)
    own, others = [
        [one.following for one in pagers if one.is_own is wanted] for wanted in (True, False)
    ]
    by_words = onward_links(page, site)
    others = others if len(others) == 1 else []
    for url in (*stated, *own, *by_words, *second_or_later(page), *others):
        if url and url != page.url and of_site(url, site.all_hosts) and _continues(page.url, url):
            return url
    return None


def _continues(here: str, url: str) -> bool:
    """Whether a page's link to its next page leads on through one listing.

    A pager may add parameters of its own, and an address that looks endless may be a listing's
    (`/lich-su/2026/05`); but a next month, or a folder below, is no next page.
    """
    doubt = trap_reason(url)
    return doubt is None or doubt in OF_PARAMETERS or without_number(url) == without_number(here)


def goes_on_by(page: HtmlPage) -> GoesOn | None:
    """How a listing without a next page goes on, if its page shows that it does: `form` or
    `script`. None if it links later pages too.
    """
    numbers: dict[str, bool] = {}
    others = []
    for element, text, names in _controls(page):
        does = " ".join(
            f"{name}={value}"
            for name, value in element.items()
            if name in ("href", "onclick") or name.startswith("data-")
        )
        does = does.removeprefix("href=#").strip()
        turns_pages = PAGER.search(names) is not None or TURNS_PAGES.search(does) is not None
        shown = text.strip(BRACKETS)
        if shown.isdecimal() and turns_pages:
            numbers[shown] = numbers.get(shown, False) or _is_posted(element, does)
        elif not shown.isdecimal() and _leads_on(element, text, does, turns_pages=turns_pages):
            others.append(_is_posted(element, does))
    if "2" in numbers and len(numbers) < LAST_DAY:
        others += numbers.values()
    if not (others or _scrolls(page)) or _links_later_pages(page):
        return None
    return "form" if any(others) else "script"


def _controls(page: HtmlPage) -> Iterator[tuple[html.HtmlElement, str, str]]:
    """(element, text, names around it) of the buttons, and of the links to no other page, that may
    lead on, but for those of slides and menus.
    """
    clicked = [(one, text) for one, url, text in page.anchors if url in (None, page.url)]
    others = list(filter(_is_button, page.root.iter("button", "input")))
    if any(name in page.text for name in SCRIPT_ATTRIBUTES):
        others += elements_of(SCRIPTED, page.root)
    for element, shown in (*clicked, *((one, seen_text(one)) for one in others)):
        text = label_of(element, shown)
        if len(text) <= LONGEST_TEXT and _may_lead_on(text, names_of(element)):
            names = _names_around(element)
            in_menu = MENU.search(names) is not None and PAGER.search(names) is None
            if not in_menu and not SLIDES.search(names):
                yield element, text, names


def _is_button(element: html.HtmlElement) -> bool:
    kind = (element.get("type") or "").lower()
    return element.tag == "button" or kind in ("submit", "button")


@lru_cache(maxsize=65_536)  # a portal's pages repeat the same menus
def _may_lead_on(text: str, names: str) -> bool:
    """Whether a control's text or name is that of one that leads on: most buttons have others."""
    return any(map(str.isdecimal, text)) or _is_more(names) or says_onward(text)


@lru_cache(maxsize=65_536)
def _is_more(names: str) -> bool:
    return MORE.search(names) is not None


def _leads_on(element: html.HtmlElement, text: str, does: str, *, turns_pages: bool) -> bool:
    """Whether a control that shows no number leads on through a list."""
    if _is_more(names_of(element)):
        return True
    is_word = ONWARD.fullmatch(fold(text)) is not None
    says_more = " " in text and (bool(does) or element.tag != "a")  # "Next" may turn pictures
    return (turns_pages and text in FORWARD) or (is_word and (turns_pages or says_more))


def _is_posted(element: html.HtmlElement, does: str) -> bool:
    """Whether a control sends a form."""
    if any(sent in does for sent in POSTS):
        return True
    if element.tag not in ("button", "input") or element.get("type", "submit").lower() != "submit":
        return False
    form = next(element.iterancestors("form"), None)
    return form is not None and (form.get("method") or "").lower() == "post"


def _scrolls(page: HtmlPage) -> bool:
    """Whether a page names a list that grows while a reader scrolls."""
    if any(name in page.text for name in SCROLL_ATTRIBUTES):
        return True
    found = NAMES(page.root)
    assert isinstance(found, list)  # the path selects attributes
    return any(_is_more(str(names).lower()) for names in dict.fromkeys(found))


def _links_later_pages(page: HtmlPage) -> bool:
    """Whether ordinary links lead to other pages of the listing, or show their numbers."""
    here = without_number(page.url)
    for element, url, text in page.anchors:
        if url is None or url == page.url:
            continue
        shown = text.strip(BRACKETS)
        if (
            without_number(url) == here
            or (is_later_page(url) and shown.isdecimal())
            or (shown == "2" and not SLIDES.search(_names_around(element)))
        ):
            return True
    return False


def _names_around(element: html.HtmlElement) -> str:
    line = (element, *element.iterancestors())
    return " ".join(names_of(one) for one in line if one.tag != "body")

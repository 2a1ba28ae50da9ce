"""Where a listing continues: the link to its next page or, where no link does, a form or script.

Loa follows links alone, so it does not reach the older articles of a listing without them. A pager
with ordinary links beside such controls is no such listing.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from lxml import etree, html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.pagers import (
    PAGE_WORDS,
    entries_before,
    is_later_page,
    page_number,
    without_number,
)
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, trap_reason
from pipelines.read.html.outline import names_of
from pipelines.read.html.page import HtmlPage, elements_of, seen_text
from pipelines.read.listing.shown_links import MENU
from pipelines.read.reading import GoesOn
from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_pattern
from portals.class_words import class_words, named
from portals.platform import Platform, platform_of
from portals.site import Site

# A cheap question first: a page has hundreds of links.
NUMBERED = etree.XPath(
    "./descendant::a[@href][number() > 0][string-length(normalize-space()) <= 4"
    " and translate(normalize-space(), '0123456789', '') = '']"
)
PAGER = named(class_words().pagers)
SCRIPT_ATTRIBUTES = ("onclick", "onClick", "data-page")  # in the markup, where case may differ
SCRIPTED = etree.XPath("(//li | //span | //div)[@onclick or @data-page]")
SCROLL_ATTRIBUTES = ("data-infinite-scroll", "data-next-url", "data-next-page")
NAMES = etree.XPath("//div/@class | //ul/@class | //div/@id | //ul/@id", smart_strings=False)
LAST_DAY = 28  # so many numbers are the days of a month
LONGEST_TEXT = 40  # characters of a control
ONWARD = re.compile(folded_pattern(lambda it: it.furniture.onward))
FORWARD = frozenset({"»", "\u203a", ">", ">>", "→", "...", "…"})
MORE, SLIDES = named(class_words().more), named(class_words().slides)
# What a control does or carries, if it turns pages: "Page$2", "loadMore()", "data-page".
TURNS_PAGES = re.compile(rf"pag(?:e|ing|ina)|{PAGE_WORDS}\b|(?:load|view|show)_?more", re.I)
POSTS = ("__doPostBack", "WebForm_DoPostBack", ".submit(")


def next_page(page: HtmlPage, site: Site, platform: Platform) -> str | None:
    """The next page of a listing, as linked on the page: counting up would lead to soft 404s.

    A family's portal may have a pager of its own: the generic rules know most.
    """
    known = (*platform.listing.next_page, *platform_of("generic").listing.next_page)
    for value, _, _ in page.values(known):
        url = page.join(value)
        if url and url != page.url and of_site(url, site.all_hosts) and _continues(page.url, url):
            return url
    return _next_number(page, site)


def _next_number(page: HtmlPage, site: Site) -> str | None:
    """The next link of a pager that no rule describes: it shows the number after this page's.

    Its address differs from this page's only in what it counts: pages, from 0 or from 1, or the
    entries of the pages before. A front page may be the first page of a listing elsewhere.
    """
    pagers: defaultdict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
    here, is_front = without_number(page.url), urlsplit(page.url).path == "/"
    for one in elements_of(NUMBERED, page.root):
        url, shown = page.join(one.get("href")), seen_text(one)
        if url is None or not shown.isdecimal() or not of_site(url, site.all_hosts):
            continue
        count, listing = _count(url), without_number(url)
        if count is not None and (listing == here or (is_front and _is_in_pager(one))):
            pagers[listing].setdefault(int(shown), (count, url))
    pager = pagers.get(here) or (pagers.popitem()[1] if len(pagers) == 1 else {})
    steps = {count / (shown - 1) for shown, (count, _) in pager.items() if shown > 1}
    first, step = 0, min(steps, default=0)
    if any(shown == count for shown, (count, _) in pager.items()):
        first, step = 1, 1
    if step == 0:
        return None
    own = _count(page.url)
    following = int(((first if own is None else own) - first) / step) + 2
    count, url = pager.get(following, (None, None))
    return url if count == first + (following - 1) * step else None


def _count(url: str) -> int | None:
    """What an address counts, pages or entries."""
    number = page_number(url)
    return entries_before(url) if number is None else number


def _is_in_pager(anchor: html.HtmlElement) -> bool:
    above = anchor.iterancestors("ul", "ol", "div", "nav")
    return any(PAGER.search(names_of(element)) for element in above)


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
        shown = text.strip("[]() ")
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
    clicked = [one for one in page.root.iter("a", "button", "input") if _is_control(page, one)]
    if any(map(page.contains, SCRIPT_ATTRIBUTES)):
        clicked += elements_of(SCRIPTED, page.root)
    for element in clicked:
        text = " ".join(seen_text(element).split()) or element.get("value") or ""
        text = text or element.get("aria-label") or element.get("title") or ""
        if len(text) <= LONGEST_TEXT and _may_lead_on(text, names_of(element)):
            names = _names_around(element)
            in_menu = MENU.search(names) is not None and PAGER.search(names) is None
            if not in_menu and not SLIDES.search(names):
                yield element, text, names


def _is_control(page: HtmlPage, element: html.HtmlElement) -> bool:
    if element.tag == "a":
        return page.join(element.get("href")) in (None, page.url)
    kind = (element.get("type") or "").lower()
    return element.tag == "button" or kind in ("submit", "button")


@lru_cache(maxsize=65_536)  # a portal's pages repeat the same menus
def _may_lead_on(text: str, names: str) -> bool:
    """Whether a control's text or name is that of one that leads on: most buttons have others."""
    if text in FORWARD or any(sign.isdecimal() for sign in text):
        return True
    return _is_more(names) or ONWARD.fullmatch(fold(text)) is not None


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
    if any(map(page.contains, SCROLL_ATTRIBUTES)):
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
        shown = seen_text(element).strip("[]() ")
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

"""The pagers of a listing: runs of numbers that link addresses which differ by a number, whatever
the words and wherever they lead; and links that say that they lead on.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.counted import counts_of, counts_pages_of, number_in
from pipelines.read.addresses.pagers import (
    entries_before,
    is_later_page,
    page_number,
    without_number,
)
from pipelines.read.html.outline import names_of
from pipelines.read.html.page import Anchor, HtmlPage, once_a_page, seen_text
from pipelines.read.text.clean_text import fold
from pipelines.read.text.furniture_lines import MORE, ONWARD
from portals.class_words import class_words, named
from portals.site import Site

PAGER = named(class_words().pagers)
SLIDES = named(class_words().slides)
NEXT = named(class_words().next)
BRACKETS = "[]() "
LONGEST_NUMBER = 6  # characters of a link that shows a number
LAST_DAY = 28  # so many numbers are the days of a month
LONGEST_TEXT = 40  # characters of a control
MOST_PIECES = 200  # of text in a pager
BESIDE = 60  # characters of a pager beside its numbers: "Page 2 of 9", "First", "Last"
AROUND = 4  # elements around a link that may be its pager
FORWARD = frozenset({"»", "\u203a", ">", ">>", "→", "...", "…"})
ARROWS = "".join(FORWARD) + "\u00a0 |-"


# Links of one shape: the number that each shows to (the number in its address, address, link).
Run = Mapping[int, tuple[int, str, html.HtmlElement]]


@dataclass(frozen=True, slots=True)
class NumberedPager:
    """A pager that shows numbers. `following`: the page after this one, None on the last.
    `is_own`: it counts the pages of this very address.
    """

    following: str | None
    is_own: bool


@once_a_page
def numbers_linked(
    page: HtmlPage, hosts: frozenset[str]
) -> list[tuple[int, str, html.HtmlElement]]:
    """The links to the portal that show a number, perhaps in brackets: number, address, link."""
    return [
        (int(shown), url, element)
        for element, url, text in page.anchors
        if len(text) <= LONGEST_NUMBER
        and (shown := text.strip(BRACKETS)).isdecimal()
        and shown.isascii()
        and url is not None
        and of_site(url, hosts)
    ]


def numbered_pagers(page: HtmlPage, site: Site) -> list[NumberedPager]:
    """The pagers of a page that show numbers, each once."""
    runs: defaultdict[str, dict[int, tuple[int, str, html.HtmlElement]]] = defaultdict(dict)
    for shown, url, one in numbers_linked(page, site.all_hosts):
        for counted in counts_of(url):
            runs[counted.shape].setdefault(shown, (counted.number, url, one))
    found = (_numbered_pager(page, shape, run) for shape, run in runs.items())
    return [pager for pager in found if pager is not None]


def _numbered_pager(page: HtmlPage, shape: str, run: Run) -> NumberedPager | None:
    anchors = [anchor for *_, anchor in run.values()]
    own, is_own = number_in(page.url, shape), counts_pages_of(shape, page.url)
    bare = _bare_number(page, anchors)
    counted = {shown: number for shown, (number, *_) in run.items()}
    if bare is not None and own is not None:
        counted.setdefault(bare, own)
    known = entries_before(next(iter(run.values()))[1]) is not None or (is_own and bare == 1)
    progression = _progression(sorted(counted.items()), counts_entries=known)
    if len(run) >= LAST_DAY or progression is None:
        return None
    if not (is_own or is_named(anchors[0], PAGER) or (bare is not None and bare not in run)):
        return None
    first, step = progression
    here = (own - first) // step + 1 if own is not None else bare or 1
    _, url, _ = run.get(here + 1, (0, None, None))
    return NumberedPager(url, is_own)


def _progression(
    counted: Sequence[tuple[int, int]], *, counts_entries: bool
) -> tuple[int, int] | None:
    """The number in the address of page 1, and what each page adds to it: pages are counted from 0
    or from 1, or the entries of the pages before. None if the addresses do not count what the links
    show. `counted`: (number shown, number in the address); `counts_entries`: whether the number in
    the address of a single link may count entries.
    """
    (low, at_low), (high, at_high) = counted[0], counted[-1]
    if low != high:
        step = (at_high - at_low) // (high - low)
    else:
        step = at_low // (low - 1) if counts_entries and low > 1 and at_low > low else 1
    first = at_low - (low - 1) * step
    regular = all(number == first + (shown - 1) * step for shown, number in counted)
    return (first, step) if regular and step > 0 and first in (0, 1, step) else None


def _bare_number(page: HtmlPage, anchors: Sequence[html.HtmlElement]) -> int | None:
    """The number that a pager shows without a link to another page: that of the page itself. None
    if there are none or several, or much else stands around the links.
    """
    pager = _around(anchors)
    if pager is None:
        return None
    linked = [seen_text(one).strip(BRACKETS) for one in pager.iter("a") if page.leads_away(one)]
    pieces = [piece.strip(BRACKETS) for piece in islice(pager.itertext(), MOST_PIECES)]
    if sum(map(len, pieces)) > BESIDE + sum(map(len, linked)):
        return None
    bare = {int(one) for one in pieces if one.isdecimal() and one not in linked}
    return bare.pop() if len(bare) == 1 else None


def _around(anchors: Sequence[html.HtmlElement]) -> html.HtmlElement | None:
    """The smallest element with all these links and perhaps another beside them."""
    last = set(anchors[-1].iterancestors())
    shared = (one for one in anchors[0].iterancestors() if one in last)
    for element in islice(shared, AROUND):
        if len(element) > 1 or (element.text or "").strip():
            return element
    return None


def is_named(element: html.HtmlElement, names: re.Pattern[str]) -> bool:
    """Whether an element, or one of those around it, has a class or id with one of these names."""
    line = (element, *islice(element.iterancestors(), AROUND))
    return any(names.search(names_of(one)) for one in line if one.tag != "body")


def onward_links(page: HtmlPage, site: Site) -> Iterator[str]:
    """The addresses of links that lead on to this listing's next page, by their words, sign or
    name, and by their addresses: "next" alone may turn pictures or lead to another article.
    """
    path, saying = page.url.partition("?")[0], {one.element for one in links_onward(page)}
    for link, url, text in page.anchors:
        # Cheap questions first: a page has hundreds of links.
        if url is None or not (url.partition("?")[0] == path or counts_of(url)):
            continue
        named = link in saying or (
            _is_named_next(link) and len(label_of(link, text)) <= LONGEST_TEXT
        )
        if named and of_site(url, site.all_hosts) and _leads_on(page, link, url):
            yield url


def second_or_later(page: HtmlPage) -> Iterator[str]:
    """The addresses that can only be the page after this one, whatever shows them."""
    here, following = without_number(page.url), (page_number(page.url) or 1) + 1
    for _, url, _ in page.anchors:
        later = url is not None and is_later_page(url) and page_number(url) == following
        if url is not None and later and without_number(url) == here:
            yield url


@once_a_page
def links_onward(page: HtmlPage) -> list[Anchor]:
    """The links that say in words or by a sign that they lead on."""
    labels = ((one, label_of(one.element, one.text)) for one in page.anchors)
    return [one for one, label in labels if len(label) <= LONGEST_TEXT and says_onward(label)]


def label_of(control: html.HtmlElement, text: str) -> str:
    """The words of a control, whose text this is, or what it says of itself if it shows a picture
    or nothing.
    """
    text = text or control.get("value") or ""
    if _speaks(text):
        return text
    inside = control.iterdescendants("img", "svg", "i", "span")
    said = (one.get(name) for one in (control, *inside) for name in ("aria-label", "title", "alt"))
    return next(filter(None, said), text)


@lru_cache(maxsize=65_536)  # a portal's pages repeat the same menus
def _speaks(text: str) -> bool:
    return text in FORWARD or any(map(str.isalnum, text))


@lru_cache(maxsize=65_536)
def says_onward(label: str) -> bool:
    """Whether a label is one of a link that leads on."""
    return label in FORWARD or ONWARD.fullmatch(fold(label.strip(ARROWS))) is not None


@lru_cache(maxsize=65_536)
def says_more(label: str) -> bool:
    """Whether a label is one of a link that leads to more entries of a box, or to a whole text."""
    return says_onward(label) or fold(label.strip(ARROWS)) in MORE


def _is_named_next(anchor: html.HtmlElement) -> bool:
    """Whether a link, its list item or the icon in it is named as the link to the next page."""
    near = (anchor, *islice(anchor.iterancestors(), 1), *islice(anchor.iterchildren("*"), 1))
    return any(map(_is_next, map(names_of, near)))


@lru_cache(maxsize=65_536)
def _is_next(names: str) -> bool:
    return NEXT.search(names) is not None


def _leads_on(page: HtmlPage, anchor: html.HtmlElement, url: str) -> bool:
    if is_named(anchor, SLIDES):
        return False
    if any(
        counts_pages_of(one.shape, page.url) and one.number > (number_in(page.url, one.shape) or 0)
        for one in counts_of(url)
    ):
        return True
    return is_later_page(url) or is_named(anchor, PAGER)

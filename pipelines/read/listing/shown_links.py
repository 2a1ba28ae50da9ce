"""The portal's addresses that a page links to, the titles that the links show, and doubts.

Custom-made portals have scripts and parameters of their own (`spip.php?article7`,
`/xem.php?bai=12`, `/News/12`). Several links that show titles and lead to addresses of one shape
find their articles.

A doubt settles nothing. If a link names a doubtful address with a title, Loa requests it, a few at
a time, until it knows what addresses of that shape bring. It only counts other links.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

from lxml import html

from pipelines.read.addresses.canonical import of_site, without_parameters
from pipelines.read.addresses.family_rules import link_kind, worth_asking
from pipelines.read.addresses.shape import shape_of
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, Trap, trap_reason
from pipelines.read.html.outline import APART_TAGS, WORDS, names_of
from pipelines.read.html.page import Anchor, HtmlPage, seen_text
from pipelines.read.listing.pagers import says_more
from portals.class_words import named
from portals.platform import Platform
from portals.site import Site

UNKNOWN_PATTERN = "unknown-pattern"  # the doubt about an address that its family does not know
FILE = "file"  # an address that only an article's page makes worth a request
LEAST_PATHS = 3  # so many, and more than half of the page's, carry a parameter along
# Characters of a link that may be a title; in or around a heading, any length will do.
TITLE_CHARACTERS = range(20, 301)
TITLE_WORDS = 4  # the least
LEAST_OF_SHAPE = 3  # addresses
ENTRY_DEPTH = 3  # elements around a title that are alike in every entry of a list
NUMBERS = re.compile(r"\d+")
BOX_DEPTH = 6  # elements around the name of a box
LEAST_OF_BOX, MOST_OF_BOX = 2, 60  # entries; links
HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
MENU = named(WORDS.menus)
FOOTER = named(WORDS.footers)
LONGEST_NAME = 60  # characters of a section's name in a menu
MENU_TAGS = frozenset({"nav", "footer"})
WHOLE = frozenset({"html", "body", "form", "main", "article"})  # never a menu, whatever its class


class ShownLinks:
    """The links of a page, seen by the rules of a family. `by_address`: whether those know each
    article's address.
    """

    def __init__(self, page: HtmlPage, site: Site, platform: Platform) -> None:
        self.page, self.site, self.platform = page, site, platform
        self.by_address = platform.key != "generic" and not platform.detect.broad
        self._apart: dict[html.HtmlElement, bool] = {}
        self._menus: dict[html.HtmlElement, bool] = {}
        self._footers: dict[html.HtmlElement, bool] = {}
        self._titles: dict[html.HtmlElement, str | None] = {}

    @cached_property
    def urls(self) -> list[str]:
        """The portal's addresses, each once."""
        hosts = self.site.all_hosts
        return [url for url in self.anchors if of_site(url, hosts)]

    @cached_property
    def anchors(self) -> defaultdict[str, list[Anchor]]:
        """The links to each address, in page order."""
        found: defaultdict[str, list[Anchor]] = defaultdict(list)
        for anchor in self.page.anchors:
            if anchor.url is not None:
                found[anchor.url].append(anchor)
        return found

    def anchor_of(self, link: html.HtmlElement) -> Anchor:
        """A link that a selector finds, with what it shows."""
        known = self._by_element.get(link)
        return known or Anchor(link, self.page.join(link.get("href")), seen_text(link))

    @cached_property
    def _by_element(self) -> dict[html.HtmlElement, Anchor]:
        return {anchor.element: anchor for anchor in self.page.anchors}

    @cached_property
    def _first_links(self) -> dict[html.HtmlElement, html.HtmlElement]:
        """The first link in each element."""
        first: dict[html.HtmlElement, html.HtmlElement] = {}
        for link, *_ in self.page.anchors:
            for element in link.iterancestors():
                if first.setdefault(element, link) is not link:
                    break
        return first

    @cached_property
    def doubts(self) -> dict[str, Trap]:
        """Why some addresses that are worth a request look endless."""
        doubts = doubts_about(self.urls, lambda: self.urls)
        return {url: doubt for url, doubt in doubts.items() if self.worth_asking(url)}

    def kind(self, url: str) -> Literal["article", "listing"] | None:
        """What an address is by the family's patterns."""
        return link_kind(url, self.site.all_hosts, self.platform.key)

    def worth_asking(self, url: str) -> bool:
        """Whether an address may be requested as a page."""
        return worth_asking(url, self.site, self.platform)

    def title(self, url: str) -> str | None:
        """The first title that a link to this address shows."""
        if url == self.page.url:
            return None
        return next(filter(None, map(self._title_of, self.anchors.get(url, ()))), None)

    def _title_of(self, anchor: Anchor) -> str | None:
        """The text of a link outside menus if it may be a title."""
        element = anchor.element
        if element not in self._titles:
            text = anchor.text or (element.get("title") or "").strip()
            is_one = _may_be_title(element, text) and not _is_below(element, _is_apart, self._apart)
            self._titles[element] = text if is_one else None
        return self._titles[element]

    def in_menus(self, url: str) -> list[html.HtmlElement]:
        """The links to this address that stand in menus and footers."""
        anchors = (one.element for one in self.anchors.get(url, ()))
        return [one for one in anchors if self._is_in_menu(one)]

    def section_links(self, known: Collection[str]) -> Iterator[Anchor]:
        """The links that may lead to sections which are not `known`: the short ones in menus, and
        those that name a box of entries or lead from it to more of them.
        """
        for url in self.urls:
            if url in known or url == self.page.url or not self.worth_asking(url):
                continue
            if self.kind(url) == "article":
                continue
            anchors = self.anchors.get(url, ())
            short = (one for one in anchors if 0 < len(one.text) <= LONGEST_NAME)
            yield from islice(filter(self._leads_to_section, short), 1)

    def _leads_to_section(self, anchor: Anchor) -> bool:
        element = anchor.element
        if _is_below(element, _is_footer, self._footers):
            return False
        return (
            _names_menu(names_of(element))
            or says_more(anchor.text)
            or self._is_in_menu(element)
            or self._names_box(element)
        )

    def _names_box(self, anchor: html.HtmlElement) -> bool:
        """Whether a link stands first in a box with entries, which other links show by title."""
        for element in islice(anchor.iterancestors(), BOX_DEPTH):
            if self._first_links[element] is not anchor:
                return False
            links = list(islice(element.iter("a"), MOST_OF_BOX))
            entries = {
                one.url for one in map(self.anchor_of, links) if self._title_of(one) is not None
            }
            if len(entries) >= LEAST_OF_BOX:
                return len(links) < MOST_OF_BOX
        return False

    def _is_in_menu(self, anchor: html.HtmlElement) -> bool:
        return _is_below(anchor, _is_menu, self._menus)

    def of_titled_shapes(self) -> list[str]:
        """Addresses of no known kind that may be articles: of a shape that is mostly linked by
        titles, or with a title that stands in boxes like those of known articles.
        """
        titled: dict[str, str] = {}
        others: Counter[str] = Counter()
        for url in self.urls:
            if url != self.page.url and self.kind(url) is None and self.worth_asking(url):
                if self.title(url) is None:
                    others[shape_of(url)] += 1
                else:
                    titled[url] = shape_of(url)
        if not titled:
            return []
        counts = Counter(titled.values())
        most = [one for one in counts if counts[one] >= max(LEAST_OF_SHAPE, others[one] + 1)]
        of_shapes = (url for one in most for url, shape in titled.items() if shape == one)
        entries = {
            boxes
            for url in self.urls
            if self.kind(url) == "article"
            for boxes in self._boxes_around(url)
        }
        alike = (url for url in titled if not entries.isdisjoint(self._boxes_around(url)))
        return list(dict.fromkeys((*of_shapes, *alike)))

    def _boxes_around(self, url: str) -> Iterator[tuple[str, ...]]:
        """The tags and classes of each link that shows a title for this address, and around it."""
        for anchor in self.anchors.get(url, ()):
            if self._title_of(anchor) is not None:
                line = (anchor.element, *islice(anchor.element.iterancestors(), ENTRY_DEPTH))
                yield tuple(_kind_of_box(str(one.tag), one.get("class")) for one in line)


def _is_below(
    anchor: html.HtmlElement,
    is_one: Callable[[html.HtmlElement], bool],
    known: dict[html.HtmlElement, bool],
) -> bool:
    """Whether an element around a link is of a kind; `known`: the answers so far on the page."""
    for element in anchor.iterancestors():
        if element not in known:
            known[element] = is_one(element)
        if known[element]:
            return True
    return False


@lru_cache(maxsize=16_384)  # a portal's pages repeat the same boxes
def _kind_of_box(tag: str, classes: str | None) -> str:
    return f"{tag} {NUMBERS.sub('', classes or '')}"


def _is_apart(element: html.HtmlElement) -> bool:
    return element.tag in APART_TAGS


def _is_footer(element: html.HtmlElement) -> bool:
    return element.tag == "footer" or _names_footer(names_of(element))


def _is_menu(element: html.HtmlElement) -> bool:
    if element.tag in MENU_TAGS or element.get("role") == "navigation":
        return all(above.tag != "article" for above in element.iterancestors())
    return (
        element.tag not in WHOLE
        and _names_menu(names_of(element))
        and next(element.iter("h1", "main", "article"), None) is None  # "with-menu"
    )


@lru_cache(maxsize=16_384)
def _names_footer(names: str) -> bool:
    return FOOTER.search(names) is not None


@lru_cache(maxsize=16_384)
def _names_menu(names: str) -> bool:
    return MENU.search(names) is not None


def _may_be_title(link: html.HtmlElement, text: str) -> bool:
    """Whether the text of a link is long enough for a title, or in or around a heading."""
    if len(text) in TITLE_CHARACTERS and len(text.split()) >= TITLE_WORDS:
        return True
    near = (*islice(link.iterancestors(), 2), *link) if text else ()
    return any(one.tag in HEADINGS for one in near)


def doubts_about(urls: Iterable[str], on_page: Callable[[], Collection[str]]) -> Mapping[str, Trap]:
    """Why some canonical addresses of a page look endless; those that do not are left out.

    `on_page` gives all addresses of the portal on the page. A parameter that most of them carry
    with one value (`?lang=vi`) belongs to the portal's addresses and is no reason for a doubt.
    """
    doubts = {url: reason for url in urls if (reason := trap_reason(url)) is not None}
    if OF_PARAMETERS.isdisjoint(doubts.values()) or not (carried := _carried(on_page())):
        return doubts
    bare = {url: trap_reason(without_parameters(url, carried.__contains__)) for url in doubts}
    return {url: reason for url, reason in bare.items() if reason is not None}


def _carried(urls: Collection[str]) -> frozenset[str]:
    """The parameters, with their values, that most paths of a page carry along."""
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for parts in map(urlsplit, urls):
        for parameter in ("", *parts.query.split("&")):
            paths[parameter].add(parts.path)
    most = max(LEAST_PATHS, len(paths.pop("", ())) // 2 + 1)
    return frozenset(parameter for parameter, its in paths.items() if len(its) >= most)

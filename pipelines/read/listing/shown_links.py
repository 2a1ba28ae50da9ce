"""The portal's addresses that a page links to, the titles that the links show, and doubts.

Custom-made portals have scripts and parameters of their own (`spip.php?article7`,
`/xem.php?bai=12`, `/News/12`). Several links that show titles and lead to addresses of one shape
find their articles.

A doubt settles nothing. If a link names a doubtful address with a title, Loa requests it, a few at
a time, until it knows what addresses of that shape bring. It only counts other links.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

from lxml import html

from pipelines.read.addresses.canonical import of_site, without_parameters
from pipelines.read.addresses.family_rules import link_kind, worth_asking
from pipelines.read.addresses.shape import shape_of
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, Trap, trap_reason
from pipelines.read.html.outline import APART_TAGS, WORDS, names_of
from pipelines.read.html.page import HtmlPage, once_a_page, seen_text
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
        self._menus: dict[html.HtmlElement, bool] = {}
        self._footers: dict[html.HtmlElement, bool] = {}

    @cached_property
    def urls(self) -> list[str]:
        """The portal's addresses, each once."""
        found = dict.fromkeys(map(self.page.join, self.page.references))
        return [url for url in found if url is not None and of_site(url, self.site.all_hosts)]

    @cached_property
    def anchors(self) -> defaultdict[str, list[html.HtmlElement]]:
        """The links to each address, in page order."""
        found: defaultdict[str, list[html.HtmlElement]] = defaultdict(list)
        for anchor in self.page.root.iter("a"):
            if (url := self.page.join(anchor.get("href"))) is not None:
                found[url].append(anchor)
        return found

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
        titles = (_shown_title(self.page, one) for one in self.anchors.get(url, ()))
        return next(filter(None, titles), None)

    def in_menus(self, url: str) -> list[html.HtmlElement]:
        """The links to this address that stand in menus and footers."""
        return [one for one in self.anchors.get(url, ()) if self._is_in_menu(one)]

    def section_links(self) -> Iterator[html.HtmlElement]:
        """The links that may lead to sections: the short ones in menus, and those that name a box
        of entries or lead from it to more of them.
        """
        for url in self.urls:
            if url == self.page.url or self.kind(url) == "article":
                continue
            anchors = self.anchors.get(url, ())
            short = (one for one in anchors if 0 < len(seen_text(one)) <= LONGEST_NAME)
            yield from islice(filter(self._leads_to_section, short), 1)

    def _leads_to_section(self, anchor: html.HtmlElement) -> bool:
        leads = (
            MENU.search(names_of(anchor)) is not None
            or says_more(seen_text(anchor))
            or self._is_in_menu(anchor)
            or self._names_box(anchor)
        )
        return leads and not _is_below(anchor, _is_footer, self._footers)

    def _names_box(self, anchor: html.HtmlElement) -> bool:
        """Whether a link stands first in a box with entries, which other links show by title."""
        for element in islice(anchor.iterancestors(), BOX_DEPTH):
            if next(element.iter("a")) is not anchor:
                return False
            links = list(islice(element.iter("a"), MOST_OF_BOX))
            entries = {
                self.page.join(one.get("href")) for one in links if _shown_title(self.page, one)
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
        titled: defaultdict[str, list[str]] = defaultdict(list)
        others: defaultdict[str, int] = defaultdict(int)
        entries = {
            boxes
            for url in self.urls
            if self.kind(url) == "article"
            for boxes in self._boxes_around(url)
        }
        alike = []
        for url in self.urls:
            if url != self.page.url and self.kind(url) is None and self.worth_asking(url):
                if self.title(url) is None:
                    others[shape_of(url)] += 1
                else:
                    titled[shape_of(url)].append(url)
                    alike += [url] if not entries.isdisjoint(self._boxes_around(url)) else []
        of_shapes = (
            url
            for shape, urls in titled.items()
            if len(urls) >= LEAST_OF_SHAPE and len(urls) > others[shape]
            for url in urls
        )
        return list(dict.fromkeys((*of_shapes, *alike)))

    def _boxes_around(self, url: str) -> Iterator[tuple[str, ...]]:
        """The tags and classes of each link that shows a title for this address, and around it."""
        for anchor in self.anchors.get(url, ()):
            if _shown_title(self.page, anchor) is not None:
                line = (anchor, *islice(anchor.iterancestors(), ENTRY_DEPTH))
                yield tuple(f"{one.tag} {NUMBERS.sub('', one.get('class') or '')}" for one in line)


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


def _is_footer(element: html.HtmlElement) -> bool:
    return element.tag == "footer" or FOOTER.search(names_of(element)) is not None


def _is_menu(element: html.HtmlElement) -> bool:
    if element.tag in MENU_TAGS or element.get("role") == "navigation":
        return all(above.tag != "article" for above in element.iterancestors())
    return (
        element.tag not in WHOLE
        and MENU.search(names_of(element)) is not None
        and next(element.iter("h1", "main", "article"), None) is None  # "with-menu"
    )


@once_a_page
def _shown_title(page: HtmlPage, anchor: html.HtmlElement) -> str | None:
    """The text of a link outside menus if it may be a title."""
    text = seen_text(anchor) or (anchor.get("title") or "").strip()
    above = [ancestor.tag for ancestor in anchor.iterancestors()]
    if not text or any(tag in APART_TAGS for tag in above):
        return None
    heading = not HEADINGS.isdisjoint((*above[:2], *(child.tag for child in anchor)))
    long = len(text) in TITLE_CHARACTERS and len(text.split()) >= TITLE_WORDS
    return text if heading or long else None


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

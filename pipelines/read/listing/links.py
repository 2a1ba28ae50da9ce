"""The links of a page: which of them name articles, other listings, feeds; and where the listing goes on."""

import re
from functools import lru_cache

from lxml import etree, html

from pipelines.read.addresses.canonical import is_rooted, joined, of_site
from pipelines.read.addresses.family_rules import link_kind, worth_asking
from pipelines.read.addresses.pagers import (
    entries_before,
    is_later_page,
    may_be_later_page,
    page_number,
    without_number,
)
from pipelines.read.addresses.trap_shapes import trap_reason
from pipelines.read.article.publication_date import has_come, with_evidence
from pipelines.read.html.day_order import date_on
from pipelines.read.html.page import HtmlPage, elements_of, matched, seen_text
from pipelines.read.listing.titled_links import titled_addresses
from pipelines.read.reading import Dated, Link
from pipelines.read.text.clean_text import clean_text
from portals.platform import Platform, platform_of
from portals.site import Site

ADDRESSES = etree.XPath("//a/@href", smart_strings=False)
NUMBERED = etree.XPath(
    "//a[@href and normalize-space() != '' and string-length(normalize-space()) <= 4 and translate(normalize-space(), '0123456789', '') = '']"
)
FEED_TYPES = {"application/rss+xml": "feed", "application/atom+xml": "feed"}


def read_neighbours(page: HtmlPage, site: Site, platform: Platform) -> tuple[Link, ...]:
    """The articles that an article's page links to, each address once. Sections and feeds are left to the pages that are made to name them."""
    hosts = site.all_hosts
    urls = dict.fromkeys(
        _article_at(href, page.origin if is_rooted(href) else page.base, hosts, platform.key)
        for href in _hrefs(page)
    )
    return tuple(Link(url, "article") for url in urls if url is not None)


@lru_cache(maxsize=65_536)  # a portal's pages repeat the same two hundred links
def _article_at(href: str, base: str, hosts: frozenset[str], platform: str) -> str | None:
    url = joined(href, base)
    return url if url is not None and link_kind(url, hosts, platform) == "article" else None


def _hrefs(page: HtmlPage) -> list[str]:
    """The addresses of all links as they are written, each once: menus and boxes repeat them."""
    found = ADDRESSES(page.root)
    return (
        list(dict.fromkeys(href for href in found if isinstance(href, str)))
        if isinstance(found, list)
        else []
    )


def read_links(page: HtmlPage, site: Site, platform: Platform) -> tuple[Link, ...]:
    """Every link of the page that is worth a request, each address once; those of the listing's own entries first, with title and date as listed.

    Where a family's rules find none at all, a portal has a theme and addresses of its own: those of no family find what there is.
    """
    hosts = site.all_hosts
    links: dict[str, Link] = {}
    for selector in platform.listing.entries:
        for element in page.matched(selector):
            url = page.join(element.get("href"))
            if url and link_kind(url, hosts, platform.key) == "article":
                published = _listed_date(page, element, platform)
                if url not in links or (links[url].published is None and published is not None):
                    links[url] = Link(
                        url,
                        "article",
                        clean_text(seen_text(element) or element.get("title") or "") or None,
                        published,
                    )
    for href in _hrefs(page):
        url = page.join(href)
        if url and url not in links and link_kind(url, hosts, platform.key) == "article":
            links[url] = Link(
                url, "article"
            )  # some link of a menu or a box: its text is no title to rely on
    if site.crawl.sections:
        for selector in platform.listing.sections:
            for element in page.matched(selector):
                url, name = page.join(element.get("href")), clean_text(seen_text(element))
                if url and url not in links and _is_section(url, site, platform):
                    links[url] = Link(
                        url, "listing", section=None if name.isdecimal() else name or None
                    )  # a number is a page's, in a pager of unknown form
    if platform.key == "generic" or platform.detect.broad:
        for url in titled_addresses(page, site, platform):
            links.setdefault(url, Link(url, "article"))
    if not links and platform.key != "generic":
        found = read_links(page, site, platform_of("generic"))
        return tuple(
            link
            for link in found
            if worth_asking(link.url, site, platform)
            and link_kind(link.url, hosts, platform.key) is None
        )
    return tuple(links.values())


def _is_section(url: str, site: Site, platform: Platform) -> bool:
    """Whether an address in a menu may be a listing's: by its family's patterns.

    Where those tell little: unless it is an article's, a file's or a later page's.
    """
    if is_later_page(url):
        return False
    kind = link_kind(url, site.all_hosts, platform.key)
    if kind is not None or not (platform.key == "generic" or platform.detect.broad):
        return kind == "listing"
    return not may_be_later_page(url) and worth_asking(url, site, platform)


def read_feed_links(page: HtmlPage, site: Site) -> tuple[Link, ...]:
    """Feeds that the page's head announces, for a site whose sections are followed; feeds of comments left out."""
    if not site.crawl.sections:
        return ()
    links = []
    for element in page.root.iterfind(".//link[@rel='alternate']"):
        url = page.join(element.get("href"))
        if (
            url
            and element.get("type") in FEED_TYPES
            and of_site(url, site.all_hosts)
            and not re.search(r"/comments/|\.html/feed|[?&]p=", url)
        ):
            links.append(Link(url, "feed"))
    return tuple(links)


def next_page(page: HtmlPage, site: Site, platform: Platform) -> str | None:
    """The next page of a listing, as the page itself gives it: counting up leads to soft 404s."""
    for value, _, _ in page.values(platform.listing.next_page):
        url = page.join(value)
        if url and url != page.url and of_site(url, site.all_hosts) and trap_reason(url) is None:
            return url
    return _next_number(page, site)


def _next_number(page: HtmlPage, site: Site) -> str | None:
    """The link of a pager whose markup no rule knows: it shows the number after this page's, and its address is this page's but for that number."""
    numbered = [
        (int(shown), page.join(one.get("href")))
        for one in elements_of(NUMBERED, page.root)
        if (shown := seen_text(one)).isdecimal()
    ]
    links = [
        (shown, url) for shown, url in numbered if url is not None and of_site(url, site.all_hosts)
    ]
    links = [
        (shown, url) for shown, url in links if without_number(url) == without_number(page.url)
    ]
    pager = [
        (shown, url, number) for shown, url in links if (number := page_number(url)) is not None
    ]
    if not pager:
        return _next_entries(page, links)
    first = pager[0][2] - pager[0][0]  # -1 where the server counts from 0
    here = page_number(page.url)
    following = (1 if here is None else here - first) + 1
    return next(
        (
            url
            for shown, url, number in pager
            if shown == following and number == following + first and trap_reason(url) is None
        ),
        None,
    )


def _next_entries(page: HtmlPage, links: list[tuple[int, str]]) -> str | None:
    """The same for a pager that counts entries: as many on each page, so that its numbers tell how many."""
    pager = [
        (shown, url, before)
        for shown, url in links
        if shown > 1 and (before := entries_before(url)) is not None
    ]
    steps = {before / (shown - 1) for shown, _, before in pager}
    if len(steps) != 1 or (step := steps.pop()) == 0:
        return None
    following = (entries_before(page.url) or 0) / step + 2
    return next(
        (url for shown, url, _ in pager if shown == following and trap_reason(url) is None), None
    )


def _listed_date(page: HtmlPage, element: html.HtmlElement, platform: Platform) -> Dated | None:
    for selector in platform.listing.entry_date:
        for near in matched(element, selector):
            text = near.get("datetime") or seen_text(near)
            found = date_on(page, text)
            if found is not None and has_come(page, found.on):
                return with_evidence(found, "listing")
    return None

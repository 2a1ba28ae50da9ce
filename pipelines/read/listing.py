"""The links of a page: which of them name articles, other listings, feeds; and where the listing goes on."""

import re

from lxml import etree, html

from pipelines.read.addresses import link_kind, path_and_query, worth_asking
from pipelines.read.article import FILE_ENDINGS
from pipelines.read.dates import read_date
from pipelines.read.page import Page, matched, seen_text
from pipelines.read.publication import with_evidence
from pipelines.read.reading import Dated, Link
from pipelines.read.text import clean_text
from pipelines.read.urls import of_site, trap_reason
from portals.platform import Platform
from portals.site import Site

ADDRESSES = etree.XPath("//a/@href", smart_strings=False)
FEED_TYPES = {"application/rss+xml": "feed", "application/atom+xml": "feed"}


def read_neighbours(page: Page, site: Site, platform: Platform) -> tuple[Link, ...]:
    """The articles that an article's page links to, each address once. Sections and feeds are left to the pages that are made to name them."""
    hosts = site.all_hosts
    urls = dict.fromkeys(page.join(href) for href in _hrefs(page))
    return tuple(Link(url, "article") for url in urls if url and link_kind(url, hosts, platform.key) == "article")


def _hrefs(page: Page) -> list[str]:
    found = ADDRESSES(page.root)
    return [href for href in found if isinstance(href, str)] if isinstance(found, list) else []


def read_links(page: Page, site: Site, platform: Platform) -> tuple[Link, ...]:
    """Every link of the page that is worth a request, each address once; those of the listing's own entries first, with title and date as listed."""
    hosts = site.all_hosts
    links: dict[str, Link] = {}
    for selector in platform.listing.entries:
        for element in page.matched(selector):
            url = page.join(element.get("href"))
            if url and link_kind(url, hosts, platform.key) == "article":
                published = _listed_date(page, element, platform)
                if url not in links or (links[url].published is None and published is not None):
                    links[url] = Link(url, "article", clean_text(seen_text(element) or element.get("title") or "") or None, published)
    for href in _hrefs(page):
        url = page.join(href)
        if url and url not in links and link_kind(url, hosts, platform.key) == "article":
            links[url] = Link(url, "article")  # some link of a menu or a box: its text is no title to rely on
    if site.crawl.sections:
        for selector in platform.listing.sections:
            for element in page.matched(selector):
                url = page.join(element.get("href"))
                if url and url not in links and _is_section(url, site, platform):
                    links[url] = Link(url, "listing", section=clean_text(seen_text(element)) or None)
    return tuple(links.values())


def _is_section(url: str, site: Site, platform: Platform) -> bool:
    """Whether an address in a menu may be a listing's: by its family's patterns. Where no family is known, whatever is neither an article's nor a file's."""
    kind = link_kind(url, site.all_hosts, platform.key)
    if platform.key != "generic" or kind is not None:
        return kind == "listing"
    return worth_asking(url, site, platform) and not path_and_query(url).lower().split("?")[0].endswith(FILE_ENDINGS)


def read_feed_links(page: Page, site: Site) -> tuple[Link, ...]:
    """Feeds that the page's head announces, for a site whose sections are followed; feeds of comments left out."""
    if not site.crawl.sections:
        return ()
    links = []
    for element in page.root.iterfind(".//link[@rel='alternate']"):
        url = page.join(element.get("href"))
        if url and element.get("type") in FEED_TYPES and of_site(url, site.all_hosts) and not re.search(r"/comments/|\.html/feed|[?&]p=", url):
            links.append(Link(url, "feed"))
    return tuple(links)


def next_page(page: Page, site: Site, platform: Platform) -> str | None:
    """The next page of a listing, as the page itself gives it: counting up leads to soft 404s."""
    for value, _, _ in page.values(platform.listing.next_page):
        url = page.join(value)
        if url and url != page.url and of_site(url, site.all_hosts) and trap_reason(url) is None:
            return url
    return None


def _listed_date(page: Page, element: html.HtmlElement, platform: Platform) -> Dated | None:
    for selector in platform.listing.entry_date:
        for near in matched(element, selector):
            text = near.get("datetime") or seen_text(near)
            found = read_date(text, zone=page.zone, fetched_at=page.fetched_at)
            if found is not None:
                return with_evidence(found, "listing")
    return None

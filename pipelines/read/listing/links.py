"""The links of a page: which ones lead to articles, other listings or feeds."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from lxml import html

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import is_rooted, joined, of_site
from pipelines.read.addresses.family_rules import (
    ends_like_document,
    link_kind,
    matches,
    path_and_query,
    worth_asking,
)
from pipelines.read.addresses.pagers import (
    is_later_page,
    may_be_later_page,
    page_number,
    without_number,
)
from pipelines.read.article.publication_date import has_come, with_evidence
from pipelines.read.html.day_order import date_on
from pipelines.read.html.page import HtmlPage, matched, seen_text
from pipelines.read.listing.doubts import FILE, UNKNOWN_PATTERN, doubts_about
from pipelines.read.listing.titled_links import titled_addresses, titles_given, titles_shown
from pipelines.read.reading import Dated, Link, Note
from pipelines.read.text.clean_text import clean_text
from portals.platform import Platform, platform_of
from portals.site import Site

MOST_NEIGHBOURS = 20_000  # links of an article's page that are looked at: each costs 30 µs
FEED_TYPES = tuple(f"application/{kind}" for kind in ("rss+xml", "atom+xml", "feed+json"))
# Some themes announce their feed under these, and others something else.
MAYBE_FEED_TYPES = ("application/rdf+xml", "application/xml", "text/xml", "application/json")
FEED_NAME = re.compile(r"feed|rss|atom|rdf", re.IGNORECASE)
NO_FEED = re.compile(r"/comments/|\.html/feed|[?&]p=|/wp-json/|oembed|sitemap", re.IGNORECASE)


def read_neighbours(
    page: HtmlPage, site: Site, platform: Platform
) -> tuple[tuple[Link, ...], tuple[Note, ...]]:
    """The articles that an article's page links to, each address once, with the doubts about them;
    a note if there are more than MOST_NEIGHBOURS links.

    Sections and feeds are left to listings.
    """
    hosts, hrefs = site.all_hosts, page.references
    found = dict.fromkeys(
        _article_at(href, page.origin if is_rooted(href) else page.base, hosts, platform.key)
        for href in hrefs[:MOST_NEIGHBOURS]
    )
    urls = [url for url in found if url is not None]
    doubts = doubts_about(urls, lambda: _addresses(page, site))
    links = tuple(Link(url, "article", doubt=doubts.get(url)) for url in urls)
    if len(hrefs) <= MOST_NEIGHBOURS:
        return links, ()
    why = f"{page.url}: only the first {MOST_NEIGHBOURS} of its {len(hrefs)} links were looked at"
    return links, (Note(IssueKind.READING_CUT, why),)


@lru_cache(maxsize=65_536)  # a portal's pages repeat the same two hundred links
def _article_at(href: str, base: str, hosts: frozenset[str], platform: str) -> str | None:
    url = joined(href, base)
    return url if url is not None and link_kind(url, hosts, platform) == "article" else None


def read_links(page: HtmlPage, site: Site, platform: Platform) -> tuple[Link, ...]:
    """Every link of the page that is worth a request, each address once.

    The listing's own entries come first, with title and date as listed. If a family's rules find no
    article, the portal has its own theme, and the generic ones look for articles too. A link to a
    doubtful address says so; it has a title only if a link shows one.
    """
    addresses = _addresses(page, site)
    doubtful = _doubtful(page, site, platform, addresses)
    entries = _entries(page, site, platform, doubtful)
    sure = {link.url: link for link in entries.values() if link.doubt is None}
    others = [*_bare_articles(addresses, site, platform), *_sections(page, site, platform)]
    if platform.key == "generic" or platform.detect.broad:
        others += [Link(url, "article") for url in titled_addresses(page, site, platform)]
    for link in others:
        if link.url not in doubtful:
            sure.setdefault(link.url, link)
    if platform.key != "generic" and all(link.kind != "article" for link in sure.values()):
        sure |= {
            link.url: link
            for link in read_links(page, site, platform_of("generic"))
            if link.doubt is None
            and (link.kind == "article" or not sure)
            and worth_asking(link.url, site, platform)
            and link_kind(link.url, site.all_hosts, platform.key) is None
        }
    links = entries | sure
    others = [link for url, link in doubtful.items() if url not in links]
    return (*titles_given(page, platform, links.values()), *others)


def _doubtful(
    page: HtmlPage, site: Site, platform: Platform, addresses: Collection[str]
) -> dict[str, Link]:
    """Links to addresses that look endless, by address.

    They have the titles that they show, unless the address is a listing's. Files that a link shows
    with a title come without it: they belong to an article, and none has named them.
    """
    doubts = {
        url: doubt
        for url, doubt in doubts_about(addresses, lambda: addresses).items()
        if worth_asking(url, site, platform)
    }
    files = {
        url
        for url in addresses
        if ends_like_document(url) and not matches(url, platform.addresses.ignore)
    }
    if not doubts and not files:
        return {}
    listings = {url for url in doubts if link_kind(url, site.all_hosts, platform.key) == "listing"}
    titles = titles_shown(page, doubts.keys() - listings | files)
    named = {
        url: Link(url, "article", doubt=FILE) for url in addresses if url in files & titles.keys()
    }
    return named | {
        url: Link(url, "article", titles.get(url), doubt=doubt) for url, doubt in doubts.items()
    }


def _entries(
    page: HtmlPage, site: Site, platform: Platform, doubtful: Mapping[str, Link]
) -> dict[str, Link]:
    """The articles of the listing's entries, by address; an entry with a date wins. A doubtful
    address is one only with a title.
    """
    links: dict[str, Link] = {}
    for selector in platform.listing.entries:
        for element in page.matched(selector):
            url = page.join(element.get("href"))
            entry = doubtful.get(url or "") or _entry_at(url, page, site, platform)
            if entry is None or not _may_be_entry(entry, site, platform):
                continue
            url, published = entry.url, _listed_date(page, element, platform)
            if url not in links or (links[url].published is None and published is not None):
                title = clean_text(seen_text(element) or element.get("title") or "")
                if title or entry.doubt is None:
                    links[url] = Link(url, "article", title or None, published, doubt=entry.doubt)
    return links


def _may_be_entry(link: Link, site: Site, platform: Platform) -> bool:
    """Whether an entry's text is a title, if its address is doubtful.

    The generic rules take short texts for entries too, such as the days of a month.
    """
    if link.doubt is None or platform.key == "generic":
        return link.is_asked
    return link.doubt != FILE and link_kind(link.url, site.all_hosts, platform.key) != "listing"


def _entry_at(url: str | None, page: HtmlPage, site: Site, platform: Platform) -> Link | None:
    """The link to an article at an address; doubtful if its family ought to know it, and does not.

    None if it is a listing's, or worth no request.
    """
    if url is None:
        return None
    if (kind := link_kind(url, site.all_hosts, platform.key)) == "article":
        return Link(url, "article")
    precise = platform.key != "generic" and not platform.detect.broad
    if kind is None and precise and url != page.url and worth_asking(url, site, platform):
        return Link(url, "article", doubt=UNKNOWN_PATTERN)
    return None


def _bare_articles(addresses: Iterable[str], site: Site, platform: Platform) -> Iterator[Link]:
    """All links to articles, without their texts: the text in a menu or box is not a title."""
    for url in addresses:
        if link_kind(url, site.all_hosts, platform.key) == "article":
            yield Link(url, "article")


def _addresses(page: HtmlPage, site: Site) -> list[str]:
    """The portal's addresses that the page links to, each once."""
    found = dict.fromkeys(page.join(href) for href in page.references)
    return [url for url in found if url is not None and of_site(url, site.all_hosts)]


def _sections(page: HtmlPage, site: Site, platform: Platform) -> Iterator[Link]:
    """The listings in menus, if the site's sections are followed."""
    if not site.crawl.sections:
        return
    for selector in platform.listing.sections:
        for element in page.matched(selector):
            url, name = page.join(element.get("href")), clean_text(seen_text(element))
            if url and _is_section(url, site, platform) and not _continues(page.url, url):
                # A number as text means a pager of unknown form.
                yield Link(url, "listing", section=None if name.isdecimal() else name or None)


def _is_section(url: str, site: Site, platform: Platform) -> bool:
    """Whether an address in a menu may be a listing, by its family's patterns.

    If those say little: unless it is an article, a file or a later page.
    """
    kind = link_kind(url, site.all_hosts, platform.key)
    if kind is not None or not (platform.key == "generic" or platform.detect.broad):
        return kind == "listing" and not is_later_page(url)
    return not may_be_later_page(url) and worth_asking(url, site, platform)


def _continues(listing: str, url: str) -> bool:
    """Whether an address differs from a listing's only in its page number."""
    return page_number(url) is not None and without_number(url) == without_number(listing)


def read_feed_links(page: HtmlPage, site: Site) -> tuple[Link, ...]:
    """Feeds that the page's head announces, except those of comments: by a type of feeds, else by
    another type and a name that says so.

    Empty if the site's sections are not followed.
    """
    if not site.crawl.sections:
        return ()
    sure, likely = [], []
    for element in page.root.iterfind(".//link[@rel]"):
        if "alternate" not in element.get("rel", "").lower().split():
            continue
        kind = element.get("type", "").partition(";")[0].strip().lower()
        url = page.join(element.get("href"))
        if not url or not of_site(url, site.all_hosts) or NO_FEED.search(url):
            continue
        if kind in FEED_TYPES:
            sure.append(Link(url, "feed"))
        elif kind in MAYBE_FEED_TYPES and FEED_NAME.search(path_and_query(url)):
            likely.append(Link(url, "feed"))
    return tuple(sure or likely)


def _listed_date(page: HtmlPage, element: html.HtmlElement, platform: Platform) -> Dated | None:
    for selector in platform.listing.entry_date:
        for near in matched(element, selector):
            text = near.get("datetime") or seen_text(near)
            found = date_on(page, text)
            if found is not None and has_come(page, found.on):
                return with_evidence(found, "listing")
    return None

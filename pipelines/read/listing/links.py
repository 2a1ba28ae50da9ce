"""The links of a page: which ones lead to articles, other listings or feeds."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import is_rooted, joined, of_site
from pipelines.read.addresses.counted import counts_of, counts_pages_of
from pipelines.read.addresses.family_rules import (
    ends_like_document,
    link_kind,
    matches,
    path_and_query,
    worth_asking,
)
from pipelines.read.addresses.pagers import is_later_page, may_be_later_page, page_number
from pipelines.read.addresses.pages_without_news import is_front_page
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.entries import as_named, entries_by_rules
from pipelines.read.listing.pagers import says_more, says_onward
from pipelines.read.listing.shown_links import FILE, UNKNOWN_PATTERN, ShownLinks, doubts_about
from pipelines.read.reading import Link, Note
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
    doubts = doubts_about(urls, lambda: ShownLinks(page, site, platform).urls)
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
    """The links of a page that are worth a request, by a family's rules (`links_worth_asking`)."""
    return links_worth_asking(ShownLinks(page, site, platform))


def links_worth_asking(shown: ShownLinks) -> tuple[Link, ...]:
    """Every link of the page that is worth a request, each address once.

    The listing's own entries come first, with title and date as listed. If a family's rules find no
    article, the portal has its own theme, and the generic ones look for articles too. A link to a
    doubtful address says so, and has a title only if the page shows one. An address of an entry
    that its family does not know is doubtful.
    """
    page, site, platform = shown.page, shown.site, shown.platform
    links = entries_by_rules(shown)
    bare = (Link(url, "article") for url in shown.urls if shown.kind(url) == "article")
    alike, sections = [Link(url, "article") for url in shown.of_titled_shapes()], _sections(shown)
    doubtful = (replace(it, title=shown.title(it.url), doubt=UNKNOWN_PATTERN) for it in alike)
    others = (*sections, *doubtful) if shown.by_address else (*alike, *sections)
    for link in (*bare, *others):
        if link.url not in shown.doubts:
            links.setdefault(link.url, link)
    sure = {link.kind for link in links.values() if link.doubt is None}
    if platform.key != "generic" and "article" not in sure:
        links |= {
            link.url: link
            for link in read_links(page, site, platform_of("generic"))
            if link.doubt is None
            and (link.kind == "article" or not sure)
            and shown.worth_asking(link.url)
            and shown.kind(link.url) is None
        }
    return (*as_named(shown, links.values()), *_only_counted(shown, links))


def _only_counted(shown: ShownLinks, links: Collection[str]) -> Iterator[Link]:
    """The links to other addresses that look endless, with the titles that they show; and those to
    files that show one, but without it: such a file belongs to an article, and none has named it.
    """
    for url in shown.urls:
        if ends_like_document(url):
            ignored = matches(url, shown.platform.addresses.ignore)
            if not ignored and shown.title(url) is not None:
                yield Link(url, "article", doubt=FILE)
        elif url in shown.doubts and url not in links:
            title = None if shown.kind(url) == "listing" else shown.title(url)
            yield Link(url, "article", title, doubt=shown.doubts[url])


def _sections(shown: ShownLinks) -> Iterator[Link]:
    """The listings in menus and below boxes of entries, each once, if the site's sections are
    followed.
    """
    if not shown.site.crawl.sections:
        return
    seen: set[str] = set()
    passed_over: set[tuple[str, str]] = set()
    chosen = (
        it for selector in shown.platform.listing.sections for it in shown.page.matched(selector)
    )
    for _, url, text in chain(map(shown.anchor_of, chosen), shown.section_links(seen)):
        if url is None or url in seen or (url, text) in passed_over:
            continue
        name = clean_text(text)
        if not _is_section(shown, url, name):
            passed_over.add((url, text))
            continue
        seen.add(url)
        # A number as text means a pager of unknown form.
        is_name = not name.isdecimal() and not says_more(name)
        yield Link(url, "listing", section=name if name and is_name else None)


def _is_section(shown: ShownLinks, url: str, name: str) -> bool:
    """Whether an address that a link in a menu shows may be a listing, by its family's patterns. If
    those do not know it, it may, unless it is a later page, the front page or not worth a request.
    """
    here = shown.page.url
    if url == shown.site.url:
        return False
    turns = name.isdecimal() or says_onward(name) or page_number(url) is not None
    if turns and any(counts_pages_of(one.shape, here) for one in counts_of(url)):
        return False
    kind = shown.kind(url)
    if kind is not None:
        return kind == "listing" and not is_later_page(url)
    home = is_front_page(url) and not is_front_page(here)
    if home or may_be_later_page(url) or url in shown.doubts or not shown.worth_asking(url):
        return False
    return worth_asking(url, shown.site, platform_of("generic"))


def read_feed_links(page: HtmlPage, site: Site) -> tuple[Link, ...]:
    """Feeds that the page's head announces, except those of comments: by a type of feeds, else by
    another type and a name that says so.

    Empty if the site's sections are not followed.
    """
    if not site.crawl.sections:
        return ()
    sure, likely = [], []
    for element in page.root.iter("link"):
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

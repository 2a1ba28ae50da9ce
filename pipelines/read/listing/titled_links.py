"""Find articles with unknown address patterns by their links: several on one page show a title and
lead to addresses of one shape.

Custom-made portals have scripts and parameters of their own (`spip.php?article7`,
`/xem.php?bai=12`, `/News/12`).
"""

from collections import defaultdict
from collections.abc import Container

from lxml import html

from pipelines.read.addresses.family_rules import link_kind, worth_asking
from pipelines.read.addresses.shape import shape_of
from pipelines.read.html.outline import APART_TAGS
from pipelines.read.html.page import HtmlPage, seen_text
from portals.platform import Platform
from portals.site import Site

# Characters of a link that may be a title; in or around a heading, any length will do.
TITLE_CHARACTERS = range(20, 301)
TITLE_WORDS = 4  # the least
LEAST_OF_SHAPE = 3  # addresses
HEADINGS = frozenset({"h2", "h3", "h4", "h5"})


def titles_shown(page: HtmlPage, urls: Container[str]) -> dict[str, str]:
    """The first title that a link shows, outside menus, of each of these addresses."""
    titles: dict[str, str] = {}
    for anchor in page.root.iter("a"):
        url = page.join(anchor.get("href"))
        if url is None or url == page.url or url not in urls or url in titles:
            continue
        if (title := _shown_title(anchor)) is not None:
            titles[url] = title
    return titles


def titled_addresses(page: HtmlPage, site: Site, platform: Platform) -> list[str]:
    """Canonical addresses that may be articles: worth a request, outside menus, and of a shape that
    is mostly linked by titles.
    """
    titled: defaultdict[str, dict[str, None]] = defaultdict(dict)
    others: defaultdict[str, set[str]] = defaultdict(set)
    for anchor in page.root.iter("a"):
        url = page.join(anchor.get("href"))
        if url is None or url == page.url or not _may_be_article(url, site, platform):
            continue
        if _shown_title(anchor) is not None:
            titled[shape_of(url)][url] = None
        else:
            others[shape_of(url)].add(url)
    return [
        url
        for shape, urls in titled.items()
        if len(urls) >= LEAST_OF_SHAPE and len(urls) > len(others[shape].difference(urls))
        for url in urls
    ]


def _may_be_article(url: str, site: Site, platform: Platform) -> bool:
    return link_kind(url, site.all_hosts, platform.key) is None and worth_asking(
        url, site, platform
    )


def _shown_title(anchor: html.HtmlElement) -> str | None:
    """The text of a link outside menus if it may be a title."""
    text = seen_text(anchor) or (anchor.get("title") or "").strip()
    above = [ancestor.tag for ancestor in anchor.iterancestors()]
    if not text or any(tag in APART_TAGS for tag in above):
        return None
    heading = not HEADINGS.isdisjoint((*above[:2], *(child.tag for child in anchor)))
    long = len(text) in TITLE_CHARACTERS and len(text.split()) >= TITLE_WORDS
    return text if heading or long else None

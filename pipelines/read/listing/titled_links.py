"""Find articles with unknown address patterns by their links: several on one page show a title and
lead to addresses of one shape.

Custom-made portals have scripts and parameters of their own (`spip.php?article7`,
`/xem.php?bai=12`, `/News/12`).
"""

import re
from collections import defaultdict
from urllib.parse import urlsplit

from lxml import html

from pipelines.read.addresses.family_rules import link_kind, worth_asking
from pipelines.read.html.outline import APART_TAGS
from pipelines.read.html.page import HtmlPage, seen_text
from portals.platform import Platform
from portals.site import Site

# Characters of a link that may be a title; in or around a heading, any length will do.
TITLE_CHARACTERS = range(20, 301)
TITLE_WORDS = 4  # the least
LEAST_OF_SHAPE = 3  # addresses
HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
NUMBER = re.compile(r"\d+")


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
        if _shows_title(anchor):
            titled[shape_of(url)][url] = None
        else:
            others[shape_of(url)].add(url)
    return [
        url
        for shape, urls in titled.items()
        if len(urls) >= LEAST_OF_SHAPE and len(urls) > len(others[shape].difference(urls))
        for url in urls
    ]


def shape_of(url: str) -> str:
    """The shape of an address: the same for one kind of page, whatever its numbers, the words of
    its last segment and the order of its parameters.
    """
    parts = urlsplit(url)
    folder, _, last = parts.path.rpartition("/")
    name, dot, ending = last.rpartition(".")
    slug = (name or last) if dot else last
    if "-" in slug or "_" in slug:
        last = f"*.{ending}" if dot else "*"
    query = "&".join(sorted(NUMBER.sub("#", one) for one in parts.query.split("&") if one))
    return f"{NUMBER.sub('#', folder)}/{NUMBER.sub('#', last)}?{query}".lower()


def _may_be_article(url: str, site: Site, platform: Platform) -> bool:
    return link_kind(url, site.all_hosts, platform.key) is None and worth_asking(
        url, site, platform
    )


def _shows_title(anchor: html.HtmlElement) -> bool:
    text = seen_text(anchor) or (anchor.get("title") or "").strip()
    above = [ancestor.tag for ancestor in anchor.iterancestors()]
    if not text or any(tag in APART_TAGS for tag in above):
        return False
    heading = not HEADINGS.isdisjoint((*above[:2], *(child.tag for child in anchor)))
    return heading or (len(text) in TITLE_CHARACTERS and len(text.split()) >= TITLE_WORDS)

"""Where a listing continues: the link to its next page."""

from collections import defaultdict
from urllib.parse import urlsplit

from lxml import etree, html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.pagers import entries_before, page_number, without_number
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, trap_reason
from pipelines.read.html.outline import names_of
from pipelines.read.html.page import HtmlPage, elements_of, seen_text
from portals.class_words import class_words, named
from portals.platform import Platform, platform_of
from portals.site import Site

# A cheap question first: a page has hundreds of links.
NUMBERED = etree.XPath(
    "./descendant::a[@href][number() > 0][string-length(normalize-space()) <= 4"
    " and translate(normalize-space(), '0123456789', '') = '']"
)
PAGER = named(class_words().pagers)


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

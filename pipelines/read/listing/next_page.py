"""Where a listing continues: the link to its next page."""

from lxml import etree

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.pagers import entries_before, page_number, without_number
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, trap_reason
from pipelines.read.html.page import HtmlPage, elements_of, seen_text
from portals.platform import Platform, platform_of
from portals.site import Site

NUMBERED = etree.XPath(
    "//a[@href and normalize-space() != '' and string-length(normalize-space()) <= 4"
    " and translate(normalize-space(), '0123456789', '') = '']"
)


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
    """The next link of a pager that no rule describes.

    It shows the number after this page's, and its address differs from this page's only in that.
    """
    here = without_number(page.url)
    links = [
        (int(shown), url)
        for one in elements_of(NUMBERED, page.root)
        if (shown := seen_text(one)).isdecimal()
        and (url := page.join(one.get("href"))) is not None
        and of_site(url, site.all_hosts)
        and without_number(url) == here
    ]
    pager = [
        (shown, number, url) for shown, url in links if (number := page_number(url)) is not None
    ]
    if not pager:
        return _next_entries(page, links)
    first = pager[0][1] - pager[0][0]  # -1 where the server counts from 0
    own = page_number(page.url)
    following = (1 if own is None else own - first) + 1
    return next((url for shown, number, url in pager if shown == following == number - first), None)


def _continues(here: str, url: str) -> bool:
    """Whether a page's link to its next page leads on through one listing.

    A pager may add parameters of its own, and an address that looks endless may be a listing's
    (`/lich-su/2026/05`); but a next month, or a folder below, is no next page.
    """
    doubt = trap_reason(url)
    return doubt is None or doubt in OF_PARAMETERS or without_number(url) == without_number(here)


def _next_entries(page: HtmlPage, links: list[tuple[int, str]]) -> str | None:
    """The same for a pager that counts entries: the same number on each page."""
    pager = [
        (shown, url, before)
        for shown, url in links
        if shown > 1 and (before := entries_before(url)) is not None
    ]
    steps = {before / (shown - 1) for shown, _, before in pager}
    if len(steps) != 1 or (step := steps.pop()) == 0:
        return None
    following = (entries_before(page.url) or 0) / step + 2
    return next((url for shown, url, _ in pager if shown == following), None)

"""How many pages a listing has by what its pager shows, whether Loa can follow it or not.

This look is separate from `next_page` and knows no family's rules, so that a pager that Loa cannot
follow is reported.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.pagers import may_be_later_page
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, trap_reason
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.pagers import (
    LAST_DAY,
    PAGER,
    SLIDES,
    is_named,
    links_onward,
    numbers_linked,
)
from portals.site import Site

_DIGITS = re.compile(r"\d+")
FIRST = (1, 2)  # numbers of which a pager shows one


def pages_shown(page: HtmlPage, site: Site) -> int:
    """The largest page number that a pager links; 2 if links only say that they lead on; 0 if the
    page shows no pager.

    The numbers of a pager link addresses that differ in one number, which grows by the same step.
    So do the days of a calendar, but their addresses look endless, or there are as many as a month
    has.
    """
    lists: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    shown = 0
    for number, url, anchor in numbers_linked(page, site.all_hosts):
        if not _may_lead(page, site, url) or is_named(anchor, SLIDES):
            continue
        if number == FIRST[1] and is_named(anchor, PAGER):
            shown = 2
        for place in _DIGITS.finditer(url):
            pattern = (url[: place.start()], url[place.end() :])
            lists[pattern].setdefault(number, int(place[0]))
    shown = max([shown, *(max(one) for one in lists.values() if _counts_pages(one))])
    return shown or 2 * _leads_on(page, site)


def _may_lead(page: HtmlPage, site: Site, url: str) -> bool:
    to_front = url.count("/") == 3 and url.endswith("/")  # what a copied or broken pager links
    if url == page.url or to_front or not of_site(url, site.all_hosts):
        return False
    return trap_reason(url) in (None, *OF_PARAMETERS)


def _counts_pages(numbers: Mapping[int, int]) -> bool:
    """Whether the numbers that links show, and those in their addresses, count pages."""
    if len(numbers) < len(FIRST) or not any(one in numbers for one in FIRST):
        return False
    if len(numbers) >= LAST_DAY:
        return False
    (one, first), (other, second) = sorted(numbers.items())[:2]
    step = (second - first) / (other - one)
    return step > 0 and all(
        value == first + step * (shown - one) for shown, value in numbers.items()
    )


def _leads_on(page: HtmlPage, site: Site) -> bool:
    """Whether a link says in words, by a sign or by its relation that it leads to the next page."""
    related = (one for one in page.anchors if "next" in (one.element.get("rel") or "").lower())
    said = (
        (link, url)
        for link, url, _ in links_onward(page)
        if url is not None and (may_be_later_page(url) or is_named(link, PAGER))
    )
    return any(
        url is not None and not is_named(link, SLIDES) and _may_lead(page, site, url)
        for link, url in (*((one.element, one.url) for one in related), *said)
    )

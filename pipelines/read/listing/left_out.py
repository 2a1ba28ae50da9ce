"""The addresses of the portal that its front page links, and that the rules of its family leave.

Rules that are too narrow for a portal leave most of what it links. Only the links can tell that.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from pipelines.read.addresses.family_rules import worth_asking
from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.shown_links import ShownLinks
from portals.platform import Platform
from portals.site import Site

MOST = 300  # addresses of a page
NUMBER = re.compile(r"\d+")


def left_out(
    page: HtmlPage, site: Site, platform: Platform, taken: Collection[str]
) -> tuple[tuple[str, ...], int]:
    """The addresses worth a request that a page links and that are not `taken`, and the number of
    all that are worth one. Addresses that differ in numbers alone count as one, and those that look
    endless as none. Nothing of a page with two names or more behind the host: it is no front page.
    """
    if urlsplit(page.url).path.rstrip("/").count("/") > 1:
        return (), 0
    shown = ShownLinks(page, site, platform)
    worth: dict[str, str] = {}
    for url in shown.urls:
        passed = url in (page.url, site.url) or url in shown.doubts
        if not passed and worth_asking(url, site, platform):
            # The months of an archive are one, unless they show titles as articles do.
            same = url if shown.title(url) else NUMBER.sub("#", url)
            if same not in worth or url in taken:
                worth[same] = url
    return tuple(url for url in worth.values() if url not in taken)[:MOST], len(worth)

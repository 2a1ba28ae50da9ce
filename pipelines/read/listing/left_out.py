"""The addresses that a portal's front page links and no rule of its family takes.

Only these links show that a family's rules are too narrow for a portal.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from pipelines.read.listing.shown_links import ShownLinks

MOST = 300  # addresses of a page
NUMBER = re.compile(r"\d+")


def left_out(shown: ShownLinks, taken: Collection[str]) -> tuple[tuple[str, ...], int]:
    """The addresses worth a request that a page links and that are not `taken`, and how many it
    links in all that are worth one.

    Addresses that differ only in numbers count as one; those that look endless do not count. A page
    with two names or more behind the host is no front page, and has none.
    """
    page, site = shown.page, shown.site
    if urlsplit(page.url).path.rstrip("/").count("/") > 1:
        return (), 0
    worth: dict[str, str] = {}
    for url in shown.urls:
        passed = url in (page.url, site.url) or url in shown.doubts
        if not passed and shown.worth_asking(url):
            # The months of an archive count as one; links that show titles are articles.
            same = url if shown.title(url) else NUMBER.sub("#", url)
            if same not in worth or url in taken:
                worth[same] = url
    return tuple(url for url in worth.values() if url not in taken)[:MOST], len(worth)

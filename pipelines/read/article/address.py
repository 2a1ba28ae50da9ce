"""The canonical address of an article."""

import re
from urllib.parse import urlsplit

from pipelines.read.addresses.canonical import same_site
from pipelines.read.addresses.family_rules import matches, own_address, path_and_query
from pipelines.read.html.page import HtmlPage
from portals.platform import Platform
from portals.site import Site

# A second address in one value: a template joined two, with or without a separator.
_SECOND_ADDRESS = re.compile(r".https?:/|[\s,;|]/", re.IGNORECASE)


def article_address(
    page: HtmlPage, site: Site, platform: Platform, permalink: str | None = None
) -> str:
    """The address that the page's canonical link or og:url names, or to which its title leads
    (`permalink`), else the requested one.

    Many portals name their front page as the canonical address of everything. A link counts if it
    stays on the site, is not the front page, and either is an article's address in this family or
    ends in the same segment as the requested address. It is only a claim: the archive believes it
    while it can be true.
    """
    asked = own_address(page.url, platform)
    named = page.join(_named(page)) or permalink
    if (
        named is None
        or named == asked
        or not same_site(named, site.all_hosts)
        or path_and_query(named) == "/"
    ):
        return asked
    plausible = _last_segment(named) == _last_segment(asked) or matches(
        named, platform.addresses.article
    )
    return named if plausible else asked


def _named(page: HtmlPage) -> str | None:
    """What the canonical link says, else og:url. None if it is not one address."""
    links = [
        href
        for link in page.root.iterfind(".//link[@rel='canonical']")
        if (href := link.get("href", "").strip())
    ]
    values = links or [page.meta("og:url") or ""]
    if len({page.join(value) for value in values}) > 1 or _SECOND_ADDRESS.search(values[0]):
        return None
    return str(values[0])


def _last_segment(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]

"""The canonical address of an article."""

from urllib.parse import urlsplit

from pipelines.read.addresses.canonical import canonical_url, same_site
from pipelines.read.addresses.family_rules import matches, path_and_query
from pipelines.read.html.page import HtmlPage
from portals.platform import Platform
from portals.site import Site


def article_address(page: HtmlPage, site: Site, platform: Platform) -> str:
    """The page's own canonical link if it can be believed, else the requested address.

    Many portals name their front page as the canonical address of everything. Believe a link if it
    stays on the site, is not the front page, and either is an article's address in this family or
    ends in the same segment as the requested address.
    """
    asked = canonical_url(page.url, drop_parameters=platform.addresses.drop_parameters) or page.url
    link = page.root.find(".//link[@rel='canonical']")
    named = page.join(link.get("href")) if link is not None else page.join(page.meta("og:url"))
    if (
        named is None
        or named == asked
        or not same_site(named, site.all_hosts)
        or path_and_query(named) == "/"
    ):
        return asked
    believed = _last_segment(named) == _last_segment(asked) or matches(
        named, platform.addresses.article
    )
    return named if believed else asked


def _last_segment(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]

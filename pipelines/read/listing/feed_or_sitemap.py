"""Reads a feed or sitemap: the articles and sitemaps of its portal that it names."""

from dataclasses import replace

from pipelines.capture import Capture
from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.family_rules import matches, names_listing, worth_asking
from pipelines.read.listing.feeds import PAGE, json_feed_start, read_feed
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.listing.sitemaps import read_sitemap
from pipelines.read.listing.xml_document import root_ahead
from pipelines.read.reading import Link, Reading
from portals.platform import Platform
from portals.site import Site


def begins_like_feed_or_sitemap(body: bytes) -> bool:
    """Whether a body begins like a feed or a sitemap, behind a notice or not."""
    head = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return not PAGE.match(head) and (
        json_feed_start(body) is not None or root_ahead(head) is not None
    )


def read_feed_or_sitemap(
    capture: Capture, site: Site, platform: Platform, body: bytes
) -> Reading | None:
    """The reading of a sitemap or feed; None for any other body. `body`: content decoded.

    Its links are the portal's that its family does not ignore; of a sitemap's pages only articles,
    if the family recognises them by address.
    """
    found = None
    for read in (read_sitemap, read_feed):
        found = found or read(body, capture.url, zone=site.zone, fetched_at=capture.fetched_at)
    if found is None:
        return None
    links = tuple(link for link in found.links if _is_followed(link, found.kind, site, platform))
    return replace(found, links=links, names=listed_names(links, platform))


def _is_followed(link: Link, named_by: str, site: Site, platform: Platform) -> bool:
    addresses = platform.addresses
    if link.kind == "sitemap":
        return of_site(link.url, site.all_hosts) and not matches(link.url, addresses.sitemap_ignore)
    if not worth_asking(link.url, site, platform):
        return False
    if named_by == "feed" or not addresses.article:
        return True
    return matches(link.url, addresses.article) and not names_listing(link.url, platform)

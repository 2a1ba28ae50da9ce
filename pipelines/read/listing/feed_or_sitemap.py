"""Reads a feed or sitemap: the articles and sitemaps of its portal that it names."""

from pipelines.capture import Capture
from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.family_rules import ends_like_file, matches, names_listing
from pipelines.read.listing.feeds import read_feed
from pipelines.read.listing.json_feed import PAGE, may_be_json_feed
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.listing.sitemaps import SitemapReading, read_sitemap
from pipelines.read.listing.xml_document import root_ahead
from pipelines.read.reading import Link, Reading
from portals.platform import Platform
from portals.site import Site


def begins_like_feed_or_sitemap(body: bytes) -> bool:
    """Whether a body begins like a feed or a sitemap, behind a notice or not."""
    head = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return not PAGE.match(head) and (may_be_json_feed(body) or root_ahead(head) is not None)


def read_feed_or_sitemap(
    capture: Capture, site: Site, platform: Platform, body: bytes
) -> Reading | None:
    """The reading of a sitemap or feed; None for any other body. `body`: content decoded."""
    sitemap = read_sitemap(body, capture.url, zone=site.zone, fetched_at=capture.fetched_at)
    if sitemap is not None:
        links = _worth_following(sitemap, site, platform)
        return Reading(
            "sitemap",
            links=links,
            names=listed_names(links, platform),
            complete=sitemap.complete,
            notes=sitemap.notes,
        )
    feed = read_feed(body, capture.url, zone=site.zone, fetched_at=capture.fetched_at)
    if feed is None:
        return None
    links = tuple(
        link
        for link in feed.links
        if of_site(link.url, site.all_hosts)
        and not ends_like_file(link.url)
        and not matches(link.url, platform.addresses.ignore)
    )
    return Reading("feed", links=links, names=listed_names(links, platform), notes=feed.notes)


def _worth_following(sitemap: SitemapReading, site: Site, platform: Platform) -> tuple[Link, ...]:
    """The links of the portal that its family does not ignore. Of pages, only articles, if the
    family recognises them by address.
    """
    addresses = platform.addresses
    links = tuple(
        link
        for link in sitemap.links
        if of_site(link.url, site.all_hosts)
        and not matches(
            link.url, addresses.sitemap_ignore if link.kind == "sitemap" else addresses.ignore
        )
    )
    if not addresses.article:
        return links
    return tuple(
        link
        for link in links
        if link.kind == "sitemap"
        or (
            matches(link.url, addresses.article)
            and not names_listing(link.url, platform)
            and not ends_like_file(link.url)
        )
    )

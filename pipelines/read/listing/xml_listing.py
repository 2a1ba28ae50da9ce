"""Reads a feed or sitemap: the articles and sitemaps of its portal that it names."""

import re

from pipelines.capture import Capture
from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.family_rules import ends_like_file, matches, names_listing
from pipelines.read.listing.feeds import SitemapReading, read_feed, read_sitemap
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.reading import Link, Reading
from portals.platform import Platform
from portals.site import Site

XML = re.compile(rb"<(?:\?xml|!DOCTYPE\s+(?!html)|rss|feed|urlset|sitemapindex|rdf:RDF)", re.I)
XML_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|rdf|urlset|sitemapindex)[\s>]", re.I)


def may_be_xml_listing(body: bytes) -> bool:
    """Whether a body begins like a feed or a sitemap."""
    head = body[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    head = head.lstrip().removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(XML.match(head) and XML_ROOT.search(head))


def read_xml_listing(
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
    """The links of the portal that its family does not ignore. Of a urlset, only articles, if the
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
    if sitemap.kind == "index" or not addresses.article:
        return links
    return tuple(
        link
        for link in links
        if matches(link.url, addresses.article)
        and not names_listing(link.url, platform)
        and not ends_like_file(link.url)
    )

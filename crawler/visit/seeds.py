"""The addresses a visit begins with."""

from collections.abc import Iterable
from typing import Literal

from crawler.visit.assignment import Assignment
from pipelines.keep.frontier.discovery import Origin, discover
from pipelines.keep.frontier.pages import await_browser, begin_visit
from pipelines.keep.looks.plan import plan_looks
from pipelines.keep.records.pictures import discover_held
from pipelines.read.addresses.canonical import canonical_url, same_site
from pipelines.read.reading import Link
from portals.platform import platform_of
from portals.site import Site

MOST_SITEMAPS = 5  # of those that robots.txt names
LISTING_KINDS: dict[str, Literal["listing", "feed", "sitemap"]]
LISTING_KINDS = {
    "html": "listing",
    "rss": "feed",
    "atom": "feed",
    "json": "feed",
    "sitemap": "sitemap",
}


def own_links(site: Site) -> list[Link]:
    """Links to the listings that a site's settings name, else to its front page."""
    links = [
        Link(url, LISTING_KINDS[listing.kind], section=listing.section)
        for listing in site.listing
        if (url := canonical_url(listing.url))
    ]
    return links or [Link(canonical_url(site.url) or site.url, "listing")]


class Seeds:
    """Puts the first addresses into the frontier. `own`: the addresses that the site file names."""

    def __init__(self, assignment: Assignment) -> None:
        self._at = assignment
        self._platform_done = bool(assignment.site.listing)
        self._links = own_links(assignment.site)
        self.own = frozenset(link.url for link in self._links)

    def plant(self) -> bool:
        """Add the site's own addresses and make its listings, feeds and sitemaps due.

        Returns whether this visit is part of a full sweep.
        """
        at, site = self._at, self._at.site
        with at.ingest.archive.transaction() as db:
            platform = platform_of(site.platform or "generic")
            discover(db, site.key, self._links, platform, at.began, Origin(trusted=True))
            sweeping = begin_visit(db, site.key, at=at.began)
            if site.crawl.browser:
                await_browser(db, site.key, at=at.began)
            if site.crawl.keep_images:
                discover_held(db, site, platform, at.began)
            plan_looks(db, site.key, at=at.began, files=site.crawl.attachments)
        return sweeping

    def plant_platform(self, sitemaps: Iterable[str] | None, *, looked: bool) -> None:
        """Add, once, the usual addresses of the site's platform if the site file has no listings.

        They are the `sitemaps` that robots.txt names (None: it has not come yet), else the
        platform's own, and its feed. The platform is `generic` if a page was read (`looked`) that
        has the signs of no other.
        """
        key = self._at.known_platform or ("generic" if looked else None)
        if self._platform_done or key is None or sitemaps is None:
            return
        self._platform_done = True
        site, addresses = self._at.site, platform_of(key).addresses
        named = [url for sitemap in sitemaps if (url := canonical_url(sitemap, site.url))]
        own = [url for url in named if same_site(url, site.all_hosts)][:MOST_SITEMAPS]
        links = [Link(url, "sitemap") for url in own or self._usual(addresses.sitemaps)]
        links += [Link(url, "feed") for url in self._usual(addresses.feeds)]
        with self._at.ingest.archive.transaction() as db:
            discover(db, site.key, links, platform_of(key), at=self._at.clock())

    def _usual(self, paths: tuple[str, ...]) -> list[str]:
        """The first of the platform's paths, as an address of the site."""
        return [url for path in paths[:1] if (url := canonical_url(path, self._at.site.url))]

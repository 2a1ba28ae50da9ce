"""Fetches an answer: with Scrapy's handler, behind the address guard, with our own trust."""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetch.address_guard import BlockedAddressError, GuardedReactor
from crawler.fetch.certificates import SiteTrust
from crawler.fetch.scrapy_internals import ScrapyHandler
from pipelines.read.addresses.canonical import same_site
from portals.public_addresses import is_private_by_name
from portals.site import Site


class GuardedDownloadHandler(ScrapyHandler):
    """The handler of one visit, so that each site has its own permissions and connections.

    request.meta["tls"] then says how an encrypted connection was trusted.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._site: Site = crawler.spider.site  # type: ignore[union-attr]  # a PortalSpider
        self._trust: SiteTrust
        super().__init__(crawler, self._judged, self._reactor_of)

    def _judged(self, connections: Any) -> SiteTrust:
        self._trust = SiteTrust(self._site, connections)
        return self._trust

    async def download_request(self, request: Request) -> Response:
        """The answer. Raises Scrapy's download exceptions, and BlockedAddressError."""
        response = await super().download_request(request)
        parts = urlsplit(request.url)
        if parts.scheme == "https":
            request.meta["tls"] = self._trust.seen.get((parts.hostname or "", parts.port or 443))
        return response

    def _reactor_of(self, request: Request) -> GuardedReactor | None:
        """The guarded reactor, unless the site may be private or the operator's proxy connects."""
        from twisted.internet import reactor

        if self._site.crawl.allow_private and same_site(request.url, self._site.all_hosts):
            return None
        if request.meta.get("proxy"):
            host = urlsplit(request.url).hostname or ""
            if is_private_by_name(host):  # only the proxy knows where a name leads
                raise BlockedAddressError(host)
            return None
        return GuardedReactor(reactor)

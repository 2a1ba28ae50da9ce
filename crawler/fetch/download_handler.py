"""How an answer is fetched: Scrapy's own handler of HTTP, behind the guard of addresses, with our judgement of certificates and a bound for headers."""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.web.client import Agent

from crawler.fetch.address_guard import BlockedAddressError, GuardedReactor
from crawler.fetch.certificates import SiteTrust
from crawler.fetch.failures import OwnFault
from pipelines.read.addresses.canonical import same_site
from portals.public_addresses import is_private_by_name
from portals.site import Site

MOST_HEAD = (
    128 << 10
)  # bytes of a status line and its headers, interim answers (1xx) included; DOWNLOAD_MAXSIZE bounds the body only

IDLE = 1  # seconds that an unused connection is kept: many servers close theirs after five, and a request that crosses with that is lost


class HeadTooLongError(OwnFault):
    """An answer whose headers do not end."""

    word = "head-too-long"


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, one for each site that is visited, so that each site has its own permissions and connections.

    It leaves how an encrypted connection was trusted in request.meta["tls"].
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._site: Site = crawler.spider.site  # type: ignore[union-attr]  # PortalSpider is the only spider there is
        self._trust = SiteTrust(self._site, self._contextFactory)
        self._contextFactory: Any = self._trust
        self._pool._factory = _BoundedFactory
        self._pool.retryAutomatically = (
            False  # Twisted would ask a second time at once, which no pace allows
        )
        self._pool.cachedConnectionTimeout = IDLE

    async def download_request(self, request: Request) -> Response:
        """The answer. Raises Scrapy's exceptions of a download, and BlockedAddressError."""
        agent = _GuardedAgent(
            self._site,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            response = await maybe_deferred_to_future(agent.download_request(request))
        parts = urlsplit(request.url)
        if parts.scheme == "https":
            request.meta["tls"] = self._trust.seen.get((parts.hostname or "", parts.port or 443))
        return response


class _GuardedAgent(_ScrapyAgent):
    """Scrapy's agent of one request. Only a host of a site whose file allows private addresses, or the operator's proxy, is connected wherever it leads."""

    def __init__(self, site: Site, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._site = site

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor

        if self._site.crawl.allow_private and same_site(request.url, self._site.all_hosts):
            return super()._get_agent(request, timeout)
        if request.meta.get("proxy"):
            host = urlsplit(request.url).hostname or ""
            if is_private_by_name(host):  # where a name leads, only the proxy knows
                raise BlockedAddressError(host)
            return super()._get_agent(request, timeout)
        guarded: Any = GuardedReactor(reactor)
        return Agent(guarded, self._contextFactory, connectTimeout=timeout, pool=self._pool)  # type: ignore[no-untyped-call]


class _BoundedParser(_LenientHTTPClientParser):
    """Reads an answer's head line by line, up to MOST_HEAD bytes in all. No state but a count: Scrapy makes the parser, and we change its class."""

    _head = 0

    def lineReceived(self, line: bytes) -> None:
        self._head += len(line) + 1
        if self._head > MOST_HEAD:
            self.lineLengthExceeded(line)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        transport: Any = self.transport
        transport._producer.abortConnection()  # a mere close would wait for an end that never comes
        raise HeadTooLongError(
            f"its headers are longer than {MOST_HEAD >> 10} KB, or one of their lines than {self.MAX_LENGTH >> 10} KB"
        )


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[Any]:
        answer = super().request(request)
        self._parser.__class__ = _BoundedParser
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]

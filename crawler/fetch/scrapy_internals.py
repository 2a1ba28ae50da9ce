"""Every use of Scrapy's and Twisted's private parts: the download handler, agent and parser.

No other module uses them. tests/unit/crawler/fetch/test_scrapy_internals.py lists them and says
which one changed. A new Scrapy needs changes only there, here, and to the pin in pyproject.toml.
"""

import inspect
from collections.abc import Callable
from typing import Any, NoReturn

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.web._newclient import HEADER, STATUS, ParseError
from twisted.web.client import Agent
from twisted.web.http import _DataLoss
from twisted.web.http_headers import InvalidHeaderName

from crawler.fetch.framing import Chunks, FramingError, is_chunked, one_length, status_line
from crawler.fetch.own_fault import OwnFault
from pipelines.capture import EXCESS

# While it loads, Scrapy asks three times for the whole stack, with source lines that it never uses:
# a tenth of a second.
whole_stack, inspect.stack = inspect.stack, lambda context=1: whole_stack(0)
from scrapy.core.downloader.handlers.http11 import (  # noqa: E402
    HTTP11DownloadHandler,
    TunnelError,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)

inspect.stack = whole_stack

NoTunnelError = TunnelError  # what Scrapy raises if a proxy does not connect to an https host
NotHttpError = ParseError  # what Twisted raises for an answer that is not HTTP

# Bytes of a status line and headers, interim answers (1xx) included: DOWNLOAD_MAXSIZE bounds only
# the body.
MOST_HEAD = 128 << 10
# Seconds to keep an unused connection. Many servers close theirs after five, and a request sent at
# that moment is lost.
IDLE = 1


class HeadTooLongError(OwnFault):
    """The headers of an answer do not end."""

    word = "head-too-long"


class ScrapyHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, with a limit on headers and without Twisted's retry.

    `trust` wraps what makes TLS connections. `reactor_for` gives the reactor through which a
    request connects, or None for Scrapy's own choice.
    """

    def __init__(
        self,
        crawler: Crawler,
        trust: Callable[[Any], Any],
        reactor_for: Callable[[Request], Any | None],
    ) -> None:
        super().__init__(crawler)
        self._contextFactory: Any = trust(self._contextFactory)
        self._reactor_for = reactor_for
        self._pool._factory = _BoundedFactory
        self._pool.retryAutomatically = False  # Twisted would retry at once, ignoring our pace
        self._pool.cachedConnectionTimeout = IDLE

    async def download_request(self, request: Request) -> Response:
        """The answer. Raises Scrapy's download exceptions, and whatever `reactor_for` raises."""
        agent = _RequestAgent(
            self._reactor_for,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _RequestAgent(_ScrapyAgent):
    """Scrapy's agent of one request, connecting through the reactor it is given."""

    def __init__(self, reactor_for: Callable[[Request], Any | None], **keywords: Any) -> None:
        super().__init__(**keywords)
        self._reactor_for = reactor_for

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        reactor = self._reactor_for(request)
        if reactor is None:
            return super()._get_agent(request, timeout)
        return Agent(reactor, self._contextFactory, connectTimeout=timeout, pool=self._pool)  # type: ignore[no-untyped-call]


class _ChunkedBody:
    """Joins chunks behind Twisted's interface of a decoder."""

    def __init__(self, deliver: Callable[[bytes], None], finish: Callable[[bytes], None]) -> None:
        self._deliver, self._finish = deliver, finish
        self._chunks = Chunks()

    def dataReceived(self, data: bytes) -> None:
        if body := self._chunks.take(data):
            self._deliver(body)
        if self._chunks.rest is not None:
            self._finish(self._chunks.rest)

    def noMoreData(self) -> None:
        """Twisted says that the connection has ended."""
        if not self._chunks.is_whole:
            raise _DataLoss


class _TolerantParser(_LenientHTTPClientParser):
    """Reads an answer's head line by line, up to MOST_HEAD bytes in all, as browsers read it.

    Its only state of its own is a count with a default: Twisted makes the parser, and we change its
    class.
    """

    MAX_LENGTH = MOST_HEAD
    _head = 0

    def lineReceived(self, line: bytes) -> None:
        self._head += len(line) + 1
        if self._head > MOST_HEAD:
            self.lineLengthExceeded(line)
        line = line.rstrip(b"\r")
        before_status = self.state == STATUS and not line.strip()
        continues_nothing = line[:1] in (b" ", b"\t") and self._partialHeader is None
        if before_status or (self.state == HEADER and continues_nothing):
            return
        if self.state == HEADER and line[:1] not in (b" ", b"\t"):
            self._keep_line_without_colon()
        super().lineReceived(line)

    def _keep_line_without_colon(self) -> None:
        """Keep the line before this one if it has no name. Scrapy's parser would drop it."""
        line = b"".join(self._partialHeader or ())
        if line and b":" not in line:
            self._partialHeader = None
            self._keep(b"", line.strip())

    def statusReceived(self, status: bytes) -> None:
        super().statusReceived(status_line(status))  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:
        name = name.rstrip(b" \t")
        try:
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]
        except InvalidHeaderName:  # browsers pass over such a header; the capture keeps it
            self._keep(name, value)

    def _keep(self, name: bytes, value: bytes) -> None:
        self.headers._rawHeaders.setdefault(name, []).append(b" ".join(value.splitlines()))

    def allHeadersReceived(self) -> None:
        code = self.response.code
        if code >= 200 and code not in self.NO_BODY_CODES:
            self._settle_length()
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def _settle_length(self) -> None:
        """Leave only one clear word on how long the body is."""
        headers = self.connHeaders
        try:
            if is_chunked(headers.getRawHeaders(b"Transfer-Encoding", ())):
                headers.setRawHeaders(b"Transfer-Encoding", [b"chunked"])
                return
            headers.removeHeader(b"Transfer-Encoding")
            length = one_length(headers.getRawHeaders(b"Content-Length", ()))
        except FramingError as error:
            self._give_up(error)
        if length is not None:
            headers.setRawHeaders(b"Content-Length", [b"%d" % length])

    def _finished(self, rest: bytes) -> None:
        """Twisted says that the body is whole; `rest` came after it in the same breath."""
        measured = not self.connHeaders.hasHeader(b"Transfer-Encoding")
        if rest.strip() and measured and self.response.code not in self.NO_BODY_CODES:
            self.headers.addRawHeader(EXCESS, str(len(rest)))
        super()._finished(rest)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> None:
        self._give_up(HeadTooLongError(f"its headers are longer than {MOST_HEAD >> 10} KB"))

    def _give_up(self, error: OwnFault) -> NoReturn:
        transport: Any = self.transport
        transport._producer.abortConnection()  # close() would wait for an end that never comes
        raise error


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[Any]:
        answer = super().request(request)
        parser: Any = self._parser
        parser.__class__ = _TolerantParser
        parser._transferDecoders = {b"chunked": _ChunkedBody}
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]

"""The only spider: it requests the addresses that the visit names, at the host's pace, and hands
over the answers. It reads no page itself.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.browser.browser import why_no_browser
from crawler.browser.rendering import Rendering
from crawler.clock import Clock, wall_clock
from crawler.fetch.failures import why_no_answer
from crawler.fetch.proxy import proxy_answer, proxy_failure
from crawler.fetch.user_agent import user_agent
from crawler.items import Capture
from crawler.open_files import TooFewFilesError, is_out_of_files, no_file_left, out_of_files
from crawler.visit.assignment import Assignment
from crawler.visit.options import VisitOptions
from crawler.visit.visit import Visit
from pipelines.ingest import Ingest
from pipelines.keep.database.free_disk import NoSpaceError
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.records.outcome import Kept
from pipelines.keep.records.pictures import too_large
from pipelines.keep.visits.runs import RunKind
from pipelines.outcomes import OVERSIZE, RunOutcome
from pipelines.read.addresses.canonical import host_of
from portals.errors import LoaError
from portals.site import Site

AHEAD = 6  # captures of one site that may be read and stored while the next is fetched
DEFAULTS = VisitOptions()


class PortalSpider(Spider):
    """Visits one site and hands every answer to `ingest`, which several spiders may share.

    `origin` says where the site comes from: its `file`, or an `address` the operator typed.
    `tell` gets every outcome.
    """

    name = "portal"

    def __init__(
        self,
        site: Site,
        ingest: Ingest,
        options: VisitOptions = DEFAULTS,
        origin: Literal["file", "address"] = "file",
        tell: Callable[[Site, Kept], None] | None = None,
        clock: Clock = wall_clock,
    ) -> None:
        super().__init__(self.name)
        no_browser = why_no_browser() if site.crawl.browser else None
        if no_browser is not None:
            site = replace(site, crawl=replace(site.crawl, browser=False))
        self.site = site
        self.ingest = ingest
        self.proxy = options.proxy
        self.tell = tell
        self.clock = clock
        self.fatal: LoaError | None = None
        self.busy: dict[str, KnownPage] = {}
        self.changed = asyncio.Event()
        self.out_of_time = False
        began = clock()
        kind: RunKind = "crawl" if options.addresses is None else "addresses"
        self.run = ingest.begin_run(kind, [site], origin, began)
        self.visit = Visit(Assignment(ingest, site, self.run, began, clock, user_agent()), options)
        if no_browser is not None:
            unread = f"{no_browser}; until then pages that need scripts stay unread"
            self.visit.end.becomes(RunOutcome.INCOMPLETE, unread)
        self.rendering = Rendering(self.visit, self._ask) if site.crawl.browser else None
        self.awaited: dict[str, asyncio.Future[Capture]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy calls this to make the spider."""
        crawler.settings.set("USER_AGENT", user_agent(), priority="spider")
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider.rendering is not None:
            crawler.signals.connect(spider.rendering.close, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield each request when the host's pace allows it, until there are no more."""
        try:
            async for request in self._requests():
                yield request
        except LoaError as error:
            self.fatal = error
        except Exception as error:
            self._fault("choosing the next address", error)

    async def _requests(self) -> AsyncIterator[Request | Capture]:
        self.visit.seed()
        while self.fatal is None:
            self.changed.clear()
            self.visit.seed_platform()
            page = self._next_page()
            if page is None:
                if self.busy:
                    await self.changed.wait()
                elif self.rendering is not None and self.rendering.waiting:
                    shell, answer = self.rendering.waiting.pop(0)
                    filled = await self.rendering.render(answer)
                    self.busy[shell.url] = shell
                    yield filled
                else:
                    break
                continue
            host = self.visit.hosts.host(page.url)
            robots = self.visit.hosts.robots_url(page.url)
            # The sitemaps decide whether a listing is walked to its end.
            sitemaps = any(under_way.kind == "sitemap" for under_way in self.busy.values())
            if (
                (sitemaps and page.kind != "sitemap")
                or math.isinf(host.pace.may_ask_at())
                or (host.policy is None and robots in self.busy)
            ):
                await self.changed.wait()
                continue
            if (wait := self.visit.hosts.told_to_wait(page.url, self.clock())) is None:
                continue
            if wait > 0:
                await asyncio.sleep(wait)
            self.visit.hosts.asks(page.url)
            if host.policy is None:
                self.busy[robots] = page
                self.visit.asked["robots"] += 1
                cookie = self.visit.gates.cookie_header(robots, for_robots=robots != page.url)
                yield self._request(robots, {"Accept-Encoding": "identity", **cookie})
                continue
            self.busy[page.url] = page
            self.visit.asked[page.kind] += 1
            cookie = self.visit.gates.cookie_header(page.url)
            yield self._request(page.url, {**self.visit.conditions(page), **cookie})

    def _next_page(self) -> KnownPage | None:
        """The next address to request; None while none is allowed, or the browser is due."""
        rendering_is_due = self.rendering is not None and self.rendering.waiting
        if rendering_is_due or len(self.busy) >= AHEAD or self.visit.hosts.all_are_busy():
            return None
        return self.visit.next_page(self.busy)

    def _request(self, url: str, headers: Mapping[str, str | bytes]) -> Request:
        meta: dict[str, Any] = {"asked_for": url, "download_timeout": self.site.crawl.timeout}
        if self._is_picture(url):
            meta["download_maxsize"] = self.site.crawl.max_image_bytes
        if self.proxy:
            meta["proxy"] = self.proxy
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            headers=dict(headers),
            meta=meta,
            dont_filter=True,
        )

    def _is_picture(self, url: str) -> bool:
        return url in self.busy and self.busy[url].kind == "image"

    def parse(self, response: Response, **_: Any) -> Capture:
        """Make a capture of an answer, whatever its status."""
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        url, tls = response.meta["asked_for"], response.meta.get("tls")
        status, body, now = response.status, response.body, self.clock()
        if response.meta.get("proxy") and (own := proxy_answer(status, headers)) is not None:
            return self._captured(Capture(self.site.key, url, now, None, error=own))
        return self._captured(Capture(self.site.key, url, now, status, headers, body, tls=tls))

    def failed(self, failure: Failure) -> Capture:
        """Make a capture of a failure, with one line that says what happened."""
        # Scrapy puts the request on the failure.
        url = failure.request.meta["asked_for"]  # type: ignore[attr-defined]
        assert failure.value is not None  # a Failure always has its exception
        if (error := no_file_left()) is not None:
            self.fatal = out_of_files(error)
        proxied = failure.request.meta.get("proxy")  # type: ignore[attr-defined]
        why = (proxy_failure(failure.value) if proxied else None) or why_no_answer(failure.value)
        if self._is_picture(url) and why.startswith(f"{OVERSIZE}:"):
            why = f"{OVERSIZE}: {too_large(self.site)}"
        return self._captured(Capture(self.site.key, url, self.clock(), None, error=why))

    def _captured(self, capture: Capture) -> Capture:
        self.visit.hosts.answered(host_of(self.busy[capture.url].url), capture)
        return capture

    async def _ask(
        self, url: str, headers: Mapping[str, str | bytes], page: KnownPage
    ) -> Capture | None:
        """Send one request for the browser, and return its answer once that is kept.

        None if nothing more can be kept.
        """
        if self.fatal is not None:
            return None
        assert self.crawler.engine is not None
        self.busy[url] = page
        self.awaited[url] = asyncio.get_running_loop().create_future()
        self.crawler.engine.crawl(self._request(url, headers))
        return await self.awaited[url]

    async def keep(self, capture: Capture) -> None:
        """Keep a capture, count it and let the next request go.

        A failure to write ends the visit.
        """
        try:
            if isinstance(self.fatal, TooFewFilesError):
                return  # the failure was our own, not the portal's
            page = self.busy[capture.url]
            for_robots = page.url != capture.url
            kind = "robots" if for_robots else page.kind
            kept = await self.ingest.keep(self.run, self.site, capture, kind)
            if for_robots:
                self.visit.gates.note_robots(capture)
                self.visit.hosts.take_robots(host_of(page.url), capture)
            else:
                self.visit.note(page, capture, kept)
            if self.rendering is not None:
                self.rendering.note(page, capture, kept)
            self.visit.count(kept)
            if self.tell is not None:
                self.tell(self.site, kept)
        except LoaError as error:
            self.fatal = error
        except Exception as error:
            self._fault(capture.url, error)
        finally:
            self.busy.pop(capture.url, None)
            if (awaited := self.awaited.pop(capture.url, None)) is not None and not awaited.done():
                awaited.set_result(capture)
            self.changed.set()

    def _fault(self, what: str, error: Exception) -> None:
        """End the visit loudly at a fault of our own, which Scrapy would bury in its log."""
        self.fatal = (
            out_of_files(error)
            if is_out_of_files(error)
            else LoaError(
                f"{what}: {type(error).__name__}: {error}; this is a fault in loa, please report it"
            )
        )
        self.fatal.__cause__ = error

    def closed(self, reason: str) -> None:
        """Close the run with its outcome."""
        end = self.visit.end
        if reason == "finished":
            self.visit.ended()
        outcome, detail = end.outcome, end.detail
        if self.fatal is not None:
            outcome, detail = RunOutcome.FAILED, str(self.fatal)
        elif reason != "finished" and not self.out_of_time:
            outcome, detail = RunOutcome.INTERRUPTED, reason
        elif reason != "finished" and outcome == RunOutcome.OK:
            outcome = RunOutcome.STOPPED
            detail = "the time for this crawl is up; the next visit goes on from here"
        # The floor of free disk leaves room for closing the run.
        if self.fatal is None or isinstance(self.fatal, NoSpaceError):
            try:
                self.visit.hosts.keep_gaps()
                ending = self.ingest.end_run(
                    self.run, outcome=outcome, detail=detail, at=self.clock(), visited=self.site
                )
                outcome, detail = ending.outcome, ending.detail
            except LoaError as error:
                self.fatal, outcome, detail = error, RunOutcome.FAILED, str(error)
            except Exception as error:
                self._fault("closing the visit", error)
                outcome, detail = RunOutcome.FAILED, str(self.fatal)
        end.outcome, end.detail = outcome, detail

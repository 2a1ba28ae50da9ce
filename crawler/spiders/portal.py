"""The one spider: it asks for what the visit names, in its time, and hands over what came back. It reads nothing itself."""

import asyncio
import math
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.browser.browser import why_no_browser
from crawler.browser.rendering import Rendering
from crawler.clock import Clock, wall_clock
from crawler.fetch.failures import why_no_answer
from crawler.fetch.user_agent import user_agent
from crawler.visit.visit import Visit
from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.database.free_disk import NoSpaceError
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.records.answer import Kept
from pipelines.read.addresses.canonical import host_of
from portals.errors import LoaError
from portals.site import Site, load_sites

AHEAD = (
    6  # captures of one site on their way through reading and storing while the next is asked for
)


class PortalSpider(Spider):
    """Visits one site. `loa crawl` gives it the site and an ingest that several spiders share; `scrapy crawl KEY` lets it make its own."""

    name = "portal"

    def __init__(
        self,
        site: Site | None = None,
        ingest: Ingest | None = None,
        delay: float | None = None,
        max_pages: int | None = None,
        proxy: str | None = None,
        tell: Callable[[Site, Kept], None] | None = None,
        origin: str = "file",
        quota: Mapping[str, int] | None = None,
        clock: Clock = wall_clock,
        **_: Any,
    ) -> None:
        super().__init__(self.name)
        self.site = site or load_sites()[self.name]
        no_browser = why_no_browser() if self.site.crawl.browser else None
        if no_browser is not None:
            self.site = replace(self.site, crawl=replace(self.site.crawl, browser=False))
        self.own_ingest = ingest is None
        self.ingest = ingest or Ingest(
            Path(os.environ.get("LOA_ARCHIVE", "archive.db")),
            name=f"crawl-{clock():%Y%m%dT%H%M%S}-{os.getpid()}",
        )
        self.proxy = proxy
        self.tell = tell
        self.fatal: LoaError | None = None
        self.busy: dict[str, KnownPage] = {}
        self.changed = asyncio.Event()
        self.clock = clock
        self.out_of_time = False
        began = clock()
        self.visit = Visit(
            ingest=self.ingest,
            site=self.site,
            run=self.ingest.begin_run(
                "crawl", [self.site], "address" if origin == "address" else "file", began
            ),
            began=began,
            clock=clock,
            user_agent=user_agent(),
            delay=self.site.crawl.delay if delay is None else float(delay),
            max_pages=self.site.crawl.max_pages if max_pages is None else int(max_pages),
            quota=quota or {},
        )
        if no_browser is not None:
            self.visit.outcome, self.visit.detail = (
                "incomplete",
                f"{no_browser}; until then its pages of script stay unread",
            )
        self.rendering = Rendering(self.visit, self._ask) if self.site.crawl.browser else None
        self.awaited: dict[str, asyncio.Future[Capture]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy."""
        crawler.settings.set("USER_AGENT", user_agent(), priority="spider")
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider.rendering is not None:
            crawler.signals.connect(spider.rendering.close, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Requests one by one, each when its host may be asked, until the frontier has nothing more for this visit."""
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
            if page.kind != "sitemap" and any(
                under_way.kind == "sitemap" for under_way in self.busy.values()
            ):
                await self.changed.wait()  # whether a listing has to be walked to its end depends on what the sitemaps promise
                continue
            host = self.visit.host(page.url)
            robots = self.visit.robots_url(page.url)
            if math.isinf(host.pace.wait(self.visit.clock().timestamp())) or (
                host.policy is None and robots in self.busy
            ):
                await self.changed.wait()
                continue
            if (wait := self.visit.told_to_wait(page.url, self.visit.clock())) is None:
                continue
            if wait > 0:
                await asyncio.sleep(wait)
            host.pace.asked(self.visit.clock().timestamp())
            if host.policy is None:
                self.busy[robots] = page
                self.visit.asked["robots"] += 1
                yield self._request(robots, {"Accept-Encoding": "identity"})
                continue
            self.busy[page.url] = page
            self.visit.asked[page.kind] += 1
            yield self._request(
                page.url, self.visit.conditions(page) | self.visit.challenges.ask(page)
            )

    def _next_page(self) -> KnownPage | None:
        """The next address to ask for; None while all that may be asked is under way, and while a page waits for the browser."""
        if (
            len(self.busy) >= AHEAD
            or self.visit.awaits_all()
            or (self.rendering is not None and self.rendering.waiting)
        ):
            return None
        return self.visit.next_page(self.busy)

    def _request(self, url: str, headers: Mapping[str, str]) -> Request:
        meta: dict[str, Any] = {
            "handle_httpstatus_all": True,
            "asked_for": url,
            "download_timeout": self.site.crawl.timeout,
        }
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

    def parse(self, response: Response, **_: Any) -> Capture:
        """An answer as a capture, whatever its status."""
        return self._captured(self._answer(response))

    def _answer(self, response: Response) -> Capture:
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        tls = response.meta.get("tls")
        return Capture(
            self.site.key,
            response.meta["asked_for"],
            self.clock(),
            response.status,
            headers,
            response.body,
            tls=tls,
        )

    def failed(self, failure: Failure) -> Capture:
        """No answer as a capture: what happened, in one line."""
        url = failure.request.meta["asked_for"]  # type: ignore[attr-defined]  # Scrapy puts the request on the failure
        assert failure.value is not None  # a Failure always has its exception
        return self._captured(
            Capture(self.site.key, url, self.clock(), None, error=why_no_answer(failure.value))
        )

    def _captured(self, capture: Capture) -> Capture:
        self.visit.answered(host_of(self.busy[capture.url].url), capture)
        return capture

    async def _ask(self, url: str, headers: Mapping[str, str], page: KnownPage) -> Capture | None:
        """One request for the browser, which goes the way of every other and is kept before it is used; None where nothing can be kept any more."""
        if self.fatal is not None:
            return None
        assert self.crawler.engine is not None
        self.busy[url] = page
        self.awaited[url] = asyncio.get_running_loop().create_future()
        self.crawler.engine.crawl(self._request(url, headers))
        return await self.awaited[url]

    async def keep(self, capture: Capture) -> None:
        """Keeps a capture, counts it, and lets the next request go. What cannot be written ends the visit and is told by the command."""
        try:
            page = self.busy[capture.url]
            for_robots = page.url != capture.url
            kept = await self.ingest.keep(
                self.visit.run, self.site, capture, "robots" if for_robots else page.kind
            )
            if for_robots:
                self.visit.take_robots(host_of(page.url), capture)
            self.visit.challenges.meet(page, kept.cookie)
            if self.rendering is not None:
                self.rendering.meet(page, capture, kept)
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
        """A fault of ours must end the visit loudly, not vanish in Scrapy's log."""
        self.fatal = LoaError(
            f"{what}: {type(error).__name__}: {error}; this is a fault in loa, please report it"
        )
        self.fatal.__cause__ = error

    def closed(self, reason: str) -> None:
        """Closes the run with its outcome."""
        outcome, detail = self.visit.outcome, self.visit.detail
        if self.fatal is not None:
            outcome, detail = "failed", str(self.fatal)
        elif reason != "finished" and not self.out_of_time:
            outcome, detail = "interrupted", reason
        elif reason != "finished" and outcome == "ok":
            outcome, detail = (
                "stopped",
                "the time of this outing was over; the next visit goes on from here",
            )
        if self.fatal is None or isinstance(
            self.fatal, NoSpaceError
        ):  # the floor leaves room for this
            try:
                ending = self.ingest.end_run(
                    self.visit.run,
                    outcome=outcome,
                    detail=detail,
                    at=self.clock(),
                    visited=self.site,
                )
                outcome, detail = ending.outcome, ending.detail
            except LoaError as error:
                self.fatal, outcome, detail = error, "failed", str(error)
            except Exception as error:
                self._fault("closing the visit", error)
                outcome, detail = "failed", str(self.fatal)
        self.visit.outcome, self.visit.detail = outcome, detail
        if self.own_ingest:
            self.ingest.close()
            if detail:
                self.logger.warning(detail)

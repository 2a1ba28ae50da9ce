"""The pages of one visit that a browser fills, and the fetching for them.

Every request of a page keeps to the pace, robots.txt, guard and limits of the visit.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from crawler.browser.browser import BrowserError, PageBrowser
from crawler.visit.visit import Visit
from pipelines.capture import Capture
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.frontier.validators import Validators
from pipelines.keep.records.outcome import MOST_HOPS, Kept
from pipelines.outcomes import Outcome
from pipelines.read.addresses.canonical import canonical_url, host_of, origin_of, same_site
from portals.site import UNDETERMINED

MOST_SUBRESOURCES = 80  # requests for one page
MOST_TIMES = 3  # requests of one page for the same address: a page that polls is complete by then
REMEMBERED = 64 << 20  # bytes of scripts, which are fetched once in a visit
HTML = (("Content-Type", "text/html; charset=utf-8"),)

Ask = Callable[[str, Mapping[str, str | bytes], KnownPage], Awaitable[Capture | None]]


class Rendering:
    """The pages of a visit that are `waiting` for the browser, and the browser.

    `ask` sends one request on behalf of a page and returns the answer once it is kept.
    """

    def __init__(self, visit: Visit, ask: Ask) -> None:
        self.visit = visit
        self.ask = ask
        self.waiting: list[tuple[KnownPage, Capture]] = []
        self.scripts: dict[str, Capture] = {}
        language = visit.site.language
        self._browser = PageBrowser(
            visit.assignment.user_agent, None if language == UNDETERMINED else language
        )

    def note(self, page: KnownPage, capture: Capture, kept: Kept) -> None:
        """Take note of a page that was kept: an empty shell waits for the browser."""
        if kept.outcome == Outcome.AWAITS_BROWSER:
            self.waiting.append((page, capture))
        elif kept.rendered and kept.outcome == Outcome.FAILED:
            self.visit.killed += 1

    async def render(self, shell: Capture) -> Capture:
        """The page rendered from a shell, as a capture; without a status if that fails."""
        fetcher = _PageFetcher(self)
        try:
            text = await self._browser.fill(shell, fetcher.fetch)
            error = fetcher.missing and f"asked in vain for {fetcher.missing}"
            status, body = 200, text.encode("utf-8", "replace")
        except BrowserError as fault:
            hosts = ", ".join(sorted(fetcher.foreign)[:5])
            beyond = f"; it asked in vain for hosts that `hosts` may name: {hosts}" if hosts else ""
            status, body, error = None, b"", f"{fault}{beyond}"
        finally:
            fetcher.over.set()
        filled = Capture(
            shell.site,
            shell.url,
            self.visit.clock(),
            status,
            HTML if status else (),
            body,
            error and f"{BrowserError.word}: {error}",
            rendered_from=shell.fetched_at,
        )
        async with fetcher.one_at_a_time:  # lets requests under way end first
            return filled

    def remember(self, url: str, script: Capture) -> None:
        """Keep a script for the visit's other pages, if there is room."""
        if sum(len(held.body) for held in self.scripts.values()) + len(script.body) <= REMEMBERED:
            self.scripts[url] = script

    async def close(self) -> None:
        """End the browser."""
        await self._browser.end()


class _PageFetcher:
    """The fetching for one page, until it is `over`.

    `foreign`: requested hosts that are not the site's. `missing`: a request that failed for now.
    """

    def __init__(self, rendering: Rendering) -> None:
        self._rendering = rendering
        self._visit = rendering.visit
        self._asked: Counter[str] = Counter()
        self.foreign: set[str] = set()
        self.missing: str | None = None
        self.over = asyncio.Event()
        self.one_at_a_time = asyncio.Lock()

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Capture | None:
        """Fetch politely what a page requests; None if it may not have it.

        Redirects are followed here, each address under the same rules: a browser that followed
        them would bypass the visit.
        """
        for _ in range(MOST_HOPS):
            async with self.one_at_a_time:
                capture = self._rendering.scripts.get(url) or await self._fetch(url, headers)
            if capture is None or not capture.is_redirect:
                return capture
            url = canonical_url(capture.location, capture.url) or ""
        return None

    async def _fetch(self, url: str, headers: Mapping[str, str]) -> Capture | None:
        page = KnownPage(0, url, "subresource", 0, Validators(0, None, None, 0))
        if not self._may_ask(url) or not await self._robots_allow(page):
            return None
        self._asked[url] += 1
        capture = await self._paced(url, headers, page)
        if capture is None:
            self._miss(url, "its host wants to be left alone")
        elif _fails_for_now(capture.status):
            self._miss(url, capture.error or f"answered {capture.status}")
        elif capture.status == 200 and "javascript" in (capture.header("content-type") or ""):
            self._rendering.remember(url, capture)
        return capture

    def _may_ask(self, url: str) -> bool:
        """Whether an address belongs to the site and is within the page's limits."""
        if canonical_url(url) is None:
            return False
        if not same_site(url, self._visit.site.all_hosts):
            self.foreign.add(host_of(url))
            return False
        return self._asked.total() < MOST_SUBRESOURCES and self._asked[url] < MOST_TIMES

    async def _robots_allow(self, page: KnownPage) -> bool:
        """Whether the host's robots.txt allows a page's address; fetches robots.txt if need be."""
        host, robots = self._visit.hosts.host(page.url), {"Accept-Encoding": "identity"}
        while host.policy is None:
            if await self._paced(self._visit.hosts.robots_url(page.url), robots, page) is None:
                return False
        allowed = host.policy.allows(page.url, self._visit.assignment.user_agent)
        if not allowed and _fails_for_now(host.policy.status):
            self._miss(page.url, "its host's robots.txt could not be fetched")
        return allowed

    def _miss(self, url: str, why: str) -> None:
        self.missing = self.missing or f"{url}: {why}"

    async def _paced(self, url: str, headers: Mapping[str, str], page: KnownPage) -> Capture | None:
        """One answer, at the pace of the page's host.

        None if the page is over, or the host wants to be left alone for longer than a visit waits.
        """
        visit = self._visit
        if origin_of(page.url) in visit.hosts.left:
            return None
        wait = visit.hosts.told_to_wait(page.url, visit.clock())
        if wait is None:
            return None
        try:
            await asyncio.wait_for(self.over.wait(), wait)
            return None
        except TimeoutError:
            visit.hosts.asks(page.url)
            visit.asked["subresource" if url == page.url else "robots"] += 1
            return await self._rendering.ask(
                url, {**headers, **visit.gates.cookie_header(url)}, page
            )


def _fails_for_now(status: int | None) -> bool:
    return status is None or status >= 500 or status in (408, 425, 429)

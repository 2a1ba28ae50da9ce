"""The pages of one visit that a browser fills, and the fetching for it: by the same pace, robots.txt, guard and limits as every other request of the visit."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from crawler.browser.browser import BrowserError, PageBrowser
from crawler.visit.visit import Visit
from pipelines.capture import Capture
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.frontier.validators import Validators
from pipelines.keep.records.answer import REDIRECTS, Kept
from pipelines.outcomes import Outcome
from pipelines.read.addresses.canonical import canonical_url, host_of, origin_of, same_site
from portals.site import UNDETERMINED

MOST_SUBRESOURCES = 80  # requests for one page
MOST_TIMES = (
    3  # that one page may ask for the same thing: one that polls shows by then what it has to show
)
MOST_HOPS = 5  # redirects from a subresource on; a browser that followed them itself would ask past the visit
REMEMBERED = 64 << 20  # bytes of scripts that are asked for once in a visit
HTML = (("Content-Type", "text/html; charset=utf-8"),)

Ask = Callable[[str, Mapping[str, str], KnownPage], Awaitable[Capture | None]]


class Rendering:
    """What of a visit is `waiting` for the browser, and the browser. `ask` sends one request, made for a page, and gives its answer once that is kept."""

    def __init__(self, visit: Visit, ask: Ask) -> None:
        self.visit = visit
        self.ask = ask
        self.waiting: list[tuple[KnownPage, Capture]] = []
        self.scripts: dict[str, Capture] = {}
        language = visit.site.language
        self._browser = PageBrowser(
            visit.user_agent, None if language == UNDETERMINED else language
        )

    def meet(self, page: KnownPage, capture: Capture, kept: Kept) -> None:
        """A page was kept; if it is a shell that the site wants filled, it waits for the browser."""
        if kept.outcome == Outcome.AWAITS_BROWSER:
            self.waiting.append((page, capture))
        elif kept.rendered and kept.outcome == Outcome.FAILED:
            self.visit.killed += 1

    async def render(self, shell: Capture) -> Capture:
        """What the browser makes of a shell, as a capture; one without status where it cannot."""
        errands = _Errands(self)
        try:
            text = await self._browser.fill(shell, errands.fetch)
            missing = (
                None
                if errands.missing is None
                else f"{BrowserError.word}: asked in vain for {errands.missing}"
            )
            body = text.encode("utf-8", "replace")
            filled = Capture(
                shell.site,
                shell.url,
                self.visit.clock(),
                200,
                HTML,
                body,
                missing,
                rendered_from=shell.fetched_at,
            )
        except BrowserError as error:
            in_vain = ", ".join(sorted(errands.foreign)[:5])
            beyond = (
                f"; it asked other hosts in vain, which `hosts` of the site file may name: {in_vain}"
                if in_vain
                else ""
            )
            filled = Capture(
                shell.site,
                shell.url,
                self.visit.clock(),
                None,
                error=f"{error.word}: {error}{beyond}",
                rendered_from=shell.fetched_at,
            )
        finally:
            errands.over.set()
        async with errands.one_at_a_time:  # what is still under way for it ends first
            return filled

    def remember(self, url: str, script: Capture) -> None:
        """Keeps a script for the visit's other pages, if there is room."""
        if sum(len(held.body) for held in self.scripts.values()) + len(script.body) <= REMEMBERED:
            self.scripts[url] = script

    async def close(self) -> None:
        """Ends the browser."""
        await self._browser.close()


class _Errands:
    """The fetching for one page, until it is `over`. `foreign`: the hosts that were asked for and are none of the site's; `missing`: what failed for now."""

    def __init__(self, rendering: Rendering) -> None:
        self._rendering = rendering
        self._visit = rendering.visit
        self._asked: Counter[str] = Counter()
        self.foreign: set[str] = set()
        self.missing: str | None = None
        self.over = asyncio.Event()
        self.one_at_a_time = asyncio.Lock()

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Capture | None:
        """What a page asks for, as a guest gets it; None where it may not. A redirect is followed here, each address under the same rules."""
        for _ in range(MOST_HOPS):
            async with self.one_at_a_time:
                capture = self._rendering.scripts.get(url) or await self._fetch(url, headers)
            if capture is None or capture.status not in REDIRECTS:
                return capture
            url = canonical_url(capture.location, capture.url) or ""
        return None

    async def _fetch(self, url: str, headers: Mapping[str, str]) -> Capture | None:
        visit = self._visit
        if canonical_url(url) is None:
            return None
        if not same_site(url, visit.site.all_hosts):
            self.foreign.add(host_of(url))
            return None
        if self._asked.total() >= MOST_SUBRESOURCES or self._asked[url] >= MOST_TIMES:
            return None
        page = KnownPage(0, url, "subresource", 0, Validators(0, None, None, 0))
        host = visit.host(url)
        while host.policy is None:
            if (
                await self._paced(visit.robots_url(url), {"Accept-Encoding": "identity"}, page)
                is None
            ):
                return None
        if not host.policy.allows(url, visit.user_agent):
            if _fails_for_now(host.policy.status):
                self.missing = self.missing or f"{url}: its host's robots.txt could not be had"
            return None
        self._asked[url] += 1
        capture = await self._paced(url, headers, page)
        if capture is None:
            self.missing = self.missing or f"{url}: its host wants to be left alone"
        elif _fails_for_now(capture.status):
            self.missing = self.missing or f"{url}: {capture.error or f'answered {capture.status}'}"
        elif capture.status == 200 and "javascript" in (capture.header("content-type") or ""):
            self._rendering.remember(url, capture)
        return capture

    async def _paced(self, url: str, headers: Mapping[str, str], page: KnownPage) -> Capture | None:
        """One answer; None where the page is over, or the host wants to be left alone for longer than a visit waits. The pace is that of the page's host."""
        visit = self._visit
        if (
            origin_of(page.url) in visit.left
            or (wait := visit.told_to_wait(page.url, visit.clock())) is None
        ):
            return None
        try:
            await asyncio.wait_for(self.over.wait(), wait)
            return None
        except TimeoutError:
            visit.host(page.url).pace.asked(visit.clock().timestamp())
            visit.asked["subresource" if url == page.url else "robots"] += 1
            return await self._rendering.ask(url, {**headers, **visit.challenges.ask(page)}, page)


def _fails_for_now(status: int | None) -> bool:
    return status is None or status >= 500 or status in (408, 425, 429)

"""A browser that runs the scripts of pages but opens no connection: the visit fetches for it.

Playwright (the extra `loa[browser]`) drives the system's Chromium. `Fetch` answers or refuses every
HTTP request of a page. Anything that bypasses it (a name look-up, a WebRTC socket, a preconnection)
meets a proxy that does not exist and a resolver that knows no name.
"""

import asyncio
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from crawler.fetch.own_fault import OwnFault
from pipelines.capture import Capture
from pipelines.read.text.content_codings import DecodeError, decode_content

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Playwright, Request, Route, WebSocketRoute

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOWHERE = (
    "--proxy-server=nowhere.invalid:1",
    "--proxy-bypass-list=<-loopback>",  # sends loopback through the proxy too
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--js-flags=--max-old-space-size=512",  # megabytes for a page's scripts
)
ASKED_FOR = frozenset({"script", "xhr", "fetch"})
# Headers of a page's own requests that we send. Cookies and all others stay here.
FORWARDED = frozenset({"accept", "origin", "referer", "x-requested-with"})
# Headers of an answer that do not fit its unpacked body, or are for the visit to keep.
WITHHELD = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie"})
OWN_TIME = 20.0  # seconds that a page may take, without the fetching for it
STEP = 0.25
FATAL = re.compile(r":(?:FATAL|ERROR):\S+\] (.+)")  # Chromium's last words
READING = 5.0  # seconds for reading the HTML of a page with scripts that may never rest
STARTING = 60.0  # seconds
CLOSING = 5.0
BROWSERS = asyncio.Semaphore(2)  # browsers side by side, however many sites are visited
# Bytes for the whole browser: the heap of the scripts (limited above), buffers, canvases and
# elements.
MOST_MEMORY = 1536 << 20
MOST_PAGE = 8 << 20  # characters of a filled page
MOST_PART = 32 << 20  # bytes of an unpacked answer
# If a picture fails, many pages try another, which fails too, without end. If a style fails, some
# scripts stop.
DUMMIES = {
    "stylesheet": ("text/css", b""),
    "image": ("image/gif", b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAAC")),
    "media": ("audio/wav", b""),
}
# Read in an isolated world, where the page's scripts cannot have changed the prototypes.
FILLED = (
    f"document.documentElement ? document.documentElement.outerHTML.slice(0, {MOST_PAGE + 1}) : ''"
)

T = TypeVar("T")
Fetch = Callable[[str, Mapping[str, str]], Awaitable[Capture | None]]


class BrowserError(OwnFault):
    """The browser could not fill a page."""

    word = "browser"


class _RestlessError(BrowserError):
    """The scripts of a page do not come to rest."""


def why_no_browser() -> str | None:
    """What this machine lacks to fill pages, with the remedy; None if it lacks nothing."""
    if find_spec("playwright") is None:
        return "crawl.browser: Playwright is not installed; pip install 'loa[browser]'"
    if chromium() is None:
        return (
            f"crawl.browser: no Chromium was found ({', '.join(PROGRAMS)});"
            " install your system's, or name it in LOA_CHROMIUM"
        )
    return None


def chromium() -> str | None:
    """The path of the browser's program; None if there is none."""
    return os.environ.get("LOA_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


def memory_of_group(group: int) -> int:
    """Bytes that a group of processes holds in memory, without shared memory (Linux; else 0)."""
    pages = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            if int((process / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                _, resident, shared, *_ = (process / "statm").read_text().split()
                pages += int(resident) - int(shared)
    return pages * os.sysconf("SC_PAGE_SIZE")


class PageBrowser:
    """The browser of one visit: it starts for the first page, and after a page has crashed it.

    Every page begins without cookies or memory.
    """

    def __init__(self, user_agent: str, language: str | None) -> None:
        self._user_agent = user_agent
        self._language = language  # BCP 47, visible to scripts; None leaves the browser's own
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._group: int | None = None
        self._counted = False
        self._fetching = 0
        self._answering: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Lock()

    async def fill(self, shell: Capture, fetch: Fetch) -> str:
        """The page's HTML once its scripts have come to rest.

        `shell` is the original answer. `fetch` serves the page's requests; it returns None to
        refuse. Raises BrowserError if the browser does not start, or if the page does not come to
        rest, crashes its process, or grows beyond MOST_PAGE.
        """
        from playwright.async_api import Error

        try:
            browser = await self._started()
            page = await asyncio.wait_for(self._page(browser, shell, fetch), STARTING)
            # Until the page's answer is there, the browser shows an empty page of its own.
            await self._limited(page.goto(shell.url, wait_until="commit", timeout=0), OWN_TIME)
            # A page that polls, or counts the seconds, may still be complete.
            loaded = page.wait_for_load_state("networkidle", timeout=0)
            with suppress(_RestlessError):
                await self._limited(loaded, OWN_TIME)
            text = await self._limited(_text(page), READING)
        except (Error, OSError) as error:
            await self.close()
            said = str(error).partition("\n")[0] or type(error).__name__
            raise BrowserError(f"the browser gave up: {said}") from error
        except (BrowserError, asyncio.CancelledError):
            await self.close()  # which ends everything that still runs in it
            raise
        try:
            await asyncio.wait_for(page.context.close(), CLOSING)
        except (Error, OSError):
            await self.close()
        if len(text) > MOST_PAGE:
            size = f"{MOST_PAGE >> 20} million characters"
            raise BrowserError(f"its scripts made it longer than {size}")
        return f"<!DOCTYPE html>\n{text}"

    async def _started(self) -> "Browser":
        from playwright.async_api import Error, async_playwright

        if self._browser is None or not self._browser.is_connected():
            await self.close()
            await BROWSERS.acquire()
            self._counted = True
            self._playwright = await asyncio.wait_for(async_playwright().start(), STARTING)
            try:
                self._browser = await self._playwright.chromium.launch(
                    executable_path=chromium(),
                    args=NOWHERE,
                    chromium_sandbox=os.geteuid() != 0,  # as root it only starts without one
                    timeout=STARTING * 1_000,
                    handle_sigint=False,  # Ctrl-C is for the visit to handle
                )
            except Error as error:
                said = FATAL.search(str(error))
                why = f": {said[1]}" if said else "; start it by hand to see why"
                raise BrowserError(f"{chromium()} does not start{why}") from error
            session = await self._browser.new_browser_cdp_session()
            processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
            browser = next(process["id"] for process in processes if process["type"] == "browser")
            # Playwright gives each browser a process group of its own.
            self._group = os.getpgid(browser)
        return self._browser

    async def _page(self, browser: "Browser", shell: Capture, fetch: Fetch) -> "Page":
        context = await browser.new_context(
            user_agent=self._user_agent,
            service_workers="block",
            accept_downloads=False,
            locale=self._language,
        )
        await context.route("**/*", _PageRequests(self, shell, fetch).answer)
        await context.route_web_socket("**", _refuse_socket)
        page = await context.new_page()
        context.on("page", _close)  # a window that the page opens
        return page

    async def _limited(self, work: Awaitable[T], seconds: float) -> T:
        """The result of the work. Time spent fetching does not count. Raises _RestlessError."""
        task = asyncio.ensure_future(work)
        spent = 0.0
        try:
            while not (await asyncio.wait({task}, timeout=STEP))[0]:
                spent += 0 if self._fetching else STEP
                if spent > seconds:
                    limit = f"{OWN_TIME:.0f} s"
                    raise _RestlessError(f"its scripts did not come to rest within {limit}")
                if self._group is not None and memory_of_group(self._group) > MOST_MEMORY:
                    limit = f"{MOST_MEMORY >> 20} MB of memory"
                    raise BrowserError(f"its scripts took more than {limit}")
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})  # or asyncio warns of an error that nobody read

    async def close(self) -> None:
        """End the browser, whatever state it is in; the next page starts another. May run twice."""
        async with self._closing:
            browser, self._browser = self._browser, None
            playwright, self._playwright = self._playwright, None
            self._group = None
            # Either may be gone already; the browser ends with Playwright's process in any case.
            if browser is not None:
                with suppress(Exception):
                    await asyncio.wait_for(browser.close(), CLOSING)
            if playwright is not None:
                with suppress(Exception):
                    await asyncio.wait_for(playwright.stop(), CLOSING)
            if self._counted:
                self._counted = False
                BROWSERS.release()

    async def end(self) -> None:
        """End the browser for good, with everything that still waits for an answer.

        Or asyncio warns of a task that nobody ended when its loop stops.
        """
        await self.close()
        if waiting := {task for task in self._answering if task.cancel()}:
            await asyncio.wait(waiting)


class _PageRequests:
    """Answers the requests of one page."""

    def __init__(self, browser: PageBrowser, shell: Capture, fetch: Fetch) -> None:
        self._browser = browser
        self._shell = shell
        self._fetch = fetch
        self._opened = False

    async def answer(self, route: "Route", request: "Request") -> None:
        """Give the page its shell once, then scripts and data as they are fetched.

        Styles, pictures and sounds get a dummy. All else is refused.
        """
        from playwright.async_api import Error

        task = asyncio.ensure_future(self._answer(route, request))
        self._browser._answering.add(task)
        task.add_done_callback(self._browser._answering.discard)
        try:
            await task
        except Error:  # the page was closed meanwhile
            # Until this word, a task of Playwright waits; asyncio would warn of it at the end.
            with suppress(Error):
                await route.fallback()

    async def _answer(self, route: "Route", request: "Request") -> None:
        if request.is_navigation_request() and not self._opened:
            self._opened = True
            await self._give(route, self._shell)
        elif request.resource_type in DUMMIES:
            media_type, body = DUMMIES[request.resource_type]
            await route.fulfill(status=200, content_type=media_type, body=body)
        elif request.method == "GET" and request.resource_type in ASKED_FOR:
            await self._give(route, await self._got(request))
        else:
            # If a page navigates away, it stays as it is. For any other error, Chromium shows a
            # page of its own.
            await route.abort("aborted")

    async def _got(self, request: "Request") -> Capture | None:
        asked = request.headers.items()
        headers = {name.title(): value for name, value in asked if name.lower() in FORWARDED}
        self._browser._fetching += 1
        try:
            return await self._fetch(request.url, headers)
        finally:
            self._browser._fetching -= 1

    async def _give(self, route: "Route", capture: Capture | None) -> None:
        body = None
        with suppress(DecodeError):
            body = decode_content(capture, limit=MOST_PART).body if capture is not None else None
        if capture is None or capture.status is None or body is None:
            await route.abort("failed")
            return
        sent = capture.headers
        headers = {name: value for name, value in sent if name.lower() not in WITHHELD}
        await route.fulfill(status=capture.status, headers=headers, body=body)


async def _text(page: "Page") -> str:
    session = await page.context.new_cdp_session(page)
    frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame})
    asked = {"expression": FILLED, "contextId": world["executionContextId"], "returnByValue": True}
    found = await session.send("Runtime.evaluate", asked)
    return str(found["result"].get("value", ""))


async def _close(page: "Page") -> None:
    from playwright.async_api import Error

    with suppress(Error):  # it closed itself
        await page.close()


async def _refuse_socket(socket: "WebSocketRoute") -> None:
    await socket.close()

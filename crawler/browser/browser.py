"""A browser that fills pages of script, and opens no connection: each thing that a page asks for is fetched for it by the visit, or is refused.

Chromium, which the system provides, is driven by Playwright (the extra `loa[browser]`). All that a page asks for over HTTP is answered by `Fetch`. What would
pass that by (a look-up of a name, a socket of WebRTC, a connection made ahead) finds a proxy that does not exist and a resolver that knows no name.
"""

import asyncio
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from crawler.browser.process_memory import memory_of_group
from crawler.fetch.own_fault import OwnFault
from pipelines.capture import Capture
from pipelines.read.text.decode import DecodeError, decode_content

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Playwright, Request, Route, WebSocketRoute

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOWHERE = (
    "--proxy-server=nowhere.invalid:1",
    "--proxy-bypass-list=<-loopback>",  # Chromium's spelling of: loopback too goes through the proxy
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--js-flags=--max-old-space-size=512",  # megabytes that a page's scripts may fill before their process is ended
)
ASKED_FOR = frozenset({"script", "xhr", "fetch"})
# Headers of a page's own requests that go out; cookies, and whatever else it sets, stay here.
FORWARDED = frozenset({"accept", "origin", "referer", "x-requested-with"})
OWN_TIME = 20.0  # seconds that a page may take beside the fetching for it
STEP = 0.25
FATAL = re.compile(r":(?:FATAL|ERROR):\S+\] (.+)")  # in what Chromium says before it gives up
READING = 5.0  # seconds in which a page whose scripts never rest must show its HTML
STARTING = 60.0  # seconds
CLOSING = 5.0
BROWSERS = asyncio.Semaphore(
    2
)  # browsers side by side, whatever the number of sites that are visited
MOST_MEMORY = (
    1536 << 20
)  # bytes for the whole browser; the scripts' own heap has its limit above, but buffers, canvases and elements lie beside it
MOST_PAGE = 8 << 20  # characters of a filled page
MOST_PART = 32 << 20  # bytes of an unpacked answer
# A picture that fails to load makes many a page set another one, and that fails too, without end; a style that fails keeps some scripts from going on.
DUMMIES = {
    "stylesheet": ("text/css", b""),
    "image": ("image/gif", b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAAC")),
    "media": ("audio/wav", b""),
}
# Read in a world of its own, whose prototypes the page's scripts cannot have changed.
FILLED = (
    f"document.documentElement ? document.documentElement.outerHTML.slice(0, {MOST_PAGE + 1}) : ''"
)

T = TypeVar("T")
Fetch = Callable[[str, Mapping[str, str]], Awaitable[Capture | None]]


class BrowserError(OwnFault):
    """A page that a browser could not fill."""

    word = "browser"


class _RestlessError(BrowserError):
    """A page whose scripts go on and on."""


def why_no_browser() -> str | None:
    """What this machine lacks to fill pages, with the remedy, or None where nothing is missing."""
    if find_spec("playwright") is None:
        return "crawl.browser: Playwright is not installed; pip install 'loa[browser]'"
    if _program() is None:
        return f"crawl.browser: no Chromium was found ({', '.join(PROGRAMS)}); install your system's, or name it in LOA_CHROMIUM"
    return None


def _program() -> str | None:
    return os.environ.get("LOA_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


class PageBrowser:
    """One browser for one visit, started for the first page and again after a page has brought it down. Every page begins without cookies or memory."""

    def __init__(self, user_agent: str, language: str | None) -> None:
        self._user_agent = user_agent
        self._language = (
            language  # BCP 47, that the pages' scripts see; None leaves the browser's own
        )
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._group: int | None = None
        self._counted = False
        self._fetching = 0
        self._closing = asyncio.Lock()

    async def fill(self, shell: Capture, fetch: Fetch) -> str:
        """The page's HTML when its scripts have come to rest. `shell` is the answer that came; `fetch` gets what the page asks for, None where it may not.

        Raises BrowserError where the browser does not start, the page does not come to rest, brings its process down, or grows beyond MOST_PAGE.
        """
        from playwright.async_api import Error

        try:
            browser = await self._started()
            page = await asyncio.wait_for(self._page(browser, shell, fetch), STARTING)
            with suppress(
                _RestlessError
            ):  # one that polls, or counts the seconds, may show all that it has
                await self._limited(
                    page.goto(shell.url, wait_until="networkidle", timeout=0), OWN_TIME
                )
            text = await self._limited(_text(page), READING)
        except (Error, OSError) as error:
            await self.close()
            raise BrowserError(
                f"the browser gave up: {str(error).partition(chr(10))[0] or type(error).__name__}"
            ) from error
        except (BrowserError, asyncio.CancelledError):
            await self.close()  # whatever still runs in it ends with it
            raise
        try:
            await asyncio.wait_for(page.context.close(), CLOSING)
        except (Error, OSError):
            await self.close()
        if len(text) > MOST_PAGE:
            raise BrowserError(
                f"its scripts made it longer than {MOST_PAGE >> 20} million characters"
            )
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
                    executable_path=_program(),
                    args=NOWHERE,
                    # As root Chromium starts without its sandbox only, which is one reason to run Loa as nobody in particular.
                    chromium_sandbox=os.geteuid() != 0,
                    timeout=STARTING * 1_000,
                    handle_sigint=False,  # a Ctrl-C reaches it too, and is for the visit to follow
                )
            except Error as error:
                said = FATAL.search(str(error))
                raise BrowserError(
                    f"{_program()} does not start"
                    + (f": {said[1]}" if said else "; start it by hand to see why")
                ) from error
            session = await self._browser.new_browser_cdp_session()
            processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
            browser = next(process["id"] for process in processes if process["type"] == "browser")
            self._group = os.getpgid(
                browser
            )  # Playwright gives each browser a process group of its own
        return self._browser

    async def _page(self, browser: "Browser", shell: Capture, fetch: Fetch) -> "Page":
        context = await browser.new_context(
            user_agent=self._user_agent,
            service_workers="block",
            accept_downloads=False,
            locale=self._language,
        )
        await context.route("**/*", _Guest(self, shell, fetch).answer)
        await context.route_web_socket("**", _refuse_socket)
        page = await context.new_page()
        context.on("page", _close)  # a window of its own
        return page

    async def _limited(self, work: Awaitable[T], seconds: float) -> T:
        """The result of the work, if it takes no longer beside the fetching: a slow portal is no fault of the page. Raises _RestlessError."""
        task = asyncio.ensure_future(work)
        spent = 0.0
        try:
            while not (await asyncio.wait({task}, timeout=STEP))[0]:
                spent += 0 if self._fetching else STEP
                if spent > seconds:
                    raise _RestlessError(
                        f"its scripts did not come to rest within {OWN_TIME:.0f} s"
                    )
                if self._group is not None and memory_of_group(self._group) > MOST_MEMORY:
                    raise BrowserError(
                        f"its scripts took more than {MOST_MEMORY >> 20} MB of memory"
                    )
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})  # else what it fails with is told to nobody

    async def close(self) -> None:
        """Ends the browser, however it feels; the next page starts another. Doing it twice is doing it once."""
        async with self._closing:
            browser, self._browser = self._browser, None
            playwright, self._playwright = self._playwright, None
            self._group = None
            for end in (
                browser.close() if browser else None,
                playwright.stop() if playwright else None,
            ):
                if end is not None:
                    with suppress(
                        Exception
                    ):  # it may be gone already; with Playwright's own process the browser ends in any case
                        await asyncio.wait_for(end, CLOSING)
            if self._counted:
                self._counted = False
                BROWSERS.release()


class _Guest:
    """Answers what one page asks for."""

    def __init__(self, browser: PageBrowser, shell: Capture, fetch: Fetch) -> None:
        self._browser = browser
        self._shell = shell
        self._fetch = fetch
        self._opened = False

    async def answer(self, route: "Route", request: "Request") -> None:
        """The shell for the page itself, once; scripts and data as they are fetched; a dummy for styles, pictures and sounds; all else is refused."""
        from playwright.async_api import Error

        with suppress(Error):  # the page was closed over it
            if request.is_navigation_request() and not self._opened:
                self._opened = True
                await self._give(route, self._shell)
            elif request.resource_type in DUMMIES:
                media_type, body = DUMMIES[request.resource_type]
                await route.fulfill(status=200, content_type=media_type, body=body)
            elif request.method == "GET" and request.resource_type in ASKED_FOR:
                await self._give(route, await self._got(request))
            else:
                await route.abort(
                    "aborted"
                )  # a page that leads away stays as it is; for any other word Chromium shows a page of its own

    async def _got(self, request: "Request") -> Capture | None:
        headers = {
            name.title(): value
            for name, value in request.headers.items()
            if name.lower() in FORWARDED
        }
        self._browser._fetching += 1
        try:
            return await self._fetch(request.url, headers)
        finally:
            self._browser._fetching -= 1

    async def _give(self, route: "Route", capture: Capture | None) -> None:
        if capture is None or capture.status is None:
            await route.abort("failed")
            return
        try:
            body = decode_content(capture, limit=MOST_PART)
        except DecodeError:
            await route.abort("failed")
            return
        headers = {
            name: value
            for name, value in capture.headers
            if name.lower()
            not in ("content-encoding", "content-length", "transfer-encoding", "set-cookie")
        }
        await route.fulfill(status=capture.status, headers=headers, body=body)


async def _text(page: "Page") -> str:
    session = await page.context.new_cdp_session(page)
    frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    world = (await session.send("Page.createIsolatedWorld", {"frameId": frame}))[
        "executionContextId"
    ]
    found = await session.send(
        "Runtime.evaluate", {"expression": FILLED, "contextId": world, "returnByValue": True}
    )
    return str(found["result"].get("value", ""))


async def _close(page: "Page") -> None:
    from playwright.async_api import Error

    with suppress(Error):  # it went by itself
        await page.close()


async def _refuse_socket(socket: "WebSocketRoute") -> None:
    await socket.close()

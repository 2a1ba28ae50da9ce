"""Hostile originals in a real browser: whatever a page tries, it reaches nobody."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import (
    BrowserContext,
    FrameLocator,
    Page,
    Playwright,
    async_playwright,
)

from crawler.browser.browser import chromium, why_no_browser
from tests.builders.hostile_originals import BODY, HEADERS, NAME, ODD_TYPES, Canary
from tests.builders.kept_captures import KeptCaptures
from tests.builders.sample_world import until
from tests.builders.served_archive import ServedArchive

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
AT_ONCE = 4  # tabs
TOGETHER = int(os.environ.get("LOA_WAYS_TOGETHER", "16"))  # out of one page; 1 in `make soak`
# Without any protection, a browser asks for these as soon as it shows them.
SURE = ("picture", "style", "css-font", "script", "frame")
AHEAD = ("dns-prefetch", "preconnect")  # of these it looks one up, and connects to the other
LONGEST = 30  # seconds until a browser has asked


@dataclass(frozen=True)
class Shown:
    """A served archive with hostile captures, and the canary that they want."""

    served: ServedArchive
    captures: list[int]
    canary: Canary
    log: Path


@contextmanager
def shown_originals(folder: Path, together: int) -> Iterator[Shown]:
    """Serve an archive of all hostile pages, with so many ways out in one page."""
    with Canary() as canary:
        with KeptCaptures(folder) as kept:
            captures = [kept.add(one.encode()) for one in canary.pages(together)]
            for name, (text, encoding, media_type) in ODD_TYPES.items():
                captures.append(kept.add(canary.filled(name, text).encode(encoding), media_type))
            headers = [(name, canary.filled("header", said)) for name, said in HEADERS.items()]
            captures.append(kept.add(b"<p>x", headers=headers))
        with ServedArchive(folder / "archive.db") as served:
            yield Shown(served, captures, canary, folder / "net.json")


def test_no_page_reaches_the_canary(tmp_path: Path) -> None:
    with shown_originals(tmp_path, TOGETHER) as shown:
        assert_silence(shown)


def assert_silence(shown: Shown) -> None:
    """Fails if any page reached the canary, or if the browser meant to look its name up."""
    asyncio.run(visit_all(shown))
    assert shown.canary.heard == []
    noted = shown.log.read_text(encoding="utf-8", errors="replace")
    assert f"/capture/{shown.captures[-1]}/frame" in noted  # the log notes what is asked
    assert NAME not in noted
    assert shown.canary.host not in noted


def test_the_canary_hears_a_page_without_protection(tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    with Canary() as asked, Canary() as connected:
        asyncio.run(show_bare(log, asked, connected))
        until(lambda: "" in connected.heard)  # it said nothing until the browser was closed
    assert [name for name in SURE if name not in " ".join(asked.heard)] == []
    assert NAME in log.read_text(encoding="utf-8", errors="replace")


async def visit_all(shown: Shown) -> None:
    """Open each original alone and in its frame, and use whatever can be used."""
    base = str(shown.served.client.base_url).rstrip("/")
    async with async_playwright() as driver:
        browser = await eager_browser(driver, shown.log)
        framed = [
            one for one in shown.captures if TOGETHER == 1 or one <= -(-len(BODY) // TOGETHER)
        ]
        waiting = iter(
            [(one, "frame") for one in shown.captures] + [(one, "original") for one in framed]
        )

        async def work() -> None:
            page = await browser.new_page()
            for capture, part in waiting:
                answer = await page.goto(f"{base}/capture/{capture}/{part}")
                assert answer is not None
                assert answer.status == 200, (capture, part)
                await use(page, page.frame_locator("iframe") if part == "original" else page)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        await browser.close()


async def use(page: Page, inside: Page | FrameLocator) -> None:
    """Click what a page wants clicked, also in ways that open a tab, and press Enter."""
    for wanted in await inside.locator("#go").all():
        await wanted.click(force=True, timeout=5000)
        await wanted.click(force=True, timeout=5000, button="middle")
        await wanted.click(force=True, timeout=5000, modifiers=["Control"])
        await page.keyboard.press("Enter")


async def show_bare(log: Path, asked: Canary, connected: Canary) -> None:
    """Show pages as the portal would, until these canaries have heard what is to be heard."""
    async with async_playwright() as driver:
        browser = await eager_browser(driver, log)
        await show(
            browser,
            asked.page(*SURE),
            lambda: all(name in " ".join(asked.heard) for name in SURE),
        )
        await show(browser, connected.page(*AHEAD), lambda: bool(connected.heard))
        await browser.close()


async def show(browser: BrowserContext, document: str, is_heard: Callable[[], bool]) -> None:
    with Canary(document) as portal, suppress(TimeoutError):
        page = await browser.new_page()
        await page.goto(f"http://{portal.host}/")
        async with asyncio.timeout(LONGEST):
            while not is_heard():
                await asyncio.sleep(0.01)


async def eager_browser(driver: Playwright, log: Path) -> BrowserContext:
    """A browser that connects and looks names up ahead, which Debian's does not by itself.

    It writes all that it does on the network into a log.
    """
    profile = log.parent / "profile"
    (profile / "Default").mkdir(parents=True)
    wanted = {"net": {"network_prediction_options": 0}}
    (profile / "Default" / "Preferences").write_text(json.dumps(wanted), encoding="utf-8")
    arguments = ["--no-sandbox", f"--log-net-log={log}"]
    return await driver.chromium.launch_persistent_context(
        profile, executable_path=chromium(), args=arguments
    )

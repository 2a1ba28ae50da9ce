"""The browser alone, without a visit."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

import crawler.browser.browser
from crawler.browser.browser import BrowserError, PageBrowser, why_no_browser
from pipelines.capture import Capture

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
SENT = datetime(2020, 5, 4, tzinfo=UTC)


def test_a_browser_that_ends_leaves_no_task_behind() -> None:
    shell = Capture(
        "portal", "http://portal.example/", SENT, 200, (), b"<script>fetch('/x')</script>"
    )

    async def filled_in_vain() -> int:
        coming = asyncio.Event()

        async def never(url: str, headers: Mapping[str, str]) -> None:
            coming.set()
            await asyncio.Event().wait()

        browser = PageBrowser("loa", None)
        filling = asyncio.ensure_future(browser.fill(shell, never))
        await asyncio.wait_for(coming.wait(), 60)
        filling.cancel()
        await asyncio.wait({filling})
        await browser.end()
        await asyncio.sleep(0)  # lets Playwright notice
        return len(asyncio.all_tasks())

    assert asyncio.run(filled_in_vain()) == 1  # this one


def test_a_page_is_not_read_before_its_answer_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    give = crawler.browser.browser._PageRequests._give

    async def give_late(self: object, route: object, answer: Capture | None) -> None:
        await asyncio.sleep(3)  # as on a machine that is far too busy
        await give(self, route, answer)  # type: ignore[arg-type]

    monkeypatch.setattr(crawler.browser.browser._PageRequests, "_give", give_late)
    monkeypatch.setattr(crawler.browser.browser, "OWN_TIME", 0.5)
    shell = Capture("portal", "http://portal.example/", SENT, 200, (), b"<p>Tin</p>")

    async def refuse(url: str, headers: Mapping[str, str]) -> None:
        return None

    async def filled() -> str:
        browser = PageBrowser("loa", None)
        try:
            return await browser.fill(shell, refuse)
        finally:
            await browser.end()

    with pytest.raises(BrowserError, match="did not come to rest"):
        asyncio.run(filled())

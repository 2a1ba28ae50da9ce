"""What a page's requests are answered."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from crawler.browser.browser import PageBrowser, _PageRequests
from pipelines.capture import Capture

if TYPE_CHECKING:
    from playwright.async_api import Request, Route

playwright = pytest.importorskip("playwright.async_api", reason="loa[browser] is not installed")


SENT = datetime(2020, 5, 4, tzinfo=UTC)


class _Picture:
    """A request for a picture."""

    resource_type = "image"

    def is_navigation_request(self) -> bool:
        return False


class _ClosedRoute:
    """A request whose page was closed: it takes no answer any more."""

    given_back = False

    async def fulfill(self, **_: object) -> None:
        raise playwright.Error("Target page, context or browser has been closed")

    async def fallback(self) -> None:
        self.given_back = True


def test_the_request_of_a_closed_page_is_given_back_to_playwright() -> None:
    # Or a task of Playwright waits for its answer until the loop ends, and asyncio warns of it.
    shell = Capture("portal", "http://portal.example/", SENT, 200, (), b"<p>")
    route = _ClosedRoute()

    async def answer() -> None:
        requests = _PageRequests(PageBrowser("loa", None), shell, _nothing)
        await requests.answer(cast("Route", route), cast("Request", _Picture()))

    asyncio.run(answer())
    assert route.given_back


async def _nothing(*_: object) -> None:
    raise AssertionError("a picture is never fetched")

"""What a front page links and no rule takes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.read.html.page import HtmlPage
from pipelines.read.listing.left_out import left_out
from pipelines.read.listing.shown_links import ShownLinks
from portals.platform import platform_of
from portals.site import Site

HOME = "https://vi-du.example/"
SITE = Site(name="Ví dụ", url=HOME, key="vi-du")
LINKS = ("/tin/bai-1.html", "/chuyen-muc/a", "/chuyen-muc/b", "/")
MONTHS = tuple(f"/nam/2025/{month}" for month in range(1, 13))
OTHERS = ("/mau.pdf", "#dau", "https://khac.example/tin", "/lich/2026/05/12", "javascript:void(0)")


def left(url: str) -> tuple[tuple[str, ...], int]:
    text = "".join(f'<a href="{href}">Mục</a>' for href in (*LINKS, *MONTHS, *OTHERS))
    now = datetime(2026, 6, 1, tzinfo=UTC)
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    page = HtmlPage(f"<html><body>{text}</body></html>", url, zone=zone, fetched_at=now)
    return left_out(ShownLinks(page, SITE, platform_of("generic")), {f"{HOME}tin/bai-1.html"})


@pytest.mark.parametrize("url", [HOME, f"{HOME}trang-chu"])
def test_pages_of_the_portal_that_were_not_taken_are_left(url: str) -> None:
    assert left(url) == (
        (f"{HOME}chuyen-muc/a", f"{HOME}chuyen-muc/b", f"{HOME}nam/2025/1"),
        4,
    )


def test_a_page_further_in_is_no_front_page() -> None:
    assert left(f"{HOME}chuyen-muc/a") == ((), 0)

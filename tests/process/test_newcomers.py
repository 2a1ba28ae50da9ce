"""A newcomer reaches what the archive is for in at most three clicks, at a desk and on a phone.

Each click is on words that are to be seen. `LOA_SCREENSHOTS` gets a picture of each step.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from crawler.browser.browser import why_no_browser
from tests.builders.face_browser import DESK, PHONE, FaceBrowser, Visit, face_browser
from tests.builders.full_archive import FullArchive
from tests.builders.full_portals import BRIDGE
from tests.builders.served_archive import ServedArchive

pytestmark = pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
sizes = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
REMOVED = "Đo đất làm trường"


@pytest.fixture(scope="module")
def browser(full_face: ServedArchive) -> Iterator[FaceBrowser]:
    with face_browser(str(full_face.client.base_url)) as opened:
        yield opened


def clicked(visit: Visit, name: str, *words: str) -> Page:
    """The page after clicks on these words, from the front page."""
    assert len(words) <= 3
    visit.open("/")
    visit.shoot(f"clicks/{name}-0")
    for step, word in enumerate(words, 1):
        seen = visit.page.locator("a, button, summary").filter(has_text=word, visible=True)
        seen.first.click(timeout=20_000)
        visit.shoot(f"clicks/{name}-{step}")
    assert visit.told == []
    return visit.page


@sizes
def test_what_changed_this_week_and_how(browser: FaceBrowser, size: tuple[int, int]) -> None:
    with browser.visit(size=size) as visit:
        page = clicked(visit, "changed", "Đã sửa", BRIDGE)
        assert page.locator("main del").first.is_visible()
        assert "không còn hồ sơ tồn đọng" in " ".join(page.locator("main del").all_inner_texts())


@sizes
def test_an_earlier_wording(browser: FaceBrowser, size: tuple[int, int]) -> None:
    with browser.visit(size=size) as visit:
        page = clicked(visit, "earlier", "Đã sửa", BRIDGE, "Phiên bản 1")
        assert "tổng mức đầu tư 42 tỷ đồng" in page.locator("main").inner_text()


@sizes
def test_a_vanished_article(browser: FaceBrowser, size: tuple[int, int]) -> None:
    with browser.visit(size=size) as visit:
        page = clicked(visit, "vanished", "Đã gỡ", REMOVED)
        assert page.get_by_role("heading", level=1).inner_text() == REMOVED
        told = page.locator("main").inner_text()
        assert "Trưởng bản kể về việc đo đất làm trường" in told
        assert "đã gỡ" in told


@sizes
def test_which_portals_are_broken(browser: FaceBrowser, size: tuple[int, int]) -> None:
    with browser.visit(size=size) as visit:
        page = clicked(visit, "broken", "Cổng thông tin có vẻ hỏng")
        broken = page.locator("main tr").filter(has=page.get_by_text("hỏng", exact=True))
        links = broken.locator("a[href*='/site/']").evaluate_all("all => all.map(one => one.href)")
        assert {link.rpartition("/")[2] for link in links} == {"hoptien", "lungpo", "thachlam"}


@sizes
def test_the_original_bytes(
    browser: FaceBrowser, full_archive: FullArchive, size: tuple[int, int]
) -> None:
    with browser.visit(size=size) as visit:
        page = clicked(visit, "bytes", BRIDGE, "bản chụp")
        with page.expect_download(timeout=20_000) as coming:
            page.get_by_role("link", name="Tải dữ liệu gốc").click()
        sent = coming.value.path().read_bytes()
        visit.shoot("clicks/bytes-3")
    assert BRIDGE.encode() in sent
    held = full_archive.rows(
        "select bytes from captures join revisions on captures.id = capture "
        "join articles on articles.revision = revisions.id where articles.title = ?",
        BRIDGE,
    )
    assert held == [(len(sent),)]


@sizes
def test_the_sql_behind_the_page(browser: FaceBrowser, size: tuple[int, int]) -> None:
    with browser.visit(size=size) as visit:
        page = clicked(visit, "sql", "Đã sửa", "SQL", "Xem và sửa SQL")
        assert page.locator("textarea[name=sql]").input_value().startswith(("select", "with"))

"""Listings that go on where no link leads: reported once, and only while it is true."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from tests.builders.portal_in_parts import PortalInParts, article_page
from tests.builders.watched_pages import Watched

POSTED = "<div class=\"pager\"><a href=\"javascript:__doPostBack('grid','Page$2')\">2</a></div>"
LINKED = '<div class="pager"><a href="/?page=2">2</a></div>'
TITLES = {f"/tin/xa-hop-ban-viec-so-{n}.html": f"Xã Suối Mây họp bàn việc số {n}" for n in range(3)}


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    pages = {path: article_page(title, [f"{title}. " * 9]) for path, title in TITLES.items()}
    with (
        PortalInParts(pages, TITLES) as portal,
        Ingest(tmp_path / "archive.db", name="visits") as ingest,
    ):
        yield Watched(portal, ingest)


def test_a_site_is_told_once_until_links_lead_on(watched: Watched) -> None:
    front = watched.portal.pages["/"]
    watched.portal.pages["/"] = front.replace("</body>", f"{POSTED}</body>")
    watched.visit()
    watched.visit(days=1)
    assert watched.issues() == ["listing-goes-on"]
    assert watched.rows(
        "select goes_on from listings join pages on pages.id = page where site = :site"
    ) == [("form",)]
    assert watched.rows("select outcome from runs where site = :site") == [("ok",), ("ok",)]
    ((detail,),) = watched.rows("select detail from issues where site = :site")
    assert watched.site.url in detail
    watched.portal.pages |= {"/": front.replace("</body>", f"{LINKED}</body>"), "/?page=2": front}
    watched.visit(days=1)
    assert watched.issues() == []

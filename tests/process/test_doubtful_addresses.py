"""Visits to portals whose addresses look endless: the articles come, and traps stay cheap."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pipelines.ingest import Ingest
from portals.site import CrawlRules, ListingAddress, Site
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.doubtful_portals import (
    HONEST,
    SESSIONS,
    TITLED_TRAPS,
    Answering,
    portal_of,
    story,
)
from tests.builders.watched_portal import DAY, HOUR, NOON
from tests.faults.bad_inputs.case import answer
from tests.faults.bad_inputs.portal import ExactPortal

SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Watch:
    """One portal, and its part of an archive."""

    def __init__(self, web: ExactPortal, ingest: Ingest, portal: Answering) -> None:
        self.host, self.ingest, self.clock = web.host(), ingest, SetClock(NOON)
        self.host.otherwise = portal
        self.host.answers["/robots.txt"] = lambda: answer(b"User-agent: *\nDisallow:\n")
        self.key = f"p{self.host.port}"
        self.listings = [ListingAddress("html", self.host.url)]

    def visit(self, after: timedelta = HOUR) -> list[str]:
        """One visit; gives the paths that were asked for."""
        self.clock.now += after
        since = len(self.host.asked)
        rules = CrawlRules(delay=0, allow_private=True)
        listings = tuple(self.listings)
        site = Site("Xã", self.host.url, listing=listings, crawl=rules, key=self.key)
        self.end = visit(site, self.ingest, self.clock)
        return self.host.asked[since:]

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of the site: `query` ends where its key follows."""
        return [
            dict(row) for row in self.ingest.archive.connection.execute(f"{query} ?", (self.key,))
        ]

    def articles(self) -> int:
        return len(self.rows("select 1 from articles where site ="))

    def told(self) -> list[str]:
        query = "select detail from issues where closed_at is null and kind = 'listed-unasked'"
        return [row["detail"] for row in self.rows(f"{query} and site =")]


@pytest.fixture(scope="module")
def web() -> Iterator[ExactPortal]:
    with ExactPortal() as web:
        yield web


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    path = tmp_path_factory.mktemp("doubtful") / "archive.db"
    with Ingest(path, name="one") as opened:
        yield opened


@pytest.mark.parametrize("name", list(HONEST))
def test_listed_articles_come_whatever_their_addresses_look_like(
    web: ExactPortal, ingest: Ingest, name: str
) -> None:
    portal, articles = HONEST[name]
    watch = Watch(web, ingest, portal)
    watch.visit()
    assert watch.articles() == articles
    assert watch.end.outcome == "ok"


@pytest.mark.parametrize("name", list(SESSIONS))
def test_a_new_token_in_each_address_makes_no_new_page(
    web: ExactPortal, ingest: Ingest, name: str
) -> None:
    watch = Watch(web, ingest, SESSIONS[name]())
    first = watch.visit()
    assert watch.articles() == 8
    assert len(first) == len({path.partition("?")[0] for path in first})
    second = [path.partition("?")[0] for path in watch.visit()]
    assert second == ["/", "/tin-tuc", "/thong-bao"]
    assert watch.articles() == 8


@pytest.mark.parametrize("name", list(TITLED_TRAPS))
def test_a_trap_that_shows_titles_costs_a_few_requests_once_and_is_reported(
    web: ExactPortal, ingest: Ingest, name: str
) -> None:
    watch = Watch(web, ingest, TITLED_TRAPS[name])
    assert len(watch.visit()) <= 20
    assert watch.visit() == ["/"]
    assert watch.articles() == 0
    (detail,) = watch.told() or ["nothing is left"]
    counted = watch.rows("select addresses, example from unasked where site =")
    assert watch.host.url in detail or counted
    assert all(row["addresses"] > 0 and watch.host.url in row["example"] for row in counted)


def test_what_is_left_of_a_trap_is_counted_with_its_newest_address(
    web: ExactPortal, ingest: Ingest
) -> None:
    watch = Watch(web, ingest, TITLED_TRAPS["calendar"])
    assert watch.visit()[1:] == ["/", "/lich?ngay=1", "/lich?ngay=2", "/lich?ngay=3"]
    listed = "2 listed addresses that may lead nowhere were not requested (calendar 2)"
    assert watch.told() == [f"{listed}, the newest {watch.host.url}lich?ngay=5"]
    # The three days that were requested show these three besides; they are not listed.
    (counted,) = watch.rows("select doubt, addresses, example from unasked where site =")
    assert (counted["doubt"], counted["addresses"]) == ("calendar", 3)
    # A sweep tries one more; then a front page without the calendar has nothing left to tell of.
    assert watch.visit(31 * DAY)[1:] == ["/", "/lich?ngay=4"]


def test_a_shape_that_brings_nothing_does_not_hold_up_the_others(
    web: ExactPortal, ingest: Ingest
) -> None:
    """Traps of five shapes stand before the articles; a visit tries twelve addresses in vain."""
    traps = [
        (f"/{name}/lich/2026/{n}", f"Sự kiện thứ {n} ở {name}")
        for name in ("a", "b", "c", "d", "e")
        for n in range(1, 9)
    ]
    plain = ("/tin/bai-viet-thuong.html", "Một bài thường")
    watch = Watch(web, ingest, portal_of("/lich-su/2026/05/chuyen-so-{}.html", 6, plain, *traps))
    watch.host.answers[plain[0]] = lambda: story(plain[1])
    first = watch.visit()
    assert sum("/lich/" in path for path in first) == 12
    assert (watch.articles(), watch.end.outcome) == (1, "stopped")
    assert watch.end.detail is not None
    assert "the next visit goes on from here" in watch.end.detail
    second = watch.visit(DAY)
    assert sum("/lich/" in path for path in second) == 3
    assert (watch.articles(), watch.end.outcome) == (7, "ok")


def test_an_address_loses_its_doubt_once_a_sitemap_names_it(
    web: ExactPortal, ingest: Ingest
) -> None:
    meetings = tuple((f"/lich-hop/2026/hop-o-thon-{n}", f"Họp ở thôn {n}") for n in range(1, 6))
    watch = Watch(web, ingest, portal_of("/tin/bai-viet-so-{}.html", 1, *meetings))
    watch.visit()
    last = meetings[-1][0]
    url = f"{watch.host.url[:-1]}{last}"
    watch.host.answers[last] = lambda: story("Họp ở thôn 5")
    sitemap = f"<urlset {SITEMAPS}><url><loc>{url}</loc></url></urlset>"
    watch.host.answers["/map.xml"] = lambda: answer(sitemap.encode(), "Content-Type: text/xml")
    watch.listings.append(ListingAddress("sitemap", f"{watch.host.url}map.xml"))
    assert last in watch.visit()
    assert watch.articles() == 2


def test_parts_of_a_sitemap_do_not_keep_a_visit_from_the_portals_own_listing(
    web: ExactPortal, ingest: Ingest
) -> None:
    watch = Watch(web, ingest, portal_of("/tin/bai-viet-so-{}.html"))
    parts = "".join(f"<sitemap><loc>{watch.host.url}map-{n}.xml</loc></sitemap>" for n in range(66))
    index = f"<sitemapindex {SITEMAPS}>{parts}</sitemapindex>".encode()
    watch.host.answers["/map.xml"] = lambda: answer(index, "Content-Type: text/xml")
    watch.listings.append(ListingAddress("sitemap", f"{watch.host.url}map.xml"))
    first = watch.visit()
    assert first.index("/") == 2  # after robots.txt and the index itself
    assert watch.articles() == 6
    assert watch.end.outcome == "stopped"
    assert "parts of its sitemap" in (watch.end.detail or "")
    trap = "select closed_at from issues where kind = 'trap' and site ="
    assert watch.rows(trap) == [{"closed_at": None}]
    second = watch.visit()
    maps = [path for path in (*first, *second) if "/map-" in path]
    assert len(maps) == len(set(maps)) == 66  # what is absent is not asked for on every visit
    assert watch.end.outcome == "ok"
    assert [row["closed_at"] is None for row in watch.rows(trap)] == [False]

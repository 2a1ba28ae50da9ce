"""Firewalls that turn us away for one visit or a week: nothing is lost, and each visit says so.

Visits on a set clock, a day apart. A wait of the visit moves the clock and takes no time.
"""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from crawler.visit.visit_end import VisitEnd
from pipelines.ingest import Ingest
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.keep.visits.accept import accept_issues
from pipelines.outcomes import IssueKind
from portals.site import CrawlRules, ListingAddress, Site
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.small_portal import TOPICS, SmallPortal, page

DAY = timedelta(days=1)
BEGINNING = datetime(2025, 3, 23, 1, tzinfo=UTC)  # the day after the portal's newest article
STATUSES = (403, 401, 407, 451, 429, 503)
WHOLE = "LOA_FIREWALLS" in os.environ  # every status for a week too
ALL = (*STATUSES, 200, 302)
FOR_A_WEEK = ALL if WHOLE else (403, 302)
EDITS = tuple(product(ALL, (0, 4))) if WHOLE else ((403, 4), (429, 4), (302, 4), (200, 0))
LOGIN = "/dang-nhap"
LOGIN_PAGE = '<form><input name="user"><input type="password" name="pw"><button>Vào</button></form>'
NOT_WELL = ("incomplete", "paused", "suspect", "unreachable")
BLOCK_PAGE = page("Chặn", "<h1>Access denied</h1><p>You have been blocked.</p>")


class Firewalled(SmallPortal):
    """`wall`: the status of each page after the first `open_pages` of a visit, None for no wall.

    A wall lets robots.txt through unless `robots_too`. One of 200 shows `block_page`, one of 302
    leads to a log-in. `members`: addresses that are always denied.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wall: int | None = None
        self.open_pages = 0
        self.block_page = BLOCK_PAGE
        self.log_in = LOGIN
        self.robots_too = False
        self.edited = False
        self.members: tuple[str, ...] = ()
        self.denied: list[str] = []
        self.passed = 0

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        if path == "/robots.txt" and not (self.robots_too and self.wall):
            return super().answer(path)
        if path == LOGIN:
            return 200, page("Đăng nhập", LOGIN_PAGE)
        if path in self.members:
            return 403, page("Nội bộ", "<h1>Forbidden</h1>")
        if self.wall is not None and self.passed >= self.open_pages:
            self.denied.append(path)
            return self.wall, self.log_in if self.wall == 302 else self.block_page
        self.passed += 1
        status, text = super().answer(path)
        if path == "/":
            links = "".join(
                f'<h3><a href="{url}">Tin nội bộ {url}</a></h3>' for url in self.members
            )
            text = text.replace("</main>", f"{links}</main>")
        return status, text.replace("Sáng nay bà con", "Chiều qua bà con") if self.edited else text


@dataclass
class Watch:
    """The portal, its archive and the clock."""

    portal: Firewalled
    ingest: Ingest
    site: Site
    clock: SetClock = field(default_factory=lambda: SetClock(BEGINNING))

    def visit(self, after: timedelta = DAY) -> VisitEnd:
        """One visit, so long after the last. A visit that met the wall must not be `ok`."""
        self.clock.now += after
        self.portal.passed, self.portal.denied = 0, []
        end = visit(self.site, self.ingest, self.clock)
        if self.portal.denied:
            assert end.outcome in NOT_WELL, (end, self.portal.denied)
        return end

    def texts(self) -> dict[str, str]:
        """The text of each article, by its title."""
        return dict(self.rows("select title, body from articles"))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.ingest.archive.connection.execute(query, values)]

    def open_issues(self) -> list[str]:
        return [kind for (kind,) in self.rows("select kind from issues where closed_at is null")]


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    path, sleep = tmp_path / "archive.db", asyncio.sleep
    with Firewalled() as portal, Ingest(path, name="walled") as ingest:
        crawl = CrawlRules(allow_private=True, delay=0)
        site = Site(name="Xã Hợp Tiến", url=portal.url, key="hop-tien", crawl=crawl)
        watch = Watch(portal, ingest, site)

        async def wait(seconds: float) -> None:
            watch.clock.now += timedelta(seconds=seconds)
            await sleep(0)

        monkeypatch.setattr(asyncio, "sleep", wait)
        monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0)
        yield watch
        without_due_date = """select url from pages where kind = 'article' and article is not null
            and state <> 'refused' and next_due_at is null"""
        assert watch.rows(without_due_date) == []
        db = ingest.archive.connection
        assert verify_archive(db, ingest.archive.captures).problems == []


@pytest.mark.parametrize(
    ("status", "visits"),
    [*((status, 1) for status in ALL), *((status, 7) for status in FOR_A_WEEK)],
)
def test_new_articles_behind_a_firewall_come_in_the_end(
    watch: Watch, status: int, visits: int
) -> None:
    watch.portal.wall, watch.portal.open_pages = status, 6
    watch.portal.block_page = ""
    watch.visit()
    assert watch.portal.denied
    assert len(watch.texts()) < len(TOPICS)
    for _ in range(visits - 1):
        watch.visit()
    watch.portal.wall = None
    for _ in range(2 * visits):  # as long again at most
        watch.visit()
    assert watch.texts().keys() == set(TOPICS)
    assert watch.visit().outcome == "ok"
    assert watch.open_issues() == []


@pytest.mark.parametrize(("status", "open_pages"), EDITS)
def test_edits_behind_a_firewall_of_a_week_come_in_the_end(
    watch: Watch, status: int, open_pages: int
) -> None:
    assert watch.visit().outcome == "ok"
    watch.portal.wall, watch.portal.open_pages = status, open_pages
    watch.portal.edited = True
    for _ in range(7):
        watch.visit()
    assert watch.rows("select count(*) from articles where removed_at is not null") == [(0,)]
    watch.portal.wall = None
    for _ in range(14):
        watch.visit()
    assert [title for title, text in watch.texts().items() if "Chiều qua" not in text] == []
    assert watch.rows("select count(*) from revisions") == [(2 * len(TOPICS),)]
    assert watch.visit().outcome == "ok"
    assert watch.open_issues() == []


@pytest.mark.parametrize("status", [403, 503])
def test_a_firewall_that_covers_robots_txt_too_loses_nothing(watch: Watch, status: int) -> None:
    watch.visit()
    watch.portal.wall, watch.portal.robots_too, watch.portal.edited = status, True, True
    for _ in range(7):
        assert watch.visit().outcome in ("incomplete", "unreachable")
    watch.portal.wall = None
    for _ in range(9):
        watch.visit()
    assert [title for title, text in watch.texts().items() if "Chiều qua" not in text] == []
    assert watch.open_issues() == []


@pytest.mark.parametrize(
    ("rule", "listings", "outcome", "issues"),
    [
        ("/", (), "unreachable", ["unreachable"]),
        ("/", ("chuyen-muc/tin-tuc", "chuyen-muc/thong-bao"), "unreachable", ["unreachable"]),
        ("/chuyen-muc/thong", ("chuyen-muc/tin-tuc", "chuyen-muc/thong-bao"), "incomplete", []),
    ],
)
def test_a_robots_txt_that_forbids_the_listings_is_told_and_passes(
    watch: Watch, rule: str, listings: tuple[str, ...], outcome: str, issues: list[str]
) -> None:
    own = tuple(ListingAddress("html", watch.portal.url + path) for path in listings)
    watch.site = replace(watch.site, listing=own)
    assert watch.visit().outcome == "ok"
    watch.portal.robots, watch.portal.edited = f"User-agent: *\nDisallow: {rule}\n", True
    for after in (2 * DAY, DAY / 24, DAY):  # the second keeps to the robots.txt of the first
        end = watch.visit(after)
        assert (end.outcome, watch.open_issues()) == (outcome, issues)
        assert "its robots.txt forbids it" in str(end.detail)
    watch.portal.robots = ""
    for _ in range(9):
        watch.visit(2 * DAY)
    assert [title for title, text in watch.texts().items() if "Chiều qua" not in text] == []
    assert watch.visit().outcome == "ok"
    assert watch.open_issues() == []


@pytest.mark.parametrize(
    ("wall", "text"),
    [
        (404, "<h1>404</h1>"),
        (200, page("Không tìm thấy", "<h1>Không tìm thấy trang</h1>")),
        (302, ""),
        (403, BLOCK_PAGE),
    ],
)
def test_a_day_of_denials_at_guessed_addresses_leaves_no_issue_for_ever(
    watch: Watch, wall: int, text: str
) -> None:
    """The portal has no /sitemap.xml and no /rss, and never had."""
    watch.visit()
    watch.portal.wall, watch.portal.block_page, watch.portal.edited = wall, text, True
    watch.visit(10 * DAY)
    assert watch.open_issues() != []
    guessed = "select kind from issues where url like '%/rss' or url like '%/sitemap.xml'"
    assert watch.rows(guessed) == []
    watch.portal.wall = None
    for _ in range(4):
        watch.visit(10 * DAY)
    assert watch.open_issues() == []
    assert watch.visit().outcome == "ok"
    assert [title for title, text in watch.texts().items() if "Chiều qua" not in text] == []


def test_a_captcha_on_another_host_settles_no_article(watch: Watch) -> None:
    """But one address that alone redirects elsewhere, as portals link to each other, is settled."""
    watch.portal.wall, watch.portal.open_pages = 302, 6
    watch.portal.log_in = "http://captcha.example/check?back=1"
    for _ in range(3):
        watch.visit()
    watch.portal.wall = None
    for _ in range(4):
        watch.visit()
    assert watch.texts().keys() == set(TOPICS)
    assert watch.open_issues() == []


def test_a_host_that_turns_us_away_is_left_until_the_next_visit(watch: Watch) -> None:
    """Ten denials in a row, and one more of a page that it gave before: then it is left."""
    watch.visit()
    watch.portal.wall, watch.portal.open_pages = 403, 3
    end = watch.visit(10 * DAY)  # every article is due
    assert len(watch.portal.denied) == 11
    assert end.outcome == "incomplete"
    assert end.detail is not None
    assert end.detail.startswith("denied: 11 of ")
    assert "answered 403" in end.detail
    assert watch.open_issues() == ["denied"]
    watch.visit()
    rows = watch.rows("select detail, run from issues join captures on captures.id = capture")
    ((detail, run),) = rows
    assert run == 3, detail  # the one issue shows the newest evidence


def test_a_members_area_is_requested_ever_more_rarely_and_spoils_few_visits(watch: Watch) -> None:
    watch.portal.members = tuple(f"/chi-tiet/{n}-noi-bo" for n in range(90, 94))
    outcomes = [watch.visit().outcome for _ in range(40)]
    assert outcomes[0] == "incomplete"  # four of some twenty pages: a person should know
    assert outcomes[2:] == ["ok"] * 38
    asked = [watch.portal.asked.count(path) for path in watch.portal.members]
    assert 5 <= max(asked) <= 14
    assert watch.open_issues() == []
    assert watch.texts().keys() == set(TOPICS)
    assert watch.rows("select distinct state from pages where reason = 'client-error'") == [
        ("failing",)
    ]


def test_denied_news_is_reported_though_the_listings_come(watch: Watch) -> None:
    """A wall before the articles alone, on a portal with little news."""
    watch.portal.members = ("/chi-tiet/90-tin-moi",)
    assert watch.visit().outcome == "ok"
    outcomes = []
    for number in range(91, 95):
        watch.portal.members = (*watch.portal.members, f"/chi-tiet/{number}-tin-moi")
        outcomes.append(watch.visit().outcome)
    assert outcomes[2:] == ["incomplete", "incomplete"]
    assert watch.open_issues() == ["denied"]


def test_after_a_closed_section_is_accepted_a_firewall_is_still_reported(
    watch: Watch,
) -> None:
    watch.visit()
    watch.portal.members = ("/chuyen-muc/thong-bao",)  # its articles stay readable
    outcomes = [watch.visit().outcome for _ in range(3)]
    assert outcomes == ["incomplete"] * 3  # a listing that was had is told on every visit
    with watch.ingest.archive.transaction() as db:
        done = accept_issues(db, watch.site, [IssueKind.DENIED], "nội bộ", watch.clock())
    assert [issue.kind for issue in done.closed] == ["denied"]
    assert [watch.visit().outcome for _ in range(3)] == ["ok"] * 3
    assert watch.open_issues() == []
    watch.portal.wall, watch.portal.open_pages = 403, 3
    assert watch.visit(10 * DAY).outcome == "incomplete"
    assert watch.open_issues() == ["denied"]


def test_articles_closed_for_good_are_requested_ever_more_rarely(watch: Watch) -> None:
    """Half of them, for two months; each visit that meets them says so."""
    watch.visit()
    closed = tuple(f"/chi-tiet/{n}-bai-viet-so-{n}" for n in range(6))
    watch.portal.members = closed
    outcomes = [watch.visit().outcome for _ in range(60)]
    asked = [watch.portal.asked.count(path) - 1 for path in closed]
    assert 5 <= min(asked) <= max(asked) <= 14
    assert sum(outcome == "incomplete" for outcome in outcomes) <= 14
    assert watch.texts().keys() == set(TOPICS)
    watch.portal.members, watch.portal.edited = (), True
    for _ in range(60):
        watch.visit()
    texts = watch.texts()
    assert [title for title in TOPICS[:6] if "Chiều qua" not in texts[title]] == []

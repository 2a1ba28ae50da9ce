"""Articles that listings name and that never come, while the listings are well: a person hears of
it once, sees the count and the newest evidence, and the issue closes when they come.

Visits on a set clock, a day apart. A wait of the visit moves the clock and takes no time.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.visit.visit_end import VisitEnd
from pipelines.ingest import Ingest
from pipelines.keep.visits.accept import accept_issues
from pipelines.outcomes import IssueKind
from portals.site import CrawlRules, Site
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.small_portal import TOPICS, SmallPortal, page

DAY = timedelta(days=1)
ALL = len(TOPICS)
MOST = 7  # of them
Answer = tuple[int, str]


class Walled(SmallPortal):
    """`wall` gives the answers in place of articles, None for the article itself. `hidden`: numbers
    of articles that no listing names yet.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wall: Callable[[str], Answer | None] = lambda path: None
        self.hidden: tuple[int, ...] = ()

    def answer(self, path: str) -> Answer:
        """Status and text."""
        if path.startswith("/chi-tiet/") and (walled := self.wall(path)) is not None:
            return walled
        if path == "/tai-khoan":
            return 200, page("Tài khoản", "<h1>Tài khoản</h1><p>Mời bạn chọn một việc.</p>")
        status, text = super().answer(path)
        for number in self.hidden:
            text = re.sub(rf'<div class="muc"><h3><a href="/chi-tiet/{number}-.*?</div>', "", text)
        return status, text


@dataclass
class Watch:
    """The portal, its archive and the clock."""

    portal: Walled
    ingest: Ingest
    site: Site
    clock: SetClock = field(default_factory=lambda: SetClock(datetime(2025, 3, 23, tzinfo=UTC)))

    def visit(self) -> VisitEnd:
        """One visit, a day after the last."""
        self.clock.now += DAY
        return visit(self.site, self.ingest, self.clock)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.ingest.archive.connection.execute(query, values)]

    def open(self) -> list[str]:
        return [kind for (kind,) in self.rows("select kind from issues where closed_at is null")]

    def detail(self) -> str:
        ((detail,),) = self.rows("select detail from issues where closed_at is null")
        return str(detail)

    def held(self) -> int:
        return len(self.rows("select 1 from articles"))


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    path, sleep = tmp_path / "archive.db", asyncio.sleep
    with Walled() as portal, Ingest(path, name="walled") as ingest:
        crawl = CrawlRules(allow_private=True, delay=0)
        watch = Watch(portal, ingest, Site("Xã Hợp Tiến", portal.url, key="hop-tien", crawl=crawl))

        async def wait(seconds: float) -> None:
            watch.clock.now += timedelta(seconds=seconds)
            await sleep(0)

        monkeypatch.setattr(asyncio, "sleep", wait)
        monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0)
        yield watch


def number_of(path: str) -> int:
    return int(path.removeprefix("/chi-tiet/").partition("-")[0])


def most(path: str) -> bool:
    """Seven of the twelve articles."""
    return number_of(path) < MOST


@pytest.mark.parametrize(("status", "walled"), [(500, 1), (429, MOST)])
def test_articles_that_answer_with_errors_for_days_are_told_once(
    watch: Watch, status: int, walled: int
) -> None:
    watch.portal.wall = lambda path: (status, "") if number_of(path) < walled else None
    assert watch.visit().outcome in ("incomplete", "paused")
    assert watch.open() == []  # most servers are back by tomorrow
    for _ in range(3):
        assert watch.visit().outcome in ("incomplete", "paused")
    assert watch.open() == ["unanswered"]
    assert f"answered {status}" in watch.detail()
    assert "since 2025-03-24" in watch.detail()
    ((run,),) = watch.rows("select run from captures join issues on issues.capture = captures.id")
    assert run == 4, watch.detail()  # the newest evidence
    watch.portal.wall = lambda path: None
    for _ in range(2):
        watch.visit()
    assert (watch.open(), watch.held()) == ([], ALL)


def test_an_outage_of_an_hour_is_not_told(watch: Watch) -> None:
    watch.portal.wall = lambda path: (502, "") if most(path) else None
    watch.visit()
    watch.portal.wall = lambda path: None
    assert (watch.visit().outcome, watch.held()) == ("ok", ALL)
    assert watch.rows("select 1 from issues where kind = 'unanswered'") == []


def test_a_robots_txt_that_forbids_the_articles_and_no_listing_is_told(watch: Watch) -> None:
    watch.portal.robots = "User-agent: *\n" + "".join(
        f"Disallow: /chi-tiet/{number}-\n" for number in range(MOST)
    )
    ends = [watch.visit() for _ in range(2)]
    assert [end.outcome for end in ends] == ["incomplete"] * 2
    assert str(ends[0].detail).startswith("forbidden: robots.txt forbids 7 of the 12 articles")
    assert watch.open() == ["forbidden"]
    assert not any(
        f"/chi-tiet/{number}-" in path for number in range(MOST) for path in watch.portal.asked
    )
    with watch.ingest.archive.transaction() as db:
        accept_issues(db, watch.site, [IssueKind.FORBIDDEN], "họ muốn vậy", watch.clock())
    assert (watch.visit().outcome, watch.open()) == ("ok", [])


def test_the_issue_closes_when_robots_txt_allows_the_articles(watch: Watch) -> None:
    watch.portal.robots = "User-agent: *\nDisallow: /chi-tiet/\n"
    watch.visit()
    assert "forbidden" in watch.open()
    watch.portal.robots = "User-agent: *\nDisallow:\n"
    for _ in range(2):
        watch.visit()
    assert (watch.open(), watch.held()) == ([], ALL)


def test_a_robots_txt_that_forbids_some_articles_is_obeyed_silently(watch: Watch) -> None:
    watch.portal.robots = "User-agent: *\nDisallow: /chi-tiet/1\n"  # 1, 10, 11
    assert watch.visit().outcome == "ok"
    assert (watch.open(), watch.held()) == ([], ALL - 3)


@pytest.mark.parametrize("target", ["/", "/trang-chu", "/tai-khoan?ve={}"])
def test_articles_that_all_redirect_to_one_page_are_told_and_come_in_the_end(
    watch: Watch, target: str
) -> None:
    refresh = f'<meta http-equiv="refresh" content="0; url={target}">'
    answer = (200, refresh) if target == "/trang-chu" else (302, target)
    watch.portal.wall = lambda path: (answer[0], answer[1].format(path)) if most(path) else None
    assert watch.visit().outcome == "incomplete"
    assert watch.open() == ["redirected"]
    assert (
        watch.rows(
            "select 1 from pages where kind = 'article' and next_due_at is null "
            "and url like '%bai-viet%'"
        )
        == []
    )
    watch.visit()
    assert "redirected" in watch.open()
    watch.portal.wall = lambda path: None
    for _ in range(5):
        watch.visit()
    assert (watch.open(), watch.held()) == ([], ALL)


def test_some_dead_addresses_that_redirect_to_the_front_page_are_usual(watch: Watch) -> None:
    watch.portal.wall = lambda path: (302, "/trang-chu") if number_of(path) < 4 else None
    assert watch.visit().outcome == "ok"
    assert (watch.open(), watch.held()) == ([], ALL - 4)


def test_articles_that_moved_each_to_an_address_of_its_own_are_usual(watch: Watch) -> None:
    watch.portal.wall = lambda path: (
        (302, path.replace("bai-viet", "tin")) if "bai-viet" in path else None
    )
    assert watch.visit().outcome == "ok"
    assert (watch.open(), watch.held()) == ([], ALL)


@pytest.mark.parametrize("robots", [True, False])
def test_a_wall_before_the_new_articles_alone_is_told(watch: Watch, robots: bool) -> None:
    watch.portal.hidden = (2, 3, 4)
    assert watch.visit().outcome == "ok"
    watch.portal.hidden = ()
    if robots:
        watch.portal.robots = "User-agent: *\nDisallow: /chi-tiet/2-\nDisallow: /chi-tiet/3-\n"
        watch.portal.robots += "Disallow: /chi-tiet/4-\n"
    else:
        watch.portal.wall = lambda path: (302, "/tai-khoan") if 2 <= number_of(path) <= 4 else None
    assert watch.visit().outcome == "incomplete"
    assert watch.open() == ["forbidden" if robots else "redirected"]
    assert "3 of the 12 articles" in watch.detail()
    watch.portal.robots, watch.portal.wall = "User-agent: *\nDisallow:\n", lambda path: None
    for _ in range(4):
        watch.visit()
    assert (watch.open(), watch.held()) == ([], ALL)

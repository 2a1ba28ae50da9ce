"""F15: the crawler as a guest, judged by the server's own log.

One request at a time, never sooner than the gap, never while asked to wait.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.builders.archive_invariants import assert_invariants
from tests.builders.hostile_web import (
    Answer,
    Exchange,
    HostileWeb,
    LoggedRequest,
    answer_well,
    respond,
    write_site,
)
from tests.builders.misbehaviour import late, reset, status
from tests.builders.sample_world import HostileWorld, kill, until

REQUESTS = int(os.environ.get("LOA_REQUESTS", "60"))
SITE_FILES = int(os.environ.get("LOA_SITE_FILES", "6"))
DELAY = 0.05
GAPS = {"co-nhip": DELAY, "cham": 0.3, "hai-nha": DELAY, "xin-cho": DELAY, "cham-tra-loi": DELAY}


def breaches(hits: list[LoggedRequest], gap: float) -> list[str]:
    """Requests that came during another, or sooner after an answer than the gap or its wish."""
    found = []
    for earlier, later in pairwise(hits):
        if earlier.answered is None or later.came < earlier.answered:
            found.append(f"{later.path} came while {earlier.path} was under way")
        elif later.came < earlier.answered + max(gap, earlier.wants):
            found.append(
                f"{later.path} came {later.came - earlier.answered:.3f} s after "
                f"{earlier.path}, which wants {max(gap, earlier.wants)} s"
            )
    return found


def asks_to_wait(seconds: int, *, as_date: bool) -> Answer:
    """The article, with a Retry-After of so many seconds.

    A date names a whole second, so the wait is up to one second shorter.
    """

    async def answer(exchange: Exchange) -> None:
        until_then = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
        exchange.hit.wants = (
            (until_then - datetime.now(UTC)).total_seconds() if as_date else seconds
        )
        text = exchange.host.page(exchange.hit.path) or ""
        await respond(
            exchange,
            text.encode(),
            Retry_After=format_datetime(until_then, usegmt=True) if as_date else str(seconds),
        )

    return answer


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HostileWorld, HostileWeb]]:
    """Two crawls of hosts with several wishes; two site files share a host. Only read from."""
    with HostileWeb() as web:
        for name in GAPS:
            web.add(name, REQUESTS // len(GAPS) + 4)
        web["cham"].robots = "User-agent: *\nCrawl-delay: 0.3\n"
        web["cham-tra-loi"].everywhere = late(0.1, answer_well)
        paths = web["xin-cho"].paths()
        web["xin-cho"].answers = {
            paths[1]: asks_to_wait(1, as_date=False),
            paths[3]: asks_to_wait(2, as_date=True),
            # The last of the first crawl: the next process has to know.
            paths[-1]: asks_to_wait(2, as_date=False),
        }
        world = HostileWorld(tmp_path_factory.mktemp("pace"), web, {"delay": DELAY})
        (world.sites / "hai-nha-hai.toml").write_text(
            (world.sites / "hai-nha.toml").read_text(encoding="utf-8"), encoding="utf-8"
        )
        for _ in range(2):
            world.crawl(*web.hosts, "hai-nha-hai")
        yield world, web


@pytest.mark.parametrize("name", GAPS)
def test_a_host_is_never_asked_sooner_than_it_and_we_want(
    visited: tuple[HostileWorld, HostileWeb], name: str
) -> None:
    world, web = visited
    hits = web[name].hits
    assert len(hits) >= REQUESTS // len(GAPS)
    assert breaches(hits, GAPS[name]) == []
    assert_invariants(world.archive)


def test_the_log_would_show_a_breach() -> None:
    first, second = LoggedRequest("/a", {}, 1.0, 1.1, wants=0.5), LoggedRequest("/b", {}, 1.5, 1.6)
    assert breaches([first, second], 0.05) == ["/b came 0.400 s after /a, which wants 0.5 s"]
    assert breaches([LoggedRequest("/a", {}, 1.0, 2.0), second], 0.05) == [
        "/b came while /a was under way"
    ]


@pytest.mark.parametrize("as_date", [False, True])
def test_a_long_retry_after_is_kept_by_the_processes_after_a_killed_one(
    tmp_path: Path, as_date: bool
) -> None:
    with HostileWeb() as web:
        host = web.add("nghi", 20)
        moment = (
            format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
            if as_date
            else "3600"
        )
        host.answers[host.paths()[2]] = status(503, Retry_After=moment)
        world = HostileWorld(tmp_path, web)
        running = world.start("crawl", "nghi")
        until(lambda: host.paths()[2] in host.asked())
        until(
            lambda: world.value("select count(*) from hosts where not_before_at is not null") == 1
        )
        kill(running)
        since = len(host.hits)
        for _ in range(2):
            assert world.loa("crawl", "nghi").returncode == 7
        assert host.asked(since) == []
        assert world.value("select outcome from runs order by id desc limit 1") == "paused"


def test_the_gap_is_kept_after_a_kill_in_the_middle_of_a_request(tmp_path: Path) -> None:
    with HostileWeb() as web:
        host = web.add("giua-chung", 20)
        world = HostileWorld(tmp_path, web, {"delay": 4.0})
        host.answers["/"] = late(30.0, respond)
        running = world.start("crawl", "giua-chung")
        until(lambda: host.asked() == ["/robots.txt", "/"])
        kill(running)
        killed_at = time.monotonic()
        del host.answers["/"]
        again = world.start("crawl", "giua-chung")
        until(lambda: len(host.hits) == 3)
        kill(again)
        assert host.hits[2].came >= killed_at
        assert host.hits[2].came - host.hits[1].came >= 4.0


def test_a_request_that_was_cut_off_is_not_repeated_out_of_turn(tmp_path: Path) -> None:
    with HostileWeb() as web:
        host = web.add("dut", 4)
        host.answers[host.paths()[-1]] = reset
        world = HostileWorld(tmp_path, web)
        world.loa("crawl", "dut")
        assert host.asked().count(host.paths()[-1]) == 1


@pytest.mark.parametrize(
    ("delays", "robots", "gap"),
    [
        ((0.1, 0.0, 0.02), "", 0.1),  # the longest delay of all the files
        ((0.0, 0.05), "User-agent: *\nCrawl-delay: 0.15\n", 0.15),
    ],
)
def test_many_site_files_of_one_host_are_one_guest(
    tmp_path: Path, delays: tuple[float, ...], robots: str, gap: float
) -> None:
    with HostileWeb() as web:
        host = web.add("chung", 3 * SITE_FILES)
        host.robots = robots
        world = HostileWorld(tmp_path, web)
        (world.sites / "chung.toml").unlink()
        for number in range(SITE_FILES):
            host.name = f"chung-{number}"
            write_site(world.sites, host, delay=delays[number % len(delays)])
        world.crawl("--max-pages", "2")
        assert len(host.hits) >= 2 * SITE_FILES
        world.crawl("chung-1", "--max-pages", "1")
        running = world.start("crawl", "chung-1")
        since = len(host.hits)
        until(lambda: len(host.hits) > since + 1)
        kill(running)
        world.crawl("chung-0", "--max-pages", "1")
        assert breaches(host.hits, gap) == []
        assert_invariants(world.archive)

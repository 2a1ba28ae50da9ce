"""`loa crawl --due` visits only what is due: missed days, portals that are down, set clocks."""

import signal
import socket
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.sample_world import World, asked, kill, processes_of, until
from tests.builders.small_portal import SmallPortal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def due_at(world: World, key: str) -> datetime:
    return datetime.fromisoformat(world.value("select next_due_at from sites where key = ?", key))


def visits(world: World, key: str) -> int:
    number: int = world.value("select count(*) from runs where site = ?", key)
    return number


def test_what_is_due_is_visited_and_nothing_else(world: World) -> None:
    for key, interval in (("anphu", "6h"), ("thachlam", "2d")):
        world.rewrite_site(key, "[crawl]", f'[crawl]\ninterval = "{interval}"')
    first = world.loa_at(NOON, "crawl", "--due", "anphu", "thachlam")
    assert first.returncode == 0, first.stderr
    assert (visits(world, "anphu"), visits(world, "thachlam")) == (1, 1)
    assert NOON + 6 * HOUR <= due_at(world, "anphu") < NOON + 6.1 * HOUR
    silence, rows = len(asked(world.portals, "anphu")), world.rows("select * from sites")
    idle = world.loa_at(NOON + HOUR, "crawl", "--due", "anphu", "thachlam")
    assert (idle.returncode, idle.stderr) == (0, "")
    (line,) = idle.stdout.splitlines()
    assert line == (
        "nothing is due; the next is anphu at "
        f"{due_at(world, 'anphu') - timedelta(minutes=5):%Y-%m-%d %H:%M} UTC"
    )
    assert len(asked(world.portals, "anphu")) == silence
    assert world.rows("select * from sites") == rows
    assert world.loa_at(NOON + 7 * HOUR, "crawl", "--due", "anphu", "thachlam").returncode == 0
    assert (visits(world, "anphu"), visits(world, "thachlam")) == (2, 1)


def test_three_missed_days_give_one_catch_up_visit(world: World) -> None:
    world.rewrite_site("anphu", "[crawl]", '[crawl]\ninterval = "1h"')
    for now, number in (
        (NOON, 1),
        (NOON + 3 * DAY, 2),
        (NOON + 3 * DAY + timedelta(minutes=20), 2),
    ):
        assert world.loa_at(now, "crawl", "--due", "anphu").returncode == 0
        assert visits(world, "anphu") == number
    world.check()


def test_a_portal_that_is_down_is_left_alone_ever_longer_and_is_back_with_one_good_visit(
    world: World,
) -> None:
    with SmallPortal() as portal:
        text = (
            f'name = "Hợp Tiến"\nurl = "{portal.url}"\n[crawl]\ndelay = 0.0\nallow_private = '
            'true\ninterval = "6h"\n'
        )
        (world.sites / "hoptien.toml").write_text(text, encoding="utf-8")
        portal.robots = None
        now = NOON
        for wait in (1, 2):
            assert world.loa_at(now, "crawl", "--due", "hoptien").returncode == 7
            assert now + wait * HOUR <= due_at(world, "hoptien") < now + (wait + 0.1) * HOUR
            silence = len(portal.asked)
            assert (
                "nothing is due"
                in world.loa_at(now + wait / 2 * HOUR, "crawl", "--due", "hoptien").stdout
            )
            assert len(portal.asked) == silence
            now += (wait + 0.1) * HOUR
        portal.robots = "User-agent: *\nDisallow:\n"
        assert world.loa_at(now, "crawl", "--due", "hoptien").returncode == 0
        assert now + 6 * HOUR <= due_at(world, "hoptien") < now + 6.1 * HOUR
    assert world.value("select visits_failed from sites") == 0
    assert world.value("select count(*) from articles") == len(portal.truth)
    world.check()


def test_a_second_one_ends_at_once_with_a_code_of_its_own_and_a_killed_one_blocks_nobody(
    world: World,
) -> None:
    portal = world.portals["songmai"]
    running = world.start("crawl", "--due", "songmai", "--delay", "60")
    until(lambda: len(portal.requests) >= 1)
    until(lambda: world.value("select count(*) from captures") == 1)
    before, held = world.rows("select * from sites"), world.rows("select * from runs")
    second = world.loa("crawl", "--due", "anphu")
    assert second.returncode == 10
    (line,) = second.stderr.splitlines()
    assert "another loa process" in line
    assert asked(world.portals, "anphu") == []
    assert (world.rows("select * from sites"), world.rows("select * from runs")) == (before, held)
    assert world.loa("crawl", "--due", "--quiet", "anphu").stderr == ""
    kill(running)
    assert world.loa("crawl", "--due", "songmai").returncode == 0
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))
    world.check()


@pytest.mark.parametrize("minutes", ["0.0001", "0.02"])  # before the engine runs, and after
def test_a_limit_of_time_ends_a_visit_in_order_and_the_next_goes_on(
    world: World, minutes: str
) -> None:
    done = world.loa("crawl", "songmai", "anphu", "--delay", "60", "--max-minutes", minutes)
    assert done.returncode == 0, done.stderr
    assert world.rows("select distinct outcome from runs") == [{"outcome": "stopped"}]
    assert world.value("select count(*) from sites where next_due_at > visited_at") == 2


def test_a_stopped_outing_leaves_no_process_and_what_it_left_is_due(world: World) -> None:
    portal = world.portals["songmai"]
    running = world.start("crawl", "--due", "songmai", "--delay", "60")
    until(lambda: len(portal.requests) >= 1)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=30)
    assert running.returncode == 130
    assert processes_of(running.pid) == []
    assert world.rows("select outcome, visits_failed from runs join sites on sites.key = site") == [
        {"outcome": "interrupted", "visits_failed": 0}
    ]
    assert world.loa("crawl", "--due", "songmai").returncode == 0


def test_quiet_tells_only_of_what_went_wrong(world: World) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        done = world.loa("crawl", f"http://127.0.0.1:{port}/", "--quiet")
    assert done.returncode == 7
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"127-0-0-1-{port}: unreachable; ")


def test_no_storm_of_requests_follows_a_clock_that_was_set(world: World) -> None:
    world.rewrite_site("thachlam", "[crawl]", '[crawl]\ninterval = "6h"')
    whole = 0
    for now in (
        NOON,
        NOON - DAY,
        NOON - DAY + HOUR,
        NOON + 3653 * DAY,
        datetime(1970, 1, 1, tzinfo=UTC),
        NOON + 7 * HOUR,
    ):
        before, since = (
            visits(world, "thachlam") if whole else 0,
            len(asked(world.portals, "thachlam")),
        )
        done = world.loa_at(now, "crawl", "--due", "thachlam")
        assert done.returncode == 0, done.stderr
        whole = whole or len(asked(world.portals, "thachlam"))
        assert visits(world, "thachlam") == before + (now != NOON - DAY + HOUR)
        later_pages = 2  # of the front page, which only a sweep walks
        assert len(asked(world.portals, "thachlam", since)) <= whole + later_pages
    assert world.value("select count(*) from revisions where seq > 1") == 0
    # One each time that the clock went back.
    assert world.value("select count(*) from issues where kind = 'clock'") == 2
    world.check()

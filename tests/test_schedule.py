"""When a site is due again, and `loa crawl --due`, which visits what is: intervals, back-off, missed days, clocks that were set."""

import random
import signal
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.keep.archive import Archive
from pipelines.keep.instants import stored
from pipelines.keep.runs import close_run, open_run
from pipelines.keep.schedule import (
    LONGEST,
    LONGEST_RETRY,
    SHORTEST,
    Ended,
    Plan,
    adapted,
    after,
    back_off,
    close_visit,
    due_from,
    due_sites,
    next_due,
    open_visit,
    plan_of,
    presumed,
)
from pipelines.keep.store import keep_site
from portals.site import Site
from tests.rows import AT, SITE, URL, Keeper, article, dated, read_as
from tests.small_portal import SmallPortal
from tests.world import World, asked, kill, processes_of, until

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def a_visit(outcome: str = "ok", *, began: datetime = NOON, lasts: timedelta = timedelta(0), answered: int = 5, new: int = 0) -> Ended:
    return Ended(began, began + lasts, outcome, answered, new)


def settled(interval: timedelta, at: datetime = NOON) -> Plan:
    """The plan after a good visit at that instant."""
    return Plan(at + interval, at, interval)


# The interval that Loa finds


@pytest.mark.parametrize(("lately", "found"), [(0, LONGEST), (1, LONGEST), (14, hours(24)), (28, hours(12)), (56, hours(6)), (3000, SHORTEST)])
def test_the_first_interval_is_taken_from_the_days_that_articles_bear(lately: int, found: timedelta) -> None:
    assert after(presumed(Plan(), NOON), None, a_visit(new=4000), lately).interval == found


@pytest.mark.parametrize(
    ("before", "new", "then"),
    [
        (hours(6), 1, hours(4)),
        (hours(6), 30, hours(4)),
        (hours(8), 0, hours(10)),
        (hours(1.2), 2, SHORTEST),
        (hours(40), 0, LONGEST),
        (LONGEST, 0, LONGEST),
        (SHORTEST, 9, SHORTEST),
    ],
)
def test_what_a_visit_found_makes_the_interval_a_third_shorter_or_a_quarter_longer_within_bounds(before: timedelta, new: int, then: timedelta) -> None:
    assert adapted(settled(before, NOON - before), a_visit(new=new), 0) == then


def test_a_visit_long_before_its_time_that_found_nothing_says_nothing() -> None:
    plan = settled(hours(8), NOON - hours(2))
    assert adapted(plan, a_visit(), 0) == hours(8)
    assert adapted(plan, a_visit(new=1), 0) < hours(8)


@pytest.mark.parametrize("a_day", [1, 2, 5])
def test_about_a_third_of_the_visits_find_something(a_day: int) -> None:
    chance = random.Random(20_261_122)
    plan, now, found = settled(hours(12)), NOON, 0
    for _ in range(600):
        passed = plan.interval or DAY
        now += passed
        count = sum(chance.random() < passed / DAY * a_day / 200 for _ in range(200))
        found += count > 0
        plan = after(presumed(plan, now), None, a_visit(began=now, new=count), 0)
    assert 0.25 < found / 600 < 0.45  # exactly ln(5/4) / (ln(5/4) + ln(3/2)) = 0.355 in the long run


def test_the_interval_of_the_site_file_is_kept_whatever_is_found() -> None:
    plan = settled(hours(2), NOON - hours(6))
    for new in (0, 40):
        assert after(presumed(plan, NOON), hours(6), a_visit(new=new), 0) == Plan(NOON + hours(6), NOON, hours(6))


def test_a_visit_that_takes_longer_than_its_interval_leaves_the_portal_a_rest() -> None:
    then = after(presumed(settled(HOUR), NOON), HOUR, a_visit(lasts=hours(5)), 0)
    assert then.due_at == NOON + hours(5.5)


def test_a_visit_that_met_a_limit_goes_on_within_the_hour() -> None:
    assert after(presumed(Plan(), NOON), timedelta(days=7), a_visit("stopped", lasts=hours(2)), 0).due_at == NOON + hours(3)


# Visits in vain


def test_visits_in_vain_come_again_after_one_two_four_hours_up_to_a_day_and_a_good_one_ends_that() -> None:
    plan, now, waits = settled(hours(6)), NOON, []
    for _ in range(8):
        plan = after(presumed(plan, now), None, a_visit("unreachable", began=now, answered=0), 0)
        assert plan.due_at is not None
        waits.append((plan.due_at - now) / HOUR)
        now = plan.due_at
    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]
    assert plan.failed == 8
    healed = after(presumed(plan, now), None, a_visit(began=now, new=2), 0)
    assert (healed.due_at, healed.failed) == (now + hours(4), 0)


def test_a_site_with_a_short_interval_is_tried_again_as_soon_and_one_down_for_years_daily() -> None:
    assert back_off(1, timedelta(minutes=30)) == timedelta(minutes=30)
    assert back_off(1, timedelta(days=7)) == HOUR
    assert back_off(10**9, None) == LONGEST_RETRY


@pytest.mark.parametrize(("outcome", "answered", "in_vain"), [("paused", 9, 1), ("incomplete", 0, 1), ("incomplete", 1, 0), ("ok", 0, 0)])
def test_a_visit_is_in_vain_if_it_says_so_or_brought_no_answer(outcome: str, answered: int, in_vain: int) -> None:
    assert after(presumed(settled(HOUR), NOON), None, a_visit(outcome, answered=answered), 0).failed == in_vain


def test_a_host_that_names_an_hour_is_left_alone_till_then_but_for_a_day_at_most() -> None:
    for asked_for, kept in ((hours(5), hours(5)), (timedelta(minutes=2), HOUR), (timedelta(days=40), DAY)):
        visit = replace(a_visit("paused"), not_before=NOON + asked_for)
        assert after(presumed(settled(hours(6)), NOON), None, visit, 0).due_at == NOON + kept


@pytest.mark.parametrize("outcome", ["interrupted", "failed"])
def test_a_person_who_stops_a_visit_or_a_full_disk_is_not_the_portals_fault(outcome: str) -> None:
    plan = settled(hours(6), NOON - hours(6))
    stopped = after(presumed(plan, NOON), None, a_visit(outcome, lasts=HOUR), 0)
    assert stopped == replace(plan, due_at=NOON + HOUR)


def test_a_site_whose_visits_never_end_is_tried_twice_more_at_once_and_then_backs_off() -> None:
    plan, waits = settled(hours(6), NOON - hours(6)), []
    for _ in range(5):
        plan = presumed(plan, NOON)
        assert plan.due_at is not None
        waits.append((plan.due_at - NOON) / HOUR)
    assert waits == [0, 0, 1, 2, 4]


# The clock


def test_a_site_is_due_when_its_time_has_come_or_minutes_before() -> None:
    plan = settled(hours(6))
    assert due_from(plan, None, NOON + HOUR) == NOON + hours(6) - timedelta(minutes=5)
    assert due_from(settled(timedelta(minutes=20)), None, NOON) == NOON + timedelta(minutes=18)
    assert due_from(Plan(), None, NOON) == NOON


@pytest.mark.parametrize(
    "now",
    [NOON - DAY, NOON + timedelta(days=3653), datetime(1970, 1, 1, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC)],
    ids=["a day back", "ten years on", "1970", "29 February"],
)
def test_a_clock_that_was_set_gives_one_visit_and_then_the_interval_again(now: datetime) -> None:
    plan = settled(hours(6))
    assert due_from(plan, None, now) <= now
    plan = after(presumed(plan, now), None, a_visit(began=now), 0)
    assert now + hours(5) < due_from(plan, None, now) < now + hours(8)
    back = NOON + HOUR  # and the clock is set right
    assert due_from(plan, None, back) <= back
    plan = after(presumed(plan, back), None, a_visit(began=back), 0)
    assert back + hours(5) < due_from(plan, None, back) < back + hours(11)


@pytest.mark.parametrize("outcome", ["ok", "unreachable", "paused", "stopped", "interrupted", "incomplete"])
@pytest.mark.parametrize("fixed", [None, timedelta(minutes=15), timedelta(days=30)])
def test_a_plan_just_made_is_never_taken_for_one_of_another_clock(outcome: str, fixed: timedelta | None) -> None:
    plan = Plan()
    for _ in range(9):
        plan = after(presumed(plan, NOON), fixed, replace(a_visit(outcome, lasts=hours(3)), not_before=NOON + 9 * DAY), 3)
        assert plan.due_at is not None
        assert due_from(plan, fixed, NOON + hours(3)) >= plan.due_at - timedelta(minutes=5)


def test_an_interval_made_shorter_in_the_file_counts_at_once() -> None:
    assert due_from(settled(timedelta(days=7)), hours(2), NOON + HOUR) == NOON + HOUR
    assert due_from(settled(timedelta(days=7)), None, NOON + HOUR) > NOON + HOUR


def test_three_days_off_give_one_visit() -> None:
    plan, now = settled(HOUR), NOON + 3 * DAY
    assert due_from(plan, HOUR, now) < now
    plan = after(presumed(plan, now), HOUR, a_visit(began=now), 0)
    assert due_from(plan, HOUR, now + timedelta(minutes=54)) > now + timedelta(minutes=54)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=200), timedelta(seconds=-200)])
def test_an_hourly_timer_that_is_not_punctual_skips_no_hour(late: timedelta) -> None:
    plan = after(presumed(settled(HOUR), NOON), HOUR, a_visit(lasts=timedelta(minutes=4)), 0)
    assert due_from(plan, HOUR, NOON + HOUR + late) <= NOON + HOUR + late


# What the archive keeps of it


def other(key: str) -> Site:
    return Site(name=key, url=f"http://{key}.example/", key=key)


def test_a_plan_outlasts_the_process(archive: Archive) -> None:
    Keeper(archive)
    db = archive.connection
    assert plan_of(db, SITE.key) == plan_of(db, "nowhere") == Plan()
    with archive.transaction():
        open_visit(db, SITE, NOON)
    assert plan_of(db, SITE.key) == Plan(NOON, None, None, 1)
    run = open_run(db, "crawl", SITE.key, NOON)
    with archive.transaction():
        close_run(db, run, outcome="ok", detail=None, at=NOON + HOUR)
        close_visit(db, SITE, run)
    assert plan_of(db, SITE.key) == Plan(NOON + LONGEST, NOON + HOUR, LONGEST, 0)


@pytest.mark.parametrize(
    ("ended", "interval"),
    [("2026-03-29T16:59Z", hours(24)), ("2026-03-29T17:01Z", LONGEST), ("2026-03-01T16:59Z", LONGEST), ("2026-03-01T17:01Z", hours(24))],
)
def test_the_days_that_the_first_interval_is_taken_from_are_those_of_the_portals_zone(archive: Archive, ended: str, interval: timedelta) -> None:
    keeper = Keeper(archive)
    for number in range(14):
        url = f"http://lungvai.example/tin-tuc/bai-{number}.html"
        keeper.keep(read_as(article(f"Bài {number}", url=url, published=dated("2026-03-02"))), url=url)
    with archive.transaction() as db:
        close_run(db, keeper.run, outcome="ok", detail=None, at=datetime.fromisoformat(ended))
        close_visit(db, SITE, keeper.run)
    assert plan_of(archive.connection, SITE.key).interval == interval


def test_an_answer_of_robots_txt_alone_is_a_visit_in_vain(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(None, url="http://lungvai.example/robots.txt", kind="robots")
    keeper.keep(None, url=URL, status=None)
    with archive.transaction() as db:
        open_visit(db, SITE, AT)
        close_run(db, keeper.run, outcome="incomplete", detail=None, at=AT)
        close_visit(db, SITE, keeper.run)
    assert plan_of(archive.connection, SITE.key) == Plan(AT + HOUR, AT, None, 1)


def test_a_host_that_wants_rest_is_left_alone_as_long_as_it_said(archive: Archive) -> None:
    keeper = Keeper(archive)
    with archive.transaction() as db:
        db.execute("insert into hosts (host, not_before_at) values ('lungvai.example', ?), ('far.example', ?)", (stored(AT + hours(7)), stored(AT + DAY)))
        open_visit(db, SITE, AT)
        close_run(db, keeper.run, outcome="paused", detail=None, at=AT)
        close_visit(db, SITE, keeper.run)
    assert plan_of(archive.connection, SITE.key).due_at == AT + hours(7)


def test_those_that_wait_longest_come_first_and_those_never_visited_last(archive: Archive) -> None:
    sites = [other(key) for key in ("never", "late", "later", "early")]
    for site, due in zip(sites[1:], (-2, -5, 1), strict=True):
        keep_site(archive.connection, site, "file", AT)
        archive.connection.execute("update sites set next_due_at = ?, interval_minutes = 360 where key = ?", (stored(NOON + hours(due)), site.key))
    assert [site.key for site in due_sites(archive.connection, sites, NOON)] == ["later", "late", "never"]
    assert next_due(archive.connection, sites[3:], NOON) == (NOON + hours(1) - timedelta(minutes=5), "early")
    assert next_due(archive.connection, [], NOON) is None


# `loa crawl --due`


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
    assert NOON + hours(6) <= due_at(world, "anphu") < NOON + hours(6.1)
    silence, rows = len(asked(world.portals, "anphu")), world.rows("select * from sites")
    idle = world.loa_at(NOON + HOUR, "crawl", "--due", "anphu", "thachlam")
    assert (idle.returncode, idle.stderr) == (0, "")
    (line,) = idle.stdout.splitlines()
    assert line == f"nothing is due; the next is anphu at {due_at(world, 'anphu') - timedelta(minutes=5):%Y-%m-%d %H:%M} UTC"
    assert len(asked(world.portals, "anphu")) == silence
    assert world.rows("select * from sites") == rows
    assert world.loa_at(NOON + hours(7), "crawl", "--due", "anphu", "thachlam").returncode == 0
    assert (visits(world, "anphu"), visits(world, "thachlam")) == (2, 1)


def test_three_missed_days_give_one_catch_up_visit(world: World) -> None:
    world.rewrite_site("anphu", "[crawl]", '[crawl]\ninterval = "1h"')
    for now, number in ((NOON, 1), (NOON + 3 * DAY, 2), (NOON + 3 * DAY + timedelta(minutes=20), 2)):
        assert world.loa_at(now, "crawl", "--due", "anphu").returncode == 0
        assert visits(world, "anphu") == number
    world.check()


def test_a_portal_that_is_down_is_left_alone_ever_longer_and_is_back_with_one_good_visit(world: World) -> None:
    with SmallPortal() as portal:
        text = f'name = "Hợp Tiến"\nurl = "{portal.url}"\n[crawl]\ndelay = 0.0\nallow_private = true\ninterval = "6h"\n'
        (world.sites / "hoptien.toml").write_text(text, encoding="utf-8")
        portal.robots = None
        now = NOON
        for wait in (1, 2):
            assert world.loa_at(now, "crawl", "--due", "hoptien").returncode == 7
            assert now + hours(wait) <= due_at(world, "hoptien") < now + hours(wait + 0.1)
            silence = len(portal.asked)
            assert "nothing is due" in world.loa_at(now + hours(wait / 2), "crawl", "--due", "hoptien").stdout
            assert len(portal.asked) == silence
            now += hours(wait + 0.1)
        portal.robots = "User-agent: *\nDisallow:\n"
        assert world.loa_at(now, "crawl", "--due", "hoptien").returncode == 0
        assert now + hours(6) <= due_at(world, "hoptien") < now + hours(6.1)
    assert world.value("select visits_failed from sites") == 0
    assert world.value("select count(*) from articles") == len(portal.truth)
    world.check()


def test_a_second_one_ends_at_once_with_a_code_of_its_own_and_a_killed_one_blocks_nobody(world: World) -> None:
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


def test_a_limit_of_time_ends_a_visit_in_order_and_the_next_goes_on(world: World) -> None:
    done = world.loa("crawl", "songmai", "anphu", "--delay", "60", "--max-minutes", "0.02")
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
    assert world.rows("select outcome, visits_failed from runs join sites on sites.key = site") == [{"outcome": "interrupted", "visits_failed": 0}]
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
    for now in (NOON, NOON - DAY, NOON - DAY + HOUR, NOON + 3653 * DAY, datetime(1970, 1, 1, tzinfo=UTC), NOON + hours(7)):
        before, since = visits(world, "thachlam") if whole else 0, len(asked(world.portals, "thachlam"))
        done = world.loa_at(now, "crawl", "--due", "thachlam")
        assert done.returncode == 0, done.stderr
        whole = whole or len(asked(world.portals, "thachlam"))
        assert visits(world, "thachlam") == before + (now != NOON - DAY + HOUR)
        assert len(asked(world.portals, "thachlam", since)) <= whole
    assert world.value("select count(*) from revisions where seq > 1") == 0
    assert world.value("select count(*) from issues where kind = 'clock'") == 2  # one each time that the clock went back
    world.check()

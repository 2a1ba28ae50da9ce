"""When a site is due again: intervals, back-off, missed days, set clocks, and what is stored."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.records.sites import keep_site
from pipelines.keep.visits.runs import close_run, open_run
from pipelines.keep.visits.schedule import (
    LONGEST_INTERVAL,
    LONGEST_RETRY,
    SHORTEST_INTERVAL,
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
from pipelines.outcomes import RunOutcome
from portals.site import Site
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def a_visit(
    outcome: str = "ok",
    *,
    began: datetime = NOON,
    lasts: timedelta = timedelta(0),
    answered: int = 5,
    new: int = 0,
) -> Ended:
    return Ended(began, began + lasts, RunOutcome(outcome), answered, new)


def settled(interval: timedelta, at: datetime = NOON) -> Plan:
    """The plan after a good visit at that instant."""
    return Plan(at + interval, at, interval)


# The interval that Loa finds


@pytest.mark.parametrize(
    ("lately", "found"),
    [
        (0, LONGEST_INTERVAL),
        (1, LONGEST_INTERVAL),
        (14, hours(24)),
        (28, hours(12)),
        (56, hours(6)),
        (3000, SHORTEST_INTERVAL),
    ],
)
def test_the_first_interval_is_taken_from_the_days_that_articles_bear(
    lately: int, found: timedelta
) -> None:
    assert after(presumed(Plan(), NOON), None, a_visit(new=4000), lately).interval == found


@pytest.mark.parametrize(
    ("before", "new", "then"),
    [
        (hours(6), 1, hours(4)),
        (hours(6), 30, hours(4)),
        (hours(8), 0, hours(10)),
        (hours(1.2), 2, SHORTEST_INTERVAL),
        (hours(40), 0, LONGEST_INTERVAL),
        (LONGEST_INTERVAL, 0, LONGEST_INTERVAL),
        (SHORTEST_INTERVAL, 9, SHORTEST_INTERVAL),
    ],
)
def test_what_a_visit_found_makes_the_interval_a_third_shorter_or_a_quarter_longer_within_bounds(
    before: timedelta, new: int, then: timedelta
) -> None:
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
    # Exactly ln(5/4) / (ln(5/4) + ln(3/2)) = 0.355 in the long run.
    assert 0.25 < found / 600 < 0.45


def test_the_interval_of_the_site_file_is_kept_whatever_is_found() -> None:
    plan = settled(hours(2), NOON - hours(6))
    for new in (0, 40):
        assert after(presumed(plan, NOON), hours(6), a_visit(new=new), 0) == Plan(
            NOON + hours(6), NOON, hours(6)
        )


def test_a_visit_that_takes_longer_than_its_interval_leaves_the_portal_a_rest() -> None:
    then = after(presumed(settled(HOUR), NOON), HOUR, a_visit(lasts=hours(5)), 0)
    assert then.due_at == NOON + hours(5.5)


def test_a_visit_that_met_a_limit_goes_on_within_the_hour() -> None:
    assert after(
        presumed(Plan(), NOON), timedelta(days=7), a_visit("stopped", lasts=hours(2)), 0
    ).due_at == NOON + hours(3)


# Visits in vain


def test_failed_visits_come_again_after_1_2_4_hours_up_to_a_day_and_a_good_one_ends_that() -> None:
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


@pytest.mark.parametrize(
    ("outcome", "answered", "in_vain"),
    [("paused", 9, 1), ("incomplete", 0, 1), ("incomplete", 1, 0), ("ok", 0, 0)],
)
def test_a_visit_is_in_vain_if_it_says_so_or_brought_no_answer(
    outcome: str, answered: int, in_vain: int
) -> None:
    assert (
        after(presumed(settled(HOUR), NOON), None, a_visit(outcome, answered=answered), 0).failed
        == in_vain
    )


def test_a_host_that_names_an_hour_is_left_alone_till_then_but_for_a_day_at_most() -> None:
    for asked_for, kept in (
        (hours(5), hours(5)),
        (timedelta(minutes=2), HOUR),
        (timedelta(days=40), DAY),
    ):
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
    [
        NOON - DAY,
        NOON + timedelta(days=3653),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ],
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


@pytest.mark.parametrize(
    "outcome", ["ok", "unreachable", "paused", "stopped", "interrupted", "incomplete"]
)
@pytest.mark.parametrize("fixed", [None, timedelta(minutes=15), timedelta(days=30)])
def test_a_plan_just_made_is_never_taken_for_one_of_another_clock(
    outcome: str, fixed: timedelta | None
) -> None:
    plan = Plan()
    for _ in range(9):
        plan = after(
            presumed(plan, NOON),
            fixed,
            replace(a_visit(outcome, lasts=hours(3)), not_before=NOON + 9 * DAY),
            3,
        )
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
        close_run(db, run, outcome=RunOutcome.OK, detail=None, at=NOON + HOUR)
        close_visit(db, SITE, run)
    assert plan_of(db, SITE.key) == Plan(NOON + LONGEST_INTERVAL, NOON + HOUR, LONGEST_INTERVAL, 0)


@pytest.mark.parametrize(
    ("ended", "interval"),
    [
        ("2026-03-29T16:59Z", hours(24)),
        ("2026-03-29T17:01Z", LONGEST_INTERVAL),
        ("2026-03-01T16:59Z", LONGEST_INTERVAL),
        ("2026-03-01T17:01Z", hours(24)),
    ],
)
def test_the_days_that_the_first_interval_is_taken_from_are_those_of_the_portals_zone(
    archive: Archive, ended: str, interval: timedelta
) -> None:
    keeper = Keeper(archive)
    for number in range(14):
        url = f"http://lungvai.example/tin-tuc/bai-{number}.html"
        keeper.keep(
            read_as(article(f"Bài {number}", url=url, published=dated("2026-03-02"))), url=url
        )
    with archive.transaction() as db:
        close_run(
            db, keeper.run, outcome=RunOutcome.OK, detail=None, at=datetime.fromisoformat(ended)
        )
        close_visit(db, SITE, keeper.run)
    assert plan_of(archive.connection, SITE.key).interval == interval


def test_an_answer_of_robots_txt_alone_is_a_visit_in_vain(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(None, url="http://lungvai.example/robots.txt", kind="robots")
    keeper.keep(None, url=URL, status=None)
    with archive.transaction() as db:
        open_visit(db, SITE, AT)
        close_run(db, keeper.run, outcome=RunOutcome.INCOMPLETE, detail=None, at=AT)
        close_visit(db, SITE, keeper.run)
    assert plan_of(archive.connection, SITE.key) == Plan(AT + HOUR, AT, None, 1)


def test_a_host_that_wants_rest_is_left_alone_as_long_as_it_said(archive: Archive) -> None:
    keeper = Keeper(archive)
    with archive.transaction() as db:
        db.execute(
            (
                "insert into hosts (host, not_before_at) values ('lungvai.example', ?), "
                "('far.example', ?)"
            ),
            (utc_text(AT + hours(7)), utc_text(AT + DAY)),
        )
        open_visit(db, SITE, AT)
        close_run(db, keeper.run, outcome=RunOutcome.PAUSED, detail=None, at=AT)
        close_visit(db, SITE, keeper.run)
    assert plan_of(archive.connection, SITE.key).due_at == AT + hours(7)


def test_those_that_wait_longest_come_first_and_those_never_visited_last(archive: Archive) -> None:
    sites = [other(key) for key in ("never", "late", "later", "early")]
    for site, due in zip(sites[1:], (-2, -5, 1), strict=True):
        keep_site(archive.connection, site, "file", AT)
        archive.connection.execute(
            "update sites set next_due_at = ?, interval_minutes = 360 where key = ?",
            (utc_text(NOON + hours(due)), site.key),
        )
    assert [site.key for site in due_sites(archive.connection, sites, NOON)] == [
        "later",
        "late",
        "never",
    ]
    assert next_due(archive.connection, sites[3:], NOON) == (
        NOON + hours(1) - timedelta(minutes=5),
        "early",
    )
    assert next_due(archive.connection, [], NOON) is None

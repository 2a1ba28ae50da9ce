"""When a site is due: its interval, how it adapts, and the back-off after failed visits.

The decisions are pure and take the instant as an argument. The rest stores them in the columns of
`sites`, in the transactions that open and close a run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.clock_repair import forget_the_future
from pipelines.keep.frontier.hosts import longest_rest
from pipelines.keep.visits.runs import is_whole_visit
from pipelines.outcomes import Outcome, RunOutcome
from portals.site import Site

# Bounds of an adaptive interval. An hour is usual for feed readers. With two days, a sleeping
# portal costs few requests, and Loa still finds a new article, or tells a fault from silence,
# within two days.
SHORTEST_INTERVAL, LONGEST_INTERVAL = timedelta(hours=1), timedelta(days=2)
RATE_DAYS = 28  # of publication that set the first interval: four of each weekday
# New articles that a visit should bring on average; the two steps below balance at 0.44.
NEWS_A_VISIT = 0.5
SHORTER, LONGER = 2 / 3, 5 / 4
FIRST_RETRY, LONGEST_RETRY = timedelta(hours=1), timedelta(hours=24)
# A visit may be this early, so that an hourly timer that is a second early does not skip an hour.
EARLIEST = timedelta(minutes=5)
IN_VAIN = (RunOutcome.UNREACHABLE, RunOutcome.PAUSED)
# Stopped by a person, a timer or a full disk, not by the site.
OUR_DOING = (RunOutcome.INTERRUPTED, RunOutcome.FAILED)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Plan:
    """A site's schedule. `due_at`: None before its first visit; `visited_at`: when the last one
    ended. `failed`: visits in a row that failed or never ended.
    """

    due_at: datetime | None = None
    visited_at: datetime | None = None
    interval: timedelta | None = None
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """What the schedule needs to know about a visit. `answered`: answers other than robots.txt.

    `new`: new articles; `not_before`: until when a host asks for rest.
    """

    began: datetime
    at: datetime
    outcome: RunOutcome
    answered: int
    new: int
    not_before: datetime | None = None


def due_from(plan: Plan, fixed: timedelta | None, now: datetime) -> datetime:
    """The instant from which a site may be visited; `fixed` is the interval of its file.

    `now` if there is no plan, or an impossible one: a plan that reaches further than the interval
    or the longest back-off dates from before the clock was set back, or before the file named a
    shorter interval. Such a site is due once, and its next plan uses the new clock.
    """
    if plan.due_at is None:
        return now
    interval = fixed or plan.interval or LONGEST_INTERVAL
    if plan.due_at - now > max(interval, LONGEST_RETRY if plan.failed else NOTHING):
        return now
    return plan.due_at - min(interval / 10, EARLIEST)


def presumed(plan: Plan, at: datetime) -> Plan:
    """The plan while a visit is under way: failed until it ends, in case the process is killed.

    After one visit that never ended, a site is due again at once; then it backs off. A site that
    kills the process each time must not stop all others.
    """
    due_at = at + back_off(plan.failed - 1, plan.interval)
    return replace(plan, due_at=due_at, failed=plan.failed + 1)


def after(plan: Plan, fixed: timedelta | None, visit: Ended, lately: int) -> Plan:
    """The plan after a visit that `presumed` opened. `lately`: articles that the portal dates
    within the last RATE_DAYS days.
    """
    if visit.outcome in OUR_DOING:
        return replace(plan, due_at=visit.at, failed=plan.failed - 1)
    if visit.outcome in IN_VAIN or (visit.outcome != RunOutcome.OK and not visit.answered):
        rest = (visit.not_before or visit.at) - visit.at
        wait = max(back_off(plan.failed, fixed or plan.interval), rest)
        return replace(plan, due_at=visit.at + min(wait, LONGEST_RETRY), visited_at=visit.at)
    interval = fixed or adapted(plan, visit, lately)
    # After a visit longer than its interval, the portal still gets a rest.
    due = max(visit.began + interval, visit.at + interval / 2)
    if visit.outcome == RunOutcome.STOPPED:  # at a limit: there is more to request
        due = visit.at + min(interval, SHORTEST_INTERVAL)
    return Plan(due, visit.at, interval, 0)


def adapted(plan: Plan, visit: Ended, lately: int) -> timedelta:
    """The interval of a site whose file sets none.

    The first comes from the rate at which the portal publishes. After a visit that found something,
    it gets a third shorter; after one that found nothing, a quarter longer. A visit that came long
    before its time and found nothing changes nothing.
    """
    if plan.interval is None:
        found = timedelta(days=RATE_DAYS) * NEWS_A_VISIT / lately if lately else LONGEST_INTERVAL
    elif visit.new:
        found = plan.interval * SHORTER
    elif plan.visited_at is not None and visit.began - plan.visited_at < plan.interval / 2:
        found = plan.interval
    else:
        found = plan.interval * LONGER
    return max(SHORTEST_INTERVAL, min(found, LONGEST_INTERVAL))


def back_off(failed: int, interval: timedelta | None) -> timedelta:
    """How long to wait after so many failed visits.

    An hour, or the interval if that is shorter; doubled for each further visit; a day at most.
    """
    if failed < 1:
        return NOTHING
    doubled: int = 2 ** min(failed - 1, 10)
    return min(min(interval or FIRST_RETRY, FIRST_RETRY) * doubled, LONGEST_RETRY)


def due_sites(db: Connection, sites: Iterable[Site], now: datetime) -> list[Site]:
    """The sites that are due, the longest overdue first."""
    instants = [(_due(db, site, now), site) for site in sites]
    return [site for due, site in sorted(instants, key=lambda pair: pair[0]) if due <= now]


def next_due(db: Connection, sites: Iterable[Site], now: datetime) -> tuple[datetime, str] | None:
    """(instant, key) of the site that is due first; None without sites.

    The instant is not after `now` if a site is due already.
    """
    return min(((_due(db, site, now), site.key) for site in sites), default=None)


def _due(db: Connection, site: Site, now: datetime) -> datetime:
    return due_from(plan_of(db, site.key), site.crawl.fixed_interval, now)


def plan_of(db: Connection, key: str) -> Plan:
    """The stored plan of a site; an empty one for an unknown site."""
    row = db.execute(
        "select next_due_at, visited_at, interval_minutes, visits_failed from sites where key = ?",
        (key,),
    ).fetchone()
    if row is None:
        return Plan()
    due_at, visited_at, minutes, failed = row
    return Plan(
        parse_utc(due_at) if due_at else None,
        parse_utc(visited_at) if visited_at else None,
        timedelta(minutes=minutes) if minutes else None,
        failed,
    )


def open_visit(db: Connection, site: Site, at: datetime) -> None:
    """Begin a visit; called in the transaction that opens its run."""
    forget_the_future(db, site.key, at)
    _keep(db, site.key, presumed(plan_of(db, site.key), at))


def close_visit(db: Connection, site: Site, run: int) -> None:
    """End a visit and plan the next from its run.

    Called in the transaction that has closed the run. A visit of named addresses plans nothing.
    """
    if not is_whole_visit(db, run):
        return
    plan = plan_of(db, site.key)
    row = db.execute(
        """select started_at, ended_at, outcome, requests, failed, articles_new
        from runs where id = ?""",
        (run,),
    ).fetchone()
    at = parse_utc(row["ended_at"])
    query = "select count(*) from captures where run = ? and outcome = ?"
    robots = first_value(db, query, (run, Outcome.ROBOTS))
    visit = Ended(
        parse_utc(row["started_at"]),
        at,
        RunOutcome(row["outcome"]),
        row["requests"] - row["failed"] - robots,
        row["articles_new"],
        longest_rest(db, site.all_hosts),
    )
    lately = 0 if plan.interval else _published_lately(db, site, at)
    _keep(db, site.key, after(plan, site.crawl.fixed_interval, visit, lately))


def _published_lately(db: Connection, site: Site, at: datetime) -> int:
    today = at.astimezone(site.zone).date()
    days = ((today - timedelta(days=RATE_DAYS)).isoformat(), today.isoformat())
    query = (
        "select count(*) from articles where site = ? and published_on > ? and published_on <= ?"
    )
    found: int = first_value(db, query, (site.key, *days))
    return found


def _keep(db: Connection, key: str, plan: Plan) -> None:
    minutes = round(plan.interval / timedelta(minutes=1)) if plan.interval else None
    db.execute(
        """update sites set next_due_at = :due_at, visited_at = :visited_at,
            interval_minutes = :minutes, visits_failed = :failed where key = :key""",
        {
            "due_at": utc_text(plan.due_at) if plan.due_at else None,
            "visited_at": utc_text(plan.visited_at) if plan.visited_at else None,
            "minutes": minutes,
            "failed": plan.failed,
            "key": key,
        },
    )

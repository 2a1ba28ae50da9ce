"""Judges a visit at its end, and records issues, the site's health and the run's outcome.

All in the transaction that ends the run.
"""

from collections.abc import Mapping
from datetime import date, datetime
from sqlite3 import Connection

from pipelines.health.facts import BROKEN_ALONE, Finding, Health, VisitFacts
from pipelines.health.holidays import holidays_of
from pipelines.health.judge import findings, healed, severity, works_again
from pipelines.health.silence import Silence, silence
from pipelines.keep.database.rows import update_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.pages import ask_failing_again
from pipelines.keep.issues.acceptances import NewPast, new_pasts
from pipelines.keep.issues.issues import (
    Issue,
    OpenIssue,
    close_issue,
    open_issues,
    open_once,
    show_newest,
)
from pipelines.keep.visits.denials import ask_again_where_many_point
from pipelines.keep.visits.holdings import not_read
from pipelines.keep.visits.runs import WHOLE_VISIT, Ending
from pipelines.keep.visits.visit_facts import JudgedVisit, facts_of
from pipelines.outcomes import (
    GOOD_RUNS,
    HEALTH_ISSUES,
    HEALTHY_RUNS,
    JUDGED_RUNS,
    KEEPING_OUT,
    OF_HOLDINGS,
    IssueKind,
    RunOutcome,
    one_of,
)
from portals.site import Site

# What did not come may come the next time: such a visit is incomplete, not suspect.
TOLD_AS_INCOMPLETE = frozenset(
    {
        *(IssueKind.UNREACHABLE, IssueKind.CERTIFICATE, IssueKind.DENIED),
        IssueKind.LISTED_UNFOLLOWED,
    }
)
# Visits that update a site's health; one that was told to wait says nothing.
TELLING_RUNS = (*HEALTHY_RUNS, RunOutcome.UNREACHABLE, RunOutcome.SUSPECT)
DAYS_REMEMBERED = 200  # with news


def judge_visit(db: Connection, site: Site, run: int, ending: Ending, at: datetime) -> Ending:
    """Open and close the site's health issues and write its health; returns the run's outcome.

    A visit that got all answers but saw something broken ends as `suspect`. Called in the
    transaction that ends the run, before anything else uses its outcome.
    """
    if ending.outcome not in JUDGED_RUNS:
        return ending
    ask_again_where_many_point(db, run)
    visit = JudgedVisit(site, run, ending, at, before=run)
    days, pasts = _days_with_news(db, visit), new_pasts(db, site.key)
    newest_on = days[0] if days else None
    update_row(db, "runs", run, {"newest_on": newest_on.isoformat() if newest_on else None})
    facts, anew = facts_of(db, visit, newest_on, pasts)
    quiet = _silence(visit, days, pasts)
    found = findings(facts, anew)
    if OF_HOLDINGS.issuperset(finding.kind for finding in found):
        found += _silent(site, quiet)
    told = {finding.kind for finding in found}
    if quiet.word == "silent":
        told.add(IssueKind.SILENT)
    for one in found:
        issue = Issue(one.kind, one.detail, site.key, one.url, capture=one.capture)
        open_once(db, issue, at)
        if one.kind in (IssueKind.DENIED, *OF_HOLDINGS):
            show_newest(db, issue)
    for issue in open_issues(db, site.key, HEALTH_ISSUES):
        if issue.kind not in told and healed(issue.kind, issue.url, facts):
            close_issue(db, issue, at)
            # If it closed because other pages are well, the failed ones may still fail.
            over = issue.url is None or works_again(issue.url, facts)
            if issue.kind in KEEPING_OUT and over:
                ask_failing_again(db, site.key, at=at)
    if facts.sources or found or ending.outcome == RunOutcome.OK:
        _write_health(db, site, facts, quiet)  # else it had to wait before it saw anything
    return _last_word(_with_remark(db, site, ending), found)


def _with_remark(db: Connection, site: Site, ending: Ending) -> Ending:
    """The ending of a good visit, with how many listed pages gave no article, by reason."""
    unread = not_read(db, site.key)
    if ending.outcome != RunOutcome.OK or not unread:
        return ending
    counts = ", ".join(f"{count} {reason}" for reason, count in unread)
    told = f"listed pages that gave no article: {counts}"
    return Ending(ending.outcome, "; ".join(filter(None, (ending.detail, told))))


def _last_word(ending: Ending, found: list[Finding]) -> Ending:
    good = ending.outcome in GOOD_RUNS
    if not found or not (good or ending.outcome in HEALTHY_RUNS):
        return ending
    more = [finding for finding in found if finding.kind not in TOLD_AS_INCOMPLETE]
    if not more:
        if ending.outcome != RunOutcome.OK and found[0].kind == IssueKind.LISTED_UNFOLLOWED:
            told = f"{found[0].kind}: {found[0].detail}"  # besides why the visit ended
            return Ending(ending.outcome, "; ".join(filter(None, (ending.detail, told))))
        if not good and found[0].kind != IssueKind.DENIED:
            return ending
        return Ending(RunOutcome.INCOMPLETE, f"{found[0].kind}: {found[0].detail}")
    # The reason may be the very failure that made it incomplete.
    besides = f"; {ending.detail}" if ending.detail and not good else ""
    return Ending(RunOutcome.SUSPECT, f"{found[0].kind}: {found[0].detail}{besides}")


def told_again(
    db: Connection, site: Site, pasts: Mapping[IssueKind, NewPast], at: datetime
) -> frozenset[IssueKind]:
    """The kinds that a visit like the last one would report again with these pasts."""
    if (visit := _last_visit(db, site, at)) is None:
        return frozenset()
    days = _days_with_news(db, visit)
    all_pasts = {**new_pasts(db, site.key), **pasts}
    facts, anew = facts_of(db, visit, days[0] if days else None, all_pasts)
    return frozenset(finding.kind for finding in findings(facts, anew)) & pasts.keys()


def judge_again(db: Connection, site: Site, at: datetime) -> None:
    """Update the site's health from its last visit and the issues that are still open."""
    if (visit := _last_visit(db, site, at)) is None:
        write_health_of_import(db, site.key, at)
        return
    days = _days_with_news(db, visit)
    facts, _ = facts_of(db, visit, days[0] if days else None, {})
    _write_health(db, site, facts, _silence(visit, days, new_pasts(db, site.key)))


def _last_visit(db: Connection, site: Site, at: datetime) -> JudgedVisit | None:
    """The last visit that says something about the site, as part of its past."""
    row = db.execute(
        f"""select id, outcome, detail from runs
        where site = ? and {WHOLE_VISIT} and outcome {one_of(TELLING_RUNS)}
        order by id desc limit 1""",
        (site.key,),
    ).fetchone()
    if row is None:
        return None
    ending = Ending(RunOutcome(row["outcome"]), row["detail"])
    return JudgedVisit(site, row["id"], ending, at, before=row["id"] + 1)


def _days_with_news(db: Connection, visit: JudgedVisit) -> list[date]:
    """The last days with news, newest first; a future day is an editor's mistake."""
    rows = db.execute(
        """select distinct published_on from articles where site = ? and published_on <= ?
        order by 1 desc limit ?""",
        (visit.site.key, visit.today.isoformat(), DAYS_REMEMBERED),
    )
    return [date.fromisoformat(row["published_on"]) for row in rows]


def _silence(visit: JudgedVisit, days: list[date], pasts: Mapping[IssueKind, NewPast]) -> Silence:
    """The silence, judged by the days with news.

    After a silence that a person accepted, only the days since then show the portal's habit.
    """
    zone, past = visit.site.zone, pasts.get(IssueKind.SILENT)
    since = past.at.astimezone(zone).date() if past else date.min
    return silence(
        [day for day in days if day > since],
        visit.today,
        lambda first, last: holidays_of(visit.site.timezone, first, last),
    )


def _silent(site: Site, quiet: Silence) -> list[Finding]:
    if quiet.word != "silent":
        return []
    gap = f"the longest gap before was {quiet.longest.days} days"
    detail = f"{site.url}: can be read, but nothing was published since {quiet.last_on}; {gap}"
    return [Finding(IssueKind.SILENT, detail)]


def _write_health(db: Connection, site: Site, facts: VisitFacts, quiet: Silence) -> None:
    told = open_issues(db, site.key, HEALTH_ISSUES)
    health: Health = "ok" if quiet.word == "usual" else "quiet"
    detail = None if quiet.word == "usual" else f"none since {quiet.last_on}"
    if (bad := severity((issue.kind for issue in told), facts)) is not None:
        health, detail = bad, _reason(told)
    db.execute(
        """update sites set health = :health, health_detail = :detail, health_at = :at
        where key = :site""",
        {"health": health, "detail": detail, "at": utc_text(facts.at), "site": site.key},
    )


def _reason(told: list[OpenIssue]) -> str:
    gravest = sorted(told, key=lambda issue: issue.kind not in BROKEN_ALONE)
    kinds = ", ".join(dict.fromkeys(issue.kind for issue in gravest))
    return f"{kinds}: {gravest[0].detail}"


def write_health_of_import(db: Connection, site: str, at: datetime) -> None:
    """Update the site's health after an import: `suspect` while any issue is open, then `ok`; NULL
    for a site that was never visited.
    """
    left = open_issues(db, site, HEALTH_ISSUES)
    db.execute(
        f"""update sites set health_at = :at, health_detail = :detail,
            health = case when :ill then 'suspect' when exists (
                select 1 from runs where runs.site = key and {WHOLE_VISIT}) then 'ok' end
        where key = :site and ifnull(health, 'ok') <> 'broken'
            and (:ill or ifnull(health, 'ok') = 'suspect')""",
        {
            **{"at": utc_text(at), "site": site, "ill": bool(left)},
            "detail": _reason(left) if left else None,
        },
    )

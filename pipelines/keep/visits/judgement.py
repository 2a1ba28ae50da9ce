"""The end of a visit: what it saw is taken from the rows, judged, and told as issues, as the site's health and as the run's last word. One transaction."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache

from pipelines.health.facts import (
    BROKEN_ALONE,
    ArticlePage,
    Finding,
    Health,
    Listed,
    Past,
    Sight,
    Source,
)
from pipelines.health.holidays import holidays_of
from pipelines.health.judge import findings, healed, severity
from pipelines.health.silence import Silence, silence
from pipelines.keep.database.timestamps import instant_of, stored
from pipelines.keep.issues.acceptances import NewPast, new_pasts
from pipelines.keep.issues.issues import Issue, OpenIssue, close_issue, open_issues, open_once
from pipelines.keep.visits.runs import Ending
from pipelines.outcomes import (
    GOOD_RUNS,
    HEALTH_ISSUES,
    HEALTHY_RUNS,
    JUDGED_RUNS,
    LIKE_ARTICLE,
    LISTINGS_SEEN,
    LOST_ARTICLES,
    SELF_DECLARED_REFUSALS,
    IssueKind,
    Outcome,
    RunOutcome,
    one_of,
)
from portals.site import Site

REMEMBERED = 12  # earlier good readings of a source
PAST_PAGES = 1000  # earlier pages by which a share is known
LOUD = frozenset(
    {IssueKind.UNREACHABLE, IssueKind.CERTIFICATE}
)  # what failed was told already: such a visit is incomplete
TELLING_RUNS = (*HEALTHY_RUNS, RunOutcome.UNREACHABLE, RunOutcome.SUSPECT)
# Which captures are the past: those of good visits, and from a visit on that a person accepted, the suspect ones of before they did so.
OF_THE_PAST = f"captures.run >= :first and captures.run < :before and (runs.outcome {one_of(HEALTHY_RUNS)} or (runs.outcome = '{RunOutcome.SUSPECT}' and captures.run <= :last))"
# What a feed or a listing named with a title; the links of menus bear none.
ENTRY = "pages.title is not null and exists (select 1 from pages as source where source.id = pages.found_on and source.kind in ('listing', 'feed'))"
NOT_ARTICLES = (Outcome.REFUSED_NOT_AN_ARTICLE, Outcome.REFUSED_TITLE_MISSING)


def judge_visit(
    db: sqlite3.Connection, site: Site, run: int, ending: Ending, at: datetime
) -> Ending:
    """Opens and closes the site's health issues and writes its health; a visit that had what it asked for, but saw something broken, ends as `suspect`.

    Called in the transaction that ends the run, before anything else is made of its outcome.
    """
    if ending.outcome not in JUDGED_RUNS:
        return ending
    today = at.astimezone(site.zone).date()
    days = _days_with_news(db, site, today)
    db.execute(
        "update runs set newest_on = ? where id = ?", (days[0].isoformat() if days else None, run)
    )
    accepted = new_pasts(db, site.key)
    sight, anew = _sights(
        db, site, run, ending, at, days[0] if days else None, accepted, before=run
    )
    found = findings(sight, anew)
    quiet = _quiet(site, days, today, accepted)
    if not found and quiet.word == "silent":
        gap = f"the longest gap before was {quiet.longest.days} days"
        found = [
            Finding(
                IssueKind.SILENT,
                f"{site.url}: can be read, but nothing was published since {quiet.last_on}; {gap}",
            )
        ]
    _confirm_removals(db, run, found, sight)
    _open(db, site, found, at)
    _close(
        db,
        site,
        {finding.kind for finding in found}
        | ({IssueKind.SILENT} if quiet.word == "silent" else set()),
        sight,
    )
    if (
        sight.sources or found or ending.outcome == RunOutcome.OK
    ):  # else it was told to wait before it saw anything
        _write_health(db, site, sight, quiet)
    if found and (
        ending.outcome in GOOD_RUNS
        or (ending.outcome in HEALTHY_RUNS and any(finding.kind not in LOUD for finding in found))
    ):
        besides = (
            f"; {ending.detail}" if ending.detail and ending.outcome not in GOOD_RUNS else ""
        )  # it may be the very reason
        return Ending(RunOutcome.SUSPECT, f"{found[0].kind}: {found[0].detail}{besides}")
    return ending


def told_again(
    db: sqlite3.Connection, site: Site, pasts: Mapping[IssueKind, NewPast], at: datetime
) -> frozenset[IssueKind]:
    """Those kinds that a visit which saw just what the last one saw would tell again, though each had the past given here."""
    if (last := _last_visit(db, site)) is None:
        return frozenset()
    run, ending = last
    days = _days_with_news(db, site, at.astimezone(site.zone).date())
    sight, anew = _sights(
        db,
        site,
        run,
        ending,
        at,
        days[0] if days else None,
        {**new_pasts(db, site.key), **pasts},
        before=run + 1,
    )
    return frozenset(finding.kind for finding in findings(sight, anew)) & pasts.keys()


def judge_again(db: sqlite3.Connection, site: Site, at: datetime) -> None:
    """Writes the site's health anew, from what its last visit saw and the issues that are still open; nothing where there was no visit yet."""
    if (last := _last_visit(db, site)) is None:
        return
    run, ending = last
    today = at.astimezone(site.zone).date()
    days = _days_with_news(db, site, today)
    sight, _ = _sights(db, site, run, ending, at, days[0] if days else None, {}, before=run + 1)
    _write_health(db, site, sight, _quiet(site, days, today, new_pasts(db, site.key)))


def _last_visit(db: sqlite3.Connection, site: Site) -> tuple[int, Ending] | None:
    """The last visit that says something of the site; one that was told to wait says nothing."""
    row = db.execute(
        f"""select id, outcome, detail from runs where site = ? and kind = 'crawl' and outcome {one_of(TELLING_RUNS)} order by id desc limit 1""",
        (site.key,),
    ).fetchone()
    return (row["id"], Ending(RunOutcome(row["outcome"]), row["detail"])) if row else None


def _quiet(
    site: Site, days: list[date], today: date, accepted: Mapping[IssueKind, NewPast]
) -> Silence:
    """The silence by the days with news; after one that a person accepted, the portal's habit is learned from the days since."""
    since = (
        accepted[IssueKind.SILENT].at.astimezone(site.zone).date()
        if IssueKind.SILENT in accepted
        else date.min
    )
    return silence(
        [day for day in days if day > since],
        today,
        lambda first, last: holidays_of(site.timezone, first, last),
    )


def _write_health(db: sqlite3.Connection, site: Site, sight: Sight, quiet: Silence) -> None:
    standing = open_issues(db, site.key, HEALTH_ISSUES)
    bad = severity((issue.kind for issue in standing), sight)
    word: Health = bad or ("ok" if quiet.word == "usual" else "quiet")
    reason = _reason(standing) if bad else None if word == "ok" else f"none since {quiet.last_on}"
    db.execute(
        "update sites set health = ?, health_detail = ?, health_at = ? where key = ?",
        (word, reason, stored(sight.at), site.key),
    )


def _reason(standing: Iterable[OpenIssue]) -> str:
    gravest = sorted(standing, key=lambda issue: issue.kind not in BROKEN_ALONE)
    kinds = ", ".join(dict.fromkeys(issue.kind for issue in gravest))
    return f"{kinds}: {gravest[0].detail}"


def _open(db: sqlite3.Connection, site: Site, found: Iterable[Finding], at: datetime) -> None:
    """Open one issue a kind."""
    for one in found:
        open_once(db, Issue(one.kind, one.detail, site.key, one.url, capture=one.capture), at)


def _close(db: sqlite3.Connection, site: Site, found: set[IssueKind], sight: Sight) -> None:
    for issue in open_issues(db, site.key, HEALTH_ISSUES):
        if issue.kind not in found and healed(issue.kind, issue.url, sight):
            close_issue(db, issue, sight.at)


def _confirm_removals(db: sqlite3.Connection, run: int, found: list[Finding], sight: Sight) -> None:
    """An article whose address says "not found" with status 200 for the second time, while more of the portal's articles are well, is removed."""
    gone = [page.url for page in sight.pages if page.outcome == Outcome.REFUSED_SOFT_404]
    well = [page.url for page in sight.pages if page.outcome.is_article]
    if len(gone) > len(well) or any(finding.kind != IssueKind.SOFT_404 for finding in found):
        return
    db.execute(
        f"""update articles set removed_at = :at where removed_at is null and id in (
            select pages.article from captures join pages on pages.site = captures.site and pages.url = captures.url
            where captures.run = :run and captures.outcome = '{Outcome.REFUSED_SOFT_404}' and exists (
                select 1 from captures as earlier where earlier.url = captures.url and earlier.run < :run and earlier.outcome = '{Outcome.REFUSED_SOFT_404}'))""",
        {"at": stored(sight.at), "run": run},
    )


def _days_with_news(db: sqlite3.Connection, site: Site, today: date) -> list[date]:
    """The last days with news, the newest first; a day to come is an editor's slip."""
    rows = db.execute(
        "select distinct published_on from articles where site = ? and published_on <= ? order by 1 desc limit 200",
        (site.key, today.isoformat()),
    )
    return [date.fromisoformat(row[0]) for row in rows]


def _sights(
    db: sqlite3.Connection,
    site: Site,
    run: int,
    ending: Ending,
    at: datetime,
    newest_on: date | None,
    accepted: Mapping[IssueKind, NewPast],
    *,
    before: int,
) -> tuple[Sight, dict[IssueKind, Sight]]:
    """What a visit saw, with the past of the runs before one; and for each kind that a person accepted, the same with the past of that kind."""
    began = db.execute("select started_at from runs where id = ?", (run,)).fetchone()[0]
    rows = db.execute(
        f"""select captures.*, pages.kind, pages.depth, {ENTRY} as entry, articles.first_seen_at < ? and articles.removed_at is null as held
        from captures left join pages on pages.site = captures.site and pages.url = captures.url left join articles on articles.id = pages.article
        where captures.run = ? and captures.site = ? and captures.outcome not {one_of((Outcome.AWAITS_BROWSER, Outcome.SUBRESOURCE))} order by captures.id""",
        (began, run, site.key),
    )
    last = {
        row["url"]: row for row in rows
    }.values()  # a challenge that was answered is followed by the page itself
    last_good = db.execute(
        f"""select fetched_at from captures where site = ? and run < ? and outcome {one_of(LISTINGS_SEEN)}
        order by fetched_at desc limit 1""",
        (site.key, before),
    ).fetchone()

    @cache
    def newest(visit: int) -> date | None:
        return _day(db.execute("select newest_on from runs where id = ?", (visit,)).fetchone()[0])

    pages = tuple(
        ArticlePage(
            row["url"],
            Outcome(row["outcome"]),
            row["id"],
            bool(row["held"]),
            frozenset((row["lacks"] or "").split()),
            bool(row["entry"]),
        )
        for row in last
        if row["kind"] == "article"
    )

    ever_read = bool(
        db.execute("select exists (select 1 from articles where site = ?)", (site.key,)).fetchone()[
            0
        ]
    )
    told = [issue.url for issue in open_issues(db, site.key) if issue.url is not None]
    mended = db.execute(
        """select url from pages where site = ? and article is not null
            and url in (select value from json_each(?))""",
        (site.key, json.dumps(told)),
    )
    mended_addresses = frozenset(row["url"] for row in mended)

    def seen(kind: IssueKind | None, since: NewPast | None) -> Sight:
        span: dict[str, str | int] = {
            "site": site.key,
            "before": before,
            "first": since.first if since else 0,
            "last": since.last if since else 0,
        }
        sources = tuple(
            _source(db, row, newest, span, anew=since is not None)
            for row in last
            if row["kind"] in ("listing", "feed", "sitemap")
        )
        past = _past(
            db,
            span,
            _accepted_losses(kind),
        )
        good_at = instant_of(last_good[0]) if last_good else None
        return Sight(
            at,
            ending.outcome,
            ending.detail,
            newest_on,
            sources,
            pages,
            past,
            good_at,
            ever_read,
            mended_addresses,
        )

    return seen(None, None), {kind: seen(kind, since) for kind, since in accepted.items()}


def _accepted_losses(kind: IssueKind | None) -> frozenset[Outcome]:
    """The outcomes of articles that are expected once a person has accepted this kind."""
    if kind == IssueKind.LAYOUT_CHANGED:
        return LOST_ARTICLES
    return frozenset(
        Outcome.of_refusal(refusal) for refusal in SELF_DECLARED_REFUSALS if refusal.value == kind
    )


def _source(
    db: sqlite3.Connection,
    row: sqlite3.Row,
    newest: Callable[[int], date | None],
    span: Mapping[str, str | int],
    *,
    anew: bool,
) -> Source:
    """One source, with what it named before. In a past that begins `anew`, an address of the site's file need be no listing, and one that stood still may."""
    earlier = db.execute(
        f"""select captures.run, entries, captures.newest_on, fetched_at, entries_sha256 from captures join runs on runs.id = captures.run
        where url = :url and captures.site = :site and {OF_THE_PAST} and entries > 0 order by fetched_at desc limit {REMEMBERED}""",
        {**span, "url": row["url"]},
    ).fetchall()
    stands_still = anew and len({one["entries_sha256"] for one in earlier}) == 1
    return Source(
        url=row["url"],
        kind=row["kind"],
        own=row["depth"] == 0 and not anew,
        outcome=Outcome(row["outcome"]),
        capture=row["id"],
        detail=_what_came(row),
        listed=None if row["entries"] is None else _listed(row),
        fingerprint=row["entries_sha256"],
        gone=row["entries_gone"] or 0,
        last_fingerprint=earlier[0]["entries_sha256"] if earlier and not stands_still else None,
        before=tuple((_listed(one), newest(one["run"])) for one in reversed(earlier)),
    )


def _listed(row: sqlite3.Row) -> Listed:
    return Listed(row["entries"], _day(row["newest_on"]), instant_of(row["fetched_at"]))


def _what_came(row: sqlite3.Row) -> str:
    return str(row["error"] or f"{row['url']}: {row['outcome']}")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _past(db: sqlite3.Connection, span: Mapping[str, str | int], lost: frozenset[Outcome]) -> Past:
    """The earlier pages; `lost`: what became of articles where a person accepted that."""
    rows = db.execute(
        f"""select outcome, lacks, article, entry, count(*) as pages from (
            select captures.outcome, captures.lacks, pages.article is not null as article, {ENTRY} as entry
            from captures join runs on runs.id = captures.run
                join pages on pages.site = captures.site and pages.url = captures.url
            where captures.site = :site and {OF_THE_PAST} and pages.kind = 'article'
                and (captures.outcome {LIKE_ARTICLE} or captures.outcome in (select value from json_each(:refused)))
            order by captures.fetched_at desc limit {PAST_PAGES}) group by outcome, lacks, article, entry""",
        {**span, "refused": json.dumps([*NOT_ARTICLES, *lost])},
    )
    outcomes: Counter[str] = Counter()
    lacks: Counter[str] = Counter()
    for row in rows:
        read, was_read = (
            Outcome(row["outcome"]).is_article,
            row["article"] and row["outcome"] in lost,
        )
        outcomes["read" if read else "lost" if was_read else "refused"] += row["pages"]
        outcomes[row["outcome"]] += row["pages"]
        if row["entry"]:
            outcomes["entries"] += row["pages"]
            outcomes["entries refused"] += row["pages"] * (
                row["outcome"] == Outcome.REFUSED_NOT_AN_ARTICLE
            )
        for field in (row["lacks"] or "").split() if read else ():
            lacks[field] += row["pages"]
    again = outcomes[Outcome.ARTICLE_CHANGED] + outcomes[Outcome.ARTICLE_UNCHANGED]
    return Past(
        read=outcomes["read"],
        refused=outcomes["refused"],
        lacking=tuple(lacks.items()),
        again=again,
        changed=outcomes[Outcome.ARTICLE_CHANGED],
        lost=outcomes["lost"],
        entries=outcomes["entries"],
        entries_refused=outcomes["entries refused"],
    )

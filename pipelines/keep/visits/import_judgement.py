"""Judges an import at its end: each of its sites, by those judgements of a visit that fit."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection, Row

from pipelines.capture import PAGES
from pipelines.health.facts import (
    ArticlePage,
    Finding,
    ImportedPages,
    OutcomeCount,
    Past,
    VisitFacts,
)
from pipelines.health.imports import REMEDY, SOME_PAGES, import_findings, import_remarks
from pipelines.health.judge import healed
from pipelines.keep.database.rows import first_value
from pipelines.keep.issues.acceptances import accepted_at
from pipelines.keep.issues.issues import (
    Issue,
    close_issue,
    open_issues,
    open_once,
    show_newest,
)
from pipelines.keep.visits.holdings import holdings_of
from pipelines.keep.visits.judgement import write_health_of_import
from pipelines.keep.visits.runs import Ending, sites_of
from pipelines.keep.visits.visit_facts import ENTRY, NOT_FOR_JUDGING, mended
from pipelines.outcomes import (
    HEALTH_ISSUES,
    LIKE_ARTICLE,
    OF_HOLDINGS,
    IssueKind,
    Outcome,
    RunOutcome,
    one_of,
)

MOST_NAMED = 3  # sites and remarks in the ending
# Only a visit follows links, so only a visit knows which it left.
NOT_OF_IMPORTS = frozenset({IssueKind.LISTED_UNFOLLOWED})


def judge_import(db: Connection, run: int, ending: Ending, at: datetime) -> Ending:
    """Open and close the health issues of each site of an import; returns the import's ending.

    It is `suspect` if a site looks wrong. What is normal for a file of captures is only mentioned.
    """
    wrong, remarks, pages, articles = [], [], 0, 0
    for site in sites_of(db, run):
        imported = _imported(db, run, site)
        facts = _facts(db, run, site, at)
        found = import_findings(facts, imported)
        normal = accepted_at(db, site).keys() - OF_HOLDINGS
        found = [one for one in found if one.kind not in normal]
        _keep(db, site, facts, found, at)
        wrong += [f"{site}: {one.kind}: {one.detail}" for one in found]
        remarks += [f"{site}: {remark}" for remark in import_remarks(imported)]
        pages, articles = pages + imported.count, articles + imported.articles
    if not articles and pages >= SOME_PAGES:
        remarks.insert(0, f"no article among {pages} pages: {REMEDY}")
    told = [*_few(wrong), *_few(remarks), *filter(None, [ending.detail])]
    detail = "; ".join(told) or None
    if ending.outcome == RunOutcome.OK and wrong:
        return Ending(RunOutcome.SUSPECT, detail)
    return Ending(ending.outcome, detail)


def _few(told: Sequence[str]) -> list[str]:
    more = len(told) - MOST_NAMED
    return [*told[:MOST_NAMED], *([f"and {more} more like these"] if more > 0 else [])]


def _imported(db: Connection, run: int, site: str) -> ImportedPages:
    """The pages of a site in an import, by their outcomes."""
    rows = db.execute(
        f"""select outcome, count(*) as pages, max(id) as newest, url from captures
        where run = ? and site = ? and status in {PAGES}
            and media_type in ('text/html', 'application/xhtml+xml')
            and outcome not {one_of((Outcome.ROBOTS, Outcome.SUBRESOURCE))}
        group by outcome order by pages desc""",
        (run, site),
    ).fetchall()
    outcomes = tuple(
        OutcomeCount(Outcome(row["outcome"]), row["pages"], row["url"], row["newest"])
        for row in rows
    )
    read = sum(one.count for one in outcomes if one.outcome.is_article)
    missing = first_value(
        db,
        """select count(*) from pages where site = ? and state = 'waiting' and kind = 'article'
            and doubt is null and last_fetched_at is null and listed = 1""",
        (site,),
    )
    held = first_value(db, "select 1 from articles where site = ?", (site,)) is not None
    return ImportedPages(sum(one.count for one in outcomes), read, held, outcomes, missing)


def _facts(db: Connection, run: int, site: str, at: datetime) -> VisitFacts:
    """The facts of a visit that an import has: the listed pages and the articles that it brought,
    and the site's holdings.

    No page counts as `held` before: an old capture of an article proves nothing about a later one.
    """
    rows = db.execute(
        f"""select captures.id, captures.url, captures.outcome, captures.lacks, {ENTRY} as entry
        from captures join pages on pages.site = captures.site and pages.url = captures.url
            and pages.last_fetched_at = captures.fetched_at
        where captures.run = ? and captures.site = ? and pages.kind = 'article'
            and ({ENTRY} or captures.outcome {LIKE_ARTICLE})
            and captures.outcome not {one_of(NOT_FOR_JUDGING)} order by captures.id""",
        (run, site),
    ).fetchall()
    accepted = accepted_at(db, site)
    since = max((accepted[kind] for kind in OF_HOLDINGS & accepted.keys()), default=None)
    return VisitFacts(
        at=at,
        outcome=RunOutcome.STOPPED,  # a file may hold a part of the portal, like a visit cut short
        detail=None,
        newest_on=None,
        sources=(),
        pages=tuple(map(_page, rows)),
        past=Past(),
        last_good_at=at,
        ever_read=first_value(db, "select 1 from articles where site = ?", (site,)) is not None,
        mended=mended(db, site),
        holdings=holdings_of(db, site, since),
    )


def _page(row: Row) -> ArticlePage:
    lacks, entry = frozenset((row["lacks"] or "").split()), bool(row["entry"])
    outcome = Outcome(row["outcome"])
    return ArticlePage(row["url"], outcome, row["id"], held=False, lacks=lacks, entry=entry)


def _keep(
    db: Connection, site: str, facts: VisitFacts, found: Sequence[Finding], at: datetime
) -> None:
    """Write the issues of a site, and its health by all that are open now."""
    for one in found:
        issue = Issue(one.kind, one.detail, site, one.url, capture=one.capture)
        open_once(db, issue, at)
        if one.kind in OF_HOLDINGS:
            show_newest(db, issue)
    told = {one.kind for one in found}
    for open_one in open_issues(db, site, HEALTH_ISSUES - NOT_OF_IMPORTS - told):
        if healed(open_one.kind, open_one.url, facts):
            close_issue(db, open_one, at)
    write_health_of_import(db, site, at)

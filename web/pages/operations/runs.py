"""`/runs` and `/run/ID`: visits and imports, what each brought, and what went wrong."""

import sqlite3
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.outcomes import FAILURES, LIKE_REFUSED, Outcome, one_of
from web.archive import Row, archive_of, rows_of
from web.languages import gettext as _
from web.pages.asked import site_asked
from web.pages.lists import older, page_of, place_of
from web.pages.rendering import Routes, page

A_PAGE = 50
MOST_COUNTED = 100_000  # captures of a run whose outcomes are counted
RUNS = """select runs.*, sites.name as site_name, sites.timezone
    from runs left join sites on sites.key = runs.site
    where {of} (started_at, runs.id) < (:at, :number)
    order by started_at desc, runs.id desc limit :most"""
RUN = """select runs.*, sites.name as site_name, sites.timezone, sites.language
    from runs left join sites on sites.key = runs.site where runs.id = ?"""
# An import has captures of several sites; one index, by site and run, serves both.
OF_A_VISIT = "captures {joins} where captures.site = :site and captures.run = :run"
OF_AN_IMPORT = """sites cross join captures on captures.site = sites.key and captures.run = :run
    {joins} where true"""
TO_ARTICLES = """join revisions on revisions.id = captures.revision
    join articles on articles.id = revisions.article"""
OUTCOMES = """select outcome, count(*) as captures
    from (select captures.outcome from {its} limit :most) group by outcome order by 2 desc, 1"""
LISTED = """select captures.id, captures.site, captures.url, status, captures.outcome, error,
        fetched_at
    from {its} and captures.outcome {which} order by captures.id limit :most"""
BROUGHT = f"""select captures.id, captures.outcome, articles.key, articles.title, articles.language
    from {{its}} and captures.outcome {one_of((Outcome.ARTICLE_NEW, Outcome.ARTICLE_CHANGED))}
    order by captures.id limit :most"""
# An issue has the capture that shows it; those without one were opened while the run lasted.
ISSUES = """select issues.id, kind, issues.site, issues.opened_at, issues.closed_at
    from issues join captures on captures.id = issues.capture
    where issues.capture between
            (select min(id) from captures where run = :run)
            and (select max(id) from captures where run = :run)
        and captures.run = :run
    union
    select id, kind, site, opened_at, closed_at from issues
    where site = :site and capture is null and opened_at between :began and :ended
    order by id limit :most"""
AROUND = """select (select id from runs where site = :site and started_at < :at
        order by started_at desc limit 1) as before,
    (select id from runs where site = :site and started_at > :at
        order by started_at limit 1) as after"""


async def runs(request: Request, datasette: Datasette) -> Response:
    """Visits and imports, the newest first; `?site=` shows those of one portal."""
    archive = await archive_of(datasette)
    site = request.args.get("site") or None
    values = {"site": site, "most": A_PAGE + 1, **place_of(request)._asdict()}

    def read(db: sqlite3.Connection) -> dict[str, Any]:
        named = site_asked(db, site)
        rows = rows_of(db, RUNS.format(of="runs.site = :site and" if site else ""), values)
        shown, following = page_of(rows, "started_at", "id", A_PAGE)
        return {"runs": shown, "site": named, "older": older(request, following)}

    shown = {**await archive.read(read), "archive": archive}
    return await page(datasette, request, "runs.html", shown)


async def run(request: Request, datasette: Datasette) -> Response:
    """What one visit or import did."""
    archive = await archive_of(datasette)
    number = int(request.url_vars["id"])
    found = await archive.row(RUN, (number,))
    if found is None:
        raise NotFound(_("There is no run %(number)s") % {"number": number})
    shown = await archive.read(lambda db: _run(db, found))
    return await page(datasette, request, "run.html", {"archive": archive, **shown})


def _run(db: sqlite3.Connection, found: Row) -> dict[str, Any]:
    site, number = found["site"], found["id"]
    captures = OF_A_VISIT if site else OF_AN_IMPORT
    its, with_articles = captures.format(joins=""), captures.format(joins=TO_ARTICLES)
    values = {"site": site, "run": number, "most": A_PAGE}
    ended = found["ended_at"] or "9"
    around = rows_of(db, AROUND, {"site": site, "at": found["started_at"]})
    return {
        "run": found,
        "outcomes": rows_of(db, OUTCOMES.format(its=its), {**values, "most": MOST_COUNTED}),
        "most_counted": MOST_COUNTED,
        "failed": rows_of(db, LISTED.format(its=its, which=one_of(FAILURES)), values),
        "refused": rows_of(db, LISTED.format(its=its, which=LIKE_REFUSED), values),
        "brought": rows_of(db, BROUGHT.format(its=with_articles), values),
        "issues": rows_of(db, ISSUES, {**values, "began": found["started_at"], "ended": ended}),
        "before": around[0]["before"],
        "after": around[0]["after"],
        "a_page": A_PAGE,
    }


ROUTES: Routes = ((r"^/runs$", runs), (r"^/run/(?P<id>\d{1,18})$", run))

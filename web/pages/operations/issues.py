"""`/issues` and `/issue/ID`: what needs a person, what it means and what to do."""

import sqlite3
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.keep.visits.accept import effect
from pipelines.outcomes import HEALTH_ISSUES, IssueKind
from web.archive import Row, archive_of, rows_of
from web.languages import gettext
from web.languages import gettext as _
from web.languages.issue_words import kinds
from web.pages.asked import site_asked, whole_number
from web.pages.rendering import Routes, page

A_PAGE = 50
OF_A_KIND = 5  # issues of each kind, where all kinds are shown
ENTRY = """issues.id, issues.site, issues.kind, issues.detail, issues.url, opened_at, closed_at,
    sites.name as site_name, sites.timezone"""
COUNTS = """select kind, count(*) as issues, count(distinct site) as sites from issues
    where closed_at is null {and_site} group by kind"""
OPEN = f"""select {ENTRY} from issues left join sites on sites.key = issues.site
    where closed_at is null {{and_site}} and kind = :kind
        and (ifnull(issues.site, ''), issues.id) > (:after_site, :after_id)
    order by ifnull(issues.site, ''), issues.id limit :most"""
CLOSED = f"""select {ENTRY}, because from issues left join sites on sites.key = issues.site
        left join acceptances on acceptances.issue = issues.id
    where closed_at is not null {{and_site}} {{and_kind}}
        and (:before = 0 or issues.id < :before)
    order by issues.id desc limit :most"""
ISSUE = """select issues.*, sites.name as site_name, sites.timezone, sites.language,
        articles.key as article_key, articles.title, articles.language as article_language,
        acceptances.accepted_at, acceptances.because, captures.fetched_at, captures.run
    from issues left join sites on sites.key = issues.site
        left join articles on articles.id = issues.article
        left join acceptances on acceptances.issue = issues.id
        left join captures on captures.id = issues.capture
    where issues.id = ?"""
OTHERS = """select id, opened_at, closed_at from issues
    where site = :site and kind = :kind and id <> :id order by id desc limit 12"""


async def issues(request: Request, datasette: Datasette) -> Response:
    """Open issues by kind. `?kind=` and `?site=` choose; `?state=closed` shows closed ones."""
    archive = await archive_of(datasette)
    asked = {name: request.args.get(name) or "" for name in ("kind", "site", "state", "after")}
    listed = _closed if asked["state"] else _open
    shown = await archive.read(
        lambda db: {"site": site_asked(db, asked["site"]), **listed(db, asked)}
    )
    shown |= {"archive": archive, "asked": asked, "kinds": sorted(kinds())}
    return await page(datasette, request, "issues.html", shown)


def _open(db: sqlite3.Connection, asked: dict[str, str]) -> dict[str, Any]:
    """Groups of open issues by kind: those of a portal's health first, then the most frequent."""
    and_site = "and site = :site" if asked["site"] else ""
    counts = rows_of(db, COUNTS.format(and_site=and_site), {"site": asked["site"]})
    counts.sort(key=lambda row: (row["kind"] not in HEALTH_ISSUES, -row["issues"], row["kind"]))
    site, _, number = asked["after"].partition(" ")
    most = A_PAGE if asked["kind"] else OF_A_KIND
    values = {
        **{"site": asked["site"], "most": most + 1},
        **{"after_site": site, "after_id": whole_number(number) or 0},
    }
    groups = []
    for row in counts:
        if asked["kind"] in ("", row["kind"]):
            of_site = "and issues.site = :site" if asked["site"] else ""
            found = rows_of(db, OPEN.format(and_site=of_site), {**values, "kind": row["kind"]})
            groups.append({**row, "found": found[:most], "has_more": len(found) > most})
    older = None
    if asked["kind"] and groups and groups[0]["has_more"]:
        last = groups[0]["found"][-1]
        older = _query(asked, after=f"{last['site'] or ''} {last['id']}")
    return {"groups": groups, "older": older, "open": sum(row["issues"] for row in counts)}


def _closed(db: sqlite3.Connection, asked: dict[str, str]) -> dict[str, Any]:
    """Closed issues, the newest first."""
    query = CLOSED.format(
        and_site="and issues.site = :site" if asked["site"] else "",
        and_kind="and kind = :kind" if asked["kind"] else "",
    )
    before = whole_number(asked["after"]) or 0
    values: Row = {**asked, "before": before, "most": A_PAGE + 1}
    found = rows_of(db, query, values)
    older = _query(asked, after=str(found[A_PAGE - 1]["id"])) if found[A_PAGE:] else None
    return {"closed": found[:A_PAGE], "older": older}


def _query(asked: dict[str, str], **changed: str) -> str:
    return "?" + urlencode({name: value for name, value in {**asked, **changed}.items() if value})


async def issue(request: Request, datasette: Datasette) -> Response:
    """One issue: what it means, what to do, its evidence, and how to settle it."""
    archive = await archive_of(datasette)
    number = int(request.url_vars["id"])
    found = await archive.row(ISSUE, (number,))
    if found is None:
        raise NotFound(_("There is no issue %(number)s") % {"number": number})
    shown = {
        "archive": archive,
        "issue": found,
        "others": await archive.rows(OTHERS, found),
        "effect": _effect(found["kind"]),
        "is_health": found["kind"] in HEALTH_ISSUES,
    }
    return await page(datasette, request, "issue.html", shown)


def _effect(kind: str) -> str | None:
    """What accepting it means; None for a kind of a newer Loa."""
    return gettext(effect(IssueKind(kind))) if kind in set(IssueKind) else None


ROUTES: Routes = ((r"^/issues$", issues), (r"^/issue/(?P<id>\d{1,18})$", issue))

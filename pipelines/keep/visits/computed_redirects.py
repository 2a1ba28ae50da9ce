"""Reports the pages of a site whose scripts work out where they lead: one issue, with their number.

Loa runs no scripts, so what such pages lead to is lost until a person names it.
"""

from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.issues.acceptances import ever_accepted, open_or_show_newest
from pipelines.keep.issues.issues import Issue, close_issue, open_issues
from pipelines.keep.visits.runs import sites_of
from pipelines.outcomes import IssueKind, Outcome

REMEDY = (
    "open one in a browser, and name the page to which it leads in the site file, as its address or"
    " a listing"
)


def report_computed_redirects(db: Connection, run: int, at: datetime) -> None:
    """Open, restate or close the issue of each site of a run, by how many such pages it has now.

    Once a person has accepted the issue, this is normal for the portal.
    """
    for site in sites_of(db, run):
        newest = db.execute(
            """select captures.id, pages.url, captures.error, count(*) over () as pages
            from pages join captures on captures.site = pages.site and captures.url = pages.url
                and captures.fetched_at = pages.last_fetched_at
            where pages.site = ? and pages.reason = ? order by captures.id desc limit 1""",
            (site, Outcome.REFUSED_COMPUTED_REDIRECT),
        ).fetchone()
        if newest is None:
            for issue in open_issues(db, site, (IssueKind.COMPUTED_REDIRECT,)):
                close_issue(db, issue, at)
            continue
        if ever_accepted(db, site, IssueKind.COMPUTED_REDIRECT):
            continue
        detail = f"pages like this: {newest['pages']}, the newest {newest['error']}; {REMEDY}"
        found = Issue(
            IssueKind.COMPUTED_REDIRECT, detail, site, newest["url"], capture=newest["id"]
        )
        open_or_show_newest(db, found, at)

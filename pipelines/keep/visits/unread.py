"""Reports the pages of a site that a fault of Loa left unread: one issue, with their number."""

from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue, close_issue, open_issues, restate
from pipelines.keep.visits.runs import sites_of
from pipelines.outcomes import UNREAD, IssueKind, one_of


def report_unread(db: Connection, site: str, at: datetime) -> None:
    """Open, restate or close the site's issue `unread`, by how many pages are unread now."""
    told = open_issues(db, site, (IssueKind.UNREAD,))
    rows = db.execute(
        f"""select reason, count(*) as pages from pages
        where site = ? and state = 'failing' and reason {one_of(UNREAD)}
        group by reason order by pages desc, reason""",
        (site,),
    ).fetchall()
    if not rows:
        for issue in told:
            close_issue(db, issue, at)
        return
    last = db.execute(
        f"""select id, url, error from captures where site = ? and outcome {one_of(UNREAD)}
        order by fetched_at desc, id desc limit 1""",
        (site,),
    ).fetchone()
    reasons = ", ".join(f"{row['pages']} {row['reason']}" for row in rows)
    detail = (
        f"pages that a fault of Loa left unread: {sum(row['pages'] for row in rows)} ({reasons});"
        f" the last: {last['error']}; each version of Loa tries them twice"
    )
    if told:
        restate(db, told[0], detail)
    else:
        new = Issue(IssueKind.UNREAD, detail, site, last["url"], capture=last["id"])
        open_unless_accepted(db, new, at, per="site")


def report_unread_of_run(db: Connection, run: int, at: datetime) -> None:
    """Do so for each site that a run kept captures of."""
    for site in sites_of(db, run):
        report_unread(db, site, at)

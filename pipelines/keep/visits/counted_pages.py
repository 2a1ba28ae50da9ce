"""Reports pages of a site that a person must look at, but not one by one: one issue of each kind,
with their number and the newest.

- Pages whose scripts work out where they lead: Loa runs none, so that place is lost until a person
  names it.
- Articles without a date, on their own pages or on one that names them.
- Pages that a fault of Loa left unread.
"""

from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.issues.acceptances import (
    ever_accepted,
    open_or_show_newest,
    open_unless_accepted,
)
from pipelines.keep.issues.issues import (
    DATE_IN_DOUBT,
    Issue,
    close_issue,
    open_issues,
    restate,
)
from pipelines.keep.visits.runs import sites_of
from pipelines.outcomes import UNREAD, IssueKind, Outcome, one_of

# Of each kind: a query for the newest page (capture, url, told) and the number of all (pages), and
# what a person can do.
COUNTED = {
    IssueKind.COMPUTED_REDIRECT: (
        f"""select captures.id as capture, pages.url, captures.error as told,
            count(*) over () as pages
        from pages join captures on captures.site = pages.site and captures.url = pages.url
            and captures.fetched_at = pages.last_fetched_at
        where pages.site = ? and pages.reason = '{Outcome.REFUSED_COMPUTED_REDIRECT}'
        order by captures.id desc limit 1""",
        "open one in a browser, and name the page to which it leads in the site file, as its"
        " address or a listing",
    ),
    # An article whose printed date is not believed has an issue of its own.
    IssueKind.UNDATED: (
        f"""select capture, articles.url, articles.url || ': no date of publication' as told,
            count(*) over () as pages
        from articles join revisions on revisions.id = articles.revision
        where site = ? and articles.published_on is null and removed_at is null
            and not {DATE_IN_DOUBT}
        order by capture desc limit 1""",
        "a listing, feed or sitemap that names them with a date would date them",
    ),
}


def report_counted_pages(db: Connection, run: int, at: datetime) -> None:
    """Open, restate or close these issues of each site of a run, by how many such pages it has now.

    Once a person has accepted an issue, this is normal for the portal.
    """
    for site in sites_of(db, run):
        report_unread(db, site, at)
        for kind, (query, remedy) in COUNTED.items():
            newest = db.execute(query, (site,)).fetchone()
            for issue in open_issues(db, site, (kind,)):
                if newest is None or issue.article is not None:  # one of each page: an older Loa's
                    close_issue(db, issue, at)
            if newest is None or ever_accepted(db, site, kind):
                continue
            detail = f"pages like this: {newest['pages']}, the newest {newest['told']}; {remedy}"
            found = Issue(kind, detail, site, newest["url"], capture=newest["capture"])
            open_or_show_newest(db, found, at)


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

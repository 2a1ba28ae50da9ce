"""Tells which sites have listings that go on by a form or script: one issue for each site."""

from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.frontier.walk import LATER_PAGE, whole_promised
from pipelines.keep.issues.acceptances import open_or_show_newest
from pipelines.keep.issues.issues import Issue, close_issue, open_issues
from pipelines.outcomes import IssueKind

# The front page's own buttons say little if other listings are walked page by page.
_GOING_ON = f"""select url, goes_on from listings join pages on pages.id = listings.page
    where site = :site and goes_on is not null and state = 'held' and not (
        url like '%://%/' and url not like '%://%/%/' and exists (
            select 1 from pages as later where later.site = pages.site and later.kind = 'listing'
                and later.priority >= {LATER_PAGE}))
    order by last_fetched_at desc, pages.id desc"""


def report_listings_that_go_on(db: Connection, site: str, at: datetime) -> None:
    """Open, restate or close the issue `listing-goes-on` of a site that was visited.

    Nothing is told while sitemaps promise every article.
    """
    rows = db.execute(_GOING_ON, {"site": site}).fetchall()
    if not rows or whole_promised(db, site):
        for told in open_issues(db, site, (IssueKind.LISTING_GOES_ON,)):
            close_issue(db, told, at)
        return
    ways = " and ".join(sorted({row["goes_on"] for row in rows}))
    detail = (
        f"{rows[0]['url']}: goes on by a {ways}, which Loa does not follow, so older articles are"
        f" not reached; listings of this kind: {len(rows)}; look for a sitemap, a feed or an"
        " archive by date to name in the site file"
    )
    issue = Issue(IssueKind.LISTING_GOES_ON, detail, site, rows[0]["url"])
    open_or_show_newest(db, issue, at)

"""Corrects times in the archive that lie in the future, from a wrong clock or a wrong import.

Until that time they would hold up hosts and addresses, and make every changed text look "older".
Captures and revisions keep their times; IN_ORDER tells where they belong.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.hosts import forget_rest_after, forget_robots_after
from pipelines.keep.issues.issues import A_CLOCK_WAS_WRONG, Issue, open_issue
from pipelines.outcomes import IssueKind

# A clock may be set back by this much unreported: a visit waits for that long anyway.
SKEW = timedelta(minutes=1)
# When a capture was made at the latest: at its instant, unless a later visit of its site began
# before that. Then a wrong clock or a wrong import put it into the future, and it comes before.
IN_ORDER = f"""iif({A_CLOCK_WAS_WRONG}, ifnull((
    select strftime('%Y-%m-%dT%H:%M:%fZ', min(started_at), '-{SKEW.seconds} seconds')
    from runs as later
    where later.id > captures.run and later.site = captures.site and later.kind = 'crawl'
        and julianday(later.started_at) < julianday(captures.fetched_at)
            - {SKEW / timedelta(days=1)}), captures.fetched_at), captures.fetched_at)"""
LONGEST_REST = timedelta(hours=24)  # that a host may ask for


def forget_the_future(db: Connection, site: str, at: datetime) -> int:
    """Move future times of a site and its hosts back to just before `at`.

    Opens an issue `clock` and returns how many addresses had a future time. An address keeps the
    time between its last look and its next. An article gets the time of its last capture before
    `at`; without such a capture it keeps its time, as no better one is known. Called as a visit
    begins.
    """
    forget_robots_after(db, at + SKEW)
    forget_rest_after(db, at + LONGEST_REST + SKEW)
    latest = first_value(db, "select max(last_fetched_at) from pages where site = ?", (site,))
    if latest is None or latest <= utc_text(at + SKEW):
        return 0
    past = {"site": site, "past": utc_text(at - SKEW)}
    moved = db.execute(
        """update pages set last_fetched_at = :past,
            next_due_at = strftime('%Y-%m-%dT%H:%M:%fZ',
                julianday(:past) + julianday(next_due_at) - julianday(last_fetched_at))
        where site = :site and last_fetched_at > :past""",
        past,
    ).rowcount
    db.execute(
        """update articles set last_seen_at = coalesce((
            select max(fetched_at) from captures where captures.site = articles.site
                and captures.url = articles.url and fetched_at <= :past), last_seen_at)
        where site = :site and last_seen_at > :past""",
        past,
    )
    detail = (
        f"{moved} addresses were asked for in what is the future now, up to {latest}:"
        " the clock was set back, or an import bore wrong dates"
    )
    open_issue(db, Issue(IssueKind.CLOCK, detail, site), at)
    return moved

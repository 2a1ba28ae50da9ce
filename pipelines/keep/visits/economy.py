"""What the archive costs the portals: requests for each new article. Reads only."""

import sqlite3
from datetime import datetime, timedelta

from pipelines.keep.database.timestamps import stored

SPAN = timedelta(days=30)


def requests_per_new(db: sqlite3.Connection, *, now: datetime) -> dict[str, float | None]:
    """By site: the requests of the visits that began in the last thirty days, robots.txt and failures among them, for each article that was new in them.

    None for a site whose visits found nothing new; a site that was not visited is left out.
    """
    rows = db.execute(
        """select site, sum(requests) as requests, sum(articles_new) as articles from runs
        where kind = 'crawl' and site is not null and ended_at is not null and started_at > ? group by site""",
        (stored(now - SPAN),),
    )
    return {
        row["site"]: row["requests"] / row["articles"] if row["articles"] else None for row in rows
    }

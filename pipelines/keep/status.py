"""How each site stands: its last run, what it holds, what waits. Reads only."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """One line of `loa status`; instants are stored texts, `newest` is the newest day of publication."""

    site: str
    platform: str | None
    articles: int
    newest: str | None
    last_run_at: str | None
    last_outcome: str | None
    new: int
    changed: int
    waiting: int
    failing: int
    refused: int
    open_issues: int


QUERY = """
select key as site, platform,
    (select count(*) from articles where site = key) as articles,
    (select max(published_on) from articles where site = key) as newest,
    max(fetched.fetched_at) as last_run_at, runs.outcome as last_outcome,
    (select count(*) from captures where run = fetched.run and site = key and outcome = 'article-new') as new,
    (select count(*) from captures where run = fetched.run and site = key and outcome = 'article-changed') as changed,
    (select count(*) from pages where site = key and state = 'waiting') as waiting,
    (select count(*) from pages where site = key and state = 'failing') as failing,
    (select count(*) from captures where site = key and outcome like 'refused-%') as refused,
    (select count(*) from issues where site = key and closed_at is null) as open_issues
from sites
left join (select site, max(run) as run, max(fetched_at) as fetched_at from captures group by site) as fetched on fetched.site = sites.key
left join runs on runs.id = fetched.run
group by key order by key
"""


def site_statuses(db: sqlite3.Connection) -> list[SiteStatus]:
    """Every site's status, by key."""
    return [SiteStatus(**dict(row)) for row in db.execute(QUERY)]

"""The state of each site: health, last visit, holdings, open issues and costs.

Also the disk space of the archive. Reads only.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from pipelines.keep.database.archive import captures_folder
from pipelines.keep.database.read_only import log_bytes
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.doubtful import NEVER_ASKED
from pipelines.keep.frontier.hosts import crawl_delays
from pipelines.keep.issues.issues import open_counts
from pipelines.keep.looks.ages import last_looks
from pipelines.keep.visits.runs import WHOLE_VISIT
from pipelines.keep.visits.watch import Watch, WatchState
from pipelines.outcomes import FAILURES, LIKE_REFUSED, Outcome, one_of
from pipelines.read.addresses.canonical import host_of

# Bytes; a larger log is not folded back because some program keeps reading.
WAL_MOST = 64 << 20
COST_SPAN = timedelta(days=30)
Word = Literal["ok", "quiet", "suspect", "broken", "never visited"]
WATCHED = WatchState("watched")
NO_STATES: Mapping[str, WatchState] = {}
WORST_FIRST: tuple[Word, ...] = ("broken", "suspect", "never visited", "quiet", "ok")


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """One line of `loa status --json`; instants are stored texts, `health_detail` says why not ok.

    `newest`: the newest day of publication. `new`, `changed`, `failed` and `requests` are those of
    the last visit or import; `requests_per_new` is that of the last thirty days, None if nothing
    was new. `watch`: whether it is watched, since when not, and the name of its site file.
    `crawl_delay`: the seconds between two requests that the host's robots.txt asks for;
    `full_crawl_days`: how long all known addresses take at the pace that is kept. `unasked`: how
    many addresses were seen, but not requested, because they look endless or are files.
    `looked_half_days`, `looked_all_days`: within how many days the last looks at half and at all
    articles were; `round_days`: how many days a round of all articles takes.
    """

    site: str
    name: str
    platform: str | None
    health: Word
    health_detail: str | None
    health_at: str | None
    articles: int
    newest: str | None
    last_run_at: str | None
    last_outcome: str | None
    next_due_at: str | None
    new: int
    changed: int
    failed: int
    requests: int
    waiting: int
    failing: int
    refused: int
    open_issues: int
    requests_per_new: float | None = None
    watch: Watch = "watched"
    watch_since: str | None = None
    file: str | None = None
    crawl_delay: float | None = None
    pages: int = 0
    full_crawl_days: float = 0.0
    unasked: int = 0
    looked_half_days: int | None = None
    looked_all_days: int | None = None
    round_days: int | None = None


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """The size of the archive in bytes: the database, its write-ahead log, and the captures.

    `free_bytes`: what is free on their disk.
    """

    database_bytes: int
    wal_bytes: int
    captures_bytes: int
    free_bytes: int

    @property
    def trouble(self) -> str | None:
        """What needs a person, in a few words."""
        if self.wal_bytes > WAL_MOST:
            return (
                f"the write-ahead log has {self.wal_bytes >> 20} MiB: some program keeps reading"
                " the archive; end it, and the next run empties the log"
            )
        return None


LAST_RUN = "from captures where run = fetched.run and site = sites.key"
QUERY = f"""
select key as site, url, name, platform, health_detail, health_at,
    iif(visited.started_at is null, ifnull(nullif(health, 'ok'), 'never visited'),
        ifnull(health, 'ok')) as health,
    (select count(*) from articles where site = sites.key) as articles,
    (select max(published_on) from articles where site = sites.key) as newest,
    fetched.fetched_at as last_run_at, runs.outcome as last_outcome, next_due_at, round_days,
    (select count(*) {LAST_RUN} and outcome = '{Outcome.ARTICLE_NEW}') as new,
    (select count(*) {LAST_RUN} and outcome = '{Outcome.ARTICLE_CHANGED}') as changed,
    (select count(*) {LAST_RUN} and outcome {one_of(FAILURES)}) as failed,
    (select count(*) {LAST_RUN}) as requests,
    (select count(*) from pages where site = sites.key and state = 'waiting') as waiting,
    (select count(*) from pages where site = sites.key and state = 'failing') as failing,
    (select count(*) from pages where site = sites.key and state in ('waiting', 'held', 'failing'))
        as pages,
    (select count(*) from captures where site = sites.key and outcome {LIKE_REFUSED}) as refused,
    (select count(*) from pages where site = sites.key and {NEVER_ASKED})
        + (select ifnull(sum(addresses), 0) from unasked where site = sites.key) as unasked
from sites
left join (select site, max(run) as run, max(fetched_at) as fetched_at from captures group by site)
    as fetched on fetched.site = sites.key
left join runs on runs.id = fetched.run
left join (select site, max(started_at) as started_at from runs where {WHOLE_VISIT} group by site)
    as visited on visited.site = sites.key
order by key
"""


def site_statuses(
    db: Connection, *, now: datetime, states: Mapping[str, WatchState] = NO_STATES
) -> list[SiteStatus]:
    """Every site's status, by key. `states`: which are watched, by key, from `watch_states`."""
    cost, delays = requests_per_new(db, now=now), crawl_delays(db)
    looks = last_looks(db, now=now)
    issues = {site: sum(kinds.values()) for site, kinds in open_counts(db).items()}
    found = []
    for row in map(dict, db.execute(QUERY)):
        key, state = row["site"], states.get(row["site"], WATCHED)
        asks = delays.get(host_of(row.pop("url")))
        one = SiteStatus(
            **row,
            open_issues=issues.get(key, 0),
            requests_per_new=cost.get(key),
            watch=state.watch,
            watch_since=state.since,
            file=state.file,
            crawl_delay=asks,
            full_crawl_days=days_of(row["pages"], max(state.delay, asks or 0.0)),
            looked_half_days=looks[key].half_days if key in looks else None,
            looked_all_days=looks[key].all_days if key in looks else None,
        )
        found.append(one)
    return found


def days_of(requests: int, gap: float) -> float:
    """The days that so many requests take, with a gap of so many seconds between two."""
    return timedelta(seconds=requests * gap) / timedelta(days=1)


def requests_per_new(db: Connection, *, now: datetime) -> dict[str, float | None]:
    """By site: the requests of the last thirty days' visits for each article new in them.

    Requests for robots.txt and failed ones count. None for a site whose visits found nothing
    new; a site that was not visited is left out.
    """
    rows = db.execute(
        f"""select site, sum(requests) as requests, sum(articles_new) as articles from runs
        where {WHOLE_VISIT} and site is not null and ended_at is not null and started_at > ?
        group by site""",
        (utc_text(now - COST_SPAN),),
    )
    return {
        row["site"]: row["requests"] / row["articles"] if row["articles"] else None for row in rows
    }


def worst_first(statuses: Iterable[SiteStatus]) -> list[SiteStatus]:
    """Sites that need a person first."""
    return sorted(statuses, key=lambda status: (WORST_FIRST.index(status.health), status.site))


def archive_status(path: Path) -> ArchiveStatus:
    """The disk space of the archive at `path`."""
    folder = captures_folder(path)
    captures = sum(file.stat().st_size for file in folder.iterdir()) if folder.is_dir() else 0
    free = shutil.disk_usage(path.resolve().parent).free
    return ArchiveStatus(path.stat().st_size, log_bytes(path), captures, free)

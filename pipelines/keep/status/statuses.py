"""The state of each site: health, last visit, holdings, open issues and costs.

Also the disk space of the archive. Reads only.
"""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Literal, TypeVar

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
from pipelines.read.addresses.canonical import known_host

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


HEALTH_WORD = f"""iif(exists (select 1 from runs where site = sites.key and {WHOLE_VISIT}),
        ifnull(health, 'ok'), ifnull(nullif(health, 'ok'), 'never visited'))"""
OF_LAST_RUN = "from captures where site = sites.key and run = last_run"
QUERY = f"""
with chosen as (
    select key, (select max(run) from captures where site = key) as last_run from sites
    where :only is null or key in (select value from json_each(:only)))
select sites.key as site, url, name, platform, health_detail, health_at,
    {HEALTH_WORD} as health,
    (select ifnull(sum(articles), 0) from article_counts where site = sites.key) as articles,
    (select max(published_on) from articles where site = sites.key) as newest,
    (select max(fetched_at) from captures where site = sites.key) as last_run_at,
    runs.outcome as last_outcome, next_due_at, round_days,
    (select count(*) {OF_LAST_RUN} and outcome = '{Outcome.ARTICLE_NEW}') as new,
    (select count(*) {OF_LAST_RUN} and outcome = '{Outcome.ARTICLE_CHANGED}') as changed,
    (select count(*) {OF_LAST_RUN} and outcome {one_of(FAILURES)}) as failed,
    (select count(*) {OF_LAST_RUN}) as requests,
    (select count(*) from pages where site = sites.key and state = 'waiting') as waiting,
    (select count(*) from pages where site = sites.key and state = 'failing') as failing,
    (select count(*) from pages where site = sites.key and state in ('waiting', 'held', 'failing'))
        as pages,
    (select count(*) from captures where site = sites.key and outcome {LIKE_REFUSED}) as refused,
    (select count(*) from pages where site = sites.key and {NEVER_ASKED})
        + (select ifnull(sum(addresses), 0) from unasked where site = sites.key) as unasked
from chosen join sites on sites.key = chosen.key left join runs on runs.id = last_run
order by sites.key
"""


def site_statuses(
    db: Connection,
    *,
    now: datetime,
    states: Mapping[str, WatchState] = NO_STATES,
    only: Collection[str] | None = None,
    with_looks: bool = True,
) -> list[SiteStatus]:
    """Every site's status, by key, or that of `only` these keys.

    `states`: which are watched, by key, from `watch_states`. Without `with_looks`, the ages of the
    last looks are left out; they take a row of each article.
    """
    keys = None if only is None else json.dumps([*only])
    cost, delays = requests_per_new(db, now=now, only=keys), crawl_delays(db)
    looks = last_looks(db, now=now, only=keys) if with_looks else {}
    issues = {site: sum(kinds.values()) for site, kinds in open_counts(db, keys).items()}
    found = []
    for row in map(dict, db.execute(QUERY, {"only": keys})):
        key, state = row["site"], states.get(row["site"], WATCHED)
        asks = delays.get(known_host(row.pop("url")) or "")
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


@dataclass(frozen=True, slots=True)
class Standing:
    """What a list of all sites needs of each. `stopped`: a person paused or removed it."""

    site: str
    name: str
    health: Word
    url: str
    publisher: str | None
    level: str | None
    platform: str | None
    stopped: bool


S = TypeVar("S", SiteStatus, Standing)
STANDINGS = f"""select key as site, name, {HEALTH_WORD} as health,
        url, publisher, level, platform,
        removed_at is not null or paused_at is not null as stopped
    from sites"""


def standings(db: Connection) -> list[Standing]:
    """Every site's standing, those that need a person first."""
    return worst_first([Standing(*row) for row in db.execute(STANDINGS)])


def days_of(requests: int, gap: float) -> float:
    """The days that so many requests take, with a gap of so many seconds between two."""
    return timedelta(seconds=requests * gap) / timedelta(days=1)


def requests_per_new(
    db: Connection, *, now: datetime, only: str | None = None
) -> dict[str, float | None]:
    """By site: the requests of the last thirty days' visits for each article new in them.

    `only`: a JSON list of the sites to tell of. Requests for robots.txt and failed ones count.
    None for a site whose visits found nothing new; a site that was not visited is left out.
    """
    rows = db.execute(
        f"""select site, sum(requests) as requests, sum(articles_new) as articles from runs
        where {WHOLE_VISIT} and site is not null and ended_at is not null and started_at > :since
            and (:only is null or site in (select value from json_each(:only)))
        group by site""",
        {"since": utc_text(now - COST_SPAN), "only": only},
    )
    return {
        row["site"]: row["requests"] / row["articles"] if row["articles"] else None for row in rows
    }


def worst_first(statuses: Iterable[S]) -> list[S]:
    """Sites that need a person first."""
    return sorted(statuses, key=lambda status: (WORST_FIRST.index(status.health), status.site))


def archive_status(path: Path) -> ArchiveStatus:
    """The disk space of the archive at `path`."""
    folder = captures_folder(path)
    captures = sum(file.stat().st_size for file in folder.iterdir()) if folder.is_dir() else 0
    free = shutil.disk_usage(path.resolve().parent).free
    return ArchiveStatus(path.stat().st_size, log_bytes(path), captures, free)

"""The table of hosts: what visits learned of each, whichever site asked."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text

FORGET_ROBOTS = "update hosts set robots_fetched_at = null, robots_status = null"


@dataclass(frozen=True, slots=True)
class KeptRobots:
    """A host's robots.txt as last fetched; `status` is None if no answer came."""

    fetched_at: datetime
    status: int | None
    text: str | None
    crawl_delay: float | None


@dataclass(frozen=True, slots=True)
class KnownHost:
    """What is known about a host. `not_before`: until when it asks for rest. `asked_by`: the run
    that requests from it, or did so when its process died.
    """

    robots: KeptRobots | None = None
    not_before: datetime | None = None
    asked_by: int | None = None


def server_of(host: str) -> str:
    """The name under which a host's pace is kept: its twin with `www.` is the same server."""
    return host.removeprefix("www.")


def known_host(db: Connection, host: str) -> KnownHost:
    """What earlier visits learned of a host."""
    row = db.execute("select * from hosts where host = ?", (host,)).fetchone()
    if row is None:
        return KnownHost()
    robots, fetched_at, until = None, row["robots_fetched_at"], row["not_before_at"]
    if fetched_at:
        status, text, delay = row["robots_status"], row["robots_text"], row["crawl_delay"]
        robots = KeptRobots(parse_utc(fetched_at), status, text, delay)
    return KnownHost(robots, parse_utc(until) if until else None, row["asked_by"])


def keep_robots(db: Connection, host: str, robots: KeptRobots) -> None:
    """Store a host's robots.txt in place of an earlier one."""
    db.execute(
        """insert into hosts (host, robots_fetched_at, robots_status, robots_text, crawl_delay)
        values (:host, :fetched_at, :status, :text, :crawl_delay)
        on conflict (host) do update set robots_fetched_at = :fetched_at, robots_status = :status,
            robots_text = :text, crawl_delay = :crawl_delay""",
        {**asdict(robots), "host": host, "fetched_at": utc_text(robots.fetched_at)},
    )


def crawl_delays(db: Connection) -> dict[str, float]:
    """By host: the seconds between two requests that its robots.txt asks for, if it does."""
    rows = db.execute("select host, crawl_delay from hosts where crawl_delay > 0")
    return {row["host"]: row["crawl_delay"] for row in rows}


def forget_robots(db: Connection, host: str) -> None:
    """Make the next visit fetch a host's robots.txt again."""
    db.execute(f"{FORGET_ROBOTS} where host = ?", (host,))


def forget_robots_after(db: Connection, at: datetime) -> None:
    """Forget every robots.txt with a fetch time after `at`."""
    db.execute(f"{FORGET_ROBOTS} where robots_fetched_at > ?", (utc_text(at),))


def rest_until(db: Connection, host: str, at: datetime) -> None:
    """Make all visits leave a host alone until `at`."""
    db.execute(
        """insert into hosts (host, not_before_at) values (:host, :at)
        on conflict (host) do update set not_before_at = :at""",
        {"host": host, "at": utc_text(at)},
    )


def begin_asking(db: Connection, host: str, run: int) -> None:
    """Note that a run requests from a host, in case its process dies before it stores the gap."""
    db.execute(
        """insert into hosts (host, asked_by) values (:host, :run)
        on conflict (host) do update set asked_by = :run""",
        {"host": host, "run": run},
    )


def end_asking(db: Connection, run: int) -> None:
    """Note that a run requests from no host any more."""
    db.execute("update hosts set asked_by = null where asked_by = ?", (run,))


def copy_hosts(source: Connection, db: Connection) -> None:
    """Copy what another archive knows about all hosts, without `asked_by`."""
    columns = "host, robots_fetched_at, robots_status, robots_text, crawl_delay, not_before_at"
    rows = source.execute(f"select {columns} from hosts")
    db.executemany(f"insert into hosts ({columns}) values (?, ?, ?, ?, ?, ?)", map(tuple, rows))


def forget_rest_after(db: Connection, at: datetime) -> None:
    """Forget every rest that lasts beyond `at`."""
    db.execute("update hosts set not_before_at = null where not_before_at > ?", (utc_text(at),))


def longest_rest(db: Connection, hosts: Collection[str]) -> datetime | None:
    """The latest instant until which one of these hosts asks for rest."""
    names = {*hosts, *map(server_of, hosts)}
    marks = ", ".join("?" * len(names))
    query = f"select max(not_before_at) from hosts where host in ({marks})"
    until = first_value(db, query, tuple(names))
    return parse_utc(until) if until else None


def distrust_last_modified(db: Connection, host: str, at: datetime) -> None:
    """Note that a host's Last-Modified moves with its clock."""
    db.execute(
        """insert into hosts (host, last_modified_moves_at) values (:host, :at)
        on conflict (host) do update set
            last_modified_moves_at = coalesce(last_modified_moves_at, :at)""",
        {"host": host, "at": utc_text(at)},
    )


def last_modified_moves(db: Connection, host: str) -> bool:
    """Whether a host's Last-Modified was found to move with its clock."""
    query = "select last_modified_moves_at from hosts where host = ?"
    return first_value(db, query, (host,)) is not None

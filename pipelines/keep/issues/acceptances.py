"""Issues that a person closed with a reason, as rows that are only added. Of a site's health, such an issue says which visits are the past from now on."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pipelines.health.facts import KINDS
from pipelines.keep.database.timestamps import instant_of, stored


@dataclass(frozen=True, slots=True)
class Accepted:
    """One kind of a site's health that was accepted at `at`: its past begins with the run `first`, and the suspect visits up to the run `last` belong to it."""

    first: int
    last: int
    at: datetime


def open_issues(db: sqlite3.Connection, site: str | None) -> list[sqlite3.Row]:
    """The open issues of a site, or (None) those of no site, the oldest first."""
    return db.execute(
        "select * from issues where site is ? and closed_at is null order by id", (site,)
    ).fetchall()


def sites_with_issues(db: sqlite3.Connection) -> dict[str, str]:
    """The sites that have open issues, by key, each with how many of which kinds: `2 undated, 1 trap`."""
    rows = db.execute(
        """select site, group_concat(times || ' ' || kind, ', ') as kinds from (
            select site, kind, count(*) as times from issues where closed_at is null and site is not null group by site, kind order by site, times desc, kind)
        group by site"""
    )
    return {row["site"]: row["kinds"] for row in rows}


def as_accepted(db: sqlite3.Connection, issue: sqlite3.Row, at: datetime) -> Accepted | None:
    """What accepting an open issue now would make the past of its kind; None where it is none of a site's health."""
    if issue["site"] is None or issue["kind"] not in KINDS:
        return None
    last = db.execute("select max(id) from runs where site = ?", (issue["site"],)).fetchone()[0]
    shown = db.execute("select run from captures where id = ?", (issue["capture"],)).fetchone()
    return None if last is None else Accepted(shown["run"] if shown else last, last, at)


def close_accepted(db: sqlite3.Connection, issue: sqlite3.Row, because: str, at: datetime) -> None:
    """Closes an open issue for the reason that a person gave."""
    past = as_accepted(db, issue, at)
    db.execute(
        "insert into acceptances (issue, accepted_at, because, first_run, last_run) values (?, ?, ?, ?, ?)",
        (
            issue["id"],
            stored(at),
            because,
            past.first if past else None,
            past.last if past else None,
        ),
    )
    db.execute("update issues set closed_at = ? where id = ?", (stored(at), issue["id"]))


def accepted_kinds(db: sqlite3.Connection, site: str) -> dict[str, Accepted]:
    """What was accepted of a site's health, by kind; of several acceptances of one kind the last counts."""
    rows = db.execute(
        """select kind, first_run, last_run, accepted_at from acceptances join issues on issues.id = acceptances.issue
        where site = ? and first_run is not null order by issue""",
        (site,),
    )
    return {
        row["kind"]: Accepted(row["first_run"], row["last_run"], instant_of(row["accepted_at"]))
        for row in rows
    }


def accepted_words(
    db: sqlite3.Connection, kind: str, site: str, url: str | None, article: int | None = None
) -> frozenset[str]:
    """The details of an address's (or else an article's) issues of a kind that were accepted: the same words are not told again."""
    place, value = ("url", url) if url is not None else ("article", article)
    rows = db.execute(
        f"select detail from issues where site = ? and kind = ? and {place} = ? and id in (select issue from acceptances)",
        (site, kind, value),
    )
    return frozenset(row["detail"] for row in rows)

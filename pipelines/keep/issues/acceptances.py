"""The table of acceptances: issues that a person closed with a reason. Rows are only added.

Accepting an issue of a site's health also sets which visits count as the site's past from now on.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import Literal

from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.issues.issues import (
    Issue,
    OpenIssue,
    close_issue,
    open_once,
    show_newest,
)
from pipelines.outcomes import HEALTH_ISSUES, IssueKind


@dataclass(frozen=True, slots=True)
class NewPast:
    """The past of one kind of a site's health, accepted at `at`: it begins with the run `first`.

    Suspect visits up to the run `last` belong to it; later ones do not.
    """

    first: int
    last: int
    at: datetime


def new_past(db: Connection, issue: OpenIssue, at: datetime) -> NewPast | None:
    """The past that begins if this issue is accepted now; None unless it concerns health."""
    if issue.site is None or issue.kind not in HEALTH_ISSUES:
        return None
    last = db.execute("select max(id) from runs where site = ?", (issue.site,)).fetchone()[0]
    shown = db.execute("select run from captures where id = ?", (issue.capture,)).fetchone()
    return None if last is None else NewPast(shown["run"] if shown else last, last, at)


def close_accepted(db: Connection, issue: OpenIssue, because: str, at: datetime) -> None:
    """Close an open issue for the reason that a person gave."""
    past = new_past(db, issue, at)
    db.execute(
        """insert into acceptances (issue, accepted_at, because, first_run, last_run)
        values (?, ?, ?, ?, ?)""",
        (issue.id, utc_text(at), because, past and past.first, past and past.last),
    )
    close_issue(db, issue, at)


def new_pasts(db: Connection, site: str) -> dict[IssueKind, NewPast]:
    """The accepted past of each kind of a site's health issues; the last acceptance counts."""
    rows = db.execute(
        """select kind, first_run, last_run, accepted_at
        from acceptances join issues on issues.id = acceptances.issue
        where site = ? and first_run is not null order by issue""",
        (site,),
    )
    return {IssueKind(kind): NewPast(first, last, parse_utc(at)) for kind, first, last, at in rows}


def accepted_at(db: Connection, site: str) -> dict[IssueKind, datetime]:
    """When a person last accepted an issue of each kind for a site, whatever it said."""
    rows = db.execute(
        """select kind, max(accepted_at) from acceptances join issues on issues.id = issue
        where site = ? group by kind""",
        (site,),
    )
    return {IssueKind(kind): parse_utc(at) for kind, at in rows}


def open_unless_accepted(
    db: Connection, issue: Issue, at: datetime, per: Literal["site", "address", "article"]
) -> None:
    """Open an issue once, unless a person accepted the same words for this address, or for the
    site if it names no address.
    """
    accepted = db.execute(
        """select 1 from issues where site = :site and url is :url and kind = :kind
            and detail = :detail and id in (select issue from acceptances)""",
        asdict(issue),
    ).fetchone()
    if accepted is None:
        open_once(db, issue, at, per)


def open_or_show_newest(db: Connection, issue: Issue, at: datetime) -> None:
    """Open a site's issue of this kind unless a person accepted the same words. If one is open,
    give it this detail and evidence.
    """
    open_unless_accepted(db, issue, at, per="site")
    show_newest(db, issue)


def ever_accepted(db: Connection, site: str, kind: IssueKind) -> bool:
    """Whether a person accepted an issue of this kind for a site, whatever it said."""
    row = db.execute(
        """select 1 from issues where site = ? and kind = ?
            and id in (select issue from acceptances)""",
        (site, kind),
    ).fetchone()
    return row is not None


def accepted_details(db: Connection, site: str, article: int, kind: IssueKind) -> frozenset[str]:
    """The details of an article's issues of a kind that a person accepted."""
    rows = db.execute(
        """select detail from issues where site = ? and article = ? and kind = ?
            and id in (select issue from acceptances)""",
        (site, article, kind),
    )
    return frozenset(row["detail"] for row in rows)

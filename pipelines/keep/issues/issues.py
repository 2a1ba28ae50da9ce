"""The table of issues: the only module that opens, restates, closes, lists and counts them."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import Literal

from pipelines.keep.database.timestamps import utc_text
from pipelines.outcomes import IssueKind, one_of


@dataclass(frozen=True, slots=True)
class Issue:
    """What needs a person, and what it concerns; an issue without a site concerns the archive.

    `capture`: the row of the capture that shows it.
    """

    kind: IssueKind
    detail: str
    site: str | None = None
    url: str | None = None
    article: int | None = None
    capture: int | None = None


@dataclass(frozen=True, slots=True)
class OpenIssue(Issue):
    """An issue's row; `opened_at` is a stored instant."""

    id: int = 0
    opened_at: str = ""


# An issue is the same as an open one of its kind if they share this.
_SAME = {
    "site": "site is :site",
    "address": "site = :site and url = :url",
    "article": "article = :article",
}

# SQL: whether the printed date of the article in `articles` is not believed.
DATE_IN_DOUBT = f"""exists (select 1 from issues where issues.article = articles.id
    and kind = '{IssueKind.DATE_MOVES}' and closed_at is null)"""


def open_issue(db: Connection, issue: Issue, at: datetime) -> None:
    """Open an issue, whatever is open already."""
    _insert(db, issue, at, "true")


def open_once(
    db: Connection, issue: Issue, at: datetime, per: Literal["site", "address", "article"] = "site"
) -> None:
    """Open an issue unless one of its kind is open for the same site, address or article.

    The open one keeps the evidence with which it was opened.
    """
    same = f"select 1 from issues where {_SAME[per]} and kind = :kind and closed_at is null"
    _insert(db, issue, at, f"not exists ({same})")


def _insert(db: Connection, issue: Issue, at: datetime, condition: str) -> None:
    db.execute(
        f"""insert into issues (site, article, url, kind, detail, opened_at, capture)
        select :site, :article, :url, :kind, :detail, :opened_at, :capture where {condition}""",
        {**asdict(issue), "opened_at": utc_text(at)},
    )


def open_issues(
    db: Connection, site: str | None, kinds: Collection[IssueKind] | None = None
) -> list[OpenIssue]:
    """The open issues of a site, or (None) of no site, oldest first; of all kinds or of these."""
    condition = (
        "site is :site and (:kinds is null or kind in (select value from json_each(:kinds)))"
    )
    return _open(db, condition, site=site, kinds=None if kinds is None else json.dumps([*kinds]))


def open_issues_of_kind(db: Connection, kind: IssueKind) -> list[OpenIssue]:
    """The open issues of a kind, whatever their site."""
    return _open(db, "kind = :kind", kind=kind)


def open_at_address(db: Connection, site: str, url: str) -> list[OpenIssue]:
    """The open issues of one address."""
    return _open(db, "site = :site and url = :url", site=site, url=url)


# An SQL condition: a clock or an import has dated something into the future.
A_CLOCK_WAS_WRONG = f"exists (select 1 from issues where kind = '{IssueKind.CLOCK}')"


def open_of_article(db: Connection, article: int, kind: IssueKind) -> OpenIssue | None:
    """The open issue of an article of this kind, if there is one."""
    found = _open(db, "article = :article and kind = :kind", article=article, kind=kind)
    return found[0] if found else None


def _open(db: Connection, condition: str, **values: str | int | None) -> list[OpenIssue]:
    rows = db.execute(
        f"""select kind, detail, site, url, article, capture, id, opened_at from issues
        where {condition} and closed_at is null order by id""",
        values,
    )
    return [OpenIssue(IssueKind(kind), *others) for kind, *others in rows]


def article_ever_had(db: Connection, article: int, kinds: Collection[IssueKind]) -> bool:
    """Whether an article has, or had, an issue of one of these kinds."""
    query = f"select 1 from issues where article = ? and kind {one_of(kinds)}"
    return db.execute(query, (article,)).fetchone() is not None


def show_newest(db: Connection, issue: Issue) -> None:
    """Give the open issue of a site and kind the detail and evidence of this one."""
    db.execute(
        f"""update issues set detail = :detail, url = :url, capture = :capture
        where {_SAME["site"]} and kind = :kind and closed_at is null""",
        asdict(issue),
    )


def give_issues(db: Connection, site: str, urls: Collection[str], article: int) -> None:
    """Let the issues of these addresses concern an article: that of a split record."""
    db.execute(
        """update issues set article = ? where site = ? and article is not null
            and url in (select value from json_each(?))""",
        (article, site, json.dumps([*urls])),
    )


def void_issues(db: Connection, article: int, kinds: Collection[IssueKind], at: datetime) -> None:
    """Close an article's issues of some kinds, which were never about this article."""
    db.execute(
        f"""update issues set closed_at = ifnull(closed_at, ?), article = null
        where article = ? and kind {one_of(kinds)}""",
        (utc_text(at), article),
    )


def restate(db: Connection, issue: OpenIssue, detail: str) -> None:
    """Give an open issue a new detail."""
    db.execute("update issues set detail = ? where id = ?", (detail, issue.id))


def close_issue(db: Connection, issue: OpenIssue, at: datetime) -> None:
    """Close one issue."""
    db.execute("update issues set closed_at = ? where id = ?", (utc_text(at), issue.id))


def open_counts(db: Connection, only: str | None = None) -> dict[str, dict[str, int]]:
    """By site: how many issues of each kind are open, the most frequent kind first. A kind that
    this Loa does not know keeps its word.

    `only`: a JSON list of the sites to tell of.
    """
    counts: dict[str, dict[str, int]] = {}
    rows = db.execute(
        """select site, kind, count(*) from issues where closed_at is null and site is not null
            and (:only is null or site in (select value from json_each(:only)))
        group by site, kind order by site, count(*) desc, kind""",
        {"only": only},
    )
    for site, kind, count in rows:
        counts.setdefault(site, {})[kind] = count
    return counts

"""What the captures of articles' addresses showed, and how well the portal was at the time."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from sqlite3 import Connection, Row

from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.states.course import Session, Sight
from pipelines.outcomes import (
    DENIALS,
    FAILURES,
    LED_ON,
    LISTINGS_SEEN,
    NOT_WHOLE,
    OWN_FAULTS,
    PROXY_FAULT,
    SELF_DECLARED_REFUSALS,
    ArticleState,
    Outcome,
    Refusal,
)

# Captures that are so far apart belong to two sessions: imports may hold many visits.
PAUSE = timedelta(minutes=30)
MOST_HOPS = 10
LASTING = (301, 308)
_REFUSED = frozenset(map(Outcome.of_refusal, Refusal))
# Refusals of a redirect's target that do not say that it is an error page.
_KEPT_OUT = {Outcome.of_refusal(one) for one in SELF_DECLARED_REFUSALS} - {Outcome.REFUSED_SOFT_404}

# What happened in some runs of a site, in order of time. `kind`: that of the page.
_ANSWERS = """select captures.id, captures.run, runs.kind as run_kind, captures.url, fetched_at,
        status, captures.outcome, captures.error, leads_to, confirms_removal, captures.unlisted,
        pages.kind, pages.article, listings.page is not null as named_articles,
        exists (select 1 from pages as other where other.article = pages.article
            and other.id <> pages.id and other.kind = 'article'
            and other.state = 'held') as elsewhere
    from captures join runs on runs.id = captures.run
        left join pages on pages.site = captures.site and pages.url = captures.url
        left join listings on listings.page = pages.id"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a redirect ends: what is known of that address."""

    url: str
    kind: str
    state: str
    reason: str | None
    article: int | None


def sights_of(db: Connection, site: str, articles: Collection[int]) -> dict[int, list[Sight]]:
    """By article of a site: what the captures of its addresses showed, in order of time."""
    rows = db.execute(
        f"""{_ANSWERS} where captures.site = :site and (captures.site, captures.url) in (
            select site, url from pages where article in (select value from json_each(:articles)))
        order by fetched_at, captures.id""",
        {"site": site, "articles": json.dumps(list(articles))},
    ).fetchall()
    sessions = _sessions(db, site, {row["run"] for row in rows})
    sights: dict[int, list[Sight]] = {article: [] for article in articles}
    for row in rows:
        target = target_of(db, site, row["leads_to"])
        if (shows := _shows(row, target)) is None:
            continue
        sight = Sight(
            row["fetched_at"],
            row["id"],
            row["url"],
            shows,
            sessions[row["id"]],
            row["status"],
            row["leads_to"] if target is None else target.url,
            lasting=row["status"] in (*LASTING, 200),
            recorded=bool(row["confirms_removal"]),
            unlisted=bool(row["unlisted"]),
        )
        sights[row["article"]].append(sight)
    return sights


def _sessions(db: Connection, site: str, runs: Collection[int]) -> dict[int, Session]:
    """By capture: the session that it belongs to, with its counts. `runs`: those of interest;
    imports are taken together, because one visit of another archive may come in several files.
    """
    rows = db.execute(
        f"""{_ANSWERS} where captures.site = :site and (runs.kind = 'import'
            or captures.run in (select value from json_each(:runs)))
        order by fetched_at, captures.id""",
        {"site": site, "runs": json.dumps(list(runs))},
    )
    sessions: dict[int, Session] = {}
    last: dict[str | int, tuple[Session, str]] = {}
    counted: set[tuple[int, str]] = set()
    known_missing = _known_missing(db, site)
    for row in rows.fetchall():
        origin = "import" if row["run_kind"] == "import" else row["run"]
        session, before = last.get(origin, (None, ""))
        if session is None or _apart(before, row["fetched_at"]):
            session = Session()
        last[origin] = session, row["fetched_at"]
        sessions[row["id"]] = session
        if (id(session), row["url"]) in counted:
            continue  # an address counts once
        counted.add((id(session), row["url"]))
        was_missing = known_missing.get(row["article"], "~") < row["fetched_at"]
        _count(
            session, row, None if was_missing else _shows(row, target_of(db, site, row["leads_to"]))
        )
    return sessions


def _apart(before: str, after: str) -> bool:
    return parse_utc(after) - parse_utc(before) > PAUSE


def _known_missing(db: Connection, site: str) -> dict[int, str]:
    """By article that is missing: since when. Its absence says nothing new of the portal."""
    rows = db.execute(
        """select id, removed_at from articles where site = ? and removed_at is not null""", (site,)
    )
    return dict(map(tuple, rows))


def _count(session: Session, row: Row, shows: ArticleState | None) -> None:
    """Count an answer in its session."""
    if row["kind"] in ("listing", "feed", "sitemap"):
        session.listings += row["outcome"] in LISTINGS_SEEN
        lost = row["outcome"] in (Outcome.GONE, Outcome.REFUSED_SOFT_404)
        session.missing += lost and row["named_articles"]
    elif shows == ArticleState.THERE:
        session.read += 1
    elif row["article"] is None or row["elsewhere"]:
        return
    elif shows == ArticleState.UNREACHABLE:
        session.failing += 1
    elif shows is not None and shows != ArticleState.MOVED:
        session.missing += 1


def _shows(row: Row, target: Target | None) -> ArticleState | None:
    """What an answer at an article's address says of the article; None: nothing."""
    outcome, fault = Outcome(row["outcome"]), (row["error"] or "").partition(":")[0]
    if outcome.is_article or outcome == Outcome.NOT_MODIFIED:
        return ArticleState.THERE
    if outcome == Outcome.GONE:
        said = row["status"] in (404, 410)
        return ArticleState.GONE if said else ArticleState.REDIRECTED_HOME
    if outcome == Outcome.REFUSED_SOFT_404:
        return ArticleState.SOFT_404
    if outcome == Outcome.REDIRECT:
        return _leads(row, target)
    ours = outcome in OWN_FAULTS or fault in (PROXY_FAULT, *NOT_WHOLE)
    if not ours and outcome in (*FAILURES, *DENIALS):
        return ArticleState.UNREACHABLE
    return None


def _leads(row: Row, target: Target | None) -> ArticleState | None:
    """What a redirect says, by what it leads to."""
    if target is None:
        return None
    if target.article is not None:
        return ArticleState.MOVED if target.article == row["article"] else None
    if target.kind in ("listing", "feed") or target.state == "gone":
        return ArticleState.REDIRECTED_HOME
    if target.state == "failing" or target.reason in _KEPT_OUT:
        return ArticleState.UNREACHABLE
    return ArticleState.REDIRECTED_HOME if target.reason in _REFUSED else None


def target_of(db: Connection, site: str, url: str | None) -> Target | None:
    """Where an address leads that a redirect names: on, over further redirects."""
    row: Row | None = None
    for _ in range(MOST_HOPS):
        if url is None:
            break
        row = db.execute(
            """select url, kind, state, reason, article, (select leads_to from captures
                where captures.site = pages.site and captures.url = pages.url
                    and captures.fetched_at = pages.last_fetched_at) as leads_to
            from pages where site = ? and url = ?""",
            (site, url),
        ).fetchone()
        if row is None or row["reason"] not in LED_ON:
            break
        url = row["leads_to"]
    return None if row is None else Target(*tuple(row)[:5])

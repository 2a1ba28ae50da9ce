"""Reports articles that listings name and that never come, though each visit ends well or as usual:
their addresses answer with errors for days, robots.txt forbids them, or all redirect to one page.

One issue per site and kind, with a count and the newest evidence, until they come.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection, Row

from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import IS_PICTURE
from pipelines.keep.frontier.revisit_times import RAREST, SOONEST
from pipelines.keep.issues.acceptances import ever_accepted, open_or_show_newest
from pipelines.keep.issues.issues import Issue, close_issue, open_issues
from pipelines.keep.visits.runs import Ending
from pipelines.outcomes import GOOD_RUNS, IssueKind, Outcome, RunOutcome, one_of

PATIENCE = timedelta(days=1)  # most servers are back by then
LEAST = 3  # addresses, or failures of one
REMEMBERED = timedelta(days=30)  # how far back the first failure of an address is looked for
NEWEST = 20  # articles named last, which show whether a site's news can be had
UNANSWERED = (Outcome.SERVER_ERROR, Outcome.FAILED)
FRONT_PAGE = "the front page"
ABSENT = (404, 410)
REDIRECTS_TO = ": redirects to "


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is out of reach, with the newest evidence; `now`: this run met it."""

    detail: str
    url: str
    capture: int | None
    now: bool = True


def report_out_of_reach(
    db: Connection, site: str, run: int, ending: Ending, at: datetime
) -> Ending:
    """Open, restate or close a site's issues of these kinds; returns the visit's ending.

    A visit that met forbidden or redirected articles is `incomplete`, not `ok`.
    """
    _tell(db, IssueKind.UNANSWERED, site, _unanswered(db, site, run, at), at)
    for kind, seen in (
        (IssueKind.FORBIDDEN, _forbidden(db, site)),
        (IssueKind.REDIRECTED, _redirected(db, site, run, at)),
    ):
        if ever_accepted(db, site, kind) or _is_told_as_denied(db, site, kind):
            continue
        _tell(db, kind, site, seen, at)
        if seen is not None and seen.now and ending.outcome in GOOD_RUNS:
            besides = f"; {ending.detail}" if ending.detail else ""
            ending = Ending(RunOutcome.INCOMPLETE, f"{kind}: {seen.detail}{besides}")
    return ending


def _is_told_as_denied(db: Connection, site: str, kind: IssueKind) -> bool:
    """Whether the site's issue `denied` already tells of a log-in that articles redirect to."""
    told = {issue.kind for issue in open_issues(db, site, (kind, IssueKind.DENIED))}
    return kind == IssueKind.REDIRECTED and told == {IssueKind.DENIED}


def _tell(db: Connection, kind: IssueKind, site: str, seen: _Seen | None, at: datetime) -> None:
    if seen is None:
        for issue in open_issues(db, site, (kind,)):
            close_issue(db, issue, at)
        return
    newest = Issue(kind, seen.detail, site, seen.url, capture=seen.capture)
    open_or_show_newest(db, newest, at)


def _unanswered(db: Connection, site: str, run: int, at: datetime) -> _Seen | None:
    """The addresses that have answered with server errors, or not at all, for a day and more.

    None if they answer; what stands open stays so while none of them is asked.
    """
    failing = db.execute(
        f"""select url, reason, failures, last_fetched_at from pages
        where site = ? and state = 'failing' and reason {one_of(UNANSWERED)} and not {IS_PICTURE}
        order by last_fetched_at desc""",
        (site,),
    ).fetchall()
    if not failing:
        return None
    last = failing[0]
    first = min(failing[-1]["last_fetched_at"], _first_failure(db, site, failing, at))
    for_long = at - parse_utc(first) >= PATIENCE
    many = sum(page["failures"] for page in failing) >= LEAST
    evidence = _last_capture(db, site, last)
    stands = open_issues(db, site, (IssueKind.UNANSWERED,))
    met = evidence is not None and evidence["run"] == run
    if not stands and not (for_long and many and met):
        return None
    reasons = Counter(page["reason"] for page in failing).most_common()
    counts = ", ".join(f"{count} {reason}" for reason, count in reasons)
    what = f"{len(failing)} addresses have given no page since {first[:10]} ({counts})"
    said = evidence["error"] if evidence is not None else last["url"]
    detail = f"{what}, the last: {said}; they are requested again, ever more rarely"
    return _Seen(detail, last["url"], evidence["id"] if evidence is not None else None)


def _first_failure(db: Connection, site: str, failing: Sequence[Row], at: datetime) -> str:
    """When the address that has failed most often in a row first did so."""
    worst = max(failing, key=lambda page: page["failures"])
    row = db.execute(
        f"""select min(fetched_at) as first from (select fetched_at from captures
            where site = ? and fetched_at >= ? and url = ? and outcome {one_of(UNANSWERED)}
            order by fetched_at desc limit ?)""",
        (site, utc_text(at - REMEMBERED), worst["url"], worst["failures"]),
    ).fetchone()
    return str(row["first"] or worst["last_fetched_at"])


def _forbidden(db: Connection, site: str) -> _Seen | None:
    """The articles that robots.txt forbids, if most of those named last are."""
    forbidden = "state = 'refused' and reason = ? and kind = 'article'"
    (count,) = db.execute(
        f"select count(*) from pages where site = ? and {forbidden}", (site, Outcome.ROBOTS)
    ).fetchone()
    if count < LEAST:
        return None
    pages = _named_last(db, site)
    shut = [page for page in pages if page["reason"] == Outcome.ROBOTS]
    if not _are_most(db, site, shut, pages):
        return None
    what = f"robots.txt forbids {len(shut)} of the {len(pages)} articles that were named last"
    detail = f"{what} ({count} in all), e.g. {shut[0]['url']}; Loa obeys, and archives none of them"
    return _Seen(detail, shut[0]["url"], None)


def _redirected(db: Connection, site: str, run: int, at: datetime) -> _Seen | None:
    """The articles that all redirect to one page which is no article, if most of those named last
    do. Makes them due again: a wall passes, and none of them is settled by it.
    """
    met = _redirects_of(db, run, site)
    if not met and not open_issues(db, site, (IssueKind.REDIRECTED,)):
        return None
    pages = _named_last(db, site)
    targets: dict[str, list[tuple[Row, Row]]] = {}
    for page in pages:
        evidence = None if page["article"] is not None else _last_capture(db, site, page)
        if evidence is not None and (target := _target_of(evidence)) is not None:
            targets.setdefault(target, []).append((page, evidence))
    target, shut = max(targets.items(), key=lambda one: len(one[1]), default=("", []))
    if not _are_most(db, site, [page for page, _ in shut], pages) or _is_article(db, site, target):
        return None
    now = [row for row in met if _target_of(row) == target]
    for row in now:
        _ask_again(db, site, row, at)
    page, evidence = max(shut, key=lambda one: one[1]["id"])
    what = f"{len(shut)} of the {len(pages)} articles that were named last redirect to one page"
    detail = f"{what}, {target}, e.g. {page['url']}; they are requested again, ever more rarely"
    return _Seen(detail, page["url"], evidence["id"], now=bool(now))


def _named_last(db: Connection, site: str) -> list[Row]:
    """The articles named last whose addresses have answered or are forbidden, newest first."""
    return db.execute(
        """select url, state, reason, article, last_fetched_at, first_seen_at from pages
        where site = :site and kind = 'article' and doubt is null
            and (last_fetched_at is not null or (state = 'refused' and reason = :robots))
            and not exists (select 1 from pages as source
                where source.id = pages.found_on and source.reason = :redirect)
        order by id desc limit :newest""",
        {
            "site": site,
            "robots": Outcome.ROBOTS,
            "redirect": Outcome.REDIRECT,
            "newest": NEWEST,
        },
    ).fetchall()


def _are_most(db: Connection, site: str, shut: Sequence[Row], pages: Sequence[Row]) -> bool:
    """Whether some articles are most of those named last, or most of those named since the last new
    article came.
    """
    if len(shut) * 2 > len(pages):
        return len(shut) >= LEAST
    query = "select max(first_seen_at) from articles where site = ?"
    (last,) = db.execute(query, (site,)).fetchone()
    new = sum(str(page["first_seen_at"]) > (last or "") for page in pages)
    new_shut = sum(str(page["first_seen_at"]) > (last or "") for page in shut)
    return new_shut >= LEAST and new_shut * 2 > new


def _last_capture(db: Connection, site: str, page: Row) -> Row | None:
    row: Row | None = db.execute(
        """select id, run, url, status, outcome, error from captures
        where site = ? and fetched_at = ? and url = ?""",
        (site, page["last_fetched_at"], page["url"]),
    ).fetchone()
    return row


def _redirects_of(db: Connection, run: int, site: str) -> list[Row]:
    """The captures of a run that redirected the address of an article that was never had."""
    rows = db.execute(
        f"""select captures.id, captures.url, captures.status, outcome, captures.error
        from captures join pages on pages.site = captures.site and pages.url = captures.url
        where run = ? and captures.site = ? and pages.kind = 'article' and pages.article is null
            and outcome {one_of((Outcome.REDIRECT, Outcome.GONE))}""",
        (run, site),
    ).fetchall()
    return [row for row in rows if _target_of(row) is not None]


def _target_of(capture: Row) -> str | None:
    """Where a capture redirected to, without its query, which may name the page asked for."""
    if capture["outcome"] == Outcome.GONE and capture["status"] not in ABSENT:
        return FRONT_PAGE
    if capture["outcome"] != Outcome.REDIRECT:
        return None
    _, redirected, target = str(capture["error"] or "").rpartition(REDIRECTS_TO)
    return target.partition("?")[0] if redirected else None


def _is_article(db: Connection, site: str, url: str) -> bool:
    query = "select 1 from pages where site = ? and url = ? and article is not null"
    return db.execute(query, (site, url)).fetchone() is not None


def _ask_again(db: Connection, site: str, capture: Row, at: datetime) -> None:
    """Make an address due that a redirect settled, after about as long as it has been known."""
    page = db.execute(
        "select id, first_seen_at from pages where site = ? and url = ? and state = 'refused'",
        (site, capture["url"]),
    ).fetchone()
    if page is not None:
        wait = min(max(at - parse_utc(page["first_seen_at"]), SOONEST), RAREST)
        db.execute(
            "update pages set state = 'failing', failures = 1, next_due_at = ? where id = ?",
            (utc_text(at + wait), page["id"]),
        )

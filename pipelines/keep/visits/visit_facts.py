"""The facts of a visit and of the visits before it, from the rows of the archive."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from sqlite3 import Connection, Cursor, Row

from pipelines.health.facts import ArticlePage, Listed, Past, Source, VisitFacts
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.frontier.page import IS_PICTURE
from pipelines.keep.issues.acceptances import NewPast
from pipelines.keep.issues.issues import open_issues
from pipelines.keep.visits.denials import denials_of, is_own
from pipelines.keep.visits.holdings import holdings_of
from pipelines.keep.visits.listings_that_go_on import unfollowed_of
from pipelines.keep.visits.runs import Ending
from pipelines.outcomes import (
    HEALTHY_RUNS,
    LIKE_ARTICLE,
    LISTINGS_SEEN,
    LOST_ARTICLES,
    OF_HOLDINGS,
    PROXY_FAULT,
    SELF_DECLARED_REFUSALS,
    IssueKind,
    Outcome,
    RunOutcome,
    one_of,
)
from portals.site import Site

EARLIER_READINGS = 12  # good readings of a source that are looked at
EARLIER_PAGES = 1000  # from which a share is known
# The past: captures of good visits. After a person accepted an issue, it begins with the visit that
# opened the issue, and includes suspect visits before the acceptance.
OF_THE_PAST = f"""captures.run >= :first and captures.run < :before
    and (runs.outcome {one_of(HEALTHY_RUNS)}
        or (runs.outcome = '{RunOutcome.SUSPECT}' and captures.run <= :last))"""
_Span = Mapping[str, object]  # the site, and the named parameters of OF_THE_PAST
# Entries that a feed or listing named with a title; links in menus have none. Doubtful ones are
# requested to find out.
ENTRY = "(ifnull(pages.named_by, '') in ('listing', 'feed') and pages.doubt is null)"
NOT_FOR_JUDGING = (Outcome.AWAITS_BROWSER, Outcome.SUBRESOURCE)
NOT_ARTICLES = (Outcome.REFUSED_NOT_AN_ARTICLE, Outcome.REFUSED_TITLE_MISSING)


@dataclass(frozen=True, slots=True)
class JudgedVisit:
    """A visit that is judged at `at`; its past are the runs before the run `before`."""

    site: Site
    run: int
    ending: Ending
    at: datetime
    before: int

    @property
    def today(self) -> date:
        """The day of the judgement in the portal's zone."""
        return self.at.astimezone(self.site.zone).date()


def facts_of(
    db: Connection, visit: JudgedVisit, newest_on: date | None, pasts: Mapping[IssueKind, NewPast]
) -> tuple[VisitFacts, dict[IssueKind, VisitFacts]]:
    """The facts of a visit; for each kind that a person accepted, the same with its new past."""
    site = visit.site.key
    # After an answered challenge comes the page itself: the last answer counts.
    answers = _answers(db, visit).fetchall()
    last = {row["url"]: row for row in answers}.values()
    answers.sort(key=lambda row: row["fetched_at"])  # kept in the order in which they were read
    sources = [
        (row, is_own(db, visit.site, row))
        for row in last
        if row["kind"] in ("listing", "feed", "sitemap")
    ]
    pages = tuple(_article_page(row) for row in last if row["kind"] == "article")
    last_good_at, ever_read = _last_good_at(db, visit), _ever_read(db, site)
    now_mended = mended(db, site)

    @cache
    def newest_then(run: int) -> date | None:
        row = db.execute("select newest_on from runs where id = ?", (run,)).fetchone()
        return _day(row["newest_on"])

    holdings = cache(partial(holdings_of, db, site))
    unfollowed = cache(partial(unfollowed_of, db, visit.site, visit.ending))

    def facts(kind: IssueKind | None, past: NewPast | None) -> VisitFacts:
        anew = past is not None
        accepted_at = past.at if past is not None and kind in OF_HOLDINGS else None
        first, last_suspect = (past.first, past.last) if past is not None else (0, 0)
        span = {"site": site, "before": visit.before, "first": first, "last": last_suspect}
        return VisitFacts(
            at=visit.at,
            outcome=visit.ending.outcome,
            detail=visit.ending.detail,
            newest_on=newest_on,
            sources=tuple(
                _source(db, row, newest_on, newest_then, span, own=owned and not anew)
                for row, owned in sources
            ),
            pages=pages,
            past=_past(db, span, _accepted_losses(kind)),
            last_good_at=last_good_at,
            ever_read=ever_read,
            mended=now_mended,
            denials=denials_of(db, visit.site, answers, past if kind == IssueKind.DENIED else None),
            holdings=holdings(accepted_at),
            unfollowed=unfollowed(accepted_at),
        )

    return facts(None, None), {kind: facts(kind, past) for kind, past in pasts.items()}


def _answers(db: Connection, visit: JudgedVisit) -> Cursor:
    return db.execute(
        f"""select captures.*, pages.kind, pages.depth, pages.state, pages.reason,
            pages.failures,
            {ENTRY} as entry,
            articles.removed_at is null and articles.first_seen_at < (
                select started_at from runs where id = :run) as held
        from captures
            left join pages on pages.site = captures.site and pages.url = captures.url
            left join articles on articles.id = pages.article
        where captures.run = :run and captures.site = :site
            and captures.outcome not {one_of(NOT_FOR_JUDGING)} and not ifnull({IS_PICTURE}, 0)
            and ifnull(captures.error, '') not like '{PROXY_FAULT}:%'
        order by captures.id""",
        {"run": visit.run, "site": visit.site.key},
    )


def _article_page(row: Row) -> ArticlePage:
    return ArticlePage(
        url=row["url"],
        outcome=Outcome(row["outcome"]),
        capture=row["id"],
        held=bool(row["held"]),
        lacks=frozenset((row["lacks"] or "").split()),
        entry=bool(row["entry"]),
    )


def _last_good_at(db: Connection, visit: JudgedVisit) -> datetime | None:
    """When a listing, feed or sitemap last came before this visit."""
    row = db.execute(
        f"""select fetched_at from captures
        where site = ? and run < ? and outcome {one_of(LISTINGS_SEEN)}
        order by fetched_at desc limit 1""",
        (visit.site.key, visit.before),
    ).fetchone()
    return parse_utc(row["fetched_at"]) if row else None


def _ever_read(db: Connection, site: str) -> bool:
    return db.execute("select 1 from articles where site = ?", (site,)).fetchone() is not None


def mended(db: Connection, site: str) -> frozenset[str]:
    """The addresses of open issues that now have an article."""
    told = [issue.url for issue in open_issues(db, site) if issue.url is not None]
    rows = db.execute(
        """select url from pages where site = ? and article is not null
            and url in (select value from json_each(?))""",
        (site, json.dumps(told)),
    )
    return frozenset(row["url"] for row in rows)


def _source(
    db: Connection,
    row: Row,
    newest_on: date | None,
    newest_then: Callable[[int], date | None],
    span: _Span,
    *,
    own: bool,
) -> Source:
    """One source, with what it named before.

    `own`: the site names it. In a past that begins anew, it need not be a listing.
    """
    earlier = db.execute(
        f"""select captures.run, entries, captures.newest_on, fetched_at, entries_sha256
        from captures join runs on runs.id = captures.run
        where url = :url and captures.site = :site and {OF_THE_PAST} and entries > 0
        order by fetched_at desc limit {EARLIER_READINGS}""",
        {**span, "url": row["url"]},
    ).fetchall()
    readings = [(one, newest_then(one["run"])) for one in reversed(earlier)]
    *before, now = _as_listed([*readings, (row, newest_on)])
    return Source(
        url=row["url"],
        kind=row["kind"],
        own=own,
        outcome=Outcome(row["outcome"]),
        capture=row["id"],
        detail=str(row["error"] or f"{row['url']}: {row['outcome']}"),
        listed=None if row["entries"] is None else now,
        before=tuple(zip(before, (newest for _, newest in readings), strict=True)),
    )


def _as_listed(readings: Iterable[tuple[Row, date | None]]) -> Iterator[Listed]:
    """What a source said each time, oldest first. `readings`: its captures, each with the newest
    day that an article bore then.
    """
    digest, changed_on = None, None
    for row, newest in readings:
        if row["entries_sha256"] != digest:
            digest, changed_on = row["entries_sha256"], newest
        said = _day(row["newest_on"]) or changed_on
        yield Listed(row["entries"] or 0, said, parse_utc(row["fetched_at"]))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _accepted_losses(kind: IssueKind | None) -> frozenset[Outcome]:
    """The outcomes of articles to expect once a person has accepted this kind."""
    if kind == IssueKind.LAYOUT_CHANGED:
        return LOST_ARTICLES
    return frozenset(
        Outcome.of_refusal(refusal) for refusal in SELF_DECLARED_REFUSALS if refusal.value == kind
    )


def _past(db: Connection, span: _Span, losses: Collection[Outcome]) -> Past:
    """The earlier pages; `losses`: outcomes of articles that a person accepted."""
    rows = db.execute(
        f"""select outcome, lacks, article, entry, count(*) as pages from (
            select captures.outcome, captures.lacks, pages.article is not null as article,
                {ENTRY} as entry
            from captures join runs on runs.id = captures.run
                join pages on pages.site = captures.site and pages.url = captures.url
            where captures.site = :site and {OF_THE_PAST} and pages.kind = 'article'
                and (captures.outcome {LIKE_ARTICLE}
                    or captures.outcome {one_of((*NOT_ARTICLES, *losses))})
            order by captures.fetched_at desc limit {EARLIER_PAGES})
        group by outcome, lacks, article, entry""",
        span,
    ).fetchall()
    outcomes: Counter[Outcome] = Counter()
    lacking: Counter[str] = Counter()
    read = lost = entries = entries_refused = 0
    for row in rows:
        outcome, pages = Outcome(row["outcome"]), row["pages"]
        outcomes[outcome] += pages
        if row["entry"]:
            entries += pages
            entries_refused += pages * (outcome == Outcome.REFUSED_NOT_AN_ARTICLE)
        if outcome.is_article:
            read += pages
            for field in (row["lacks"] or "").split():
                lacking[field] += pages
        elif row["article"] and outcome in losses:
            lost += pages
    changed = outcomes[Outcome.ARTICLE_CHANGED]
    return Past(
        read=read,
        refused=outcomes.total() - read - lost,
        lacking=tuple(lacking.items()),
        again=changed + outcomes[Outcome.ARTICLE_UNCHANGED],
        changed=changed,
        lost=lost,
        entries=entries,
        entries_refused=entries_refused,
    )

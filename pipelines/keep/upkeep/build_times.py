"""Takes back dates that are build times, found by comparing a portal's pages.

A portal may print when a page was sent, or built as a static copy, where others print the
publication. One page alone cannot show it; many together do, from their first capture on. The
result is the same in whatever order the captures came.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.history.dates import DATE_COLUMNS, SHORTLY
from pipelines.keep.history.rework import rework
from pipelines.keep.issues.acceptances import accepted_details
from pipelines.keep.issues.issues import close_issue, open_issues, open_of_article
from pipelines.keep.records.decision import CROWD_IN_LIST, are_build_times
from pipelines.keep.records.publication import (
    AT_FETCH,
    NAMED_WITH_DATE,
    article_with,
    days_printed,
    give_date,
    hinted,
    other_date,
    page_with_hint,
    tell_date_moves,
)
from pipelines.outcomes import IssueKind
from pipelines.read.dates.date_lines import tells_how_long_ago
from portals.site import Site

# The dates that may lie shortly before the last fetch that showed them.
PRINTED = """
select place, article, printed_dates.published_on, printed_dates.published_at,
    printed_dates.last_seen_at
from articles join printed_dates on article = articles.id
where site = :site and ifnull(substr(printed_dates.published_at, 1, 10), printed_dates.published_on)
    >= date(printed_dates.last_seen_at, '-1 day')
"""
PRINTED_AT = """
select article, printed_dates.published_on
from articles join printed_dates on article = articles.id where site = ? and place = ?
"""
LISTED = """
select published_on, published_at, published_raw, count(*) from pages
where site = ? and published_evidence = ? group by published_on, published_at
"""


# The articles that printed a day after their text was seen, and another one.
LATE = """
select article from printed_dates join articles on articles.id = article
where site = ? and is_late = 1
"""


class _Proof(NamedTuple):
    """The articles whose dates follow the visits, and those that printed a day after they were
    seen.
    """

    moved: set[int | None]
    late: set[int]


class _Given(NamedTuple):
    """A date that a place gives, and when it was last fetched so."""

    on: str
    at: str | None
    fetched_at: str

    def is_fresh(self, site: Site) -> bool:
        """Whether it lies shortly before the fetch, or after it."""
        fetched_at = parse_utc(self.fetched_at)
        if self.at is not None:
            return fetched_at - parse_utc(self.at) <= SHORTLY
        return self.on >= fetched_at.astimezone(site.zone).date().isoformat()

    @property
    def when(self) -> date | datetime:
        return date.fromisoformat(self.on) if self.at is None else parse_utc(self.at)


def take_back_build_times(db: Connection, site: Site, at: datetime) -> None:
    """Take back the dates of a site's articles that are build times, with an issue for each, and
    believe those again that have proved true since.

    Runs in the caller's transaction, at the end of a visit or import.
    """
    issues = open_issues(db, site.key, (IssueKind.DATE_MOVES,))
    moved = {one.article for one in issues if len(days_printed(one.detail)) > 1}
    listed = dict(_listed_build_times(db, site))
    late = {article for (article,) in db.execute(LATE, (site.key,))}
    printed = dict(_printed_build_times(db, site, _Proof(moved, late), listed))
    for article, evidence in _evidence(db, site) if listed or printed else ():
        doubted = listed if evidence in NAMED_WITH_DATE else printed
        if article in doubted and evidence not in (None, "url"):
            _take_back(db, site, article, doubted[article], at, unlisted=article in listed)
    still_doubted = moved | printed.keys() | listed.keys()
    for issue in issues:
        if issue.article not in still_doubted:
            assert issue.article is not None
            if (dated := _date_of(db, issue.article)) is not None:
                close_issue(db, issue, at)
                give_date(db, issue.article, dated)
                rework(db, issue.article)


def _printed_build_times(
    db: Connection, site: Site, proof: _Proof, listed: Mapping[int, str]
) -> Iterator[tuple[int, str]]:
    """The articles whose own pages print a build time, each with its day.

    If lists print build times (`listed`), pages that print the same day prove it too, where most of
    the pages so named do. Pages that printed a day after they were seen, once, were dated anew; but
    where a third of the pages did, no person did it.
    """
    fresh: dict[str, dict[int, _Given]] = defaultdict(dict)
    for place, article, *given in db.execute(PRINTED, {"site": site.key}):
        if (one := _Given(*given)).is_fresh(site):
            fresh[place][article] = one
    for place, given in fresh.items():
        rows = dict(db.execute(PRINTED_AT, (site.key, place)).fetchall())
        others = Counter(
            date.fromisoformat(on) for article, on in rows.items() if article not in given
        )
        whens = [one.when for one in given.values()]
        proven = rows.keys() & proof.moved
        late = rows.keys() & proof.late
        if 3 * len(late) >= len(rows):
            proven |= late
        agree = {article for article, one in given.items() if listed.get(article) == one.on}
        if 2 * len(agree) >= len(rows.keys() & listed.keys()):
            proven |= agree
        if are_build_times(whens, others, proven=len(proven), in_list=False):
            yield from ((article, one.on) for article, one in given.items())
            yield from ((article, rows[article]) for article in proven & late)


def _listed_build_times(db: Connection, site: Site) -> Iterator[tuple[int, str]]:
    """The articles that listings, feeds or sitemaps name with a build time, each with its day."""
    for evidence in sorted(NAMED_WITH_DATE):
        rows = db.execute(LISTED, (site.key, evidence)).fetchall()
        counts = [row[-1] for row in rows]
        # Else no list prints build times, and no query for its fetch is needed.
        if 2 * sum(count for count in counts if count >= CROWD_IN_LIST) < max(sum(counts), 1):
            continue
        fresh, others = [], Counter[date]()
        for on, at, raw, count in rows:
            given = None if tells_how_long_ago(raw or "") else _listed_at(db, site, on, at)
            if given is not None and given.is_fresh(site):
                fresh.append((given, count))
            else:
                others[date.fromisoformat(on)] += count
        whens = [given.when for given, count in fresh for _ in range(count)]
        if are_build_times(whens, others, proven=0, in_list=True):
            for given, _ in fresh:
                yield from _named_with(db, site, evidence, given)


def _listed_at(db: Connection, site: Site, on: str, at: str | None) -> _Given | None:
    """A date in a list, with the first fetch of any list after it; None if there is none. The
    portal's clock may be fast by an hour.
    """
    since = at or f"{on}T00:00:00"
    fetched_at = first_value(
        db,
        """select min(fetched_at) from captures where site = :site and entries is not null
            and substr(fetched_at, 1, 10) between date(:since, '-1 day') and date(:since, '+1 day')
            and fetched_at >= strftime('%Y-%m-%dT%H:%M', :since, '-1 hour')""",
        {"site": site.key, "since": since},
    )
    return None if fetched_at is None else _Given(on, at, fetched_at)


def _named_with(
    db: Connection, site: Site, evidence: str, given: _Given
) -> Iterator[tuple[int, str]]:
    rows = db.execute(
        """select distinct article from pages where site = ? and published_evidence = ?
            and published_on = ? and published_at is ? and article is not null""",
        (site.key, evidence, given.on, given.at),
    )
    yield from ((article, given.on) for (article,) in rows.fetchall())


def _evidence(db: Connection, site: Site) -> list[tuple[int, str | None]]:
    """What each article's date is known by."""
    query = "select id, published_evidence from articles where site = ? order by id"
    return db.execute(query, (site.key,)).fetchall()


def _take_back(
    db: Connection, site: Site, article: int, day: str, at: datetime, *, unlisted: bool
) -> None:
    """Take back a date unless a person believes it. `unlisted`: the date that lists give this
    article is not believed either.
    """
    held = article_with(db, article)
    assert held is not None
    accepted = accepted_details(db, site.key, article, IssueKind.DATE_MOVES)
    if any(day in days_printed(detail) for detail in accepted):
        return
    page = None if unlisted else page_with_hint(db, article)
    give_date(db, article, other_date(site, held.url, page, [day]))
    if open_of_article(db, article, IssueKind.DATE_MOVES) is None:
        tell_date_moves(db, held, AT_FETCH, [day], at)
        rework(db, article)  # without its dates


def _date_of(db: Connection, article: int) -> dict[str, str | None] | None:
    """The columns of the date that an article has once all are believed; None if there is none."""
    row = db.execute(
        f"select {', '.join(DATE_COLUMNS)} from printed_dates where article = ?", (article,)
    ).fetchone()
    if row is not None:
        return dict(row)
    page = page_with_hint(db, article)
    return None if page is None else hinted(page)

"""The end of a visit: what it saw is taken from the rows, judged, and told as issues, as the site's health and as the run's last word. One transaction."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache

from pipelines.health.calendars import holidays_of
from pipelines.health.judge import findings, healed, severity
from pipelines.health.sights import KINDS, ArticlePage, Finding, Health, Listed, Past, Sight, Source
from pipelines.health.silence import Silence, silence
from pipelines.keep.instants import instant_of, stored
from pipelines.keep.runs import GOOD, Ending
from portals.site import Site

JUDGED = frozenset({"ok", "stopped", "incomplete", "unreachable", "paused"})  # what was interrupted or failed by a fault of ours says nothing of the site
REMEMBERED = 12  # earlier good readings of a source
PAST_PAGES = 1000  # earlier pages by which a share is known
LOUD = frozenset({"unreachable", "certificate"})  # what failed was told already: such a visit is incomplete
HEALTHY = ("ok", "stopped", "incomplete")


def judge_visit(db: sqlite3.Connection, site: Site, run: int, ending: Ending, at: datetime) -> Ending:
    """Opens and closes the site's health issues and writes its health; a visit that had what it asked for, but saw something broken, ends as `suspect`.

    Called in the transaction that ends the run, before anything else is made of its outcome.
    """
    if ending.outcome not in JUDGED:
        return ending
    today = at.astimezone(site.zone).date()
    days = _days_with_news(db, site, today)
    db.execute("update runs set newest_on = ? where id = ?", (days[0].isoformat() if days else None, run))
    sight = _sight(db, site, run, ending, at, days[0] if days else None)
    found = findings(sight)
    quiet = silence(days, today, lambda first, last: holidays_of(site.timezone, first, last))
    if not found and quiet.word == "silent":
        gap = f"the longest gap before was {quiet.longest.days} days"
        found = [Finding("silent", f"{site.url}: can be read, but nothing was published since {quiet.last_on}; {gap}")]
    _confirm_removals(db, run, found, sight)
    _open(db, site, found, at)
    _close(db, site, {finding.kind for finding in found} | ({"silent"} if quiet.word == "silent" else set()), sight)
    if sight.sources or found or ending.outcome == "ok":  # else it was told to wait before it saw anything
        _write_health(db, site, sight, quiet)
    if found and (ending.outcome in GOOD or (ending.outcome in HEALTHY and any(finding.kind not in LOUD for finding in found))):
        return Ending("suspect", f"{found[0].kind}: {found[0].detail}")
    return ending


def _write_health(db: sqlite3.Connection, site: Site, sight: Sight, quiet: Silence) -> None:
    standing = _standing(db, site)
    bad = severity((row["kind"] for row in standing), sight)
    word: Health = bad or ("ok" if quiet.word == "usual" else "quiet")
    reason = _reason(standing) if bad else None if word == "ok" else f"none since {quiet.last_on}"
    db.execute("update sites set health = ?, health_detail = ?, health_at = ? where key = ?", (word, reason, stored(sight.at), site.key))


def _reason(standing: Iterable[sqlite3.Row]) -> str:
    rows = sorted(standing, key=lambda row: KINDS[row["kind"]] != "broken")
    return f"{', '.join(dict.fromkeys(row['kind'] for row in rows))}: {rows[0]['detail']}"


def _open(db: sqlite3.Connection, site: Site, found: Iterable[Finding], at: datetime) -> None:
    """One open issue a kind; it keeps the evidence with which it was opened."""
    for finding in found:
        db.execute(
            """insert into issues (site, url, kind, detail, opened_at, capture) select :site, :url, :kind, :detail, :at, :capture
            where not exists (select 1 from issues where site = :site and kind = :kind and closed_at is null)""",
            {"site": site.key, "url": finding.url, "kind": finding.kind, "detail": finding.detail, "at": stored(at), "capture": finding.capture},
        )


def _close(db: sqlite3.Connection, site: Site, found: set[str], sight: Sight) -> None:
    for issue in _standing(db, site):
        if issue["kind"] not in found and healed(issue["kind"], issue["url"], sight):
            db.execute("update issues set closed_at = ? where id = ?", (stored(sight.at), issue["id"]))


def _standing(db: sqlite3.Connection, site: Site) -> list[sqlite3.Row]:
    """The open issues of the site's health, the oldest first."""
    kinds = json.dumps(list(KINDS))
    return db.execute(
        "select id, kind, url, detail from issues where site = ? and closed_at is null and kind in (select value from json_each(?)) order by id",
        (site.key, kinds),
    ).fetchall()


def _confirm_removals(db: sqlite3.Connection, run: int, found: list[Finding], sight: Sight) -> None:
    """An article whose address says "not found" with status 200 for the second time, while more of the portal's articles are well, is removed."""
    gone = [page.url for page in sight.pages if page.outcome == "refused-soft-404"]
    well = [page.url for page in sight.pages if page.outcome.startswith("article-")]
    if len(gone) > len(well) or any(finding.kind != "soft-404" for finding in found):
        return
    db.execute(
        """update articles set removed_at = :at where removed_at is null and id in (
            select pages.article from captures join pages on pages.site = captures.site and pages.url = captures.url
            where captures.run = :run and captures.outcome = 'refused-soft-404' and exists (
                select 1 from captures as earlier where earlier.url = captures.url and earlier.run < :run and earlier.outcome = 'refused-soft-404'))""",
        {"at": stored(sight.at), "run": run},
    )


def _days_with_news(db: sqlite3.Connection, site: Site, today: date) -> list[date]:
    """The last days with news, the newest first; a day to come is an editor's slip."""
    rows = db.execute(
        "select distinct published_on from articles where site = ? and published_on <= ? order by 1 desc limit 200", (site.key, today.isoformat())
    )
    return [date.fromisoformat(row[0]) for row in rows]


def _sight(db: sqlite3.Connection, site: Site, run: int, ending: Ending, at: datetime, newest_on: date | None) -> Sight:
    began = db.execute("select started_at from runs where id = ?", (run,)).fetchone()[0]
    rows = db.execute(
        """select captures.*, pages.kind, pages.depth, articles.first_seen_at < ? and articles.removed_at is null as held
        from captures left join pages on pages.site = captures.site and pages.url = captures.url left join articles on articles.id = pages.article
        where captures.run = ? and captures.site = ? order by captures.id""",
        (began, run, site.key),
    )
    last = {row["url"]: row for row in rows}.values()  # a challenge that was answered is followed by the page itself
    last_good = db.execute(
        """select fetched_at from captures where site = ? and run < ? and outcome in ('listing', 'feed', 'sitemap', 'not-modified')
        order by fetched_at desc limit 1""",
        (site.key, run),
    ).fetchone()

    @cache
    def newest(visit: int) -> date | None:
        return _day(db.execute("select newest_on from runs where id = ?", (visit,)).fetchone()[0])

    sources = tuple(_source(db, site, run, row, newest) for row in last if row["kind"] in ("listing", "feed", "sitemap"))
    pages = tuple(
        ArticlePage(row["url"], row["outcome"], row["id"], bool(row["held"]), frozenset((row["lacks"] or "").split()))
        for row in last
        if row["kind"] == "article"
    )
    return Sight(at, ending.outcome, ending.detail, newest_on, sources, pages, _past(db, site, run), instant_of(last_good[0]) if last_good else None)


def _source(db: sqlite3.Connection, site: Site, run: int, row: sqlite3.Row, newest: Callable[[int], date | None]) -> Source:
    earlier = db.execute(
        f"""select captures.run, entries, captures.newest_on, fetched_at, entries_sha256 from captures join runs on runs.id = captures.run
        where url = ? and captures.site = ? and captures.run < ? and entries > 0 and runs.outcome in {HEALTHY}
        order by fetched_at desc limit {REMEMBERED}""",
        (row["url"], site.key, run),
    ).fetchall()
    return Source(
        url=row["url"],
        kind=row["kind"],
        own=row["depth"] == 0,
        outcome=row["outcome"],
        capture=row["id"],
        detail=_what_came(row),
        listed=None if row["entries"] is None else _listed(row),
        fingerprint=row["entries_sha256"],
        gone=row["entries_gone"] or 0,
        last_fingerprint=earlier[0]["entries_sha256"] if earlier else None,
        before=tuple((_listed(one), newest(one["run"])) for one in reversed(earlier)),
    )


def _listed(row: sqlite3.Row) -> Listed:
    return Listed(row["entries"], _day(row["newest_on"]), instant_of(row["fetched_at"]))


def _what_came(row: sqlite3.Row) -> str:
    return str(row["error"] or f"{row['url']}: {row['outcome']}")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _past(db: sqlite3.Connection, site: Site, run: int) -> Past:
    rows = db.execute(
        f"""select outcome, lacks, count(*) as pages from (
            select captures.outcome, captures.lacks from captures join runs on runs.id = captures.run
                join pages on pages.site = captures.site and pages.url = captures.url
            where captures.site = ? and captures.run < ? and runs.outcome in {HEALTHY} and pages.kind = 'article'
                and (captures.outcome like 'article-%' or captures.outcome in ('refused-not-an-article', 'refused-title-missing'))
            order by captures.fetched_at desc limit {PAST_PAGES}) group by outcome, lacks""",
        (site.key, run),
    )
    outcomes: Counter[str] = Counter()
    lacks: Counter[str] = Counter()
    for row in rows:
        outcomes["read" if row["outcome"].startswith("article-") else "refused"] += row["pages"]
        outcomes[row["outcome"]] += row["pages"]
        for field in (row["lacks"] or "").split():
            lacks[field] += row["pages"]
    again = outcomes["article-changed"] + outcomes["article-unchanged"]
    return Past(outcomes["read"], outcomes["refused"], tuple(lacks.items()), again, outcomes["article-changed"])

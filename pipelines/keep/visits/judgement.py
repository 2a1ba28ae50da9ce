"""The end of a visit: what it saw is taken from the rows, judged, and told as issues, as the site's health and as the run's last word. One transaction."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache

from pipelines.health.facts import (
    KINDS,
    TYPED,
    ArticlePage,
    Finding,
    Health,
    Listed,
    Past,
    Sight,
    Source,
)
from pipelines.health.holidays import holidays_of
from pipelines.health.judge import LOST, findings, healed, severity
from pipelines.health.silence import Silence, silence
from pipelines.keep.database.timestamps import instant_of, stored
from pipelines.keep.issues.acceptances import Accepted, accepted_kinds
from pipelines.keep.visits.runs import GOOD, Ending
from pipelines.outcomes import IssueKind, RunOutcome
from portals.site import Site

JUDGED = frozenset(
    {"ok", "stopped", "incomplete", "unreachable", "paused"}
)  # what was interrupted or failed by a fault of ours says nothing of the site
REMEMBERED = 12  # earlier good readings of a source
PAST_PAGES = 1000  # earlier pages by which a share is known
LOUD = frozenset(
    {"unreachable", "certificate"}
)  # what failed was told already: such a visit is incomplete
HEALTHY = ("ok", "stopped", "incomplete")
# Which captures are the past: those of good visits, and from a visit on that a person accepted, the suspect ones of before they did so.
OF_THE_PAST = f"captures.run >= :first and captures.run < :before and (runs.outcome in {HEALTHY} or (runs.outcome = 'suspect' and captures.run <= :last))"
# What a feed or a listing named with a title; the links of menus bear none.
ENTRY = "pages.title is not null and exists (select 1 from pages as source where source.id = pages.found_on and source.kind in ('listing', 'feed'))"
NOT_ARTICLES = ("refused-not-an-article", "refused-title-missing")


def judge_visit(
    db: sqlite3.Connection, site: Site, run: int, ending: Ending, at: datetime
) -> Ending:
    """Opens and closes the site's health issues and writes its health; a visit that had what it asked for, but saw something broken, ends as `suspect`.

    Called in the transaction that ends the run, before anything else is made of its outcome.
    """
    if ending.outcome not in JUDGED:
        return ending
    today = at.astimezone(site.zone).date()
    days = _days_with_news(db, site, today)
    db.execute(
        "update runs set newest_on = ? where id = ?", (days[0].isoformat() if days else None, run)
    )
    accepted = accepted_kinds(db, site.key)
    sight, anew = _sights(
        db, site, run, ending, at, days[0] if days else None, accepted, before=run
    )
    found = findings(sight, anew)
    quiet = _quiet(site, days, today, accepted)
    if not found and quiet.word == "silent":
        gap = f"the longest gap before was {quiet.longest.days} days"
        found = [
            Finding(
                IssueKind.SILENT,
                f"{site.url}: can be read, but nothing was published since {quiet.last_on}; {gap}",
            )
        ]
    _confirm_removals(db, run, found, sight)
    _open(db, site, found, at)
    _close(
        db,
        site,
        {finding.kind for finding in found} | ({"silent"} if quiet.word == "silent" else set()),
        sight,
    )
    if (
        sight.sources or found or ending.outcome == "ok"
    ):  # else it was told to wait before it saw anything
        _write_health(db, site, sight, quiet)
    if found and (
        ending.outcome in GOOD
        or (ending.outcome in HEALTHY and any(finding.kind not in LOUD for finding in found))
    ):
        besides = (
            f"; {ending.detail}" if ending.detail and ending.outcome not in GOOD else ""
        )  # it may be the very reason
        return Ending(RunOutcome.SUSPECT, f"{found[0].kind}: {found[0].detail}{besides}")
    return ending


def told_again(
    db: sqlite3.Connection, site: Site, pasts: Mapping[str, Accepted], at: datetime
) -> frozenset[str]:
    """Those kinds that a visit which saw just what the last one saw would tell again, though each had the past given here."""
    if (last := _last_visit(db, site)) is None:
        return frozenset()
    run, ending = last
    days = _days_with_news(db, site, at.astimezone(site.zone).date())
    sight, anew = _sights(
        db,
        site,
        run,
        ending,
        at,
        days[0] if days else None,
        {**accepted_kinds(db, site.key), **pasts},
        before=run + 1,
    )
    return frozenset(finding.kind for finding in findings(sight, anew)) & pasts.keys()


def judge_again(db: sqlite3.Connection, site: Site, at: datetime) -> None:
    """Writes the site's health anew, from what its last visit saw and the issues that are still open; nothing where there was no visit yet."""
    if (last := _last_visit(db, site)) is None:
        return
    run, ending = last
    today = at.astimezone(site.zone).date()
    days = _days_with_news(db, site, today)
    sight, _ = _sights(db, site, run, ending, at, days[0] if days else None, {}, before=run + 1)
    _write_health(db, site, sight, _quiet(site, days, today, accepted_kinds(db, site.key)))


def _last_visit(db: sqlite3.Connection, site: Site) -> tuple[int, Ending] | None:
    """The last visit that says something of the site; one that was told to wait says nothing."""
    row = db.execute(
        """select id, outcome, detail from runs where site = ? and kind = 'crawl' and outcome in (select value from json_each(?)) order by id desc limit 1""",
        (site.key, json.dumps([*JUDGED - {"paused"}, "suspect"])),
    ).fetchone()
    return (row["id"], Ending(row["outcome"], row["detail"])) if row else None


def _quiet(site: Site, days: list[date], today: date, accepted: Mapping[str, Accepted]) -> Silence:
    """The silence by the days with news; after one that a person accepted, the portal's habit is learned from the days since."""
    since = accepted["silent"].at.astimezone(site.zone).date() if "silent" in accepted else date.min
    return silence(
        [day for day in days if day > since],
        today,
        lambda first, last: holidays_of(site.timezone, first, last),
    )


def _write_health(db: sqlite3.Connection, site: Site, sight: Sight, quiet: Silence) -> None:
    standing = _standing(db, site)
    bad = severity((row["kind"] for row in standing), sight)
    word: Health = bad or ("ok" if quiet.word == "usual" else "quiet")
    reason = _reason(standing) if bad else None if word == "ok" else f"none since {quiet.last_on}"
    db.execute(
        "update sites set health = ?, health_detail = ?, health_at = ? where key = ?",
        (word, reason, stored(sight.at), site.key),
    )


def _reason(standing: Iterable[sqlite3.Row]) -> str:
    rows = sorted(standing, key=lambda row: KINDS[row["kind"]] != "broken")
    return f"{', '.join(dict.fromkeys(row['kind'] for row in rows))}: {rows[0]['detail']}"


def _open(db: sqlite3.Connection, site: Site, found: Iterable[Finding], at: datetime) -> None:
    """One open issue a kind; it keeps the evidence with which it was opened."""
    for finding in found:
        db.execute(
            """insert into issues (site, url, kind, detail, opened_at, capture) select :site, :url, :kind, :detail, :at, :capture
            where not exists (select 1 from issues where site = :site and kind = :kind and closed_at is null)""",
            {
                "site": site.key,
                "url": finding.url,
                "kind": finding.kind,
                "detail": finding.detail,
                "at": stored(at),
                "capture": finding.capture,
            },
        )


def _close(db: sqlite3.Connection, site: Site, found: set[str], sight: Sight) -> None:
    for issue in _standing(db, site):
        if issue["kind"] not in found and healed(issue["kind"], issue["url"], sight):
            db.execute(
                "update issues set closed_at = ? where id = ?", (stored(sight.at), issue["id"])
            )


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
        "select distinct published_on from articles where site = ? and published_on <= ? order by 1 desc limit 200",
        (site.key, today.isoformat()),
    )
    return [date.fromisoformat(row[0]) for row in rows]


def _sights(
    db: sqlite3.Connection,
    site: Site,
    run: int,
    ending: Ending,
    at: datetime,
    newest_on: date | None,
    accepted: Mapping[str, Accepted],
    *,
    before: int,
) -> tuple[Sight, dict[str, Sight]]:
    """What a visit saw, with the past of the runs before one; and for each kind that a person accepted, the same with the past of that kind."""
    began = db.execute("select started_at from runs where id = ?", (run,)).fetchone()[0]
    rows = db.execute(
        f"""select captures.*, pages.kind, pages.depth, {ENTRY} as entry, articles.first_seen_at < ? and articles.removed_at is null as held
        from captures left join pages on pages.site = captures.site and pages.url = captures.url left join articles on articles.id = pages.article
        where captures.run = ? and captures.site = ? and captures.outcome not in ('awaits-browser', 'subresource') order by captures.id""",
        (began, run, site.key),
    )
    last = {
        row["url"]: row for row in rows
    }.values()  # a challenge that was answered is followed by the page itself
    last_good = db.execute(
        """select fetched_at from captures where site = ? and run < ? and outcome in ('listing', 'feed', 'sitemap', 'not-modified')
        order by fetched_at desc limit 1""",
        (site.key, before),
    ).fetchone()

    @cache
    def newest(visit: int) -> date | None:
        return _day(db.execute("select newest_on from runs where id = ?", (visit,)).fetchone()[0])

    pages = tuple(
        ArticlePage(
            row["url"],
            row["outcome"],
            row["id"],
            bool(row["held"]),
            frozenset((row["lacks"] or "").split()),
            bool(row["entry"]),
        )
        for row in last
        if row["kind"] == "article"
    )

    ever_read = bool(
        db.execute("select exists (select 1 from articles where site = ?)", (site.key,)).fetchone()[
            0
        ]
    )
    mended = db.execute(
        """select url from issues where site = ? and closed_at is null and exists (
            select 1 from pages where pages.site = issues.site and pages.url = issues.url and pages.article is not null)""",
        (site.key,),
    )
    mended_addresses = frozenset(row["url"] for row in mended)

    def seen(kind: str | None, since: Accepted | None) -> Sight:
        span: dict[str, str | int] = {
            "site": site.key,
            "before": before,
            "first": since.first if since else 0,
            "last": since.last if since else 0,
        }
        sources = tuple(
            _source(db, row, newest, span, anew=since is not None)
            for row in last
            if row["kind"] in ("listing", "feed", "sitemap")
        )
        past = _past(
            db,
            span,
            LOST
            if kind == "layout-changed"
            else frozenset({f"refused-{kind}"})
            if kind in TYPED
            else frozenset(),
        )
        good_at = instant_of(last_good[0]) if last_good else None
        return Sight(
            at,
            ending.outcome,
            ending.detail,
            newest_on,
            sources,
            pages,
            past,
            good_at,
            ever_read,
            mended_addresses,
        )

    return seen(None, None), {kind: seen(kind, since) for kind, since in accepted.items()}


def _source(
    db: sqlite3.Connection,
    row: sqlite3.Row,
    newest: Callable[[int], date | None],
    span: Mapping[str, str | int],
    *,
    anew: bool,
) -> Source:
    """One source, with what it named before. In a past that begins `anew`, an address of the site's file need be no listing, and one that stood still may."""
    earlier = db.execute(
        f"""select captures.run, entries, captures.newest_on, fetched_at, entries_sha256 from captures join runs on runs.id = captures.run
        where url = :url and captures.site = :site and {OF_THE_PAST} and entries > 0 order by fetched_at desc limit {REMEMBERED}""",
        {**span, "url": row["url"]},
    ).fetchall()
    stands_still = anew and len({one["entries_sha256"] for one in earlier}) == 1
    return Source(
        url=row["url"],
        kind=row["kind"],
        own=row["depth"] == 0 and not anew,
        outcome=row["outcome"],
        capture=row["id"],
        detail=_what_came(row),
        listed=None if row["entries"] is None else _listed(row),
        fingerprint=row["entries_sha256"],
        gone=row["entries_gone"] or 0,
        last_fingerprint=earlier[0]["entries_sha256"] if earlier and not stands_still else None,
        before=tuple((_listed(one), newest(one["run"])) for one in reversed(earlier)),
    )


def _listed(row: sqlite3.Row) -> Listed:
    return Listed(row["entries"], _day(row["newest_on"]), instant_of(row["fetched_at"]))


def _what_came(row: sqlite3.Row) -> str:
    return str(row["error"] or f"{row['url']}: {row['outcome']}")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _past(db: sqlite3.Connection, span: Mapping[str, str | int], lost: frozenset[str]) -> Past:
    """The earlier pages; `lost`: what became of articles where a person accepted that."""
    rows = db.execute(
        f"""select outcome, lacks, article, entry, count(*) as pages from (
            select captures.outcome, captures.lacks, pages.article is not null as article, {ENTRY} as entry
            from captures join runs on runs.id = captures.run
                join pages on pages.site = captures.site and pages.url = captures.url
            where captures.site = :site and {OF_THE_PAST} and pages.kind = 'article'
                and (captures.outcome like 'article-%' or captures.outcome in (select value from json_each(:refused)))
            order by captures.fetched_at desc limit {PAST_PAGES}) group by outcome, lacks, article, entry""",
        {**span, "refused": json.dumps([*NOT_ARTICLES, *lost])},
    )
    outcomes: Counter[str] = Counter()
    lacks: Counter[str] = Counter()
    for row in rows:
        read, was_read = (
            row["outcome"].startswith("article-"),
            row["article"] and row["outcome"] in lost,
        )
        outcomes["read" if read else "lost" if was_read else "refused"] += row["pages"]
        outcomes[row["outcome"]] += row["pages"]
        if row["entry"]:
            outcomes["entries"] += row["pages"]
            outcomes["entries-refused"] += row["pages"] * (
                row["outcome"] == "refused-not-an-article"
            )
        for field in (row["lacks"] or "").split() if read else ():
            lacks[field] += row["pages"]
    again = outcomes["article-changed"] + outcomes["article-unchanged"]
    return Past(
        read=outcomes["read"],
        refused=outcomes["refused"],
        lacking=tuple(lacks.items()),
        again=again,
        changed=outcomes["article-changed"],
        lost=outcomes["lost"],
        entries=outcomes["entries"],
        entries_refused=outcomes["entries-refused"],
    )

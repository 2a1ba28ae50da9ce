"""Chooses the held articles at which a visit looks again, beside those whose day has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.looks.entries import unpacked
from pipelines.keep.looks.round import looks_to_spare, owed, round_of

# Conditions on pages: the addresses of articles that were there when they were last requested.
HELD_ANYWHERE = "pages.kind = 'article' and pages.state = 'held' and article is not null"
HELD = f"pages.site = :site and {HELD_ANYWHERE}"
A_DAY = 24 * 60  # minutes between two visits of a site whose interval is not known yet
# The least time between two looks at what a portal shows first. Daily visits may be early.
APART = timedelta(hours=20)


def plan_looks(db: Connection, site: str, *, at: datetime) -> None:
    """Make due, as a visit begins, the articles whose turn it is in the round.

    With what these leave of a fifth of the visit's listings, feeds and sitemaps, make due the
    newest that the portal shows first, so that each has its turn at every second visit.
    """
    values = {"site": site, "at": utc_text(at)}
    articles: int = first_value(db, f"select count(*) from pages where {HELD}", values)
    plan = db.execute(
        "select round_at, interval_minutes from sites where key = ?", (site,)
    ).fetchone()
    since = parse_utc(plan["round_at"]) if plan["round_at"] else at
    lasts = round_of(articles, timedelta(minutes=plan["interval_minutes"] or A_DAY))
    count, paid = owed(articles, lasts, since, at)
    db.execute(
        "update sites set round_at = ?, round_days = ? where key = ?",
        (utc_text(paid), lasts.days, site),
    )
    oldest = db.execute(
        f"""select id from pages where {HELD}
        order by ifnull(left_at, '') > last_fetched_at desc, last_fetched_at, id limit :count""",
        values | {"count": count},
    )
    _make_due(db, [row["id"] for row in oldest], at)
    due = first_value(db, f"select count(*) from pages where {HELD} and next_due_at <= :at", values)
    _make_due(db, _on_show(db, site, looks_to_spare(_listings(db, values), due), at), at)


def _listings(db: Connection, values: dict[str, str]) -> int:
    """How many listings, feeds and sitemaps the visit requests."""
    query = """select count(*) from pages where site = :site and next_due_at <= :at
        and kind in ('listing', 'feed', 'sitemap') and state in ('held', 'failing', 'gone')"""
    return int(first_value(db, query, values))


def _on_show(db: Connection, site: str, count: int, at: datetime) -> list[int]:
    """Of the newest articles on the front page, in the site file's listings and in the first feeds,
    twice as many as are to be looked at: those whose last look is the oldest.
    """
    if not count:
        return []
    rows = db.execute(
        """select entries from listings join pages on pages.id = listings.page
        where site = ? and state = 'held' and entries is not null
            and (kind = 'feed' or (kind = 'listing' and depth = 0))""",
        (site,),
    )
    shown = {entry.page for row in rows for entry in unpacked(row["entries"])}
    newest = db.execute(
        f"""select pages.id, pages.last_fetched_at from pages
            join articles on articles.id = article
        where {HELD}
        order by articles.published_on desc, articles.published_at desc, pages.id desc""",
        {"site": site},
    )
    first = [row for row in newest if row["id"] in shown][: 2 * count]
    first.sort(key=lambda row: str(row["last_fetched_at"]))
    seen_by = utc_text(at - APART)
    return [row["id"] for row in first[:count] if row["last_fetched_at"] <= seen_by]


def _make_due(db: Connection, pages: Sequence[int], at: datetime) -> None:
    db.executemany(
        "update pages set next_due_at = min(next_due_at, :at) where id = :page",
        [{"at": utc_text(at), "page": page} for page in pages],
    )

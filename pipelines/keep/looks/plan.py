"""Chooses the held articles at which a visit looks again, beside those whose day has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection, Row

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.looks.entries import unpacked
from pipelines.keep.looks.round import files_round, looks_to_spare, owed, round_of

# Conditions on pages: the addresses of articles that were there when they were last requested.
HELD_ANYWHERE = "pages.kind = 'article' and pages.state = 'held' and article is not null"
HELD = f"pages.site = :site and {HELD_ANYWHERE}"
A_DAY = 24 * 60  # minutes between two visits of a site whose interval is not known yet
# The least time between two looks at what a portal shows first. Daily visits may be early.
APART = timedelta(hours=20)


def plan_looks(db: Connection, site: str, *, at: datetime, files: bool = True) -> None:
    """Make due, as a visit begins, the articles whose turn it is in the round, and set the days of
    their files (unless the site file wants no `files`).

    With what the articles leave of a fifth of the visit's listings, feeds and sitemaps, make due
    the newest that the portal shows first, so that each has its turn at every second visit.
    """
    values = {"site": site, "at": utc_text(at)}
    articles: int = first_value(db, f"select count(*) from pages where {HELD}", values)
    _go_round(db, values, articles, at)
    if files:
        _plan_files(db, site, articles)
    due = first_value(
        db,
        """select count(*) from pages where site = :site and next_due_at <= :at
            and kind in ('article', 'attachment') and state = 'held'""",
        values,
    )
    count = looks_to_spare(_listings(db, values), due)
    _make_due(db, _on_show(db, site, count, at, files=files), at)


def _go_round(db: Connection, values: dict[str, str], articles: int, at: datetime) -> None:
    query = "select round_at, interval_minutes from sites where key = :site"
    plan = db.execute(query, values).fetchone()
    since = parse_utc(plan["round_at"]) if plan["round_at"] else at
    lasts = round_of(articles, timedelta(minutes=plan["interval_minutes"] or A_DAY))
    count, paid = owed(articles, lasts, since, at)
    db.execute(
        "update sites set round_at = :paid, round_days = :days where key = :site",
        values | {"paid": utc_text(paid), "days": lasts.days},
    )
    oldest = db.execute(
        f"""select id from pages where {HELD}
        order by ifnull(left_at, '') > last_fetched_at desc, last_fetched_at, id limit :count""",
        values | {"count": count},
    )
    _make_due(db, [row["id"] for row in oldest], at)


def _plan_files(db: Connection, site: str, articles: int) -> None:
    """Set the days of files that have none: between half of their round and all of it, so that
    files found on one day are not all due on one day.
    """
    held = "site = :site and kind = 'attachment' and state = 'held'"
    files: int = first_value(db, f"select count(*) from pages where {held}", {"site": site})
    db.execute(
        f"""update pages set next_due_at = strftime('%Y-%m-%dT%H:%M:%fZ',
            julianday(last_fetched_at) + :days * (1 - id * 618 % 1000 / 2000.0))
        where {held} and next_due_at is null""",
        {"site": site, "days": files_round(articles, files) / timedelta(days=1)},
    )


def _listings(db: Connection, values: dict[str, str]) -> int:
    """How many listings, feeds and sitemaps the visit requests."""
    query = """select count(*) from pages where site = :site and next_due_at <= :at
        and kind in ('listing', 'feed', 'sitemap') and state in ('held', 'failing', 'gone')"""
    return int(first_value(db, query, values))


def _on_show(db: Connection, site: str, count: int, at: datetime, *, files: bool) -> list[int]:
    """Of the newest articles on the front page, in the site file's listings and in the feeds, and
    of their files, twice as many as are to be looked at: those whose last look is the oldest.
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
        f"""select pages.id, pages.last_fetched_at, article from pages
            join articles on articles.id = article
        where {HELD}
        order by articles.published_on desc, articles.published_at desc, pages.id desc""",
        {"site": site},
    )
    first: list[Row] = []
    for row in newest:
        if row["id"] in shown:
            first += [row, *(_files(db, site, row["article"]) if files else ())]
        if len(first) >= 2 * count:
            break
    oldest = sorted(first[: 2 * count], key=lambda row: str(row["last_fetched_at"]))
    seen_by = utc_text(at - APART)
    return [row["id"] for row in oldest[:count] if row["last_fetched_at"] <= seen_by]


def _files(db: Connection, site: str, article: int) -> list[Row]:
    return db.execute(
        """select pages.id, pages.last_fetched_at from attachments
            join pages on pages.url = attachments.url and site = ?
        where attachments.article = ? and kind = 'attachment' and state = 'held'""",
        (site, article),
    ).fetchall()


def _make_due(db: Connection, pages: Sequence[int], at: datetime) -> None:
    db.executemany(
        "update pages set next_due_at = min(ifnull(next_due_at, :at), :at) where id = :page",
        [{"at": utc_text(at), "page": page} for page in pages],
    )

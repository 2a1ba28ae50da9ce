"""Chooses the held articles at which a visit looks again, beside those whose day has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from sqlite3 import Connection, Row

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.listing_names import REPEATED
from pipelines.keep.frontier.page import IS_PICTURE
from pipelines.keep.frontier.pages import REVISITED
from pipelines.keep.looks.entries import unpacked
from pipelines.keep.looks.round import A_DAY, files_round, looks_to_spare, owed, round_of

# Conditions on pages: the addresses of articles that were there when they were last requested.
HELD_ANYWHERE = "pages.kind = 'article' and pages.state = 'held' and article is not null"
HELD = f"pages.site = :site and {HELD_ANYWHERE}"
# The least time between two looks at what a portal shows first. Daily visits may be early.
APART = timedelta(hours=20)


def plan_looks(db: Connection, site: str, *, at: datetime, files: bool = True) -> None:
    """Make due, as a visit begins, the articles whose turn it is in the round, and set the days of
    their files (unless the site file wants no `files`).

    With what these leave of a fifth more than the requests for listings, feeds and sitemaps, make
    due the articles that stand first on the portal's pages, so that each has its turn at every
    second visit. Sections that rest leave theirs.
    """
    values = {"site": site, "at": utc_text(at)}
    articles: int = first_value(db, f"select count(*) from pages where {HELD}", values)
    _go_round(db, values, articles, at)
    if files:
        _plan_files(db, site, articles)
    _make_due(db, _on_show(db, site, _to_spare(db, values, at), at, files=files), at)


def _to_spare(db: Connection, values: dict[str, str], at: datetime) -> int:
    row = db.execute(
        """select (select visited_at from sites where key = :site) as visited_at,
            count(*) filter (where kind not in ('article', 'attachment')
                and next_due_at <= :at and state in ('held', 'failing', 'gone')) as listings,
            count(*) filter (where state = 'resting' and reason = :repeated) as resting,
            count(*) filter (where kind in ('article', 'attachment')
                and next_due_at <= :at and state = 'held') as due
        from pages where site = :site""",
        values | {"repeated": REPEATED},
    ).fetchone()
    since = at - parse_utc(row["visited_at"]) if row["visited_at"] else A_DAY
    return looks_to_spare(row["listings"], row["resting"], row["due"], since)


def _go_round(db: Connection, values: dict[str, str], articles: int, at: datetime) -> None:
    query = "select round_at, interval_minutes from sites where key = :site"
    plan = db.execute(query, values).fetchone()
    since = parse_utc(plan["round_at"]) if plan["round_at"] else at
    minutes: int | None = plan["interval_minutes"]
    lasts = round_of(articles, timedelta(minutes=minutes) if minutes else A_DAY)
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
    held = f"site = :site and kind = 'attachment' and state = 'held' and not {IS_PICTURE}"
    files: int = first_value(db, f"select count(*) from pages where {held}", {"site": site})
    db.execute(
        f"""update pages set next_due_at = strftime('%Y-%m-%dT%H:%M:%fZ',
            julianday(last_fetched_at) + :days * (1 - id * 618 % 1000 / 2000.0))
        where {held} and next_due_at is null""",
        {"site": site, "days": files_round(articles, files) / timedelta(days=1)},
    )


def _on_show(db: Connection, site: str, count: int, at: datetime, *, files: bool) -> list[int]:
    """Of the articles that stand first on the front page, in the sections and in the feeds, and of
    their files, twice as many as are to be looked at: those whose last look is the oldest.
    """
    if not count:
        return []
    first: list[Row] = []
    for page in _standing_first(db, site):
        query = f"select id, last_fetched_at, article from pages where {HELD} and id = :page"
        row = db.execute(query, {"site": site, "page": page}).fetchone()
        if row is not None:
            first += [row, *(_files(db, site, row["article"]) if files else ())]
        if len(first) >= 2 * count:
            break
    oldest = sorted(first[: 2 * count], key=lambda row: str(row["last_fetched_at"]))
    seen_by = utc_text(at - APART)
    return [row["id"] for row in oldest[:count] if row["last_fetched_at"] <= seen_by]


def _standing_first(db: Connection, site: str) -> list[int]:
    """The pages of the articles that first pages show: the first of each, the second of each ...
    The site file's own listings and the front page go first, then sections, then feeds.
    """
    rows = db.execute(
        """select entries from listings join pages on pages.id = listings.page
        where site = ? and kind in ('listing', 'feed') and entries is not null
            and priority <= ? and (state = 'held' or reason = ?)
        order by depth > 0, kind = 'feed', pages.id""",
        (site, REVISITED, REPEATED),
    )
    shown = [[entry.page for entry in unpacked(row["entries"])] for row in rows]
    return list(dict.fromkeys(page for places in zip_longest(*shown) for page in places if page))


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

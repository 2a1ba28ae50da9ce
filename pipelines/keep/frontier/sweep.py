"""The full sweep: once in thirty days, all listings are walked to their ends.

It finds articles that were added under an old date, or taken away. If a visit is cut off, its sweep
continues in the next one. The first visit of a site counts as a sweep, because it goes just as far.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.read.listing.listing_digest import name_of, unpacked

EVERY = timedelta(days=30)
# A sweep is then given up: the portal has no end, or no visit gets there.
GIVEN_UP_AFTER = timedelta(days=7)
# At most so many articles are requested because no listing names them any more. If there are more,
# a listing has changed; the rest are requested when they are due.
MISSED_MOST = 100
SWEPT = "update sites set swept_at = sweep_began_at, sweep_began_at = null where key = ?"


def is_due(last: datetime, at: datetime) -> bool:
    """Whether the last sweep is thirty days ago, or in the future because of a wrong clock."""
    return abs(at - last) >= EVERY


def sweep_under_way(db: Connection, site: str) -> str | None:
    """The stored instant at which the sweep under way began, or None."""
    began: str | None = first_value(db, "select sweep_began_at from sites where key = ?", (site,))
    return began


def begin_sweep(db: Connection, site: str, *, at: datetime) -> bool:
    """Begin a sweep if one is due; returns whether one is under way."""
    row = db.execute("select swept_at, sweep_began_at from sites where key = ?", (site,)).fetchone()
    if row["sweep_began_at"] is not None:
        if abs(at - parse_utc(row["sweep_began_at"])) < GIVEN_UP_AFTER:
            return True
        db.execute(SWEPT, (site,))
        return False
    if row["swept_at"] is None:
        db.execute("update sites set swept_at = ? where key = ?", (utc_text(at), site))
        return False
    if not is_due(parse_utc(row["swept_at"]), at):
        return False
    db.execute("update sites set sweep_began_at = ? where key = ?", (utc_text(at), site))
    return True


def end_sweep(db: Connection, site: str, *, at: datetime) -> int:
    """End the sweep under way; returns how many articles became due.

    These are articles that listings no longer name. A listing that failed in this sweep is taken to
    name the same articles as before.
    """
    rows = db.execute(
        """select names from listings join pages on pages.id = listings.page
        where site = ? and (state = 'failing'
            or last_fetched_at >= (select sweep_began_at from sites where key = site))""",
        (site,),
    )
    named = frozenset[bytes]().union(*(unpacked(row["names"]) for row in rows))
    articles = db.execute(
        """select id, url, identity, listed from pages
        where site = ? and kind = 'article' and state = 'held' order by last_fetched_at, id""",
        (site,),
    ).fetchall()
    turned = [
        page
        for page in articles
        if (name_of(page["identity"] or page["url"]) in named) != bool(page["listed"])
    ]
    missed = [page["id"] for page in turned if page["listed"]][:MISSED_MOST]
    db.executemany(
        "update pages set listed = 1 - listed where id = ?", [(page["id"],) for page in turned]
    )
    due = [(utc_text(at), page) for page in missed]
    db.executemany("update pages set next_due_at = ? where id = ?", due)
    db.execute(SWEPT, (site,))
    return len(missed)

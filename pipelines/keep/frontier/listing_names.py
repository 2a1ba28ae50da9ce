"""What each listing, feed and sitemap named when it was last read, and which feeds are redundant.

A feed is redundant if it names only what listings name too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.timestamps import utc_text
from pipelines.read.listing.listing_digest import unpacked
from pipelines.read.reading import Reading


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was read. `own`: a person named it, or it is the portal's first feed.

    Every visit asks for the site's own feeds.
    """

    names: frozenset[bytes]
    own: bool


def redundant(feeds: Mapping[int, Feed], listed: frozenset[bytes]) -> frozenset[int]:
    """The feeds that named only what first listing pages and the site's own feeds name too.

    An empty feed proves nothing and stays.
    """
    elsewhere = listed.union(*(feed.names for feed in feeds.values() if feed.own))
    return frozenset(
        page
        for page, feed in feeds.items()
        if not feed.own and feed.names and feed.names <= elsewhere
    )


def keep_names(db: Connection, page: int, reading: Reading, at: datetime) -> bool:
    """Keep what a listing names; returns whether it named something else the last time."""
    held = db.execute("select names from listings where page = ?", (page,)).fetchone()
    if held is not None and held["names"] == reading.names:
        return False
    db.execute(
        """insert into listings (page, named, names, changed_at)
        values (:page, :named, :names, :at) on conflict (page)
        do update set named = :named, names = :names, changed_at = :at""",
        {
            "page": page,
            "named": len(unpacked(reading.names)),
            "names": reading.names,
            "at": utc_text(at),
        },
    )
    return held is not None


def rest_redundant_feeds(db: Connection, site: str, *, at: datetime, first_pages: int) -> None:
    """Let redundant feeds rest, except the one that has rested longest.

    So each visit checks one of them. A feed that is no longer redundant becomes due.
    `first_pages`: the highest priority of listings that every visit asks for.
    """
    rows = db.execute(
        """select pages.id, kind, depth, reason, names
        from pages join listings on listings.page = pages.id
        where site = ? and kind in ('listing', 'feed') and (state = 'held' or reason = 'redundant')
            and priority <= ?
        order by depth, length(url), pages.id""",
        (site, first_pages),
    ).fetchall()
    found = [row for row in rows if row["kind"] == "feed"]
    feeds = {
        row["id"]: Feed(unpacked(row["names"]), own=row["depth"] == 0 or row is found[0])
        for row in found
    }
    listed = frozenset[bytes]().union(
        *(unpacked(row["names"]) for row in rows if row["kind"] == "listing")
    )
    resting = sorted(redundant(feeds, listed))
    db.executemany(
        """update pages set state = 'resting', reason = 'redundant', next_due_at = null
        where id = ?""",
        [(page,) for page in resting],
    )
    awake = [
        row["id"] for row in found if row["reason"] == "redundant" and row["id"] not in resting
    ]
    longest = db.execute(
        """select id from pages where site = ? and kind = 'feed' and state = 'resting'
            and reason = 'redundant' order by last_fetched_at, id limit 1""",
        (site,),
    ).fetchone()
    for page in [*awake, *([longest["id"]] if longest else [])]:
        db.execute(
            "update pages set state = 'held', reason = null, next_due_at = ? where id = ?",
            (utc_text(at), page),
        )

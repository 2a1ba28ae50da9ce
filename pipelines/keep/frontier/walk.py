"""Walking the later pages of a listing: how far a visit goes, and what makes it stop."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.page import Page, page_at
from pipelines.keep.frontier.sweep import sweep_under_way
from pipelines.outcomes import Outcome
from pipelines.read.listing.listing_digest import unpacked

LATER_PAGE = 40  # priority of a listing's later page
# Priority further down, that of an article: known articles come first, so that a walk without end
# or a visit that is cut short does not pass them over.
DEEP_PAGE = 50
# Later pages in a row that name nothing new and end a walk: an archive may have an empty month or
# two, a calendar has nothing else.
BARREN_PAGES = 3
LISTED_LEAST = 5  # articles that listings name before a sitemap is believed to name all
LISTED_SHARE = 0.8  # of them, which the sitemap must name too


def walk_on(db: sqlite3.Connection, page: Page, url: str, *, new: int, at: datetime) -> None:
    """Remember the next page of a listing, and ask for it now if the walk goes on.

    It goes on while new addresses turn up, in a sweep, or as long as no sitemap promises
    everything; but not past the third page in a row that names nothing of its own.
    """
    known = page_at(db, page.site, url)
    last_seen_at = known.last_fetched_at if known else None
    swept_from = sweep_under_way(db, page.site)
    swept = swept_from is not None and (last_seen_at is None or last_seen_at < swept_from)
    walked = _walked(db, page.id)
    due = new > 0 or (
        (swept or (last_seen_at is None and not whole_promised(db, page.site)))
        and not _is_barren(walked)
    )
    if known is None:
        db.execute(
            """insert into pages (site, url, kind, state, depth, priority, found_on, first_seen_at)
            values (:site, :url, 'listing', :state, :depth, :priority, :found_on, :at)""",
            {
                "site": page.site,
                "url": url,
                "state": "waiting" if due else "resting",
                "depth": page.depth + 1,
                "priority": DEEP_PAGE if len(walked) > 2 else LATER_PAGE,
                "found_on": page.id,
                "at": utc_text(at),
            },
        )
    elif due:
        db.execute(
            """update pages set state = iif(state = 'resting', 'waiting', state), next_due_at = ?
            where id = ?""",
            (utc_text(at), known.id),
        )


def _walked(db: sqlite3.Connection, page: int) -> list[frozenset[bytes]]:
    """What the last pages of a walk named, `page` first, the listing's first page last.

    At most as many as show whether the walk is barren.
    """
    walked: list[frozenset[bytes]] = []
    following: int | None = page
    while following is not None and len(walked) <= BARREN_PAGES:
        row = db.execute(
            """select found_on, priority, names from pages left join listings on page = pages.id
            where pages.id = ?""",
            (following,),
        ).fetchone()
        walked.append(unpacked(row["names"] or b""))
        following = row["found_on"] if row["priority"] >= LATER_PAGE else None
    return walked


def _is_barren(walked: Sequence[frozenset[bytes]]) -> bool:
    """Whether the last pages named only what the page before them did: the boxes of every page."""
    return (
        len(walked) > BARREN_PAGES
        and frozenset[bytes]().union(*walked[:BARREN_PAGES]) <= walked[BARREN_PAGES]
    )


def whole_promised(db: sqlite3.Connection, site: str) -> bool:
    """Whether sitemaps name every article.

    All known sitemaps were read, none was cut, and they name most of what listings and feeds
    name: a sitemap may be one of static pages. Before five articles are listed, none promises.
    """
    words = {
        row["reason"]
        for row in db.execute(
            "select distinct reason from pages where site = ? and kind = 'sitemap'", (site,)
        )
    }
    # An index is complete before its parts are.
    if not ("complete" in words <= {"complete", Outcome.REDIRECT}):
        return False
    listed: set[bytes] = set()
    promised: set[bytes] = set()
    for row in db.execute(
        "select kind, names from listings join pages on pages.id = listings.page where site = ?",
        (site,),
    ):
        (promised if row["kind"] == "sitemap" else listed).update(unpacked(row["names"]))
    return len(listed) >= LISTED_LEAST and len(listed & promised) >= LISTED_SHARE * len(listed)

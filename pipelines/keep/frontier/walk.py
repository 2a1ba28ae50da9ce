"""Walks the later pages of a listing: how far a visit goes, and when it stops."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import insert_row, update_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.page import Page, page_at
from pipelines.keep.frontier.sweep import sweep_under_way
from pipelines.outcomes import Outcome
from pipelines.read.listing.listing_digest import unpacked
from pipelines.read.reading import Reading

# Priorities: of a sitemap's part that has named no article yet, of one that has, and of a listing's
# later page.
PART = 29
PROVEN_PART = 10
LATER_PAGE = 40
# Deeper pages have the priority of an article. Known articles come first, so that an endless walk
# or a visit cut short does not skip them.
DEEP_PAGE = 50
# So many later pages in a row without anything new end a walk: an archive may have an empty month
# or two, a calendar has only empty pages.
BARREN_PAGES = 3
LISTED_LEAST = 5  # articles that listings must name before a sitemap is believed to name all
LISTED_SHARE = 0.8  # share of them that the sitemap must name too


def walk_on(db: Connection, page: Page, url: str, *, new: int, at: datetime) -> None:
    """Store the next page of a listing, and make it due now if the walk goes on.

    It goes on while new addresses turn up, in a sweep, or while no sitemap promises everything; but
    not past the third page in a row that names nothing of its own.
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
        next_page = {
            "site": page.site,
            "url": url,
            "kind": "listing",
            "state": "waiting" if due else "resting",
            "depth": page.depth + 1,
            "priority": DEEP_PAGE if len(walked) > 2 else LATER_PAGE,
            "found_on": page.id,
            "first_seen_at": utc_text(at),
        }
        insert_row(db, "pages", next_page)
    elif due:
        db.execute(
            """update pages set state = iif(state = 'resting', 'waiting', state), next_due_at = ?
            where id = ?""",
            (utc_text(at), known.id),
        )


def heed_sitemap(db: Connection, page: Page, reading: Reading) -> None:
    """Act on a sitemap that was read; its row already says whether it is complete.

    A part that names articles is requested early from now on. Once sitemaps promise everything, a
    listing's second page rests if they name all that its first page names.
    """
    if page.priority == PART and reading.names:
        update_row(db, "pages", page.id, {"priority": PROVEN_PART})
    if sweep_under_way(db, page.site) is not None or not whole_promised(db, page.site):
        return
    promised = named_in_sitemaps(db, page.site)
    rows = db.execute(
        """select pages.id, names from pages join listings on listings.page = found_on
        where site = ? and kind = 'listing' and state = 'waiting' and priority >= ?
            and last_fetched_at is null""",
        (page.site, LATER_PAGE),
    ).fetchall()
    for row in rows:
        if unpacked(row["names"]) <= promised:
            update_row(db, "pages", row["id"], {"state": "resting"})


def _walked(db: Connection, page: int) -> list[frozenset[bytes]]:
    """What the last pages of a walk named: `page` first, the listing's first page last.

    Only as many as it takes to see whether the walk is barren.
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
    """Whether the last pages named only what the page before named: the boxes of every page."""
    return (
        len(walked) > BARREN_PAGES
        and frozenset[bytes]().union(*walked[:BARREN_PAGES]) <= walked[BARREN_PAGES]
    )


def whole_promised(db: Connection, site: str) -> bool:
    """Whether sitemaps name every article.

    They do if all known sitemaps were read, none was cut, and they name most articles of listings
    and feeds: a sitemap may hold only static pages. It takes five listed articles to tell.
    """
    query = "select distinct reason from pages where site = ? and kind = 'sitemap'"
    words = {row["reason"] for row in db.execute(query, (site,))}
    # An index is complete before its parts are.
    if not ("complete" in words <= {"complete", Outcome.REDIRECT}):
        return False
    listed, promised = _named(db, site, "kind <> 'sitemap'"), named_in_sitemaps(db, site)
    return len(listed) >= LISTED_LEAST and len(listed & promised) >= LISTED_SHARE * len(listed)


def named_in_sitemaps(db: Connection, site: str) -> frozenset[bytes]:
    """The articles that a site's sitemaps name."""
    return _named(db, site, "kind = 'sitemap'")


def _named(db: Connection, site: str, kinds: str) -> frozenset[bytes]:
    """The articles that the listings of some kinds (an SQL condition) name."""
    query = "select names from listings join pages on pages.id = listings.page where site = ? and "
    rows = db.execute(query + kinds, (site,))
    return frozenset[bytes]().union(*(unpacked(row["names"]) for row in rows))

"""Which articles left the listings for good, so far as one visit can tell.

A listing that shows its newest article first and goes on naming older ones would name this one too,
had it not been taken out. What was pinned or named by a list in another order proves nothing.
"""

from collections.abc import Sequence
from sqlite3 import Connection

from pipelines.keep.looks.entries import unpacked

OLDER_NAMED = 2  # entries below the article's place; one may be pinned there
LEAST_ORDERED = 0.8  # of the entries: others may be pinned, or named a second time
MOST_ENTRIES = 200  # of a listing, which are looked at


def note_unlisted(db: Connection, site: str, run: int) -> None:
    """Note on the captures of a visit which addresses were unlisted when they were requested."""
    rows = db.execute(
        """select captures.id, listings.entries,
            ifnull(articles.published_on, pages.published_on) as day
        from captures join pages on pages.site = captures.site and pages.url = captures.url
            join articles on articles.id = pages.article
            join pages as listing on listing.id = pages.left_from
            join listings on listings.page = listing.id
        where captures.run = ? and captures.site = ? and pages.left_at <= captures.fetched_at
            and listing.kind <> 'sitemap'""",
        (run, site),
    ).fetchall()
    for row in rows:
        if row["day"] is not None and passed_over(row["day"], _days(db, row["entries"])):
            db.execute("update captures set unlisted = 1 where id = ?", (row["id"],))


def passed_over(day: str, days: Sequence[str]) -> bool:
    """Whether a listing that names articles of these days, in its order, has left out one of `day`.

    Only the entries that run from newer to older count, if they are nearly all.
    """
    ordered = _falling(days)
    older = sum(1 for one in ordered if one < day)
    return len(ordered) >= LEAST_ORDERED * len(days) and older >= OLDER_NAMED


def _falling(days: Sequence[str]) -> list[str]:
    """The most of these days that run from newer to older."""
    best: list[list[str]] = []  # the longest row that ends with each day
    for day in days:
        before = max((row for row in best if row[-1] >= day), key=len, default=[])
        best.append([*before, day])
    return max(best, key=len, default=[])


def _days(db: Connection, entries: bytes | None) -> list[str]:
    """The days of publication that are known of a listing's entries, in their order."""
    days = []
    for entry in unpacked(entries or b"")[:MOST_ENTRIES]:
        row = db.execute(
            """select ifnull(articles.published_on, pages.published_on) as day
            from pages left join articles on articles.id = pages.article where pages.id = ?""",
            (entry.page,),
        ).fetchone()
        if row is not None and row["day"] is not None:
            days.append(row["day"])
    return days

"""Listings that nobody named and no pattern knows: an entry of a menu, a page that was asked for as an article. What they are worth shows in what they name."""

import sqlite3

from pipelines.outcomes import Refusal
from pipelines.read.addresses.family_rules import names_listing
from pipelines.read.listing.listing_digest import unpacked
from pipelines.read.reading import Reading
from portals.platform import Platform

NEAR = 1  # links from the site's own addresses: sections stand on the front page; archives of days and calendars go on from there, page by page


def may_become_listing(page: sqlite3.Row, platform: Platform) -> bool:
    """Whether a page that was asked for as an article, and shows a list, is one from now on. An article's address is not: its page may be broken."""
    return page["article"] is None and (
        page["depth"] <= NEAR or names_listing(page["url"], platform)
    )


def is_redundant(
    db: sqlite3.Connection, page: sqlite3.Row, reading: Reading, platform: Platform
) -> bool:
    """Whether a guessed listing may rest until the next sweep: it ends with this page, and names nothing but what others that are awake name too.

    So does a static page whose only list is the portal's column of newest articles.
    """
    if page["depth"] == 0 or names_listing(page["url"], platform):
        return False
    if reading.kind == "refused":
        return (
            reading.refusal == Refusal.NOT_AN_ARTICLE
            and db.execute("select 1 from listings where page = ?", (page["id"],)).fetchone()
            is None
        )
    if reading.next_page is not None:
        return False
    names = unpacked(reading.names)
    for row in db.execute(
        "select names from listings join pages on pages.id = page where site = ? and page <> ? and state = 'held'",
        (page["site"], page["id"]),
    ):
        names -= unpacked(row["names"])
        if not names:
            return True
    return False

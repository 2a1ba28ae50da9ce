"""Guessed listings: no person named them and no pattern knows them. They have to prove themselves.

They are entries of a menu, or pages that were requested as articles.
"""

from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.frontier.page import Page
from pipelines.outcomes import Refusal
from pipelines.read.addresses.family_rules import names_listing
from pipelines.read.listing.listing_digest import unpacked
from pipelines.read.reading import Reading
from portals.platform import Platform

# Links from the site's own addresses. The front page links sections; archives of days and calendars
# lie further away, page by page.
NEAR = 1


def may_become_listing(page: Page, platform: Platform) -> bool:
    """Whether a page that was requested as an article but shows a list becomes a listing.

    The address of a known article never does: its page may only be broken for now.
    """
    return page.article is None and (page.depth <= NEAR or names_listing(page.url, platform))


def is_redundant(db: Connection, page: Page, reading: Reading, platform: Platform) -> bool:
    """Whether a guessed listing may rest until the next sweep.

    It may if it has no next page and names only articles that other listings name, like a static
    page with the portal's column of newest articles.
    """
    if page.depth == 0 or names_listing(page.url, platform):
        return False
    if reading.kind == "refused":
        named = first_value(db, "select 1 from listings where page = ?", (page.id,))
        return reading.refusal == Refusal.NOT_AN_ARTICLE and named is None
    if reading.next_page is not None:
        return False
    names = unpacked(reading.names)
    others = """select names from listings join pages on pages.id = page
        where site = ? and page <> ? and state = 'held'"""
    for row in db.execute(others, (page.site, page.id)):
        names -= unpacked(row["names"])
        if not names:
            return True
    return False

"""What each listing, feed and sitemap named when it was last read, and which are redundant.

A feed is redundant if it names only what listings name too; a section, if sitemaps name all that it
names. A guessed listing has to prove itself likewise: no person named it and no pattern
knows it. A menu or a box leads to it, or it was requested as an article.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import Page, page_at
from pipelines.keep.frontier.walk import LATER_PAGE, named_in_sitemaps, whole_promised
from pipelines.outcomes import Refusal
from pipelines.read.addresses.family_rules import names_listing
from pipelines.read.listing.listing_digest import unpacked
from pipelines.read.reading import Reading
from portals.platform import Platform, platform_of

# Links from the site's own addresses. The front page links sections; archives of days and calendars
# lie further away, page by page.
NEAR = 1
REPEATED = "repeated"  # the reason of a section that rests because sitemaps repeat it
TURNS = 6  # visits in which each of them has its turn
# Sections rest only where visits are as far apart as this: who comes hourly wants the news at once.
DAILY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was read. `own`: a person named it, or it is the portal's first feed.

    Every visit requests the site's own feeds.
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
    """Keep what a listing names and how it goes on; returns whether it named something else the
    last time.
    """
    held = first_value(db, "select names from listings where page = ?", (page,))
    if held != reading.names:
        db.execute(
            """insert into listings (page, named, names, changed_at) values (?, ?, ?, ?)
            on conflict do update set named = excluded.named, names = excluded.names,
                changed_at = excluded.changed_at""",
            (page, len(unpacked(reading.names)), reading.names, utc_text(at)),
        )
    db.execute(
        """update listings set goes_on = :goes_on, next_page = :next_page, pages_shown = :shown
        where page = :page
            and (goes_on, next_page, pages_shown) is not (:goes_on, :next_page, :shown)""",
        {
            **{"page": page, "goes_on": reading.goes_on, "next_page": reading.next_page},
            "shown": reading.pages_shown or None,
        },
    )
    db.execute(
        """update listings set linked = :linked, left_out = :left_out where page = :page
            and (linked, left_out) is not (:linked, :left_out)""",
        {
            **{"page": page, "linked": reading.linked or None},
            "left_out": "\n".join(reading.left_out) or None,
        },
    )
    return held not in (None, reading.names)


def rest_redundant_feeds(db: Connection, site: str, *, at: datetime, first_pages: int) -> None:
    """Let redundant feeds rest, except the one that has rested longest.

    So each visit checks one of them. A feed that is no longer redundant becomes due.
    `first_pages`: the highest priority of listings that every visit requests.
    """
    rows = db.execute(
        """select pages.id, kind, depth, reason, names
        from pages join listings on listings.page = pages.id
        where site = ? and kind in ('listing', 'feed')
            and (state = 'held' or reason in ('redundant', ?)) and priority <= ?
        order by depth, length(url), pages.id""",
        (site, REPEATED, first_pages),
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
    rest = """update pages set state = 'resting', reason = 'redundant', next_due_at = null
        where id = ?"""
    db.executemany(rest, [(page,) for page in resting])
    rested = {row["id"] for row in found if row["reason"] == "redundant"}
    longest = """select id from pages where site = ? and kind = 'feed' and state = 'resting'
        and reason = 'redundant' order by last_fetched_at, id limit 1"""
    due = sorted(rested.difference(resting)) + [row["id"] for row in db.execute(longest, (site,))]
    wake = "update pages set state = 'held', reason = null, next_due_at = ? where id = ?"
    db.executemany(wake, [(utc_text(at), page) for page in due])


def rest_repeated_sections(db: Connection, site: str, *, at: datetime, first_pages: int) -> None:
    """Let sections rest in a daily visit, from the third one on, if the site's complete sitemaps
    name all that they name; but request the sixth of them that has rested longest.

    None rests while a sitemap lags behind: it must name all that the front page and the feeds name.
    """
    rows = db.execute(
        """select pages.id, kind, depth, reason, names, last_fetched_at,
            (select count(*) from captures where captures.site = pages.site
                and captures.url = pages.url) > 1 as read_twice
        from pages join listings on listings.page = pages.id
        where site = ? and kind in ('listing', 'feed') and priority <= ?
            and (state = 'held' or reason = ?)
        order by last_fetched_at, pages.id""",
        (site, first_pages, REPEATED),
    ).fetchall()
    sections = [row for row in rows if row["kind"] == "listing" and row["depth"] > 0]
    first = [row for row in rows if row["kind"] == "feed" or row["depth"] == 0]
    last = first_value(db, "select visited_at from sites where key = ?", (site,))
    may_rest = bool(sections) and last is not None and at - parse_utc(last) >= DAILY
    promised = frozenset[bytes]()
    if may_rest and whole_promised(db, site):
        promised = named_in_sitemaps(db, site)
    if not all(unpacked(row["names"]) <= promised for row in first):
        promised = frozenset[bytes]()
    repeated = [row for row in sections if row["read_twice"] and unpacked(row["names"]) <= promised]
    resting = [row["id"] for row in repeated if row["reason"] == REPEATED]
    left_out = {row["id"] for row in repeated}.difference(resting[: ceil(len(repeated) / TURNS)])
    db.executemany(
        "update pages set state = 'resting', reason = ?, next_due_at = null where id = ?",
        [(REPEATED, page) for page in sorted(left_out)],
    )
    db.executemany(
        """update pages set state = 'held', reason = null, next_due_at = ?
        where id = ? and reason = ?""",
        [(utc_text(at), row["id"], REPEATED) for row in sections if row["id"] not in left_out],
    )


def is_guess(db: Connection, site: str, url: str, family: str | None) -> bool:
    """Whether an address that is requested as a listing may as well be an article's: a menu or a
    box leads to it, no pattern of the site's family knows it, and it has named no article yet.
    """
    page = page_at(db, site, url)
    guessed = page is not None and page.depth > 0 and page.priority < LATER_PAGE
    if page is None or not guessed or names_listing(url, platform_of(family or "generic")):
        return False
    return first_value(db, "select 1 from listings where page = ?", (page.id,)) is None


def may_become_listing(page: Page, platform: Platform) -> bool:
    """Whether a page that was requested as an article but shows a list becomes a listing.

    The address of a known article never does: its page may only be broken for now. Nor does a
    doubtful one: a calendar lists its next month for ever. Nor does a part of an article.
    """
    if page.article is not None or page.doubt is not None or page.part_of is not None:
        return False
    return page.depth <= NEAR or names_listing(page.url, platform)


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

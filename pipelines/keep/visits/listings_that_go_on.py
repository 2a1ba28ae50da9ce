"""Listings that go on where no visit went: by a form or script, or by a pager or an entry that was
not followed.

The first is one issue for each site; the second are facts by which its health is judged.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from sqlite3 import Connection, Row

from pipelines.health.facts import FrontPage, Unfollowed, Walk
from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.walk import LATER_PAGE, whole_promised
from pipelines.keep.issues.acceptances import open_or_show_newest
from pipelines.keep.issues.issues import Issue, close_issue, open_issues
from pipelines.keep.visits.runs import Ending
from pipelines.outcomes import DENIALS, LED_ELSEWHERE, IssueKind, Outcome, RunOutcome
from pipelines.read.addresses.family_rules import link_identity
from pipelines.read.listing.listing_digest import name_of, unpacked
from portals.platform import platform_of
from portals.site import Site

# The front page's own buttons say little if other listings are walked page by page.
_GOING_ON = f"""select url, goes_on from listings join pages on pages.id = listings.page
    where site = :site and goes_on is not null and state = 'held' and not (
        url like '%://%/' and url not like '%://%/%/' and exists (
            select 1 from pages as later where later.site = pages.site and later.kind = 'listing'
                and later.priority >= {LATER_PAGE}))
    order by last_fetched_at desc, pages.id desc"""

AT_DEPTH = """select count(*) from listings join pages on pages.id = listings.page
    where site = ? and state = 'held' and depth >= ? and first_seen_at > ?"""


def report_listings_that_go_on(db: Connection, site: str, at: datetime) -> None:
    """Open, restate or close the issue `listing-goes-on` of a site that was visited.

    Nothing is told while sitemaps promise every article.
    """
    rows = db.execute(_GOING_ON, {"site": site}).fetchall()
    if not rows or whole_promised(db, site):
        for told in open_issues(db, site, (IssueKind.LISTING_GOES_ON,)):
            close_issue(db, told, at)
        return
    ways = " and ".join(sorted({row["goes_on"] for row in rows}))
    detail = (
        f"{rows[0]['url']}: goes on by a {ways}, which Loa does not follow, so older articles are"
        f" not reached; listings of this kind: {len(rows)}; look for a sitemap, a feed or an"
        " archive by date to name in the site file"
    )
    issue = Issue(IssueKind.LISTING_GOES_ON, detail, site, rows[0]["url"])
    open_or_show_newest(db, issue, at)


def unfollowed_of(
    db: Connection, site: Site, ending: Ending, since: datetime | None = None
) -> Unfollowed:
    """What is named and was never requested. `since`: when a person accepted that; then only
    addresses found later count.
    """
    after = utc_text(since) if since else ""
    unknown, example = _unknown(db, site.key, after)
    promised = whole_promised(db, site.key)
    walks = () if promised else _walks(db, site.key, after)
    fronts = () if promised or not site.crawl.sections else _fronts(db, site.key, after)
    waiting = db.execute(
        """select count(*), min(url) from pages where site = ? and state = 'waiting'
            and kind = 'article' and doubt is null and last_fetched_at is null
            and first_seen_at > ?""",
        (site.key, after),
    ).fetchone()
    count, waits = waiting if ending.outcome == RunOutcome.OK else (0, None)
    deep = first_value(db, AT_DEPTH, (site.key, site.crawl.max_depth, after))
    depth = site.crawl.max_depth if deep else None
    return Unfollowed(tuple(walks), unknown, example, count, waits, depth, tuple(fronts))


def _walks(db: Connection, site: str, after: str) -> Iterator[Walk]:
    """The listings whose pager shows more pages than were read."""
    rows = db.execute(
        """select pages.id, url, state, reason, found_on, first_seen_at, next_page, pages_shown,
            page is not null as listed, last_fetched_at is not null as asked
        from pages left join listings on listings.page = pages.id
        where site = :site and (kind = 'listing' or url in (
            select next_page from listings join pages as first on first.id = listings.page
            where first.site = :site and next_page is not null))""",
        {"site": site},
    ).fetchall()
    pages = {row["url"]: row for row in rows}
    led_to = {row["found_on"]: row for row in rows if row["found_on"] is not None}
    later = {row["next_page"] for row in rows}
    for row in rows:
        if row["state"] == "held" and row["url"] not in later and row["first_seen_at"] > after:
            walk = _walk(row, pages, led_to)
            if walk is not None:
                yield walk


def _walk(first: Row, pages: Mapping[str, Row], led_to: Mapping[int, Row]) -> Walk | None:
    """How far a listing was read, if it goes on."""
    page, seen = first, {first["id"]}
    while page["next_page"] is not None:
        following = pages.get(page["next_page"])
        if following is None:
            return Walk(first["url"], len(seen), page["pages_shown"] or 0, "too-deep")
        if following["reason"] in LED_ELSEWHERE:
            following = led_to.get(following["id"], following)
        if _is_lost(following):
            return _cut_short(first, len(seen), page, following)
        if not following["listed"] or following["id"] in seen:
            return None  # it waits for its turn, or its articles are promised elsewhere
        page = following
        seen.add(page["id"])
    shown = page["pages_shown"] or 0
    return Walk(first["url"], len(seen), shown) if shown > len(seen) else None


def _is_lost(page: Row) -> bool:
    """Whether a later page is no listing, or is denied. One that was never a listing rests once it
    is refused.
    """
    rests = page["state"] == "resting" and page["asked"] and not page["listed"]
    denied = page["state"] == "failing" and page["reason"] in DENIALS and not page["listed"]
    return rests or denied or page["state"] in ("refused", "gone")


def _cut_short(first: Row, read: int, page: Row, following: Row) -> Walk | None:
    """A walk that ended at a page which is no listing. The last page of a pager may be empty."""
    shown = page["pages_shown"] or 0
    if read > 1 and shown <= read + 1:
        return None
    why = Outcome.REFUSED_NOT_AN_ARTICLE if following["state"] == "resting" else following["reason"]
    return Walk(first["url"], read, max(shown, read + 1), why or following["state"])


def _known(db: Connection, site: str) -> set[bytes]:
    """The names of the articles in a site's frontier, and of what proved to be none."""
    (family,) = db.execute("select platform from sites where key = ?", (site,)).fetchone()
    platform = platform_of(family or "generic")
    known: set[bytes] = set()
    query = "select url, identity, kind from pages where site = ?"
    for url, identity, kind in db.execute(query, (site,)):
        known |= {name_of(url), name_of(identity or url)}
        if kind != "article" and (own := link_identity(url, platform)) is not None:
            known.add(name_of(own))
    return known


def _fronts(db: Connection, site: str, after: str) -> Iterator[FrontPage]:
    rows = db.execute(
        """select url, linked, left_out from listings join pages on pages.id = listings.page
        where site = ? and state = 'held' and depth = 0 and left_out is not null
            and first_seen_at > ?""",
        (site, after),
    ).fetchall()
    query = "select url from pages where site = ? and url in (select value from json_each(?))"
    for row in rows:
        urls = row["left_out"].split("\n")
        known = {url for (url,) in db.execute(query, (site, json.dumps(urls)))}
        if left := tuple(url for url in urls if url not in known):
            yield FrontPage(row["url"], left, row["linked"])


def _unknown(db: Connection, site: str, after: str) -> tuple[int, str | None]:
    """How many articles listings name that the frontier lacks, with a listing of the most."""
    known, unknown = _known(db, site), set[bytes]()
    example, most = None, 0
    rows = db.execute(
        """select url, names from listings join pages on pages.id = listings.page
        where site = ? and state = 'held' and first_seen_at > ?""",
        (site, after),
    )
    for row in rows:
        left = unpacked(row["names"]) - known
        unknown |= left
        if len(left) > most:
            example, most = row["url"], len(left)
    return len(unknown), example

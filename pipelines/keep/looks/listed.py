"""Acts on what a listing, feed or sitemap of a visit no longer shows, or shows otherwise: the
article is requested in the same visit.

Its own address says what became of an article that left a listing.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.discovery import NAMERS
from pipelines.keep.frontier.page import Page
from pipelines.keep.frontier.page_state import article_due
from pipelines.keep.frontier.revisit_times import VAIN_EDITS
from pipelines.keep.looks.entries import Entry, edited, left, packed, shown_of, unpacked
from pipelines.read.listing.listing_digest import name_of
from pipelines.read.listing.listing_digest import unpacked as names_in
from pipelines.read.reading import Link, Reading

_WHOLE = "kind = 'crawl' and addresses_only is null"  # a visit of a whole portal
MOST_LEFT = 50  # articles that left listings, in a visit; the round has the rest


def follow_entries(
    db: Connection, run: int, page: Page, reading: Reading | None, at: datetime
) -> None:
    """Keep what a listing shows, and make those of its articles due that left it, or of which it
    tells something else.

    `page`: its row before the answer. In an import nothing becomes due: what it lacks may be
    anywhere. Nor does it where a person named the addresses.
    """
    if reading is None or reading.kind not in NAMERS:
        return
    listing = db.execute(
        "select entries, changed_at from listings where page = ?", (page.id,)
    ).fetchone()
    stored: bytes | None = listing["entries"]
    query = f"select started_at from runs where id = ? and {_WHOLE}"
    began = first_value(db, query, (run,))
    if reading.kind == "sitemap":
        if stored is not None and listing["changed_at"] != utc_text(at):
            return  # it names what it named before, perhaps fifty thousand
    elif began is not None:
        _named_again(db, page.site, reading)
    links = [link for link in reading.links if link.kind == "article"]
    now = _entries(db, page.site, links, told=reading.kind != "sitemap")
    if packed(now) == stored:
        return
    db.execute("update listings set entries = ? where page = ?", (packed(now), page.id))
    if stored is None or began is None:
        return
    before = unpacked(stored)
    days = _days(db, before)
    gone = left(before, now, days, in_order=reading.kind != "sitemap")
    missed = _not_seen_since(db, run, page, [*gone, *edited(before, now)])
    _note_left(db, page, reading, [one for one in gone if one in missed], began, at)
    _note_edited(db, [one for one in missed if one not in gone], began, at)


def _entries(db: Connection, site: str, links: Sequence[Link], *, told: bool) -> list[Entry]:
    """The entries of known articles, each once. A second address stands for the first."""
    rows = db.execute(
        """select pages.url, ifnull(min(first.id), pages.id) as page from pages
            left join pages as first on pages.reason = 'same-article' and first.site = pages.site
                and first.identity = pages.identity and first.reason is not 'same-article'
        where pages.site = ? and pages.url in (select value from json_each(?)) group by pages.id""",
        (site, json.dumps([link.url for link in links])),
    )
    pages = {row["url"]: row["page"] for row in rows}
    shown: dict[int, int] = {}
    for link in links:
        if (page := pages.get(link.url)) is not None and not shown.get(page):
            shown[page] = shown_of(link) if told else 0
    return [Entry(page, told) for page, told in shown.items()]


def _days(db: Connection, entries: Iterable[Entry]) -> dict[int, str]:
    rows = db.execute(
        """select pages.id, ifnull(articles.published_on, pages.published_on) as day
        from pages left join articles on articles.id = article
        where pages.id in (select value from json_each(?)) and day is not null""",
        (json.dumps([entry.page for entry in entries]),),
    )
    return {row["id"]: row["day"] for row in rows}


def _not_seen_since(db: Connection, run: int, listing: Page, pages: Sequence[int]) -> list[int]:
    """Without those that were seen in a visit after the one that last read the listing."""
    query = f"""select min(started_at) from runs
        where site = ? and {_WHOLE} and id < ? and started_at > ?"""
    later_visit: str | None = first_value(db, query, (listing.site, run, listing.last_fetched_at))
    if not pages or later_visit is None:
        return list(pages)
    rows = db.execute(
        """select value from json_each(?) join pages on pages.id = value
        where last_fetched_at < ?""",
        (json.dumps(list(pages)), later_visit),
    )
    return [row["value"] for row in rows]


def _note_left(
    db: Connection,
    listing: Page,
    reading: Reading,
    pages: Sequence[int],
    began: str,
    at: datetime,
) -> None:
    """Note what left a listing, unless another listing of this visit names it. What a sitemap
    names counts only for what left a sitemap: it may be a file that nobody has made anew.
    """
    if not pages:
        return
    kinds = ("listing", "feed") if reading.kind != "sitemap" else ("listing", "feed", "sitemap")
    named = _named_by_others(db, listing, kinds, began)
    rows = db.execute(
        """select id, url, identity from pages where id in (select value from json_each(?))
            and kind = 'article' and article is not null and last_fetched_at < ?""",
        (json.dumps(list(pages)), began),
    ).fetchall()
    lost = [row["id"] for row in rows if name_of(row["identity"] or row["url"]) not in named]
    count = "select count(*) from pages where site = ? and left_at >= ?"
    room = max(0, MOST_LEFT - first_value(db, count, (listing.site, began)))
    # A front page holds several lists, and a sitemap has any order: they prove the least.
    db.executemany(
        """update pages set left_at = :at, left_from = iif(left_at >= :began and left_from in (
                select id from pages as noted where noted.id = pages.left_from
                    and noted.kind <> 'sitemap' and (noted.kind = 'feed' or noted.depth > 0)),
            left_from, :listing) where id = :page""",
        [{"at": utc_text(at), "began": began, "listing": listing.id, "page": one} for one in lost],
    )
    db.executemany(
        """update pages set next_due_at = min(ifnull(next_due_at, :at), :at)
        where id = :page and state in ('held', 'gone', 'failing')""",
        [{"at": utc_text(at), "page": one} for one in lost[:room]],
    )


def _named_by_others(
    db: Connection, listing: Page, kinds: Collection[str], began: str
) -> frozenset[bytes]:
    """The articles that other listings name which this visit has read, or any other sitemap."""
    rows = db.execute(
        """select names from listings join pages on pages.id = listings.page
        where site = ? and pages.id <> ? and kind in (select value from json_each(?))
            and (last_fetched_at >= ? or kind = 'sitemap')""",
        (listing.site, listing.id, json.dumps(list(kinds)), began),
    )
    return frozenset[bytes]().union(*(names_in(row["names"]) for row in rows))


def _named_again(db: Connection, site: str, reading: Reading) -> None:
    """Take the note back for articles that a listing or feed names after all."""
    rows = db.execute(
        """select id, url, identity, article, state, last_fetched_at, left_at, next_due_at
        from pages where site = ? and left_at is not null""",
        (site,),
    ).fetchall()
    names = names_in(reading.names) if rows else frozenset[bytes]()
    # A page that was found before its family was known has no identity of its own.
    urls = {link.url for link in reading.links} if rows else set[str]()
    for row in rows:
        if row["url"] in urls or name_of(row["identity"] or row["url"]) in names:
            changes: dict[str, str | None] = {"left_at": None, "left_from": None}
            if row["state"] == "held" and row["next_due_at"] == row["left_at"]:
                due = article_due(db, row["article"], parse_utc(row["last_fetched_at"]))
                changes["next_due_at"] = utc_text(due)
            update_row(db, "pages", row["id"], changes)


def _note_edited(db: Connection, pages: Sequence[int], began: str, at: datetime) -> None:
    db.executemany(
        """update pages set next_due_at = :at, edited_at = :at
        where id = :page and state = 'held' and article is not null
            and last_fetched_at < :began and edits_in_vain < :most""",
        [{"at": utc_text(at), "page": page, "began": began, "most": VAIN_EDITS} for page in pages],
    )

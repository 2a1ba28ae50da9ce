"""The frontier: every address that is known, in archive.db before it is asked for, so that a killed crawl goes on where it stopped."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from pipelines.keep.instants import printed, stored
from pipelines.read.reader import link_identity
from pipelines.read.reading import Link, LinkKind
from portals.platform import Platform

# The order in which a visit asks: what names many articles first, files last. The first page of a listing is asked on every visit, a later one only as the walk goes on.
PRIORITY: dict[str, int] = {"robots": 0, "sitemap": 10, "feed": 20, "listing": 30, "article": 50, "attachment": 60}
LATER_PAGE = 40
REVISITED = 30  # pages up to this priority are due on every visit


@dataclass(frozen=True, slots=True)
class KnownPage:
    """An address to ask for. `depth`: links from the site's own addresses to here."""

    id: int
    url: str
    kind: LinkKind
    depth: int
    etag: str | None
    last_modified: str | None


def discover(
    db: sqlite3.Connection, site: str, links: Iterable[Link], platform: Platform, *, at: datetime, found_on: int | None = None, depth: int = 0, trusted: bool = False
) -> int:
    """Remembers addresses; returns how many were not known. A second address of a known article is remembered as refused (`same-article`) and never asked for.

    `trusted` takes an address whatever its likeness: the portal itself sent us there.
    """
    new = 0
    for link in links:
        known = db.execute("select id, state, reason, published_on from pages where site = ? and url = ?", (site, link.url)).fetchone()
        if known is not None:
            if trusted and known["reason"] == "same-article":
                db.execute("update pages set state = 'waiting', reason = null where id = ?", (known["id"],))
            if known["published_on"] is None and link.published is not None:
                _hint(db, known["id"], link)
            continue
        identity = link_identity(link.url, platform) if link.kind == "article" else None
        twin = identity and not trusted and db.execute("select 1 from pages where site = ? and identity = ? and state <> 'refused'", (site, identity)).fetchone()
        page = db.execute(
            """insert into pages (site, url, kind, state, reason, identity, depth, priority, found_on, title, section, first_seen_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(site, link.url, link.kind, "refused" if twin else "waiting", "same-article" if twin else None, identity, depth, PRIORITY[link.kind]),
                *(found_on, link.title, link.section, stored(at)),
            ),
        ).lastrowid
        assert page is not None
        if link.published is not None:
            _hint(db, page, link)
        new += not twin
    return new


def _hint(db: sqlite3.Connection, page: int, link: Link) -> None:
    """What a listing or feed says of an article's date, for the day when the article's own page says nothing."""
    dated = link.published
    assert dated is not None
    db.execute(
        "update pages set published_on = ?, published_at = ?, published_evidence = ?, published_raw = ? where id = ?",
        (dated.on.isoformat(), printed(dated.at), dated.evidence, dated.raw, page),
    )


def walk_on(db: sqlite3.Connection, site: str, url: str, platform: Platform, *, at: datetime, found_on: int, depth: int, new: int) -> None:
    """Remembers a listing's next page, due now only while something new turns up, or as long as nothing else promises the whole: no complete sitemap was read."""
    known = db.execute("select id, last_fetched_at from pages where site = ? and url = ?", (site, url)).fetchone()
    never = known is None or known["last_fetched_at"] is None
    promised = db.execute("select 1 from pages where site = ? and kind = 'sitemap' and reason = 'complete'", (site,)).fetchone()
    due = new > 0 or (never and not promised)
    if known is None:
        db.execute(
            "insert into pages (site, url, kind, state, depth, priority, found_on, first_seen_at) values (?, ?, 'listing', ?, ?, ?, ?, ?)",
            (site, url, "waiting" if due else "resting", depth, LATER_PAGE, found_on, stored(at)),
        )
    elif due:
        db.execute("update pages set state = iif(state = 'resting', 'waiting', state), next_due_at = ? where id = ?", (stored(at), known["id"]))


def begin_visit(db: sqlite3.Connection, site: str, *, at: datetime) -> None:
    """Makes feeds, sitemaps and first listing pages due."""
    db.execute("update pages set next_due_at = ? where site = ? and priority <= ? and state in ('held', 'failing', 'gone')", (stored(at), site, REVISITED))


def next_to_ask(db: sqlite3.Connection, site: str, *, visit_began: datetime, now: datetime, busy: Collection[str]) -> KnownPage | None:
    """The next address of this visit, or None: never one that this visit has asked for, nor one that is being asked for (`busy`)."""
    rows = db.execute(
        """select id, url, kind, depth, etag, last_modified from pages
        where site = ? and kind <> 'robots' and (state = 'waiting' or (state in ('held', 'failing', 'gone') and next_due_at <= ?))
            and (last_fetched_at is null or last_fetched_at < ?)
        order by priority, id limit ?""",
        (site, stored(now), stored(visit_began), len(busy) + 1),
    )
    return next((KnownPage(**dict(row)) for row in rows if row["url"] not in busy), None)


def refuse(db: sqlite3.Connection, site: str, url: str, reason: str) -> None:
    """Never asks for an address again, and remembers why."""
    db.execute("update pages set state = 'refused', reason = ?, next_due_at = null where site = ? and url = ?", (reason, site, url))


def remember(db: sqlite3.Connection, site: str, url: str, kind: LinkKind, platform: Platform, *, at: datetime) -> sqlite3.Row:
    """The page of an address, made where it is not known yet (an import brings addresses that nothing has named)."""
    row = db.execute("select * from pages where site = ? and url = ?", (site, url)).fetchone()
    if row is None:
        discover(db, site, [Link(url, kind)], platform, at=at, trusted=True)
        row = db.execute("select * from pages where site = ? and url = ?", (site, url)).fetchone()
    assert isinstance(row, sqlite3.Row)
    return row

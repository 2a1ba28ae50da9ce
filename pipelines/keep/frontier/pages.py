"""The frontier: every address that is known, in archive.db before it is asked for, so that a killed crawl goes on where it stopped."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.keep.database.timestamps import printed, stored
from pipelines.keep.frontier.listing_names import rest_redundant_feeds
from pipelines.keep.frontier.revisit_times import VAIN_EDITS, edits_believed
from pipelines.keep.frontier.second_addresses import (
    identities_of,
    is_second,
    tell_too_wide,
    too_wide,
)
from pipelines.keep.frontier.sweep import begin_sweep, sweep_under_way
from pipelines.keep.frontier.validators import Validators
from pipelines.outcomes import Outcome
from pipelines.read.addresses.pagers import is_later_page
from pipelines.read.listing.listing_digest import unpacked
from pipelines.read.reading import Link, LinkKind
from portals.platform import Platform

# The order in which a visit asks: what names many articles first, files last. A listing's first page is asked on every visit, a later one as the walk goes on.
PRIORITY: dict[str, int] = {
    "robots": 0,
    "sitemap": 10,
    "feed": 20,
    "listing": 30,
    "article": 50,
    "attachment": 60,
}
LATER_PAGE = 40
DEEP_PAGE = 50  # as an article: those that are known are asked for first, so that a walk without end, or a visit that is cut short, has not passed them over
REVISITED = 30  # pages up to this priority are due on every visit
BARREN = 3  # later pages in a row that name nothing of their own end a walk: an archive may have an empty month or two, a calendar has nothing else
UNSURE = timedelta(days=2)  # a lastmod may be a day without a time, or a time without a zone
ENOUGH_LISTED = 5  # articles that listings name, before a sitemap is believed to name all
MOST_LISTED = 0.8  # of them


@dataclass(frozen=True, slots=True)
class KnownPage:
    """An address to ask for. `depth`: links from the site's own addresses to here; `first`: it was never asked for before.

    `validators`: what the server gave with the text that is held.
    """

    id: int
    url: str
    kind: LinkKind
    depth: int
    validators: Validators
    first: bool = False


def discover(
    db: sqlite3.Connection,
    site: str,
    links: Iterable[Link],
    platform: Platform,
    *,
    at: datetime,
    found_on: int | None = None,
    depth: int = 0,
    trusted: bool = False,
) -> int:
    """Remembers addresses; returns how many are to be asked for that were not known.

    A second address of a known article is remembered as refused (`same-article`), and asked for only where it proves to be none: by a rule that was mended
    since, by a page that gives many articles one identity, or because the first address was refused. Later pages of listings are left to `walk_on`.
    A feed that a section announces rests where complete sitemaps promise every article: it could only name what they name.
    A held article that a sitemap says was edited since is due; a part of a sitemap that its index says was not is left until the next sweep.
    `trusted` takes an address whatever its likeness: the portal itself sent us there.
    """
    new = 0
    wanted = {
        link.url: link
        for link in links
        if trusted or link.kind != "listing" or not is_later_page(link.url)
    }
    if not wanted:
        return new
    all_known = {
        row["url"]: row
        for row in db.execute(
            """select url, id, state, reason, identity, published_on, last_fetched_at, edits_in_vain from pages
            where site = ? and url in (select value from json_each(?))""",
            (site, json.dumps(list(wanted))),
        )
    }
    edits = [
        (link, row, link.edited_at)
        for link in wanted.values()
        if link.edited_at is not None and (row := all_known.get(link.url)) is not None
    ]
    _see_edited(
        db, [(row, edited_at) for link, row, edited_at in edits if link.kind == "article"], at
    )
    if sweep_under_way(db, site) is None:
        _leave_old_parts(
            db, [(row, edited_at) for link, row, edited_at in edits if link.kind == "sitemap"]
        )
    source = db.execute(
        "select kind in ('listing', 'feed', 'sitemap') as names from pages where id = ?",
        (found_on,),
    ).fetchone()
    listed = source is not None and source["names"]
    identities = identities_of(wanted.values(), all_known, platform)
    shared = too_wide(identities)
    if listed and found_on is not None and identities:
        tell_too_wide(db, site, found_on, shared, platform, at)
    for link in wanted.values():
        known = all_known.get(link.url)
        identity = identities.get(link.url)
        undecided = known is None or known["reason"] == "same-article"
        second = (
            undecided
            and not trusted
            and identity is not None
            and identity not in shared
            and is_second(db, site, identity)
        )
        if known is not None:
            if undecided and not second:
                db.execute(
                    "update pages set state = 'waiting', reason = null, identity = ? where id = ?",
                    (identity, known["id"]),
                )
                new += 1
            if known["published_on"] is None and link.published is not None:
                _hint(db, known["id"], link)
            continue
        rests = link.kind == "feed" and depth > 1 and not trusted and whole_promised(db, site)
        state = "refused" if second else "resting" if rests else "waiting"
        page = db.execute(
            """insert into pages (site, url, kind, state, reason, identity, depth, priority, found_on, title, section, first_seen_at, listed)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(
                    site,
                    link.url,
                    link.kind,
                    state,
                    "same-article" if second else None,
                    identity,
                    depth,
                    PRIORITY[link.kind],
                ),
                *(found_on, link.title, link.section, stored(at), listed),
            ),
        ).lastrowid
        assert page is not None
        if link.published is not None:
            _hint(db, page, link)
        new += not second
    return new


def _see_edited(
    db: sqlite3.Connection, told: Sequence[tuple[sqlite3.Row, datetime]], at: datetime
) -> None:
    """Makes the articles due that were edited after they were last seen, by what a sitemap says; not where its times of edits cannot be true."""
    told = [
        (row, edited_at)
        for row, edited_at in told
        if row["state"] == "held" and row["last_fetched_at"] is not None
    ]
    later = [
        (row, stored(edited_at))
        for row, edited_at in told
        if stored(edited_at) > row["last_fetched_at"]
    ]
    if not edits_believed(len(later), len(told)):
        return
    for row, edited_at in later:
        if row["edits_in_vain"] < VAIN_EDITS:
            db.execute(
                "update pages set next_due_at = ?, edited_at = ? where id = ?",
                (stored(at), edited_at, row["id"]),
            )


def _leave_old_parts(db: sqlite3.Connection, told: Sequence[tuple[sqlite3.Row, datetime]]) -> None:
    """Asks no more in this visit for the parts of a sitemap that were edited long before they were last seen. The latest is asked: an index may never tell."""
    latest = max((edited_at for _, edited_at in told), default=None)
    for row, edited_at in told:
        if (
            edited_at != latest
            and row["state"] == "held"
            and stored(edited_at + UNSURE) < (row["last_fetched_at"] or "")
        ):
            db.execute("update pages set next_due_at = null where id = ?", (row["id"],))


def _hint(db: sqlite3.Connection, page: int, link: Link) -> None:
    """What a listing or feed says of an article's date, for the day when the article's own page says nothing."""
    dated = link.published
    assert dated is not None
    db.execute(
        "update pages set published_on = ?, published_at = ?, published_evidence = ?, published_raw = ? where id = ?",
        (dated.on.isoformat(), printed(dated.at), dated.evidence, dated.raw, page),
    )


def walk_on(
    db: sqlite3.Connection,
    site: str,
    url: str,
    *,
    at: datetime,
    found_on: int,
    depth: int,
    new: int,
) -> None:
    """Remembers a listing's next page: due now while something new turns up, in a sweep, or as long as nothing else promises the whole.

    The whole is promised by sitemaps (see `whole_promised`). No walk goes on from the third later page in a row that names nothing of its own.
    """
    known = db.execute(
        "select id, last_fetched_at from pages where site = ? and url = ?", (site, url)
    ).fetchone()
    never = known is None or known["last_fetched_at"] is None
    swept_from = sweep_under_way(db, site)
    swept = swept_from is not None and (never or known["last_fetched_at"] < swept_from)
    walked = _walked(db, found_on)
    due = new > 0 or (
        (swept or (never and not whole_promised(db, site))) and not _is_barren(walked)
    )
    if known is None:
        db.execute(
            "insert into pages (site, url, kind, state, depth, priority, found_on, first_seen_at) values (?, ?, 'listing', ?, ?, ?, ?, ?)",
            (
                site,
                url,
                "waiting" if due else "resting",
                depth,
                DEEP_PAGE if len(walked) > 2 else LATER_PAGE,
                found_on,
                stored(at),
            ),
        )
    elif due:
        db.execute(
            "update pages set state = iif(state = 'resting', 'waiting', state), next_due_at = ? where id = ?",
            (stored(at), known["id"]),
        )


def _walked(db: sqlite3.Connection, page: int) -> list[frozenset[bytes]]:
    """What the last pages of a walk named, `page` first: at most as many as tell whether it is barren, the listing's own first page the last."""
    walked: list[frozenset[bytes]] = []
    following: int | None = page
    while following is not None and len(walked) <= BARREN:
        row = db.execute(
            "select found_on, priority, names from pages left join listings on page = pages.id where pages.id = ?",
            (following,),
        ).fetchone()
        walked.append(unpacked(row["names"] or b""))
        following = row["found_on"] if row["priority"] >= LATER_PAGE else None
    return walked


def _is_barren(walked: Sequence[frozenset[bytes]]) -> bool:
    """Whether the last pages named nothing but what the one before them did: the boxes beside every page. What a sitemap names too still counts as named."""
    return len(walked) > BARREN and frozenset[bytes]().union(*walked[:BARREN]) <= walked[BARREN]


def await_browser(db: sqlite3.Connection, site: str, *, at: datetime) -> None:
    """Makes the pages due that were refused as empty shells when no browser was there to fill them."""
    db.execute(
        f"""update pages set state = 'waiting', next_due_at = ? where site = ? and state = 'refused' and reason = '{Outcome.REFUSED_NEEDS_BROWSER}'
            and not exists (select 1 from captures where captures.url = pages.url and captures.site = pages.site and rendered_from is not null)""",
        (stored(at), site),
    )


def whole_promised(db: sqlite3.Connection, site: str) -> bool:
    """Whether sitemaps name every article: all that are known were read, none was cut, and they name most of what listings and feeds name.

    A sitemap may be one of pages alone: one that knows fewer than four fifths of the articles that are listed promises nothing, nor does any before five are.
    """
    words = {
        row["reason"]
        for row in db.execute(
            "select distinct reason from pages where site = ? and kind = 'sitemap'", (site,)
        )
    }
    if not (
        "complete" in words <= {"complete", Outcome.REDIRECT}
    ):  # an index is complete before its parts are
        return False
    listed: set[bytes] = set()
    promised: set[bytes] = set()
    for row in db.execute(
        "select kind, names from listings join pages on pages.id = listings.page where site = ?",
        (site,),
    ):
        (promised if row["kind"] == "sitemap" else listed).update(unpacked(row["names"]))
    return len(listed) >= ENOUGH_LISTED and len(listed & promised) >= MOST_LISTED * len(listed)


def begin_visit(db: sqlite3.Connection, site: str, *, at: datetime) -> bool:
    """Makes feeds, sitemaps and first listing pages due, those too that gave a challenge, a refusal or a redirect the last time; redundant feeds rest.

    Returns whether a full sweep is under way; in one, every feed is due.
    """
    sweeping = begin_sweep(db, site, at=at)
    db.execute(
        """update pages set state = case state when 'refused' then 'waiting' when 'resting' then 'held' else state end, next_due_at = ?
        where site = ? and kind in ('listing', 'feed', 'sitemap') and priority <= ?
            and (state in ('held', 'failing', 'gone') or (state = 'refused' and reason <> 'robots') or (? and reason = 'redundant'))""",
        (stored(at), site, REVISITED, sweeping),
    )
    if not sweeping:
        rest_redundant_feeds(db, site, at=at, first_pages=REVISITED)
    return sweeping


def next_to_ask(
    db: sqlite3.Connection,
    site: str,
    *,
    visit_began: datetime,
    now: datetime,
    busy: Collection[str],
    left: Collection[str] = (),
    full: Collection[str] = (),
) -> KnownPage | None:
    """The next address of this visit, or None: never one asked for already or just now (`busy`), that begins like one of `left`, or of a kind in `full`."""
    columns = "id, url, kind, depth, etag, last_modified, unmodified, priority, last_fetched_at is null as first"
    allowed = f"""kind <> 'robots' and kind not in (select value from json_each(:full))
        and (last_fetched_at is null or last_fetched_at < :began) {"".join(f"and substr(url, 1, length(:left{n})) <> :left{n} " for n in range(len(left)))}"""
    # Two halves, each by its own index: a big site has ten thousand waiting addresses, and this is asked before each request.
    rows = db.execute(
        f"""select * from (
            select * from (select {columns}, 0 as again from pages where site = :site and state = 'waiting' and {allowed} order by priority, id limit :some)
            union all
            select * from (select {columns}, 1 as again from pages
                where site = :site and next_due_at <= :now and state in ('held', 'failing', 'gone') and {allowed} order by priority, id limit :some)
        ) order by priority, again, id limit :some""",
        {
            "site": site,
            "now": stored(now),
            "began": stored(visit_began),
            "full": json.dumps(list(full)),
            "some": len(busy) + 1,
            **{f"left{n}": origin for n, origin in enumerate(left)},
        },
    )
    found = next((row for row in rows if row["url"] not in busy), None)
    if found is None:
        return None
    held = Validators(found["id"], found["etag"], found["last_modified"], found["unmodified"])
    return KnownPage(
        found["id"], found["url"], found["kind"], found["depth"], held, bool(found["first"])
    )


def reconsider(db: sqlite3.Connection, site: str, *, at: datetime) -> None:
    """A new robots.txt came: what an older one forbade is due again, if this one allows it."""
    db.execute(
        """update pages set state = iif(last_fetched_at is null, 'waiting', 'held'), next_due_at = iif(last_fetched_at is null, null, ?), reason = null
        where site = ? and state = 'refused' and reason = 'robots'""",
        (stored(at), site),
    )


def refuse(db: sqlite3.Connection, site: str, url: str, reason: str) -> None:
    """Never asks for an address again, and remembers why."""
    db.execute(
        "update pages set state = 'refused', reason = ?, next_due_at = null where site = ? and url = ?",
        (reason, site, url),
    )


def remember(
    db: sqlite3.Connection,
    site: str,
    url: str,
    kind: LinkKind,
    platform: Platform,
    *,
    at: datetime,
    asked: bool,
) -> sqlite3.Row:
    """The page of an address, made where it is not known yet (an import brings addresses that nothing has named).

    `asked`: a crawl asked for it as just this kind, which outweighs what a link made it look like.
    """
    row = db.execute("select * from pages where site = ? and url = ?", (site, url)).fetchone()
    if row is not None and asked and row["kind"] != kind:
        priority = LATER_PAGE if kind == "listing" and is_later_page(url) else PRIORITY[kind]
        db.execute(
            "update pages set kind = ?, priority = ?, identity = null where id = ?",
            (kind, priority, row["id"]),
        )
        row = db.execute("select * from pages where id = ?", (row["id"],)).fetchone()
    if row is None:
        discover(db, site, [Link(url, kind)], platform, at=at, trusted=True)
        if kind == "listing" and is_later_page(url):
            db.execute(
                "update pages set priority = ? where site = ? and url = ?", (LATER_PAGE, site, url)
            )  # not one for every visit
        row = db.execute("select * from pages where site = ? and url = ?", (site, url)).fetchone()
    assert isinstance(row, sqlite3.Row)
    return row

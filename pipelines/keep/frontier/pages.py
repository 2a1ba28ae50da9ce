"""The frontier: every address is in archive.db before it is requested.

So a killed crawl carries on where it stopped. This module picks the next request of a visit.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection, Row

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.listing_names import (
    REPEATED,
    rest_redundant_feeds,
    rest_repeated_sections,
)
from pipelines.keep.frontier.page import IS_PICTURE, Page, is_picture
from pipelines.keep.frontier.sweep import begin_sweep
from pipelines.keep.frontier.unread_pages import try_anew
from pipelines.keep.frontier.validators import Validators
from pipelines.keep.frontier.walk import PART
from pipelines.outcomes import LED_ON, Outcome, one_of
from pipelines.read.reading import LinkKind

GATE = "gate"  # the reason of an address that is requested only if another one leads to it
REVISITED = 30  # listings up to this priority are due on every visit
KNOWN_PAGE = (
    "id, url, kind, depth, etag, last_modified, unmodified, priority, last_fetched_at, doubt"
)


@dataclass(frozen=True, slots=True)
class KnownPage:
    """An address to request. `depth`: links from the site's own addresses to here.

    `validators`: what the server gave with the text that is held. `first`: the address was never
    requested before. `is_part`: it is a part of a sitemap. `doubt`: why the address may lead
    nowhere.
    """

    id: int
    url: str
    kind: LinkKind
    depth: int
    validators: Validators
    first: bool = False
    is_part: bool = False
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """What a visit leaves out for now: these addresses, hosts (`http://host/`) and kinds.

    `parts`: leave out the parts of a sitemap that have named no article yet; `pictures`: leave out
    the pictures.
    """

    urls: Collection[str] = ()
    hosts: Collection[str] = ()
    kinds: Collection[str] = ()
    parts: bool = False
    pictures: bool = False


def begin_visit(db: Connection, site: str, *, at: datetime) -> bool:
    """Make feeds, sitemaps and first listing pages due; returns whether a full sweep is under way.

    Those that last gave a challenge, a refusal or a redirect are due as well, and so are pages that
    an older version of Loa could not read. Redundant feeds and repeated sections rest, but not in a
    sweep.
    """
    try_anew(db, site, at=at)
    sweeping = begin_sweep(db, site, at=at)
    db.execute(
        """update pages set next_due_at = :at,
            state = case state
                when 'refused' then 'waiting' when 'resting' then 'held' else state end
        where site = :site and kind in ('listing', 'feed', 'sitemap') and priority <= :most
            and (state in ('held', 'failing') or (state = 'gone' and priority <> :part)
                or (state = 'refused' and reason not in ('robots', :gate))
                or (:sweeping and reason in ('redundant', :repeated)))""",
        {
            **{"at": utc_text(at), "site": site, "most": REVISITED},
            **{"sweeping": sweeping, "part": PART, "gate": GATE, "repeated": REPEATED},
        },
    )
    if not sweeping:
        rest_redundant_feeds(db, site, at=at, first_pages=REVISITED)
        rest_repeated_sections(db, site, at=at, first_pages=REVISITED)
    return sweeping


def await_browser(db: Connection, site: str, *, at: datetime) -> None:
    """Make pages due that were refused as empty shells while there was no browser."""
    db.execute(
        """update pages set state = 'waiting', next_due_at = :at
        where site = :site and state = 'refused' and reason = :reason and not exists (
            select 1 from captures where captures.url = pages.url and captures.site = pages.site
                and rendered_from is not null)""",
        {"at": utc_text(at), "site": site, "reason": Outcome.REFUSED_NEEDS_BROWSER},
    )


def next_to_ask(
    db: Connection, site: str, *, visit_began: datetime, now: datetime, skipped: Skipped = Skipped()
) -> KnownPage | None:
    """The next address of this visit, or None; a visit requests no address twice.

    Doubtful addresses that were never requested are left to `next_doubtful`.
    """
    hosts = {f"host{n}": host for n, host in enumerate(skipped.hosts)}
    allowed = f"""kind <> 'robots' and kind not in (select value from json_each(:kinds))
        and (last_fetched_at is null or last_fetched_at < :began)
        and not (:parts and kind = 'sitemap' and priority = :part)
        and not (:pictures and {IS_PICTURE})
        {"".join(f"and substr(url, 1, length(:{host})) <> :{host} " for host in hosts)}
        order by priority, id limit :some"""
    # Two halves, each by its own index: this is asked before each request, and a big site has ten
    # thousand waiting addresses.
    rows = db.execute(
        f"""select * from (
            select * from (select {KNOWN_PAGE}, 0 as again from pages
                where site = :site and state = 'waiting'
                    and (doubt is null or last_fetched_at is not null) and {allowed})
            union all
            select * from (select {KNOWN_PAGE}, 1 as again from pages
                where site = :site and next_due_at <= :now
                    and state in ('held', 'failing', 'gone') and {allowed})
        ) order by priority, again, id limit :some""",
        {
            "site": site,
            "now": utc_text(now),
            "began": utc_text(visit_began),
            "kinds": json.dumps(list(skipped.kinds)),
            "parts": skipped.parts,
            "part": PART,
            "pictures": skipped.pictures,
            "some": len(skipped.urls) + 1,
            **hosts,
        },
    )
    row = next((row for row in rows if row["url"] not in skipped.urls), None)
    return None if row is None else known_page(row)


def known_page(row: Row) -> KnownPage:
    """The address in a row with the columns KNOWN_PAGE."""
    return KnownPage(
        row["id"],
        row["url"],
        "image" if is_picture(row["kind"], row["priority"]) else row["kind"],
        row["depth"],
        Validators(row["id"], row["etag"], row["last_modified"], row["unmodified"]),
        first=row["last_fetched_at"] is None,
        is_part=row["kind"] == "sitemap" and row["priority"] == PART,
        doubt=row["doubt"],
    )


def settle_checks(db: Connection, site: str, urls: Collection[str]) -> None:
    """Settle the addresses to which a page sent us before it let us in.

    They redirected, showed nothing, or were not requested. Only if it sends us there again are they
    requested.
    """
    db.execute(
        f"""update pages set state = 'refused', reason = :gate, failures = 0, next_due_at = null
        where site = :site and url in (select value from json_each(:urls))
            and (reason {one_of(LED_ON)} or state in ('refused', 'gone')
                or last_fetched_at is null)""",
        {"site": site, "urls": json.dumps(list(urls)), "gate": GATE},
    )


def leave_former_targets(db: Connection, page: Page) -> None:
    """Leave the listings to which the same address redirected before, if only their parameters
    differ from this one's and they name the same articles. A portal may give each guest a new one.
    """
    if page.found_on is None or "?" not in page.url:
        return
    db.execute(
        """update pages set state = 'refused', reason = :gate, next_due_at = null
        where site = :site and kind = 'listing' and state = 'held' and id <> :id
            and found_on = :source and depth = :depth
            and substr(url, 1, length(:address)) = :address
            and (select reason from pages where id = :source) = :redirect
            and (select names from listings where page = pages.id)
                = (select names from listings where page = :id)""",
        {
            **{"id": page.id, "site": page.site, "source": page.found_on, "depth": page.depth},
            **{"address": f"{page.url.partition('?')[0]}?"},
            **{"gate": GATE, "redirect": Outcome.REDIRECT},
        },
    )


def check_at(db: Connection, site: str, url: str, *, before: datetime) -> KnownPage | None:
    """An address that waits to be led to, and was last requested before this instant; else None."""
    row = db.execute(
        f"""select {KNOWN_PAGE} from pages
        where site = ? and url = ? and reason = ? and last_fetched_at < ?""",
        (site, url, GATE, utc_text(before)),
    ).fetchone()
    return None if row is None else known_page(row)


def ask_failing_again(db: Connection, site: str, *, at: datetime) -> None:
    """Make every address due that failed, because what kept us out is over."""
    db.execute(
        """update pages set next_due_at = min(next_due_at, :at)
        where site = :site and state = 'failing' and next_due_at > :at""",
        {"at": utc_text(at), "site": site},
    )


def reconsider(db: Connection, site: str, *, at: datetime) -> None:
    """Request again what an older robots.txt forbade, now that a new one came."""
    db.execute(
        """update pages set reason = null, state = iif(last_fetched_at is null, 'waiting', 'held'),
            next_due_at = iif(last_fetched_at is null, null, ?)
        where site = ? and state = 'refused' and reason = 'robots'""",
        (utc_text(at), site),
    )


def refuse(db: Connection, site: str, url: str, reason: str) -> None:
    """Never request an address again, and record why."""
    db.execute(
        """update pages set state = 'refused', reason = ?, next_due_at = null
        where site = ? and url = ?""",
        (reason, site, url),
    )

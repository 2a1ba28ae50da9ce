"""How addresses enter the frontier: each is stored before it is requested."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import Any

from pipelines.keep.database.rows import first_value, insert_row, update_row
from pipelines.keep.database.timestamps import utc_text, utc_text_in_seconds
from pipelines.keep.frontier.page import COLUMNS, Page, page_at
from pipelines.keep.frontier.revisit_times import VAIN_EDITS, edits_believed
from pipelines.keep.frontier.second_addresses import (
    identities_of,
    is_second,
    tell_too_wide,
    too_wide,
)
from pipelines.keep.frontier.sweep import sweep_under_way
from pipelines.keep.frontier.unasked import count_no_longer
from pipelines.keep.frontier.walk import LATER_PAGE, PART, whole_promised
from pipelines.read.addresses.pagers import is_later_page
from pipelines.read.reading import Link
from portals.platform import Platform

# The order of requests in a visit: addresses that name many articles first, files last. Parts of a
# sitemap that have named no article yet come after the listings of the site's own file, and
# doubtful addresses after everything else.
PRIORITY: dict[str, int] = {
    "robots": 0,
    "sitemap": 10,
    "feed": 20,
    "listing": 30,
    "article": 50,
    "attachment": 60,
}
OWN_LISTING = 28
DOUBTFUL = 70
# A sitemap may give the day of an edit without a time, or the time without a zone.
UNSURE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where links come from: the page that names them, and their distance from the site's own.

    `trusted`: take them whatever they look like, because the portal or a person sent us there.
    """

    page: int | None = None
    depth: int = 0
    trusted: bool = False

    @property
    def is_far(self) -> bool:
        """Whether the links are on a page other than the site's own addresses."""
        return self.depth > 1 and not self.trusted

    @property
    def is_site_file(self) -> bool:
        """Whether the site's file names the links, not a page."""
        return self.page is None and self.trusted


def links_of(page: Page) -> Origin:
    """The origin of links that a page names."""
    return Origin(page.id, page.depth + 1)


def discover(
    db: Connection,
    site: str,
    links: Iterable[Link],
    platform: Platform,
    at: datetime,
    origin: Origin = Origin(),
) -> int:
    """Store addresses; returns how many new ones are to be requested.

    - A second address of a known article is refused as `same-article`. It is requested after all if
      the rule turns out wrong: it was mended, a page gives many articles one identity, or the first
      address was refused.
    - Later pages of listings are left to `walk_on`.
    - A feed that a section announces rests if complete sitemaps promise every article.
    - A doubtful address without a title is left to `count_unasked`. One with a title waits, and
      loses its doubt once a page or sitemap names it without one.
    - A held article becomes due if a sitemap says that it was edited since. A sitemap part that is
      unedited, by its index, waits for the next sweep.
    """
    wanted = {
        link.url: link
        for link in links
        if link.is_asked
        and (origin.trusted or link.kind != "listing" or not is_later_page(link.url))
    }
    if not wanted:
        return 0
    known = _known(db, site, wanted)
    count_no_longer(db, site, wanted.keys() - known.keys())
    _heed_edits(db, site, wanted, known, at)
    named_by = first_value(db, "select kind from pages where id = ?", (origin.page,))
    listed = named_by in ("listing", "feed", "sitemap")
    identities = identities_of(wanted.values(), known, platform)
    shared = too_wide(identities)
    if listed and origin.page is not None and identities:
        tell_too_wide(db, origin.page, shared, platform, at)
    new = 0
    for link in wanted.values():
        page, identity = known.get(link.url), identities.get(link.url)
        undecided = page is None or page.reason == "same-article"
        believed = None if origin.trusted or identity in shared else identity
        second = undecided and believed is not None and is_second(db, site, believed)
        new += undecided and not second
        if page is None:
            rests = link.kind == "feed" and origin.is_far and whole_promised(db, site)
            new_page = {
                "site": site,
                "url": link.url,
                "kind": link.kind,
                "state": "refused" if second else "resting" if rests else "waiting",
                "reason": "same-article" if second else None,
                "identity": identity,
                "depth": origin.depth,
                "priority": _priority(link, origin, named_by),
                "doubt": link.doubt,
                "found_on": origin.page,
                "title": link.title,
                "section": link.section,
                "first_seen_at": utc_text(at),
                "listed": listed,
            }
            _keep_hint(db, insert_row(db, "pages", new_page), link)
            continue
        changes: dict[str, Any] = {}
        if undecided and not second:
            changes = {"state": "waiting", "reason": None, "identity": identity}
        if page.doubt is not None and link.doubt is None:
            changes |= {"doubt": None, "priority": _priority(link, origin, named_by)}
        update_row(db, "pages", page.id, changes)
        if page.published_on is None:
            _keep_hint(db, page.id, link)
    return new


def _known(db: Connection, site: str, urls: Iterable[str]) -> dict[str, Page]:
    rows = db.execute(
        f"""select {COLUMNS} from pages
        where site = ? and url in (select value from json_each(?))""",
        (site, json.dumps(list(urls))),
    )
    return {page.url: page for page in map(Page._make, rows)}


def _priority(link: Link, origin: Origin, named_by: str | None) -> int:
    if link.doubt is not None:
        return DOUBTFUL
    if link.kind == "listing" and origin.is_site_file:
        return OWN_LISTING
    return PART if link.kind == named_by == "sitemap" else PRIORITY[link.kind]


def _heed_edits(
    db: Connection, site: str, links: Mapping[str, Link], known: Mapping[str, Page], at: datetime
) -> None:
    """Act on the times of edits that a sitemap states."""
    edits = [
        (page, link.edited_at)
        for url, link in links.items()
        if link.edited_at is not None and (page := known.get(url)) is not None
    ]
    _see_edited(db, [edit for edit in edits if links[edit[0].url].kind == "article"], at)
    if sweep_under_way(db, site) is None:
        _leave_old_parts(db, [edit for edit in edits if links[edit[0].url].kind == "sitemap"])


def _see_edited(db: Connection, edits: Sequence[tuple[Page, datetime]], at: datetime) -> None:
    """Make articles due that were edited since they were last seen, if the claim is credible."""
    seen = [
        (page, utc_text(edited_at))
        for page, edited_at in edits
        if page.state == "held" and page.last_fetched_at is not None
    ]
    later = [
        (page, edited_at) for page, edited_at in seen if edited_at > (page.last_fetched_at or "")
    ]
    if not edits_believed(len(later), len(seen)):
        return
    for page, edited_at in later:
        if page.edits_in_vain < VAIN_EDITS:
            update_row(db, "pages", page.id, {"next_due_at": utc_text(at), "edited_at": edited_at})


def _leave_old_parts(db: Connection, edits: Sequence[tuple[Page, datetime]]) -> None:
    """Skip the parts of a sitemap that were last edited long before they were last seen.

    The part edited last is always requested, because some indexes never change their times.
    """
    latest = max((edited_at for _, edited_at in edits), default=None)
    for page, edited_at in edits:
        seen_since = utc_text(edited_at + UNSURE) < (page.last_fetched_at or "")
        if edited_at != latest and page.state == "held" and seen_since:
            update_row(db, "pages", page.id, {"next_due_at": None})


def _keep_hint(db: Connection, page: int, link: Link) -> None:
    """Keep the date that a listing gives an article, in case the article itself gives none."""
    if (dated := link.published) is not None:
        hint = {
            "published_on": dated.on.isoformat(),
            "published_at": utc_text_in_seconds(dated.at),
            "published_evidence": dated.evidence,
            "published_raw": dated.raw,
        }
        update_row(db, "pages", page, hint)


def remember(
    db: Connection, site: str, link: Link, platform: Platform, at: datetime, *, asked: bool
) -> Page:
    """The page of an address, made if need be: an import brings addresses that no page has named.

    `asked`: a crawl requested it as this kind, which outweighs the kind that a link suggested.
    """
    later = link.kind == "listing" and is_later_page(link.url)  # not for every visit
    priority = LATER_PAGE if later else PRIORITY[link.kind]
    page = page_at(db, site, link.url)
    changes: dict[str, Any] = {}
    if page is None:
        discover(db, site, [link], platform, at, Origin(trusted=True))
        page = page_at(db, site, link.url)
        assert page is not None
        changes = {"priority": priority}
    elif asked and page.kind != link.kind:
        changes = {"kind": link.kind, "priority": priority, "identity": None}
    update_row(db, "pages", page.id, changes)
    return page._replace(**changes)

"""How addresses enter the frontier: each is stored before it is requested."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from sqlite3 import Connection
from typing import Any

from pipelines.keep.database.rows import first_value, insert_row, update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text, utc_text_in_seconds
from pipelines.keep.frontier.page import COLUMNS, PICTURE, Page, kept_kind, page_at
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
from pipelines.read.reading import Dated, Link
from portals.platform import Platform

# The order of requests in a visit: addresses that name many articles first, then files, then
# pictures. Parts of a sitemap that have named no article yet come after the listings of the site's
# own file, and doubtful addresses after everything else.
PRIORITY: dict[str, int] = {
    "robots": 0,
    "sitemap": 10,
    "feed": 20,
    "listing": 30,
    "article": 50,
    "attachment": 60,
    "image": PICTURE,
}
OWN_LISTING = 28
DOUBTFUL = 70
# Pages that name others by title and date; a feed counts most.
NAMERS = {"sitemap": 1, "listing": 2, "feed": 3}
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
    listed_by = named_by if named_by in NAMERS else None
    identities = identities_of(wanted.values(), known, platform)
    shared = too_wide(identities)
    if listed_by and origin.page is not None and identities:
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
                "kind": kept_kind(link),
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
                "listed": listed_by is not None,
            }
            insert_row(db, "pages", new_page | _hint(None, link) | _name(None, link, listed_by, at))
            continue
        changes: dict[str, Any] = _hint(page, link) | _name(page, link, listed_by, at)
        if undecided and not second:
            changes |= {"state": "waiting", "reason": None, "identity": identity}
        if page.doubt is not None and link.doubt is None:
            changes |= {"doubt": None, "priority": _priority(link, origin, named_by)}
        if page.is_picture and link.kind == "attachment":
            changes |= {"priority": PRIORITY["attachment"]} | _anew(page, at)
        update_row(db, "pages", page.id, changes)
    return new


def _anew(page: Page, at: datetime) -> dict[str, Any]:
    """The columns of a held picture that turns out to be a file: its text is to be read."""
    due = {"next_due_at": utc_text(at), "etag": None, "last_modified": None}
    return due if page.state == "held" else {}


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


def _name(page: Page | None, link: Link, by: str | None, at: datetime) -> dict[str, Any]:
    """The columns of the title that a listing, feed or sitemap (`by`) gives an article, if it is
    better than the one known: of the best source, whole rather than cut, and the newest.
    """
    if by is None or link.title is None or link.kind != "article":
        return {}
    seen_at = utc_text(at)
    if page is not None and page.named_by is not None:
        held = _worth(page.title or "", page.named_by, page.named_at or "")
        if held >= _worth(link.title, by, seen_at):
            return {}
    return {"title": link.title, "named_by": by, "named_at": seen_at}


def _worth(title: str, by: str, at: str) -> tuple[int, bool, str, str]:
    return NAMERS[by], not title.endswith(("...", "\u2026")), at, title


def note_read_title(db: Connection, page: Page, title: str | None) -> None:
    """Note with which given title a page was read. `page`: its row before the answer.

    If an earlier answer was read with another title, that one stays noted, so that the end of the
    run reads its capture again.
    """
    if page.last_fetched_at is None or title != page.given_title:
        update_row(db, "pages", page.id, {"read_title": title})


def _hint(page: Page | None, link: Link) -> dict[str, Any]:
    """The columns of the date that a listing, feed or sitemap gives an article, if it is better
    than the one known: the earliest of the best source. It counts if the article has none.
    """
    dated = link.published
    if dated is None:
        return {}
    held = None if page is None else page.given_date
    # "3 days ago" is the same day tomorrow only by chance.
    if held is not None and (dated.is_counted_back or not is_better(dated, held)):
        return {}
    return {
        "published_on": dated.on.isoformat(),
        "published_at": utc_text_in_seconds(dated.at),
        "published_evidence": dated.evidence,
        "published_raw": dated.raw,
    }


def is_better(one: Dated, other: Dated) -> bool:
    """Whether a date that a listing, feed or sitemap gives is better than another: the earliest of
    the best source, with a time of day if there is one.
    """

    def rank(dated: Dated) -> tuple[int, date, bool, datetime]:
        return (
            -NAMERS.get(dated.evidence, 0),
            dated.on,
            dated.at is None,
            dated.at or datetime.max.replace(tzinfo=UTC),
        )

    return rank(one) < rank(other)


def name_target(db: Connection, page: Page, target: Page) -> None:
    """Give the page to which a redirect leads the title that another page gave the redirect."""
    if page.given_title is not None and page.named_by and page.named_at:
        link, at = Link(target.url, "article", page.title), parse_utc(page.named_at)
        update_row(db, "pages", target.id, _name(target, link, page.named_by, at))


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
    elif asked and page.kind != kept_kind(link):
        changes = {"kind": kept_kind(link), "priority": priority, "identity": None}
    update_row(db, "pages", page.id, changes)
    return page._replace(**changes)

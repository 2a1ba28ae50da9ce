"""`/changes`: what portals edited, newest first, week by week."""

import sqlite3
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.archive import Row, archive_of, rows_of
from web.clock import in_zone
from web.pages.articles.record import changes_named
from web.pages.articles.wording import fields
from web.pages.asked import sites_to_choose
from web.pages.lists import MOST, filters, older, page_of, place_of
from web.pages.rendering import Routes, page

# The rows of a page are chosen by the small table alone, whatever SQLite thinks of the others.
CHOSEN = """select * from edits
    where changed_by = :by {of_site} and (seen_at, revision) < (:at, :number)
    order by seen_at desc, revision desc limit :most"""
EDITS = f"""select edits.revision, edits.seen_at, edits.site, sites.name as site_name, timezone,
        articles.key, articles.title, articles.language, articles.removed_at, seq, changed,
        words_added, words_removed, figures_changed
    from ({CHOSEN}) as edits cross join revisions on revisions.id = edits.revision
        cross join articles on articles.id = revisions.article
        cross join sites on sites.key = edits.site
    order by edits.seen_at desc, edits.revision desc"""


async def changes(request: Request, datasette: Datasette) -> Response:
    """What portals edited. `?site=` chooses one; `?by=reader` shows what Loa reads better now."""
    query, asked = edits_asked(request)
    archive = await archive_of(datasette)

    def read(db: sqlite3.Connection) -> dict[str, Any]:
        rows = rows_of(db, query, {**asked, "most": MOST + 1})
        shown, following = page_of(rows, "seen_at", "revision")
        weeks = by_week([changes_named(one) for one in shown])
        return {"weeks": weeks, "older": older(request, following), "sites": sites_to_choose(db)}

    shown = {**await archive.read(read), "archive": archive, "filters": filters(request)}
    shown |= {"fields": fields(), "by": asked["by"], "site": asked["site"]}
    return await page(datasette, request, "changes.html", shown)


def edits_asked(request: Request) -> tuple[str, dict[str, Any]]:
    """The query for the edits that an address asks for, and its values but `most`: -1 is all."""
    by = "reader" if request.args.get("by") == "reader" else "portal"
    site = request.args.get("site") or None
    query = EDITS.format(of_site="and site = :site" if site else "")
    return query, {"by": by, "site": site, **place_of(request)._asdict()}


def by_week(edits: list[Row]) -> list[tuple[date | None, date | None, list[Row]]]:
    """Edits by the weeks in which they were seen, by their portals' clocks: (first day, last day,
    edits). The days are None where an instant cannot be read.
    """
    weeks = []
    for monday, group in groupby(edits, key=lambda one: monday_of(one["seen_at"], one["timezone"])):
        weeks.append((monday, monday and monday + timedelta(days=6), list(group)))
    return weeks


def monday_of(at: str, zone: str) -> date | None:
    """The first day of the week of an instant, on the clock of a zone; None if either is odd."""
    local = in_zone(at, zone)
    return local and local.date() - timedelta(days=local.weekday())


ROUTES: Routes = ((r"^/changes$", changes),)

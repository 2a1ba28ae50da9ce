"""`/removed`: which articles are no longer where they were, with the capture that proves it."""

import sqlite3
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.outcomes import MISSING_STATES, ArticleState
from web.archive import archive_of, rows_of
from web.pages.articles.wording import state_groups, states
from web.pages.asked import sites_to_choose
from web.pages.lists import MOST, filters, older, page_of, place_of
from web.pages.rendering import Routes, page

GROUPS = {
    "removed": tuple(map(str, MISSING_STATES)),
    **{
        str(state): (str(state),)
        for state in (
            *(ArticleState.MOVED, ArticleState.UNLISTED),
            *(ArticleState.UNREACHABLE, ArticleState.RETURNED),
        )
    },
}
# The rows of a page are chosen by the small table alone, whatever SQLite thinks of the others.
CHOSEN = """select * from vanished
    where (since_at, sighting) < (:at, :number) {of_site} {in_state}
    order by since_at desc, sighting desc limit :most"""
VANISHED = f"""select vanished.sighting, vanished.state, vanished.since_at, vanished.site,
        sites.name as site_name, timezone, confirmed_at, sightings.url as asked, to_url,
        sightings.capture, captures.status, articles.key, articles.title, articles.language,
        articles.published_on, published_precision, articles.last_seen_at,
        revisions.capture as kept_in
    from ({CHOSEN}) as vanished cross join sightings on sightings.id = vanished.sighting
        cross join articles on articles.id = sightings.article
        cross join sites on sites.key = vanished.site
        cross join captures on captures.id = sightings.capture
        left join revisions on revisions.id = articles.revision
    order by vanished.since_at desc, vanished.sighting desc"""


async def removed(request: Request, datasette: Datasette) -> Response:
    """What vanished, moved or came back. `?site=` chooses a portal, `?state=` a group of states."""
    query, asked = removals_asked(request)
    archive = await archive_of(datasette)

    def read(db: sqlite3.Connection) -> dict[str, Any]:
        rows = rows_of(db, query, {**asked, "most": MOST + 1})
        shown, following = page_of(rows, "since_at", "sighting")
        return {"vanished": shown, "older": older(request, following), "sites": sites_to_choose(db)}

    shown = {**await archive.read(read), "archive": archive, "filters": filters(request)}
    shown |= {"states": states(), "groups": state_groups(), "site": asked["site"]}
    shown["group"] = request.args.get("state")
    return await page(datasette, request, "removed.html", shown)


def removals_asked(request: Request) -> tuple[str, dict[str, Any]]:
    """The query for what an address asks for, and its values but `most`: -1 is all."""
    site, chosen = request.args.get("site") or None, GROUPS.get(request.args.get("state") or "", ())
    query = VANISHED.format(
        of_site="and site = :site" if site else "",
        in_state=f"and state in ({', '.join(map(repr, chosen))})" if chosen else "",
    )
    return query, {"site": site, **place_of(request)._asdict()}


ROUTES: Routes = ((r"^/removed$", removed),)

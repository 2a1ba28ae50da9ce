"""`/copies`: which articles say what others said, and who published first."""

import sqlite3
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.archive import archive_of, rows_of
from web.pages.articles.copy_groups import copies_of
from web.pages.lists import filters, older, page_of, place_of
from web.pages.rendering import Routes, page

MOST = 20  # groups on a page
MOST_COPIES = 8  # of each group
GROUPS = f"""select id, articles, sites, words, newest_on from copy_groups
    where (newest_on, id) < (:at, :number) order by newest_on desc, id desc limit {MOST + 1}"""


async def copies(request: Request, datasette: Datasette) -> Response:
    """Groups of copies, those with the newest articles first."""
    place = place_of(request)
    archive = await archive_of(datasette)

    def read(db: sqlite3.Connection) -> dict[str, Any]:
        rows = rows_of(db, GROUPS, place._asdict())
        shown, following = page_of(rows, "newest_on", "id", MOST)
        groups = [{**one, "copies": copies_of(db, one["id"], MOST_COPIES)} for one in shown]
        return {"groups": groups, "older": older(request, following)}

    shown = {**await archive.read(read), "archive": archive, "filters": filters(request)}
    return await page(datasette, request, "copies.html", shown)


ROUTES: Routes = ((r"^/copies$", copies),)

"""Permalinks: `/a/KEY` shows an article, whatever the archive's file and the row's number are.

An old key redirects to the present one. If several articles have a key, a page lists them; `?site=`
chooses one. `/a/KEY.json` is the article's row.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import NotFound, Request, Response
from datasette.views.row import RowView

from pipelines.read.addresses.article_key import KEY

Found = dict[str, Any]

# Articles that have this key now come before those that had it earlier.
LED_TO = """select articles.id, articles.key, articles.site, sites.name as site_name, articles.url,
        title, published_on, published_precision, articles.key <> article_keys.key as moved
    from article_keys join articles on articles.id = article_keys.article
        join sites on sites.key = articles.site
    where article_keys.key = :key and (:site is null or articles.site = :site)
    order by moved, published_on, articles.id"""


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """`/a/KEY` and `/a/KEY.json`; keys are read without regard to case.

    A mistyped key gets an answer that says so, unless an archive named a.db has its tables at /a/.
    """
    taken = any(db.route == "a" for db in datasette.databases.values())
    key = f"(?i:{KEY.pattern})" if taken else "[^/.]+"
    return [(rf"^/a/(?P<key>{key})(?:\.(?P<format>\w+))?$", permalink)]


@hookimpl
def extra_template_vars(
    table: str | None,
    database: str | None,
    view_name: str,
    request: Request | None,
    datasette: Datasette,
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """On the page of an article: its `permalink`, and the others that its key leads to."""

    async def found() -> dict[str, Any]:
        if view_name != "row" or table != "articles" or database is None or request is None:
            return {}
        query = "select key from articles where id = ?"
        held = await datasette.get_database(database).execute(query, [request.url_vars["pks"]])
        articles = await articles_with(datasette, held.first()["key"])
        shown = [one for one in articles if _is_row(one, database, request.url_vars["pks"])]
        others = [one for one in articles if one not in shown]
        return {"permalink": shown[0]["path"], "sharing_key": others} if shown else {}

    return found


async def permalink(request: Request, datasette: Datasette) -> Response:
    """The article of a key, a redirect to its present key, or a list where several have it."""
    key, form = request.url_vars["key"].lower(), request.url_vars["format"]
    led_to = await articles_with(datasette, key, request.args.get("site"))
    found = [one for one in led_to if not one["moved"]] or led_to
    if not found:
        raise NotFound(f"No article has the key {key}")
    if len(found) > 1:
        return await _list(request, datasette, key, found)
    (one,) = found
    if (one["key"], key) != (key, request.url_vars["key"]):
        path = datasette.urls.path(f"/a/{one['key']}{f'.{form}' if form else ''}")
        query = f"?{request.query_string}" if request.query_string else ""
        return Response.redirect(f"{path}{query}")
    route = tilde_encode(datasette.get_database(one["database"]).route)
    row = {"database": route, "table": "articles", "pks": str(one["id"]), "format": form}
    routed = Request({**request.scope, "url_route": {"kwargs": row}}, request.receive)
    shown: Response = await RowView(datasette).dispatch_request(routed)
    return shown


async def articles_with(datasette: Datasette, key: str, site: str | None = None) -> list[Found]:
    """The articles that a key leads to, those that have it now first; `moved`: they had it earlier.

    Each has its `database`, and a `path` that leads to it alone.
    """
    found: list[Found] = []
    for name, db in datasette.databases.items():
        if await db.table_exists("article_keys"):
            rows = await db.execute(LED_TO, {"key": key, "site": site})
            found += [{**dict(row), "database": name} for row in rows.rows]
    keys = Counter(one["key"] for one in found)
    of_site = Counter((one["key"], one["site"]) for one in found)
    for one in found:
        one["path"] = datasette.urls.path(f"/a/{one['key']}")
        if of_site[one["key"], one["site"]] > 1:
            one["path"] = datasette.urls.row(one["database"], "articles", str(one["id"]))
        elif keys[one["key"]] > 1:
            one["path"] += "?" + urlencode({"site": one["site"]})
    return found


def _is_row(one: Found, database: str, number: str) -> bool:
    return (one["database"], str(one["id"])) == (database, number)


async def _list(request: Request, datasette: Datasette, key: str, found: list[Found]) -> Response:
    if request.url_vars["format"]:
        return Response.json({"key": key, "articles": found})
    page = await datasette.render_template("key.html", {"key": key, "found": found}, request)
    return Response.html(page)

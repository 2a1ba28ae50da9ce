"""The addresses of our pages."""

from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

from web.links import absolute
from web.pages import front, questions, search
from web.pages.articles import article, changes, copies, removed, versions
from web.pages.captures import attachment, capture, image, original
from web.pages.downloads import lists, tables
from web.pages.feeds import feeds
from web.pages.indexing import robots, sitemap
from web.pages.operations import issues, runs, status
from web.pages.portals import days, directory, portal
from web.pages.rendering import Handler
from web.plugins.languages import PARAMETER

# Modules of web/pages, in the order in which their addresses are tried.
PAGES = (
    front,
    search,
    feeds,
    article,
    versions,
    changes,
    removed,
    copies,
    capture,
    original,
    attachment,
    image,
    directory,
    portal,
    days,
    status,
    runs,
    issues,
    questions,
    lists,
    tables,
    robots,
    sitemap,
)
ROUTES = [route for module in PAGES for route in module.ROUTES]


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    """`canonical`: a page's whole address for search engines; None if a query makes it one view of
    many. The language is no part of it. `may_write_sql`: whether a reader may ask in SQL.
    """
    given = {"may_write_sql": bool(datasette.setting("default_allow_sql"))}
    if request is None or set(request.args) - {PARAMETER}:
        return {**given, "canonical": None}
    return {**given, "canonical": absolute(datasette, request, request.path)}


@hookimpl
def register_routes() -> list[tuple[str, Handler]]:
    """All addresses of all pages."""
    return [*ROUTES, article.MISTYPED]

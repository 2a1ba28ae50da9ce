"""Which page of ours shows a row of a table, or what a column names."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from datasette.app import Datasette
from datasette.utils.asgi import Request

from web.serving.settings import serving_of

# Of each table with pages: the column that its addresses hold, and how they begin.
PAGES = {
    "articles": ("key", "/a/"),
    "attachments": ("id", "/attachment/"),
    "captures": ("id", "/capture/"),
    "images": ("id", "/image/"),
    "issues": ("id", "/issue/"),
    "runs": ("id", "/run/"),
    "sites": ("key", "/site/"),
}
# Columns that name a row of such a table, wherever they stand.
NAMED = {
    **dict.fromkeys(("site", "first_site", "later_site"), "sites"),
    **dict.fromkeys(("capture", "rendered_from", "again"), "captures"),
    **{"attachment": "attachments", "image": "images", "issue": "issues", "run": "runs"},
}


def page_of_row(table: str, row: Mapping[str, Any]) -> str | None:
    """The path of the page that shows a row of a table; None if there is none."""
    if table not in PAGES:
        return None
    column, beginning = PAGES[table]
    value = row[column]
    return f"{beginning}{quote(str(value), safe='')}" if value is not None else None


def page_of_value(column: str, value: object) -> str | None:
    """The path of the page of what a column names, such as `site`; None if it names no page."""
    table = NAMED.get(column)
    if table is None or not isinstance(value, str | int) or value == "":
        return None
    return f"{PAGES[table][1]}{quote(str(value), safe='')}"


def absolute(datasette: Datasette, request: Request, path: str) -> str:
    """The whole address of a page, for whoever reads it elsewhere: feeds, sitemaps, citations.

    `path` begins with `/`, is percent-encoded, and has no base path unless `datasette.urls` made
    it; a query may follow. The origin is the one that the operator named, else that of the request,
    whose Host the guard has checked.
    """
    origin = serving_of(datasette).place.origin or f"{request.scheme}://{request.host}"
    return f"{origin}{datasette.urls.path(path)}"

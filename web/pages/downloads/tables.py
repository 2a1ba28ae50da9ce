"""Files of a table as it is filtered, of a saved query, and of SQL: `/archive/NAME.csv`, `.jsonl`.

An address that asks for one page of rows (`_size=100`, `_next`) gets Datasette's own CSV, which
holds that page. A whole file has no labels (`_labels`) beside keys.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import InvalidSql, derive_named_parameters, tilde_decode, validate_sql_select
from datasette.utils.asgi import NotFound, Request
from datasette.views.database import DatabaseView
from datasette.views.table import TableView

from pipelines.export.sources import Query, query_source
from web import errors
from web.archive import archive_of
from web.pages.downloads.rows import KINDS, download
from web.pages.rendering import Routes

PAGED = frozenset({"_next", "_trace"})
# Asks Datasette for the SQL of a table's rows and no more of these than it must read.
LEAST = "_size=0&_nocount=1&_nofacet=1&_nosuggest=1"
CUT = " limit 1"  # how that SQL ends


async def table(request: Request, datasette: Datasette, send: Any) -> Any:
    """All rows of a table as the address filters and sorts them, or of a saved query."""
    if _asks_for_a_page(request):
        return await TableView.as_view(datasette)(request, send)
    database = await _database_of(request, datasette)
    name = tilde_decode(request.url_vars["table"])
    saved = await datasette.get_canned_query(database, name, request.actor)
    if saved is not None:
        await datasette.ensure_permissions(
            request.actor,
            [("view-query", (database, name)), ("view-database", database), "view-instance"],
        )
        return await _answer(request, datasette, name, saved["sql"], saved.get("params"))
    least = f"{_without_size(request)}&{LEAST}"
    scope = {**request.scope, "query_string": least.lstrip("&").encode("latin-1")}
    try:
        found = await TableView(datasette).data(Request(scope, request.receive))
    except (sqlite3.OperationalError, InvalidSql, QueryInterrupted) as error:
        raise errors.of_question(error) from error
    if not isinstance(found, tuple):
        return found  # a redirect to the address that filters so
    query = found[0]["query"]
    sql = query["sql"].removesuffix(CUT)
    assert sql != query["sql"], sql
    columns = found[0]["columns"]
    if "article" in columns and "key" not in columns:
        key = "(select key from articles where id = shown.article) as key"
        sql = f"select {key}, shown.* from ({sql}) as shown"
    return await _rows(request, datasette, name, sql, query["params"])


async def sql(request: Request, datasette: Datasette, send: Any) -> Any:
    """All rows that an answer to somebody's SQL has, where SQL is allowed."""
    if request.url_vars["format"] == "jsonl" and not request.args.get("sql"):
        raise NotFound("No SQL is asked")
    if _asks_for_a_page(request) or not request.args.get("sql"):
        return await DatabaseView.as_view(datasette)(request, send)
    database = await _database_of(request, datasette)
    await datasette.ensure_permissions(
        request.actor, [("execute-sql", database), ("view-database", database), "view-instance"]
    )
    typed = request.args["sql"].strip()
    try:
        validate_sql_select(typed)
    except InvalidSql as error:
        raise errors.of_question(error) from error
    return await _answer(request, datasette, "sql", typed, None)


async def _answer(
    request: Request, datasette: Datasette, name: str, typed: str, parameters: Any
) -> Any:
    """The rows of SQL with the parameters of the address; those that it lacks are empty."""
    archive = await archive_of(datasette)
    try:
        names = parameters or await derive_named_parameters(archive.database, typed)
    except sqlite3.Error as error:
        raise errors.of_question(error) from error
    values = {one: request.args.get(one) or "" for one in names}
    return await _rows(request, datasette, name, typed, values)


async def _rows(
    request: Request, datasette: Datasette, name: str, typed: str, values: Mapping[str, Any]
) -> Any:
    def make(db: sqlite3.Connection) -> Query:
        return query_source(db, name, typed, values)

    return await download(request, datasette, name, make)


async def _database_of(request: Request, datasette: Datasette) -> str:
    """The name of the database that the address names. Raises NotFound."""
    archive = await archive_of(datasette)
    if tilde_decode(request.url_vars["database"]) != archive.name:
        raise NotFound("Database not found")
    return archive.name


def _asks_for_a_page(request: Request) -> bool:
    """Whether the address names a page of rows; only CSV has such pages."""
    size = request.args.get("_size")
    return request.url_vars["format"] == "csv" and bool(
        PAGED & set(request.args) or (size and size != "max")
    )


def _without_size(request: Request) -> str:
    parts = request.query_string.split("&")
    return "&".join(one for one in parts if not one.startswith(("_size=", "_next=", "_shape=")))


NAME = r"(?P<database>[^/.]+)"
ROUTES: Routes = (
    (rf"^/{NAME}/(?P<table>[^/.]+){KINDS}", table),
    (rf"^/{NAME}{KINDS}", sql),
)

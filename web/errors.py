"""Answers that say what went wrong and what to do, in the dress of all pages or as JSON."""

import json
import sqlite3
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Forbidden, NotFound, Request, Response
from datasette.views.base import DatasetteError

from web.archive import Row, archive_of
from web.languages import gettext as _
from web.nearby import nearby

# The titles that Datasette gives to these errors.
INVALID_SQL = "Invalid SQL"
STOPPED = "SQL Interrupted"
BUSY = ("locked", "busy")
SOON = 5  # seconds after which a busy archive may answer


@dataclass(frozen=True, slots=True)
class Problem:
    """What a page of an error says. `told`: what Datasette or SQLite said, in English."""

    status: int
    title: str
    remedy: str
    told: str = ""


def problem_of(error: BaseException) -> Problem:
    """What to tell a reader about an exception."""
    if isinstance(error, NotFound):
        return not_found(str(error))
    if isinstance(error, Forbidden):
        return forbidden(str(error))
    if isinstance(error, DatasetteError):
        return _of_datasette(error)
    if isinstance(error, Base400):
        return _bad_request(error.status, str(error.args[0]))
    if _is_busy(error):
        return busy()
    if isinstance(error, sqlite3.DatabaseError):
        return Problem(
            500,
            _("The archive could not be read"),
            _("Check it with loa verify; it says what is damaged and what to do."),
            str(error),
        )
    return Problem(
        500,
        _("Something went wrong here"),
        _("This is a fault of Loa, not yours. Try again; if it stays, report the address."),
        type(error).__name__,
    )


def of_question(error: Exception) -> Exception:
    """What to raise where SQLite refuses or stops what a reader asks for.

    That is no fault of ours, unless the archive is busy.
    """
    if _is_busy(error):
        return error
    is_stopped = isinstance(error, QueryInterrupted)
    told, title = ("", STOPPED) if is_stopped else (str(error), INVALID_SQL)
    question: Exception = DatasetteError(told, title=title, status=400)
    return question


def not_found(told: str = "") -> Problem:
    """There is nothing at that address."""
    return Problem(
        404,
        _("There is nothing at this address"),
        _("Check its spelling, or search for words from the page."),
        # Datasette takes an address that it does not know for that of a database.
        "" if told == "404" or told.startswith("Database not found") else told,
    )


def forbidden(told: str = "") -> Problem:
    """The server does not offer this to readers."""
    return Problem(
        403,
        _("This is closed to readers"),
        _("This server does not allow SQL of your own. Tables and questions are open."),
        told,
    )


def not_allowed(method: str) -> Problem:
    """The archive is only read."""
    return Problem(
        405,
        _("This archive is only read"),
        _("It answers GET and HEAD; nothing can be sent to it."),
        method,
    )


def busy(told: str = "") -> Problem:
    """The archive cannot be read for a moment."""
    return Problem(503, _("The archive is being written"), told or _("Try again in a few seconds."))


def malformed() -> Problem:
    """A parameter of the address is not written as it must be."""
    return _bad_request(400, "")


def out_of_date() -> Problem:
    """The file changes, or has a log that cannot be read."""
    return busy(
        _(
            "This server may not read its log. The operator can run loa serve where it "
            "can write beside the archive, or serve a snapshot."
        )
    )


def crowded() -> Problem:
    """More readers ask than can be answered soon."""
    return Problem(503, _("Many readers are here now"), _("Try again in a few seconds."))


def untold(problem: Problem) -> Problem:
    """The problem without what only the operator should read; their log has it."""
    if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem
    return replace(problem, told="")


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and any(one in str(error) for one in BUSY)


def _of_datasette(error: DatasetteError) -> Problem:
    told = "" if error.message_is_html else str(error.message)
    if error.title == INVALID_SQL:
        return Problem(
            400,
            _("SQLite does not understand this SQL"),
            _("Its message says where. Tables and columns are listed under Tables and SQL."),
            told,
        )
    if error.status == HTTPStatus.NOT_FOUND:
        return not_found(told)
    # Datasette says 500, a fault of its own, where the address names what is not there.
    status = error.status if error.status < HTTPStatus.INTERNAL_SERVER_ERROR else 400
    return _bad_request(status, told, error.title)


def _bad_request(status: int, told: str, title: str | None = None) -> Problem:
    return Problem(
        status,
        title or _("The address asks for something that does not exist"),
        _("Go back to the page before, and choose again."),
        told,
    )


async def answer(datasette: Datasette, request: Request, problem: Problem) -> Response:
    """A problem as an answer: JSON where the address ends in .json, else a page."""
    headers = {"retry-after": str(SOON)} if problem.status == busy().status else {}
    if request.path.endswith(".json"):
        said = {"ok": False, "status": problem.status, "title": problem.title}
        said["error"] = problem.told or problem.remedy
        text = json.dumps(said, ensure_ascii=False)
        return Response(text, problem.status, headers, "application/json; charset=utf-8")
    near = await _near(datasette, request, problem)
    shown: dict[str, Any] = {"problem": problem, "near": near, **_sql(datasette, request)}
    # A wrapper around Datasette answers before it has made a token.
    request = Request({"csrftoken": lambda: "", **request.scope}, request.receive)
    page = await datasette.render_template("error.html", shown, request)
    return Response.html(page, status=problem.status, headers=headers)


def _sql(datasette: Datasette, request: Request) -> dict[str, str]:
    """The SQL that was asked, to write it anew; nothing if none was."""
    route = request.scope.get("url_route", {}).get("kwargs", {}).get("database")
    names = [name for name, one in datasette.databases.items() if one.route == route]
    asked = request.args.get("sql")
    return {"database": names[0], "sql_text": asked} if asked and names else {}


async def _near(datasette: Datasette, request: Request, problem: Problem) -> list[Row]:
    if problem.status != HTTPStatus.NOT_FOUND:
        return []
    try:
        archive = await archive_of(datasette)
        path = request.path.removeprefix(datasette.setting("base_url").rstrip("/"))
        return await archive.read(lambda db: nearby(db, path))
    except (sqlite3.Error, NotFound):  # the page says what it can
        return []

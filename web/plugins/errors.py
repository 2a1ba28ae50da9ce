"""Errors in the dress of all pages, or as JSON; see web/errors.py."""

import sys
import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web import errors
from web.serving.served_file import ServedFile
from web.serving.settings import serving_of

Application = Callable[[Any, Any, Any], Awaitable[None]]


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response]]:
    """A page, or JSON, for whatever a page raised. What we did not foresee is printed too."""

    async def said() -> Response:
        problem = errors.problem_of(exception)
        if _is_malformed(request, exception):
            problem = errors.malformed()
        if serving_of(datasette).public:
            problem = errors.untold(problem)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            traceback.print_exception(exception, file=sys.stderr)
        return await errors.answer(datasette, request, problem)

    return said


@hookimpl
def forbidden(
    datasette: Datasette, request: Request, message: str
) -> Callable[[], Awaitable[Response]]:
    """A page, or JSON, for what the operator has closed."""

    async def said() -> Response:
        problem = errors.forbidden(message)
        if serving_of(datasette).public and "sql" not in message:
            problem = errors.not_found()  # as if it were not there
        return await errors.answer(datasette, request, problem)

    return said


@hookimpl(tryfirst=True)  # within the wrappers that choose the language and add headers
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Refuse every method but GET and HEAD: there is nothing to write. Refuse what could be wrong
    because the file changes while it cannot be read safely.
    """

    def wrap(app: Application) -> Application:
        async def read_only(scope: Any, receive: Any, send: Any) -> None:
            request = Request(scope, receive)
            if scope["type"] != "http":
                await app(scope, receive, send)
            elif scope["method"] not in ("GET", "HEAD"):
                problem = errors.not_allowed(scope["method"])
                refusal = await errors.answer(datasette, request, problem)
                refusal.headers["allow"] = "GET, HEAD"
                await refusal.asgi_send(send)
            elif _is_out_of_date(datasette):
                refusal = await errors.answer(datasette, request, errors.out_of_date())
                await refusal.asgi_send(send)
            else:
                await app(scope, receive, send)

        return read_only

    return wrap


def _is_malformed(request: Request, exception: Exception) -> bool:
    """Whether a parameter of the address holds no JSON, or not what Datasette looks for in it."""
    through = "_through" in request.args and isinstance(exception, KeyError | TypeError)
    return through or isinstance(exception, JSONDecodeError)


def _is_out_of_date(datasette: Datasette) -> bool:
    served = datasette.databases.values()
    return any(isinstance(one, ServedFile) and one.is_out_of_date() for one in served)

"""Errors in the dress of all pages, or as JSON; see web/errors.py."""

import sys
import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web import errors

Application = Callable[[Any, Any, Any], Awaitable[None]]


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response]]:
    """A page, or JSON, for whatever a page raised. What we did not foresee is printed too."""

    async def said() -> Response:
        problem = errors.problem_of(exception)
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
        return await errors.answer(datasette, request, errors.forbidden(message))

    return said


@hookimpl(tryfirst=True)  # within the wrappers that choose the language and add headers
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Refuse every method but GET and HEAD: there is nothing to write."""

    def wrap(app: Application) -> Application:
        async def read_only(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
                await app(scope, receive, send)
                return
            request = Request(scope, receive)
            problem = errors.not_allowed(scope["method"])
            refusal = await errors.answer(datasette, request, problem)
            refusal.headers["allow"] = "GET, HEAD"
            await refusal.asgi_send(send)

        return read_only

    return wrap

"""Answers 503 once a file has changed that can only be read as if it never changed."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

from web import errors
from web.languages import gettext as _
from web.serving.served_file import ServedFile

Application = Callable[[Any, Any, Any], Awaitable[None]]


@hookimpl(tryfirst=True)  # within the wrappers that choose the language and add headers
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Refuse what could be wrong."""

    def wrap(app: Application) -> Application:
        async def served(scope: Any, receive: Any, send: Any) -> None:
            changed = any(
                isinstance(one, ServedFile) and one.is_out_of_date()
                for one in datasette.databases.values()
            )
            if changed and scope["type"] == "http":
                problem = errors.busy(
                    _(
                        "This server may not read its log. The operator can run loa serve where it "
                        "can write beside the archive, or serve a snapshot."
                    )
                )
                answer = await errors.answer(datasette, Request(scope, receive), problem)
                await answer.asgi_send(send)
            else:
                await app(scope, receive, send)

        return served

    return wrap

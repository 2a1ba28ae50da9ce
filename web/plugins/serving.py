"""Between the plugins that know the reader and Datasette: which snapshot a request reads, what the
reader has already, and how many are answered at once.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

from web import errors
from web.serving import validators
from web.serving.face import Face
from web.serving.lanes import TooManyError
from web.serving.public import LONGEST_PATTERN, TABLES
from web.serving.served_file import Snapshot
from web.serving.settings import serving_of

Application = Callable[[Any, Any, Any], Awaitable[None]]


@hookimpl
def permission_allowed(datasette: Datasette, action: str, resource: Any) -> bool | None:
    """Keep the public from tables that are not for readers, whatever the way to them."""
    if not serving_of(datasette).public or action != "view-table":
        return None
    return None if resource[1] in TABLES else False


@hookimpl
def prepare_connection(conn: sqlite3.Connection, datasette: Datasette) -> None:
    """Refuse long patterns of the public's. SQLite compares one with a text in a single step, which
    no limit of time stops.
    """
    if serving_of(datasette).public:
        conn.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Give templates {{ versioned('/static/loa.css') }}: an address that may be kept for a year."""
    env.globals["versioned"] = lambda path: f"{path}?v={validators.made_by()}"


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Answer each request from one snapshot, in its lane, unless the reader has the answer."""
    if not isinstance(datasette, Face):
        return lambda app: app

    def wrap(app: Application) -> Application:
        async def served(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
            elif datasette.serving.public:
                async with datasette.editions.reading():
                    await _public(datasette, app, (scope, receive, send))
            else:
                await app(scope, receive, _validated(send, scope, None, live=True))

        return served

    return wrap


async def _public(face: Face, app: Application, request: tuple[Any, Any, Any]) -> None:
    scope, receive, send = request
    snapshot = face.databases["archive"]
    assert isinstance(snapshot, Snapshot)
    tag = validators.tag_of(snapshot, face.serving, scope)
    if tag is not None and validators.has_it(scope, tag):
        await send(validators.unchanged(tag, validators.lasting(scope)))
        await send({"type": "http.response.body", "body": b""})
        return
    scope = {**scope, "headers": validators.anonymous(scope["headers"])}
    send = _validated(send, scope, tag, live=False)
    try:
        async with face.lanes.entered(scope["path"]):
            await app(scope, receive, send)
    except TooManyError:
        refusal = await errors.answer(face, Request(scope, receive), errors.crowded())
        await refusal.asgi_send(send)


def _validated(send: Any, scope: Any, tag: bytes | None, *, live: bool) -> Any:
    async def send_with_validators(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = validators.with_validators(message, scope, tag, live=live)
        await send(message)

    return send_with_validators

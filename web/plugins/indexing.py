"""Tells search engines of each answer that is not for them; see web/pages/indexing/robots.py."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from web.pages.indexing.robots import NOINDEX, is_kept_out
from web.serving.settings import serving_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Add `X-Robots-Tag: noindex` to what is not for search engines, files of portals included."""
    is_public = serving_of(datasette).public

    def wrap(app: Application) -> Application:
        async def tagged(scope: Scope, receive: Any, send: Any) -> None:
            async def send_tagged(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message.get("headers", ()), NOINDEX]}
                await send(message)

            hidden = scope["type"] == "http" and (not is_public or is_kept_out(scope["path"]))
            await app(scope, receive, send_tagged if hidden else send)

        return tagged

    return wrap

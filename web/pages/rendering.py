"""A page of ours as an answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

Handler = Callable[..., Awaitable[Response]]
Routes = tuple[tuple[str, Handler], ...]


async def page(
    datasette: Datasette, request: Request, template: str, shown: Mapping[str, Any]
) -> Response:
    """An HTML answer, made of a template and what it shows."""
    return Response.html(await datasette.render_template(template, dict(shown), request))

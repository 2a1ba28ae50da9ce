"""The addresses of our pages."""

import re
from typing import Any

from datasette import hookimpl

from web.pages import front
from web.pages.rendering import Handler

PAGES = (front,)  # modules of web/pages, in the order in which their addresses are tried


@hookimpl
def register_routes() -> list[tuple[str, Handler]]:
    """All addresses of all pages."""
    return [route for module in PAGES for route in module.ROUTES]


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Give templates is_served(path): whether one of our pages has that address."""
    env.globals["is_served"] = lambda path: any(
        re.match(pattern, path) for pattern, _ in register_routes()
    )

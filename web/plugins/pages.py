"""The addresses of our pages."""

from datasette import hookimpl

from web.pages import front
from web.pages.rendering import Handler

PAGES = (front,)  # modules of web/pages, in the order in which their addresses are tried


@hookimpl
def register_routes() -> list[tuple[str, Handler]]:
    """All addresses of all pages."""
    return [route for module in PAGES for route in module.ROUTES]

"""The addresses of our pages."""

from datasette import hookimpl

from web.pages import front, questions, search
from web.pages.articles import article, changes, copies, removed, versions
from web.pages.captures import attachment, capture, image, original
from web.pages.operations import issues, runs, status
from web.pages.portals import days, directory, portal
from web.pages.rendering import Handler

# Modules of web/pages, in the order in which their addresses are tried.
PAGES = (
    front,
    search,
    article,
    versions,
    changes,
    removed,
    copies,
    capture,
    original,
    attachment,
    image,
    directory,
    portal,
    days,
    status,
    runs,
    issues,
    questions,
)
ROUTES = [route for module in PAGES for route in module.ROUTES]


@hookimpl
def register_routes() -> list[tuple[str, Handler]]:
    """All addresses of all pages."""
    return [*ROUTES, article.MISTYPED]

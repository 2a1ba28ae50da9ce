"""The front page: what the archive holds, and the newest articles."""

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.archive import archive_of
from web.pages.rendering import Routes, page

NEWEST = """select articles.key, title, lead, substr(body, 1, 400) as opening, published_on,
        published_precision, articles.language, sites.key as site, sites.name as site_name
    from articles join sites on sites.key = articles.site
    where published_on is not null order by published_on desc, published_at desc limit 12"""


async def front(request: Request, datasette: Datasette) -> Response:
    """The front page."""
    archive = await archive_of(datasette)
    shown = {"archive": archive, "newest": await archive.rows(NEWEST)}
    return await page(datasette, request, "front.html", shown)


ROUTES: Routes = ((r"^/$", front),)

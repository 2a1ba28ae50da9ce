"""`/robots.txt`: which pages search engines may fetch. They lie at the root of the host."""

import re

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.links import absolute
from web.pages.rendering import Routes
from web.serving.settings import serving_of

# Articles, versions that are cited, portals, days and feeds are for search engines. These are not:
KEPT_OUT = (
    "/search",  # results
    "/feeds/question/",
    "/archive",  # tables and questions, sorted and filtered without end
    "/capture/",  # what portals sent: other people's pages
    "/image/",
    "/attachment/*/file",
    "/a/*/versions",  # any two of them, compared
    "/a/*.",  # the same for programs
    "/*.csv",
    "/*.jsonl",
    "/run",  # how the visits went
    "/issue",
    "/-/",
)
ANY_QUERY = "/*?"  # one view of many of a page; a feed of a search
NOINDEX = (b"x-robots-tag", b"noindex")


async def robots(request: Request, datasette: Datasette) -> Response:
    """The rules of RFC 9309. A server that is not public asks all robots to stay away."""
    serving = serving_of(datasette)
    if not serving.public:
        return Response.text("User-agent: *\nDisallow: /\n")
    base = serving.place.path.rstrip("/")
    rules = [f"Disallow: {base}{pattern}" for pattern in (*KEPT_OUT, ANY_QUERY)]
    rules.append(f"Allow: {base}/static/")  # the style, whose address has a query
    sitemap = f"Sitemap: {absolute(datasette, request, '/sitemap.xml')}"
    return Response.text("\n".join(("User-agent: *", *rules, "", sitemap, "")))


def is_kept_out(path: str) -> bool:
    """Whether a page is not for search engines, whatever its query."""
    return _KEPT_OUT.match(path) is not None


_KEPT_OUT = re.compile("|".join(re.escape(one).replace(r"\*", ".*") for one in KEPT_OUT))
ROUTES: Routes = ((r"^/robots\.txt$", robots),)

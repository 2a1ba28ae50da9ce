"""`/sitemap.xml` and its parts: all pages for search engines, by the protocol of sitemaps.org.

A part holds the articles of a range of row numbers. So it is found by an index, however many
articles there are, and keeps its address and its articles.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from web.archive import archive_of
from web.languages import gettext as _
from web.links import absolute
from web.pages.rendering import Routes
from web.serving.settings import serving_of

A_PART = 10_000  # articles; the protocol allows 50,000 addresses and 50 MiB
MOST = 50_000  # addresses of a part
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
STANDING = ("/", "/sites", "/changes", "/removed", "/copies", "/questions", "/status")
# These read indexes, and no row of a text. SQLite would look each number up in the table.
HAS_ARTICLES = "select exists (select 1 from articles where id > ? and id <= ?)"
KEYS = """select article_keys.article, article_keys.key from article_keys
    where article > ? and article <= ? and exists (select 1 from articles indexed by articles_by_key
        where articles.key = article_keys.key and articles.id = article_keys.article)
    order by article"""
TOLD = """select article, max(told_at) from announcements
    where article > ? and article <= ? group by article"""
NEXT_DAY = "select min(published_on) from articles where published_on > ?"
SITES = f"select key from sites order by key limit {MOST - len(STANDING)}"

Entry = tuple[str, str | None]  # a path, and when its page last changed (UTC)
Entries = tuple[str, list[Entry]]  # what they are in the protocol: `sitemap` or `url`


async def index(request: Request, datasette: Datasette) -> Response:
    """The parts of the sitemap."""
    return await _answer(request, datasette, all_parts)


async def part(request: Request, datasette: Datasette) -> Response:
    """One part: pages that always stand and portals; days and months; or a range of articles."""
    name = request.url_vars["part"]
    found = {"pages": standing_pages, "days": days_and_months}.get(name)
    return await _answer(request, datasette, found or articles_of(int(request.url_vars["number"])))


def all_parts(db: sqlite3.Connection) -> Entries:
    """The parts that hold anything."""
    newest = db.execute("select coalesce(max(id), 0) from articles").fetchone()[0]
    numbers = range(1, -(-newest // A_PART) + 1)
    full = [number for number in numbers if db.execute(HAS_ARTICLES, _range(number)).fetchone()[0]]
    names = ["pages", *(["days"] if _next_day(db, "") else [])]
    names += [f"articles-{number}" for number in full]
    return "sitemap", [(f"/sitemap/{name}.xml", None) for name in names]


def standing_pages(db: sqlite3.Connection) -> Entries:
    """The pages that every archive has, and those of its portals."""
    portals = (f"/site/{quote(key, safe='')}" for (key,) in db.execute(SITES))
    return "url", [(path, None) for path in (*STANDING, *portals)]


def days_and_months(db: sqlite3.Connection) -> Entries:
    """The months and days on which anything was published, the newest days first."""
    days = list(_all_days(db))
    months = dict.fromkeys(day[:7] for day in days)
    paths = [*(f"/month/{month}" for month in months), *(f"/day/{day}" for day in reversed(days))]
    return "url", [(path, None) for path in paths[:MOST]]


def articles_of(number: int) -> Callable[[sqlite3.Connection], Entries]:
    """The articles of a part, each with the time at which we last told anything new of it."""

    def entries(db: sqlite3.Connection) -> Entries:
        told = dict(db.execute(TOLD, _range(number)))
        found = {key: told.get(article) for article, key in db.execute(KEYS, _range(number))}
        return "url", [(f"/a/{key}", at) for key, at in found.items()]

    return entries


def _range(number: int) -> tuple[int, int]:
    return (number - 1) * A_PART, number * A_PART


def _all_days(db: sqlite3.Connection) -> Iterator[str]:
    """All days of publication, by one look into the index for each."""
    day = _next_day(db, "")
    while day:
        yield day
        day = _next_day(db, day)


def _next_day(db: sqlite3.Connection, after: str) -> str | None:
    found: str | None = db.execute(NEXT_DAY, (after,)).fetchone()[0]
    return found


async def _answer(
    request: Request,
    datasette: Datasette,
    entries: Callable[[sqlite3.Connection], Entries],
) -> Response:
    if not serving_of(datasette).public:
        raise NotFound(_("This server is not public; it has no sitemap"))
    site = absolute(datasette, request, "/")

    def written(db: sqlite3.Connection) -> str:
        element, found = entries(db)
        if not found:
            raise NotFound(_("The sitemap has no such part"))
        return "".join(_document(element, site, found))

    text = await (await archive_of(datasette)).read(written)
    return Response(text, content_type="application/xml; charset=utf-8")


def _document(element: str, site: str, entries: Iterable[Entry]) -> Iterator[str]:
    root = "urlset" if element == "url" else "sitemapindex"
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n'
    for path, changed_at in entries:
        lastmod = f"<lastmod>{escape(changed_at)}</lastmod>" if changed_at else ""
        yield f"<{element}><loc>{escape(site + path[1:])}</loc>{lastmod}</{element}>\n"
    yield f"</{root}>\n"


ROUTES: Routes = (
    (r"^/sitemap\.xml$", index),
    (r"^/sitemap/(?P<part>pages|days|articles-(?P<number>[1-9][0-9]{0,11}))\.xml$", part),
)

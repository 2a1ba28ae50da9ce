"""`/a/KEY`: an article as it reads, and what proves it.

An old key redirects to the present one. If several articles have a key, a page lists them; `?site=`
chooses one. `/a/KEY.json` is the article's row; `/a/KEY.bib`, `.ris` and `.csl.json` cite it.
"""

from collections.abc import Callable

from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import NotFound, Request, Response
from datasette.views.row import RowView
from markupsafe import Markup

from web.archive import Archive, Row, archive_of
from web.citations.formats import FORMATS
from web.citations.schema_org import in_a_script, news_article
from web.downloads import ENDINGS
from web.languages import gettext as _
from web.languages import locale_of
from web.languages.issue_words import issue_words
from web.pages.articles.cited import (
    citation_of,
    citation_shown,
    cited_file,
    cited_row,
    whole_addresses,
)
from web.pages.articles.keys import ANY_KEY, below, led_to, shown_by
from web.pages.articles.record import record_of
from web.pages.articles.shown_text import text_and_pictures
from web.pages.articles.wording import evidence, fields, states
from web.pages.rendering import Routes, page


async def article(request: Request, datasette: Datasette) -> Response:
    """The article of a key, a redirect to its present key, or a list where several have it."""
    archive = await archive_of(datasette)
    form = request.url_vars["format"]
    if form not in (None, "json", *FORMATS):
        raise NotFound(_("An article has no such format"))
    found = await articles_of(request, archive)
    if form in FORMATS:
        return await _cited(request, datasette, archive, found)
    if len(found) > 1:
        return await _list(request, datasette, found)
    if (moved := redirect_to(request, datasette, found[0])) is not None:
        return moved
    if form:
        return await _row(request, datasette, archive, found[0]["id"], form)
    number = found[0]["id"]
    record, row = await archive.read(lambda db: (record_of(db, number), cited_row(db, number)))
    shown = record["article"]
    whole = whole_addresses(datasette, request)
    citation, permalink = citation_of(row, whole), whole(found[0]["path"])
    machines = news_article(citation, permalink, shown)
    text = await text_and_pictures(
        shown["body"], shown["body_html"], record["images"], datasette.urls.path
    )
    words = {"evidence": evidence(), "states": states(), "fields": fields()}
    types = {name: ending[1:].upper() for name, ending in ENDINGS.items()}
    return await page(
        datasette,
        request,
        "article.html",
        {
            **record,
            **words,
            **text,
            "file_types": types,
            "issues": [
                {**issue, "words": issue_words(issue["kind"], shown["site"])}
                for issue in record["issues"]
            ],
            "archive": archive,
            "citation": citation_shown(citation),
            "cited_at": addresses_of(datasette, found[0]),
            "locale": locale_of(shown["language"]),
            "permalink": permalink,
            "published": machines.get("datePublished"),
            "machines": Markup(in_a_script(machines)),
            "address": addresses_of(datasette, found[0]),
        },
    )


async def articles_of(request: Request, archive: Archive) -> list[Row]:
    """The articles that the key in an address shows. Raises NotFound if there is none."""
    key = request.url_vars["key"].lower()
    chosen = request.args.get("site"), request.args.get("article")
    found = shown_by(await archive.read(lambda db: led_to(db, key, *chosen)))
    if not found:
        raise NotFound(_("No article has the key %(key)s") % {"key": key})
    return found


def redirect_to(request: Request, datasette: Datasette, one: Row) -> Response | None:
    """The same page at the article's present key, if the address has another one."""
    asked = request.url_vars["key"]
    if one["key"] == asked:
        return None
    rest = request.path.partition(asked)[2]
    query = f"?{request.query_string}" if request.query_string else ""
    return Response.redirect(datasette.urls.path(f"/a/{one['key']}{rest}{query}"))


def addresses_of(datasette: Datasette, one: Row) -> Callable[..., str]:
    """A function that gives the address of a page below an article's, see `below`. Datasette knows
    that it need not put its prefix before such an address again.
    """
    return lambda *asked: datasette.urls.path(below(one["path"], *asked))


async def _cited(
    request: Request, datasette: Datasette, archive: Archive, found: list[Row]
) -> Response:
    """The citations of the articles that have a key: nearly always one."""
    whole = whole_addresses(datasette, request)
    rows = await archive.read(lambda db: [cited_row(db, one["id"]) for one in found])
    citations = [citation_of(row, whole) for row in rows]
    return cited_file(citations, request.url_vars["format"], citations[0].name)


async def _row(
    request: Request, datasette: Datasette, archive: Archive, number: int, form: str
) -> Response:
    route = tilde_encode(archive.database.route)
    row = {"database": route, "table": "articles", "pks": str(number), "format": form}
    routed = Request({**request.scope, "url_route": {"kwargs": row}}, request.receive)
    shown: Response = await RowView(datasette).dispatch_request(routed)
    return shown


async def _list(request: Request, datasette: Datasette, found: list[Row]) -> Response:
    key = request.url_vars["key"].lower()
    if request.url_vars["format"]:
        return Response.json({"key": key, "articles": found})
    return await page(datasette, request, "key.html", {"key": key, "found": found})


ROUTES: Routes = ((rf"^/a/(?P<key>{ANY_KEY})(?:\.(?P<format>[\w.]+))?$", article),)
# Answers that no article has a mistyped key.
MISTYPED = (r"^/a/(?P<key>[^/.]+)(?:\.(?P<format>[\w.]+))?$", article)

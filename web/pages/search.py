"""The search: hits with what was understood, filters beside them, and what to try; also as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from markupsafe import Markup, escape

from pipelines.keep.announcements.scope import is_understood
from pipelines.keep.search.asked import PAGE, Asked, Filters, Order
from pipelines.keep.search.instead import Try
from pipelines.keep.search.reach import REACH
from pipelines.keep.search.search import Found, Hit, search
from pipelines.search.days import first_day
from pipelines.search.excerpt import Piece
from pipelines.search.question import Question, parse_question
from pipelines.search.wording import reworded
from web.archive import archive_of
from web.citations.formats import ENDING, FORMATS
from web.languages import gettext as _
from web.pages.articles.cited import citation_of, cited_file, cited_row, whole_addresses
from web.pages.asked import whole_number
from web.pages.rendering import Routes, page

LAST_PAGE = -(-REACH // PAGE)
FLAGS = ("files", "edited", "removed")


async def search_page(request: Request, datasette: Datasette) -> Response:
    """The page /search."""
    archive = await archive_of(datasette)
    asked = asked_of(request.args)
    found = await archive.read(lambda db: search(db, asked))
    shown = {
        "archive": archive,
        "found": found,
        "asked": asked,
        "question": asked.question,
        "columns": field_names(),
        "is_asked": bool(asked.question.typed.strip() or asked.filters != Filters()),
        "hits": [_entry(hit) for hit in found.hits],
        "orders": [(order, _path(asked, order=order)) for order in Order],
        "filters": {
            name: [(value, _path(_picked(asked, name, value.value))) for value in values]
            for name, values in found.beside.items()
        },
        "picked": [
            (name, value, _path(_unpicked(asked, name)))
            for name, value in asdict(asked.filters).items()
            if value
        ],
        "flags": [
            one for one in FLAGS if found.beside.get(one) and not getattr(asked.filters, one)
        ],
        "shown_names": {one.value: one.name for one in found.beside.get("site", ())},
        "tries": [(one, _path(one.asked)) for one in found.tries if one is not found.shown],
        "first": _path(asked),
        "newer": _path(asked, page=asked.page - 1) if asked.page > 1 else None,
        "older": _path(asked, page=asked.page + 1) if _goes_on(found) else None,
        "csv_path": _path(found.shown.asked if found.shown else asked, at="/search.csv"),
        "feed_values": _feed_values(asked),
        "json_path": _path(asked, page=asked.page, at="/search.json"),
        "cited": [
            (form.name, _path(asked, page=asked.page, at=f"/search.{ending}"))
            for ending, form in FORMATS.items()
        ],
    }
    return await page(datasette, request, "search.html", shown)


async def search_json(request: Request, datasette: Datasette) -> Response:
    """The same as JSON; docs/search.md says what it holds."""
    archive = await archive_of(datasette)
    asked = asked_of(request.args)
    found = await archive.read(lambda db: search(db, asked))
    urls = datasette.urls
    answer = {
        "question": asked.question.typed,
        "understood": understood(asked.question),
        "filters": {name: value for name, value in asdict(asked.filters).items() if value},
        "order": asked.order,
        "page": asked.page,
        "articles": found.articles,
        "is_exact": found.is_exact,
        "instead": _try(found.shown) if found.shown else None,
        "tries": [_try(one) for one in found.tries],
        "hits": [_hit(hit, urls.path(f"/a/{hit.key}")) for hit in found.hits],
        "beside": {
            name: [asdict(value) for value in values] for name, values in found.beside.items()
        },
        "next": urls.path(_path(asked, page=asked.page + 1, at="/search.json"))
        if _goes_on(found)
        else None,
    }
    return Response.json(answer)


async def search_cited(request: Request, datasette: Datasette) -> Response:
    """The citations of the hits on one page, in a file."""
    archive = await archive_of(datasette)
    found = await archive.read(lambda db: search(db, asked_of(request.args)))
    numbers = [hit.facts.id for hit in found.hits]
    rows = await archive.read(lambda db: [cited_row(db, number) for number in numbers])
    whole = whole_addresses(datasette, request)
    citations = [citation_of(row, whole) for row in rows]
    return cited_file(citations, request.url_vars["format"], "loa-search")


def asked_of(arguments: Any) -> Asked:
    """What an address asks for. `after` and `until` are days of a form, both included."""
    given = {name: (arguments.get(name) or "").strip() for name in arguments}
    question = parse_question(given.get("q", ""))
    since, until = first_day(given.get("after", "")), first_day(given.get("until", ""))
    if since or until:
        before = question.before
        if until:  # no day comes after the last one
            before = until + timedelta(days=1) if until < date.max else None
        question = reworded(question, since=since or question.since, before=before)
    return Asked(
        question,
        Filters(
            site=given.get("site") or None,
            year=given.get("year") or None,
            section=given.get("section") or None,
            **{name: bool(given.get(name)) for name in FLAGS},
        ),
        Order.NEWEST if given.get("order") == Order.NEWEST else Order.RELEVANCE,
        min(whole_number(given.get("page"), 8) or 1, LAST_PAGE),
    )


def understood(question: Question) -> dict[str, Any]:
    """What was understood of a question, as plain data."""
    return {
        "all": [[asdict(term) for term in group] for group in question.groups],
        "without": [asdict(term) for term in question.excluded],
        "sites": question.sites,
        "without_sites": question.excluded_sites,
        "since": question.since and question.since.isoformat(),
        "before": question.before and question.before.isoformat(),
        "unused": [{"text": text, "why": why} for text, why in question.unused],
    }


def field_names() -> dict[str, str]:
    """The fields of the index in the reader's language."""
    return {
        "title": _("title"),
        "lead": _("lead"),
        "body": _("text"),
        "captions": _("captions"),
        "attachments": _("files"),
        "author": _("author"),
        "source": _("source"),
        "section": _("section"),
    }


def _entry(hit: Hit) -> dict[str, Any]:
    """A hit as _parts.html shows an article; the excerpt names its field, if it is none of text."""
    shown = _marked(hit.excerpt.pieces) if hit.excerpt else None
    if hit.excerpt and shown and hit.excerpt.field not in ("lead", "body"):
        shown = Markup("{}: {}").format(field_names()[hit.excerpt.field], shown)
    return {
        **hit.facts._asdict(),
        "key": hit.key,
        "title": _marked(hit.title),
        "published_precision": hit.precision,
        "language": hit.language,
        "site_name": hit.site_name,
        "excerpt": shown,
    }


def _marked(pieces: tuple[Piece, ...]) -> Markup:
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.is_hit else escape(piece.text)
        for piece in pieces
    )


def _hit(hit: Hit, path: str) -> dict[str, Any]:
    return {
        **hit.facts._asdict(),
        "key": hit.key,
        "path": path,
        "url": hit.url,
        "title": "".join(piece.text for piece in hit.title),
        "site_name": hit.site_name,
        "published_precision": hit.precision,
        "language": hit.language,
        "excerpt": hit.excerpt and asdict(hit.excerpt),
    }


def _try(one: Try) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "question": one.asked.question.typed,
        "without": one.without,
        "path": _path(one.asked),
    }


def _goes_on(found: Found) -> bool:
    return found.asked.page < found.pages


def _path(asked: Asked, order: Order | None = None, page: int = 1, *, at: str = "/search") -> str:
    """The address of a question; a new order begins at its first page."""
    chosen = order or asked.order
    parts: dict[str, object] = {"q": asked.question.typed}
    filters: Mapping[str, Any] = asdict(asked.filters)
    parts |= {name: 1 if value is True else value for name, value in filters.items() if value}
    if chosen is not Order.RELEVANCE:
        parts["order"] = chosen
    if page > 1:
        parts["page"] = page
    return f"{at}?{urlencode(parts)}"


def _feed_values(asked: Asked) -> dict[str, object]:
    """What the address of a feed of these articles says; nothing where nothing was understood."""
    values = {"q": asked.question.typed.strip(), **asdict(asked.filters)}
    typed = bool(values["q"])
    return values if not typed or is_understood(asked.question) else {}


def _picked(asked: Asked, name: str, value: str) -> Asked:
    chosen: Any = True if name in FLAGS else value
    return replace(asked, filters=replace(asked.filters, **{name: chosen}))


def _unpicked(asked: Asked, name: str) -> Asked:
    none: Any = False if name in FLAGS else None
    return replace(asked, filters=replace(asked.filters, **{name: none}))


ROUTES: Routes = (
    (r"^/search$", search_page),
    (r"^/search\.json$", search_json),
    (rf"^/search\.(?P<format>{ENDING})$", search_cited),
)

"""`/feeds/KIND.FORM`: what is new, edited or removed, as Atom or JSON Feed.

`/feeds/new.atom?q=…&site=…&section=…` follows a search, `/feeds/question/NAME/new.atom?…` what a
saved query names. docs/feeds.md describes the addresses.
"""

import hashlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from urllib.parse import quote, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.keep.announcements.announcement import Kind
from pipelines.keep.announcements.scope import NamesNoArticlesError, Scope, named_by
from pipelines.keep.announcements.told import last_told_at, newest_announcements
from web.archive import NAME, Archive, archive_of
from web.clock import now
from web.descriptions import DESCRIPTIONS
from web.languages import gettext as _
from web.languages import language
from web.limits import limit_work
from web.links import absolute
from web.pages.feeds.asked import AskedFeed, RefusedFeedError, feed_asked, no_such_feed
from web.pages.feeds.atom import MEDIA_TYPE as ATOM_TYPE
from web.pages.feeds.atom import atom
from web.pages.feeds.entries import Source, entries_of
from web.pages.feeds.feed import Feed
from web.pages.feeds.json_feed import MEDIA_TYPE as JSON_TYPE
from web.pages.feeds.json_feed import json_feed
from web.pages.feeds.wording import abouts, titles
from web.pages.rendering import Routes
from web.questions import parameters, queries

QUERY_MILLISECONDS = 2_000  # of computing, for a saved query
SETTLED = timedelta(seconds=2)  # after which a file's time tells whether it was written since
WRITERS = {"atom": (atom, ATOM_TYPE), "json": (json_feed, JSON_TYPE)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOMES = {"all": "/", Kind.NEW: "/", Kind.EDITED: "/changes", Kind.REMOVED: "/removed"}


async def feed(request: Request, datasette: Datasette) -> Response:
    """A page of a feed; 304 if the reader has it already."""
    try:
        asked = feed_asked(request)
        archive = await archive_of(datasette)
        await _allowed(datasette, request, archive, asked)
        modified = modified_at(archive)
        if modified and request.headers.get("if-modified-since") == modified and not _tags(request):
            return _answer(304, {"last-modified": modified})
        place = partial(absolute, datasette, request)
        read = partial(_read, asked=asked, place=place, query_path=datasette.urls.query)
        shown = await archive.read(read)
    except RefusedFeedError as error:
        return Response.text(f"{error.told}\n", status=error.status)
    write, media_type = WRITERS[asked.form]
    tag = tag_of(shown, asked.form)
    headers = {"etag": tag} | ({"last-modified": modified} if modified else {})
    if _matches(tag, _tags(request)):
        return _answer(304, headers)
    return _answer(200, headers, write(shown), f"{media_type}; charset=utf-8")


async def no_feed(request: Request) -> Response:
    """The answer to an address below /feeds that names none."""
    del request
    return Response.text(f"{no_such_feed()}\n", status=404)


def modified_at(archive: Archive) -> str | None:
    """When the served file was last written, as HTTP has it; None if it was just now, so that it
    may be written again in the same second.
    """
    at = datetime.fromtimestamp(archive.database.written_at(), UTC)
    return format_datetime(at, usegmt=True) if now() - at > SETTLED else None


def tag_of(shown: Feed, form: str) -> str:
    """A weak validator: the same while the entries say the same."""
    said = repr((form, *(getattr(shown, name) for name in Feed.__slots__ if name != "updated")))
    return f'W/"{hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def _tags(request: Request) -> str:
    return str(request.headers.get("if-none-match") or "")


def _matches(tag: str, given: str) -> bool:
    known = {one.strip().removeprefix("W/") for one in given.split(",")}
    return "*" in known or tag.removeprefix("W/") in known


def _answer(
    status: int, headers: dict[str, str], body: bytes = b"", media_type: str | None = None
) -> Response:
    return Response(body, status, headers, content_type=media_type or "text/plain")


async def _allowed(
    datasette: Datasette, request: Request, archive: Archive, asked: AskedFeed
) -> None:
    if asked.query is None:
        return
    may = asked.query in queries() and await datasette.permission_allowed(
        request.actor, "view-query", (archive.name, asked.query), default=True
    )
    if not may:
        raise RefusedFeedError(404, _("There is no saved query %(name)s.") % {"name": asked.query})


def _read(
    db: sqlite3.Connection,
    asked: AskedFeed,
    place: Callable[[str], str],
    query_path: Callable[..., str],
) -> Feed:
    scope = _scope(db, asked)
    page = newest_announcements(db, scope, asked.below)
    following = page.following
    return Feed(
        id=f"tag:loa,2026:feeds/{asked.said}",
        title=_title(db, asked),
        about=abouts()[asked.name],
        rights=DESCRIPTIONS[language()]["license"],
        language=language(),
        home=place(_home(asked, query_path)),
        icon=place("/static/loa.svg"),
        self=place(asked.path(below=asked.below)),
        other=place(asked.path("json" if asked.form == "atom" else "atom", asked.below)),
        first=place(asked.path()),
        next=None if following is None else place(asked.path(below=following)),
        updated=last_told_at(db, scope) or EPOCH,
        entries=entries_of(Source(db, place), page.announcements),
    )


def _scope(db: sqlite3.Connection, asked: AskedFeed) -> Scope:
    """What an address follows. Raises RefusedFeedError."""
    question, filters = asked.asked.question, asked.asked.filters
    if asked.query is None:
        known = db.execute("select 1 from sites where key = ?", (filters.site,)).fetchone()
        if filters.site is not None and known is None:
            told = _("No portal has the key %(key)s") % {"key": filters.site}
            raise RefusedFeedError(404, told)
        return Scope(question, filters, asked.kinds)
    values = dict.fromkeys(parameters(asked.query), "") | dict(asked.values)
    try:
        with limit_work(db, QUERY_MILLISECONDS):
            named = named_by(db, queries()[asked.query]["sql"], values)
    except NamesNoArticlesError:
        told = _(
            "The rows of the saved query %(name)s name no articles, so there is no feed of it."
        )
        raise RefusedFeedError(400, told % {"name": asked.query}) from None
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise RefusedFeedError(400, _("This question takes too much work")) from None
    return Scope(kinds=asked.kinds, articles=named)


def _title(db: sqlite3.Connection, asked: AskedFeed) -> str:
    parts = ["Loa", titles()[asked.name]]
    if asked.query is not None:
        parts.append(queries()[asked.query]["title"])
    values = dict(asked.values)
    if asked.asked.filters.site and asked.query is None:
        row = db.execute("select name from sites where key = ?", (values.pop("site"),)).fetchone()
        parts.append(row[0])
    flags = {
        "files": _("With files"),
        "edited": _("Edited by the portal"),
        "removed": _("Removed by the portal"),
    }
    parts += [
        flags.get(name, value) if asked.query is None else value for name, value in values.items()
    ]
    return " · ".join(parts)


def _home(asked: AskedFeed, query_path: Callable[..., str]) -> str:
    """The page of ours that shows what the feed follows."""
    given = f"?{urlencode(asked.values)}" if asked.values else ""
    if asked.query is not None:
        return f"{query_path(NAME, asked.query)}{given}"
    names = [name for name, _value in asked.values]
    if asked.name in (Kind.EDITED, Kind.REMOVED) and names in ([], ["site"]):
        return f"{HOMES[asked.name]}{given}"
    if names == ["site"]:
        return f"/site/{quote(asked.values[0][1], safe='')}"
    return f"/search{given}" if names else "/"


FORM = r"\.(?P<form>\w+)"
ROUTES: Routes = (
    (rf"^/feeds/question/(?P<query>\w+)(?:/(?P<name>\w+))?{FORM}$", feed),
    (rf"^/feeds/(?P<name>\w+){FORM}$", feed),
    (r"^/feeds(?:/.*)?$", no_feed),
)

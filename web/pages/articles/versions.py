"""`/a/KEY/versions`: the versions of an article, how two of them differ, and each one alone.

`/a/KEY/captured/INSTANT-DIGITS` shows one under an address that lasts.
"""

import asyncio
import json
import sqlite3
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.keep.history.versions import versions_of
from web.archive import Row, archive_of, rows_of
from web.citations.formats import ENDING
from web.languages import gettext as _
from web.pages.articles.article import addresses_of, articles_of, redirect_to
from web.pages.articles.cited import (
    citation_of,
    citation_shown,
    cited_file,
    cited_row,
    found_then,
    instant_of,
    whole_addresses,
)
from web.pages.articles.differences import View, shown_difference
from web.pages.articles.keys import ANY_KEY, led_to
from web.pages.articles.record import OTHERS, changes_named
from web.pages.articles.shown_text import text_and_pictures
from web.pages.articles.wording import fields
from web.pages.asked import whole_number
from web.pages.rendering import Routes, page

MOST = 50  # versions on a page
MOST_CHOICES = 500  # versions to choose from
DIGITS = 9  # of a version's number

FILES = """select id, url, media_type, bytes from attachments where article = ?
    and url in (select value from json_each(?))"""
ARTICLE = """select articles.id, articles.key, title, articles.language, articles.site,
        sites.name as site_name, timezone
    from articles join sites on sites.key = articles.site where articles.id = ?"""
VERSIONS = f"""select seq, seen_at, changed, words_added, words_removed, figures_changed,
        changed_by, capture
    from revisions where article = ? and seq < ? order by seq desc limit {MOST + 1}"""
CHOICES = f"""select seq, seen_at from revisions where article = ?
    order by seq desc limit {MOST_CHOICES}"""
KEPT_PICTURES = f"""select id, url, capture, {OTHERS} from images where article = ?
    and url in (select value from json_each(?))"""


async def versions(request: Request, datasette: Datasette) -> Response:
    """All versions, newest first, and how two of them differ: `?from=1&to=3`, else the last edit.

    `?view=side` shows them side by side, `?whole=1` with all that is the same.
    """
    one, elsewhere = await _article(request, datasette)
    if elsewhere is not None:
        return elsewhere
    asked = {name: request.args.get(name) for name in ("from", "to", "below")}
    view: View = "side" if request.args.get("view") == "side" else "inline"
    whole = request.args.get("whole") == "1"
    archive = await archive_of(datasette)
    shown = await archive.read(lambda db: _versions(db, one["id"], asked))
    if shown["pair"]:
        (old, before), (new, after) = shown["pair"]
        # In a thread: a long text would keep all other readers waiting.
        difference = await asyncio.to_thread(shown_difference, before, after, view, whole)
        shown |= {"old": old, "new": new, "difference": difference}
    shown |= {"fields": fields(), "view": view, "whole": whole}
    shown |= {"address": addresses_of(datasette, one), "archive": archive}
    return await page(datasette, request, "versions.html", shown)


async def version(request: Request, datasette: Datasette) -> Response:
    """One version alone, as its portal showed it."""
    one, elsewhere = await _article(request, datasette)
    if elsewhere is not None:
        return elsewhere
    return await _version_page(request, datasette, one, int(request.url_vars["seq"]))


async def captured(request: Request, datasette: Datasette) -> Response:
    """The version that a lasting address names, see `cited`; with an ending, its citation."""
    asked, archive = request.url_vars, await archive_of(datasette)
    at = instant_of(asked["at"])
    if at is None:
        raise NotFound(_("The article has no such version"))
    key, site = asked["key"].lower(), request.args.get("site")
    articles = await archive.read(lambda db: led_to(db, key, site))
    numbers = [one["id"] for one in articles]
    digits = (asked["digits"] or "").lower()
    found = await archive.read(lambda db: found_then(db, numbers, at, digits))
    if found is None:
        raise NotFound(_("The article has no such version"))
    one = next(one for one in articles if one["id"] == found.article)
    if (elsewhere := redirect_to(request, datasette, one)) is not None:
        return elsewhere
    if not asked["format"]:
        return await _version_page(request, datasette, one, found.seq, found.how)
    whole = whole_addresses(datasette, request)
    shown = await archive.read(lambda db: _version(db, one["id"], found.seq))
    citation = citation_of(shown["cited"], whole, shown["version"].published_on)
    return cited_file([citation], asked["format"], citation.name)


async def _version_page(
    request: Request, datasette: Datasette, one: Row, number: int, how: str = "same"
) -> Response:
    archive = await archive_of(datasette)
    shown = await archive.read(lambda db: _version(db, one["id"], number))
    held = shown["version"]
    citation = citation_of(shown["cited"], whole_addresses(datasette, request), held.published_on)
    shown |= await text_and_pictures(held.body, held.markup, shown["images"], datasette.urls.path)
    shown |= {
        "how": how,
        "citation": citation_shown(citation),
        "permalink": citation.permalink,
        "fields": fields(),
        "address": addresses_of(datasette, one),
        "archive": archive,
    }
    return await page(datasette, request, "version.html", shown)


async def _article(request: Request, datasette: Datasette) -> tuple[Row, Response | None]:
    """The article of an address, and the answer that leads elsewhere if its key is an old one or
    several articles have it.
    """
    found = await articles_of(request, await archive_of(datasette))
    if len(found) > 1:
        return found[0], Response.redirect(datasette.urls.path(f"/a/{found[0]['key']}"))
    return found[0], redirect_to(request, datasette, found[0])


def _versions(db: sqlite3.Connection, article: int, asked: dict[str, str | None]) -> dict[str, Any]:
    choices = rows_of(db, CHOICES, (article,))
    last = choices[0]["seq"] if choices else 0
    listed = rows_of(db, VERSIONS, (article, whole_number(asked["below"], DIGITS) or last + 1))
    pair = versions_compared(asked["from"], asked["to"], last)
    found = {row["seq"]: (dict(row), held) for row, held in versions_of(db, article, pair or ())}
    if pair and not {*pair} <= found.keys():
        raise NotFound(_("The article has no such version"))
    return {
        "article": rows_of(db, ARTICLE, (article,))[0],
        "choices": choices,
        "last": last,
        "versions": [changes_named(row) for row in listed[:MOST]],
        "older": listed[MOST - 1]["seq"] if len(listed) > MOST else None,
        "pair": [found[number] for number in pair or ()],
    }


def versions_compared(start: str | None, end: str | None, last: int) -> tuple[int, int] | None:
    """The numbers of the two versions to compare, the older first; None if there is only one.

    Without a start it is the version before the end, without an end the last one.
    """
    if last < 2:
        return None
    to = whole_number(end, DIGITS) or last
    older, newer = sorted((whole_number(start, DIGITS) or max(to - 1, 1), to))
    return (older, newer) if older != newer else (max(newer - 1, 1), max(newer, 2))


def _version(db: sqlite3.Connection, article: int, number: int) -> dict[str, Any]:
    found = versions_of(db, article, [number])
    if not found:
        raise NotFound(_("The article has no such version"))
    row, held = found[0]
    pictures = held.pictures or ()
    urls = json.dumps([picture.url for picture in pictures])
    kept = {row["url"]: row for row in rows_of(db, KEPT_PICTURES, (article, urls))}
    files = json.dumps([file.url for file in held.files or ()])
    nothing = {"id": None, "capture": None, "others": 0}
    (ends,) = rows_of(db, "select max(seq) as last from revisions where article = ?", (article,))
    return {
        "article": rows_of(db, ARTICLE, (article,))[0],
        "one": changes_named(dict(row)),
        "version": held,
        "cited": cited_row(db, article, number),
        "last": ends["last"],
        "files": {file["url"]: file for file in rows_of(db, FILES, (article, files))},
        "images": [
            {**kept.get(one.url, nothing), "url": one.url, "caption": one.caption}
            for one in pictures
        ],
    }


ROUTES: Routes = (
    (rf"^/a/(?P<key>{ANY_KEY})/versions$", versions),
    (rf"^/a/(?P<key>{ANY_KEY})/versions/(?P<seq>[1-9][0-9]{{0,8}})$", version),
    (
        rf"^/a/(?P<key>{ANY_KEY})/captured/(?P<at>\d{{8}}T\d{{6}}Z)"
        rf"(?:-(?P<digits>(?i:[0-9a-f]{{8,64}})))?(?:\.(?P<format>{ENDING}))?$",
        captured,
    ),
)

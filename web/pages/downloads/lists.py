"""Files of what our pages list: `/search`, `/changes`, `/removed` and `/copies`, whole."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.export.columns import Row
from pipelines.export.sources import Choice, Found, Query, Source, query_source, table_source
from pipelines.keep.search.asked import Asked
from pipelines.keep.search.reach import reached
from pipelines.keep.search.search import ids_found
from web.pages.articles.changes import edits_asked
from web.pages.articles.removed import removals_asked
from web.pages.downloads.rows import KINDS, download
from web.pages.rendering import Routes
from web.pages.search import asked_of

EDITS = """select key, site, site_name, title, language, seq, seen_at, changed, words_added,
    words_removed, figures_changed, removed_at from ({query})"""
REMOVALS = """select key, site, site_name, title, language, state, since_at, confirmed_at, asked,
    status, to_url, published_on, published_precision, last_seen_at, capture, kept_in
    from ({query})"""
# A group is named by the key of the article that was first, which lasts; rows follow their groups.
COPIES = """select articles.key, articles.site, sites.name as site_name, articles.title,
        articles.url, articles.published_on, articles.published_precision, articles.first_seen_at,
        position, known_from, days_later, words_added, words_removed, altered, round_up,
        (select key from articles where id = copy_groups.first) as first_key,
        (select site from articles where id = copy_groups.first) as first_site,
        copy_group
    from copy_groups cross join copies on copies.copy_group = copy_groups.id
        cross join articles on articles.id = copies.article
        cross join sites on sites.key = articles.site
    order by copy_groups.newest_on desc, copy_groups.id desc, position <> 'first', days_later,
        copies.article"""


async def search(request: Request, datasette: Datasette) -> Any:
    """All articles that a question finds: in the order of the page if it can rank them all, else
    the last archived first.
    """
    asked = asked_of(request.args)
    return await download(request, datasette, "search", lambda db: found_of(db, asked))


def found_of(db: sqlite3.Connection, asked: Asked) -> Source:
    """The articles that a question finds."""
    found = table_source(db, "articles", Choice(asked=asked))
    assert isinstance(found, Found)
    if not reached(db, asked).is_whole:
        return found
    return Ranked(found.table, asked, tuple(ids_found(db, asked)))


@dataclass(frozen=True, slots=True)
class Ranked(Found):
    """The articles that answer a question, in a given order."""

    ids: tuple[int, ...]

    def rows(self, db: sqlite3.Connection, skipped: int = 0) -> Iterator[Row]:
        """The rows behind the first `skipped`."""
        return self.table.of_articles(db, iter(self.ids[skipped:]))


async def changes(request: Request, datasette: Datasette) -> Any:
    """All edits of a list, the newest first."""
    query, values = edits_asked(request)
    return await _listed(request, datasette, "changes", EDITS.format(query=query), values)


async def removed(request: Request, datasette: Datasette) -> Any:
    """All that vanished, moved or came back, the latest first."""
    query, values = removals_asked(request)
    return await _listed(request, datasette, "removed", REMOVALS.format(query=query), values)


async def copies(request: Request, datasette: Datasette) -> Any:
    """All copies of all groups, the groups with the newest articles first."""
    return await _listed(request, datasette, "copies", COPIES, {})


async def _listed(
    request: Request, datasette: Datasette, name: str, sql: str, values: dict[str, Any]
) -> Any:
    def make(db: sqlite3.Connection) -> Query:
        return query_source(db, name, sql, {**values, "most": -1})

    return await download(request, datasette, name, make)


ROUTES: Routes = (
    (rf"^/search{KINDS}", search),
    (rf"^/changes{KINDS}", changes),
    (rf"^/removed{KINDS}", removed),
    (rf"^/copies{KINDS}", copies),
)

"""The front page: the newest of each portal, what was edited and removed, what looks broken."""

import json
import sqlite3
from math import ceil
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.archive import Row, archive_of, rows_of, stored_list
from web.pages.articles.wording import fields
from web.pages.asked import sites_to_choose
from web.pages.rendering import Routes, page

SHOWN = 10  # newest articles
FEWEST = 2  # articles of one portal among them, however many portals there are
PORTALS = f"""with chosen as materialized (
        select key, name, (select max(published_on) from articles where site = sites.key)
            as newest_on
        from sites where removed_at is null
        order by newest_on is null, newest_on desc, key limit 12
    )
    select key, name, newest_on,
        (select json_group_array(id) from (select id from articles where site = chosen.key
            and published_on is not null order by published_on desc, published_at desc
            limit {SHOWN})) as newest
    from chosen order by newest_on is null, newest_on desc, key"""
ARTICLES = """select articles.id, articles.key, title, lead, substr(body, 1, 400) as opening,
        published_on, published_at, published_precision, articles.language, articles.changed_at,
        articles.removed_at, sites.key as site, sites.name as site_name
    from articles join sites on sites.key = articles.site
    where articles.id in (select value from json_each(?))"""
FIRST_SEEN = f"select id from articles order by first_seen_at desc limit {SHOWN}"
EDITED = """select articles.key, articles.title, articles.language, articles.changed_at,
        sites.name as site_name, sites.timezone, revisions.changed, revisions.words_added,
        revisions.words_removed, revisions.figures_changed
    from articles join sites on sites.key = articles.site
        left join revisions on revisions.id = articles.revision
    where articles.changed_at is not null order by articles.changed_at desc limit 5"""
REMOVED = """select articles.key, articles.title, articles.language, articles.removed_at,
        sites.name as site_name, sites.timezone
    from articles join sites on sites.key = articles.site
    where articles.removed_at is not null order by articles.removed_at desc limit 5"""
BROKEN = """select key, name, health, health_detail from sites
    where health in ('broken', 'suspect') and removed_at is null
    order by health, health_at desc limit 8"""
HELD = """select (select sum(articles) from article_counts) as articles,
        (select count(*) from sites where removed_at is null) as portals,
        (select min(published_on) from articles where published_on is not null) as oldest,
        (select max(published_on) from articles where published_on is not null) as newest,
        (select max(visited_at) from sites) as visited_at"""


async def front(request: Request, datasette: Datasette) -> Response:
    """The front page."""
    archive = await archive_of(datasette)
    shown = await archive.read(_shown)
    return await page(
        datasette, request, "front.html", {**shown, "archive": archive, "fields": fields()}
    )


def _shown(db: sqlite3.Connection) -> dict[str, Any]:
    portals = [{**one, "newest": stored_list(one["newest"])} for one in rows_of(db, PORTALS)]
    share = max(FEWEST, ceil(SHOWN / (len(portals) or 1)))
    chosen = [number for portal in portals for number in portal["newest"][:share]]
    if not chosen:  # nothing has a date
        chosen = [one["id"] for one in rows_of(db, FIRST_SEEN)]
    articles = {one["id"]: one for one in rows_of(db, ARTICLES, (json.dumps(chosen),))}
    for portal in portals:
        portal["article"] = articles.get(next(iter(portal["newest"]), None))
    (held,) = rows_of(db, HELD)
    return {
        "held": held,
        "newest": sorted(articles.values(), key=_by_time, reverse=True)[:SHOWN],
        "portals": portals,
        "edited": [_with_changes(one) for one in rows_of(db, EDITED)],
        "removed": rows_of(db, REMOVED),
        "broken": rows_of(db, BROKEN),
        "sites": sites_to_choose(db),
    }


def _by_time(one: Row) -> tuple[str, str, int]:
    return one["published_on"] or "", one["published_at"] or "", one["id"]


def _with_changes(one: Row) -> Row:
    return {**one, "changed": stored_list(one["changed"])}


ROUTES: Routes = ((r"^/$", front),)

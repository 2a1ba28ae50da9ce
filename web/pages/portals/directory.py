"""`/sites`: all portals, those that look broken first."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.keep.issues.issues import open_counts
from pipelines.keep.status.statuses import Standing, standings
from pipelines.keep.status.words import HEALTH, WORDS
from pipelines.outcomes import HEALTH_ISSUES
from pipelines.search.marks import folded
from web import clock
from web.archive import Row, archive_of, rows_of
from web.charts.bars import bars_of_months, month_before
from web.pages.asked import numbered_page
from web.pages.rendering import Routes, page

A_PAGE = 50
MONTHS = 24  # of the small bars
FILTERS = ("health", "level", "platform")
SITES = """select sites.key, timezone, sites.language, newest.key as newest_key,
        newest.title as newest_title, newest.published_on, newest.published_precision,
        newest.language as newest_language
    from sites left join articles as newest on newest.id = (select id from articles
        where site = sites.key and published_on is not null
        order by published_on desc, published_at desc limit 1)
    where sites.key in (select value from json_each(?))"""
TOTALS = """select site, sum(articles) as articles from article_counts
    where site in (select value from json_each(?)) group by site"""
COUNTS = """select site, month, articles from article_counts
    where site in (select value from json_each(?)) and month > ?"""


async def directory(request: Request, datasette: Datasette) -> Response:
    """A page of portals. `?q=` looks in names, addresses and keys, with marks or without;
    `?health=`, `?level=` and `?platform=` choose; `?sort=name` sorts.
    """
    archive = await archive_of(datasette)
    asked = {name: request.args.get(name) or "" for name in ("q", "sort", *FILTERS)}
    at, now = numbered_page(request), clock.now()
    shown = await archive.read(lambda db: _shown(db, asked, at, now))
    return await page(datasette, request, "sites.html", {"archive": archive, **shown})


def _shown(db: sqlite3.Connection, asked: dict[str, str], at: int, now: datetime) -> dict[str, Any]:
    all_sites = standings(db)
    found = chosen(all_sites, asked)
    pages = max(1, -(-len(found) // A_PAGE))
    at = min(at, pages)
    on_page = found[(at - 1) * A_PAGE : at * A_PAGE]
    kept = {name: value for name, value in asked.items() if value}
    return {
        "sites": _with_facts(db, on_page, now.date().isoformat()[:7]),
        "words": [(word, WORDS[word], meaning) for word, meaning in HEALTH.items()],
        "counts": {name: _counts(all_sites, name) for name in FILTERS},
        **{"asked": asked, "found": len(found), "total": len(all_sites)},
        **{"at": at, "pages": pages},
        "newer": "?" + urlencode({**kept, "page": at - 1}) if at > 1 else None,
        "older": "?" + urlencode({**kept, "page": at + 1}) if at < pages else None,
    }


def chosen(sites: Sequence[Standing], asked: dict[str, str]) -> list[Standing]:
    """The portals that a search and the filters leave, in the order that is asked for."""
    words = folded(asked["q"]).split()
    found = [
        one
        for one in sites
        if all(not asked[name] or getattr(one, name) == asked[name] for name in FILTERS)
        and all(word in _searched(one) for word in words)
    ]
    return sorted(found, key=lambda one: folded(one.name)) if asked["sort"] == "name" else found


def _searched(one: Standing) -> str:
    return folded(f"{one.name} {one.publisher or ''} {one.url} {one.site}")


def _counts(sites: Sequence[Standing], name: str) -> list[tuple[str, int]]:
    """The values of a filter with their counts, the most frequent first."""
    counts = Counter(getattr(one, name) for one in sites)
    return [(value, count) for value, count in counts.most_common() if value]


def _with_facts(db: sqlite3.Connection, sites: Sequence[Standing], month: str) -> list[Row]:
    """What the list shows of each portal of a page."""
    keys = json.dumps([one.site for one in sites])
    facts = {row["key"]: row for row in rows_of(db, SITES, (keys,))}
    months: dict[str, dict[str, int]] = {one.site: {} for one in sites}
    for row in rows_of(db, COUNTS, (keys, month_before(month, MONTHS))):
        months[row["site"]][row["month"]] = row["articles"]
    totals = dict(db.execute(TOTALS, (keys,)).fetchall())
    issues = open_counts(db, keys)
    return [
        {
            **facts[one.site],
            **{"standing": one, "word": WORDS[one.health]},
            "issues": sum(issues.get(one.site, {}).values()),
            "wrong": [kind for kind in issues.get(one.site, {}) if kind in HEALTH_ISSUES][:2],
            "articles": totals.get(one.site, 0),
            "bars": bars_of_months(months[one.site], month, MONTHS, all_months=True),
        }
        for one in sites
    ]


ROUTES: Routes = ((r"^/sites$", directory),)

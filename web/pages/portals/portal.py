"""`/site/KEY`: one portal, how it stands, how it is watched, and what it published."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.status.statuses import site_statuses
from pipelines.keep.status.words import HEALTH, WORDS, ago, next_visit, remarks, why
from pipelines.outcomes import HEALTH_ISSUES, one_of
from pipelines.read.addresses.canonical import known_host
from web import clock
from web.archive import Row, archive_of, rows_of
from web.charts.bars import bars_of_months
from web.charts.calendars import weekdays, year_of
from web.charts.spans import rows_of_spans
from web.languages import gettext as _
from web.pages.portals.counts import by_day, by_month, by_section
from web.pages.portals.coverage import coverage_of
from web.pages.portals.site_files import file_of, states_of
from web.pages.portals.timeline import timeline_of
from web.pages.rendering import Routes, page

NEWEST = 8  # articles of a portal's page
MONTHS = 60  # of its bars
HEALTH_SPAN = timedelta(days=365)
ENTRY = """articles.key, title, lead, substr(body, 1, 300) as opening, published_on,
    published_precision, language, section, changed_at, removed_at, site"""
LISTED = f"""select {ENTRY} from articles where site = ? and published_on is not null
    order by published_on desc, published_at desc limit {NEWEST}"""
EDITED = f"""select {ENTRY} from articles where site = ? and changed_at is not null
    order by changed_at desc limit 4"""
REMOVED = f"""select {ENTRY} from articles where site = ? and removed_at is not null
    order by removed_at desc limit 4"""
ISSUES = """select id, kind, url, detail, opened_at from issues
    where site = ? and closed_at is null order by opened_at desc limit 12"""
HEALTH_SPANS = f"""select kind, id, opened_at, closed_at from issues
    where site = :site and kind {one_of(HEALTH_ISSUES)}
        and (closed_at is null or closed_at > :since) order by id desc limit 200"""
LISTINGS = """select url, kind, last_fetched_at, next_due_at, state, named
    from pages left join listings on listings.page = pages.id
    where site = ? and kind in ('listing', 'feed', 'sitemap') and state <> 'waiting'
    order by kind, priority, pages.id limit 40"""


async def portal(request: Request, datasette: Datasette) -> Response:
    """The page of one portal. `?year=` chooses the year of its calendar."""
    key = request.url_vars["key"]
    archive = await archive_of(datasette)
    site = await archive.row("select * from sites where key = ?", (key,))
    if site is None:
        raise NotFound(_("No portal has the key %(key)s") % {"key": key})
    now = clock.now()
    year = _year(request.args.get("year"))
    shown = await archive.read(lambda db: _shown(db, site, now, year))
    return await page(datasette, request, "site.html", {"archive": archive, **shown})


def _shown(db: sqlite3.Connection, site: Row, now: datetime, year: int | None) -> dict[str, Any]:
    key, today = site["key"], now.astimezone(_zone(site["timezone"])).date()
    months = by_month(db, key)
    undated = months.pop("", 0)
    newest = max(months, default=today.isoformat()[:7])
    chosen = year or int(min(newest, today.isoformat())[:4])
    days = by_day(db, key, f"{chosen:04d}-01-01", f"{chosen:04d}-12-31")
    since = now - HEALTH_SPAN
    spans = rows_of(db, HEALTH_SPANS, {"site": key, "since": utc_text(since)})
    return {
        **{
            "site": site,
            "row_path": tilde_encode(key),
            "today": today,
            "years": sorted({int(month[:4]) for month in months}),
        },
        **{"year": chosen, "calendar": year_of(chosen, days), "weekdays": weekdays()},
        "months": bars_of_months(months, max(newest, today.isoformat()[:7]), MONTHS),
        **_standing(db, site, now),
        **_articles(db, key),
        "articles": sum(months.values()) + undated,
        "without_date": undated,
        "coverage": coverage_of(db, key, now.astimezone(UTC).date()),
        "timeline": timeline_of(db, site),
        "health_rows": rows_of_spans([tuple(row.values()) for row in spans], since, now),
        "since": since.date().isoformat(),
    }


def _standing(db: sqlite3.Connection, site: Row, now: datetime) -> dict[str, Any]:
    """Its health in the words of `loa status`, and how it is watched."""
    key, states = site["key"], states_of(db)
    (status,) = site_statuses(db, now=now, states=states, only=[key], with_looks=False)
    file = file_of(states.get(key))
    host = rows_of(db, "select * from hosts where host = ?", (known_host(site["url"]),))
    return {
        "status": status,
        "word": WORDS[status.health],
        "meaning": HEALTH[status.health],
        "why": why(status),
        "last": ago(status.last_run_at, now),
        "next": next_visit(status, now),
        "remarks": list(remarks(status)),
        "issues": rows_of(db, ISSUES, (key,)),
        "settings": _settings(site),
        "rules": file.crawl if file else None,
        "host": host[0] if host else None,
        "listings": rows_of(db, LISTINGS, (key,)),
    }


def _articles(db: sqlite3.Connection, key: str) -> dict[str, Any]:
    return {
        "newest": rows_of(db, LISTED, (key,)),
        "edited": rows_of(db, EDITED, (key,)),
        "removed": rows_of(db, REMOVED, (key,)),
        "sections": by_section(db, key),
    }


def _settings(site: Row) -> dict[str, Any]:
    """What its file said when it was last read; empty where it has none."""
    try:
        settings = json.loads(site["settings"] or "{}")
    except ValueError:
        return {}
    return settings if isinstance(settings, dict) else {}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _year(asked: str | None) -> int | None:
    return int(asked) if asked and asked.isdecimal() and len(asked) == 4 and int(asked) else None


ROUTES: Routes = ((r"^/site/(?P<key>[^/]+)$", portal),)

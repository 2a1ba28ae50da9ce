"""`/day/2020-07-10` and `/month/2020-07`: what portals published then, by the day that they print.

`?site=` shows one portal alone. When the archive first saw an article is another fact, and has no
part in these pages.
"""

import sqlite3
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from web.archive import Row, archive_of, rows_of
from web.charts.bars import month_before
from web.charts.calendars import month_of, weekdays
from web.languages import gettext as _
from web.pages.asked import site_asked, whole_number
from web.pages.portals.counts import ON_DAYS, by_day, by_site
from web.pages.rendering import Routes, page

A_PAGE = 50
FIRST_MONTH, LAST_MONTH = "0001-01", "9999-12"  # of the calendar that Python knows
# The articles of a page are chosen by an index alone; their texts are read afterwards.
LIST = """with chosen as materialized (
        select id from articles
        where {where}
            and (site, ifnull(published_at, published_on), id) > (:after_site, :after_at, :after_id)
        order by site, ifnull(published_at, published_on), id limit :most)
    select articles.id, articles.key, title, lead, substr(body, 1, 300) as opening, published_on,
        published_at, published_precision, articles.language, section, changed_at,
        articles.removed_at,
        site, sites.name as site_name, sites.timezone
    from chosen join articles using (id) join sites on sites.key = site
    order by site, ifnull(published_at, published_on), articles.id"""
OF_DAYS = f"published_on between :first and :last and {ON_DAYS}"
MONTH_ONLY = "published_on = :first and published_precision = 'month'"
NEIGHBOUR = """select published_on from articles where {of} published_on {than} :on
        and (substr(published_on, 9) <> '01' or published_precision <> 'month')
    order by published_on {order} limit 1"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A span of days, one portal or None for all, and after which article a page begins.

    `month_only`: only articles of which no more than the month is known.
    """

    first: str
    last: str
    site: str | None
    after: tuple[str, str, int]
    month_only: bool = False

    def values(self) -> dict[str, object]:
        """As the queries name them; one more article than a page shows is asked for."""
        site, at, number = self.after
        return {
            **{"first": self.first, "last": self.last, "site": self.site, "most": A_PAGE + 1},
            "month_begins": f"{self.first[:7]}-01",
            **{"after_site": site, "after_at": at, "after_id": number},
        }


async def day_page(request: Request, datasette: Datasette) -> Response:
    """All articles of a day."""
    on = _known(request.url_vars["day"])
    asked = _asked(request, on.isoformat(), on.isoformat())
    archive = await archive_of(datasette)
    shown = await archive.read(lambda db: _day(db, asked))
    return await page(datasette, request, "day.html", {"archive": archive, **shown})


async def month_page(request: Request, datasette: Datasette) -> Response:
    """A month: its calendar, its articles, and those of which only the month is known.

    `?only=month` shows the latter alone.
    """
    first = _known(f"{request.url_vars['month']}-01")
    last = first.replace(day=monthrange(first.year, first.month)[1])
    asked = _asked(request, first.isoformat(), last.isoformat())
    archive = await archive_of(datasette)
    shown = await archive.read(lambda db: _month(db, asked))
    return await page(datasette, request, "month.html", {"archive": archive, **shown})


def _day(db: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    month = asked.first[:7]
    sites = by_site(db, asked.first, asked.last)
    return {
        **_listed(db, OF_DAYS, asked),
        **_around(db, asked),
        "on": asked.first,
        "month": _calendar(db, month, asked.site),
        "portals": _portals(db, sites),
        "total": sites.get(asked.site, 0) if asked.site else sum(sites.values()),
    }


def _month(db: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    month = asked.first[:7]
    sites = by_site(db, asked.first, asked.last)
    apart = asked.after == START and not asked.month_only
    only = _listed(db, MONTH_ONLY, asked) if apart else {}
    return {
        **_listed(db, MONTH_ONLY if asked.month_only else OF_DAYS, asked),
        "is_month_only": asked.month_only,
        "more_month_only": only.get("older"),
        **_around(db, asked),
        "month": _calendar(db, month, asked.site),
        "month_only": only.get("articles", []),
        "month_before": month_before(month, 1) if month > FIRST_MONTH else None,
        "month_after": month_before(month, -1) if month < LAST_MONTH else None,
        "portals": _portals(db, sites),
        "total": sites.get(asked.site, 0) if asked.site else sum(sites.values()),
    }


START = ("", "", 0)


def _listed(db: sqlite3.Connection, when: str, asked: Asked) -> dict[str, Any]:
    """A page of articles, by portal, and the query of the next page."""
    where = f"site = :site and {when}" if asked.site else when
    found = rows_of(db, LIST.format(where=where), asked.values())
    rest, found = found[A_PAGE:], found[:A_PAGE]
    groups: list[dict[str, Any]] = []
    for row in found:
        if not groups or groups[-1]["site"] != row["site"]:
            groups.append({"site": row["site"], "name": row["site_name"], "articles": []})
        groups[-1]["articles"].append(row)
    older = _next_page(asked, found[-1]) if rest else None
    return {"articles": groups, "older": older, "is_first": asked.after == START}


def _next_page(asked: Asked, last: Row) -> str:
    kept = {"site": asked.site} if asked.site else {}
    kept |= {"only": "month"} if asked.month_only else {}
    after = f"{last['site']} {last['published_at'] or last['published_on']} {last['id']}"
    return "?" + urlencode({**kept, "after": after})


def _around(db: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """The portal, and the days with news before and after."""
    of = "site = :site and" if asked.site else ""
    before = NEIGHBOUR.format(of=of, than="<", order="desc")
    after = NEIGHBOUR.format(of=of, than=">", order="asc")
    days_before = rows_of(db, before, {"site": asked.site, "on": asked.first})
    days_after = rows_of(db, after, {"site": asked.site, "on": asked.last})
    return {
        "site": site_asked(db, asked.site),
        "day_before": days_before[0]["published_on"] if days_before else None,
        "day_after": days_after[0]["published_on"] if days_after else None,
        "query": "?" + urlencode({"site": asked.site}) if asked.site else "",
    }


def _calendar(db: sqlite3.Connection, month: str, site: str | None) -> dict[str, Any]:
    return {
        "weekdays": weekdays(),
        "shown": month_of(month, by_day(db, site, f"{month}-01", f"{month}-31")),
    }


def _portals(db: sqlite3.Connection, counts: dict[str, int]) -> list[Row]:
    """The portals with most articles, by name, with their counts."""
    most = sorted(counts, key=lambda site: (-counts[site], site))[:A_PAGE]
    names = dict(db.execute("select key, name from sites").fetchall()) if most else {}
    return [{"site": site, "name": names[site], "articles": counts[site]} for site in most]


def _asked(request: Request, first: str, last: str) -> Asked:
    after = (request.args.get("after") or "").split(" ")
    number = whole_number(after[2]) if len(after) == 3 else None
    begins = START if number is None else (after[0], after[1], number)
    only = request.args.get("only") == "month"
    return Asked(first, last, request.args.get("site") or None, begins, only)


def _known(written: str) -> date:
    """A day of the calendar. Raises NotFound for one that does not exist."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotFound(_("There is no day %(day)s") % {"day": written}) from None


ROUTES: Routes = (
    (r"^/day/(?P<day>\d{4}-\d{2}-\d{2})$", day_page),
    (r"^/month/(?P<month>\d{4}-\d{2})$", month_page),
)

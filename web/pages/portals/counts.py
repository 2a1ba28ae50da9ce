"""How many articles: by month and day of publication, by portal and section."""

import re
import sqlite3

from web.archive import Row, rows_of

# The first day of a month also stands for articles of which only the month is known. Of other days
# the index says enough, so that no article is read.
ON_DAYS = "(published_on <> :month_begins or published_precision <> 'month')"
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
MONTHS = "select month, articles from article_counts where site = ?"
DAYS = """select published_on, count(*) as articles from articles
    where {of} published_on between :first and :last
        and (substr(published_on, 9) <> '01' or published_precision <> 'month') group by 1"""
SITES = f"""select site, count(*) as articles from articles
    where published_on between :first and :last and {ON_DAYS} group by 1"""
SECTIONS = """select section, articles from section_counts where site = ?
    order by articles desc, section limit 40"""


def by_month(db: sqlite3.Connection, site: str) -> dict[str, int]:
    """How many articles a portal published in each month (2020-07), and without a date ('')."""
    counts = db.execute(MONTHS, (site,)).fetchall()
    return {month: count for month, count in counts if not month or MONTH.fullmatch(month)}


def by_day(db: sqlite3.Connection, site: str | None, first: str, last: str) -> dict[str, int]:
    """How many articles a portal, or all, published on each day between two."""
    query = DAYS.format(of="site = :site and" if site else "")
    return dict(db.execute(query, {"site": site, "first": first, "last": last}).fetchall())


def by_site(db: sqlite3.Connection, first: str, last: str) -> dict[str, int]:
    """How many articles each portal published between two days of one month."""
    values = {"first": first, "last": last, "month_begins": f"{first[:7]}-01"}
    return dict(db.execute(SITES, values).fetchall())


def by_section(db: sqlite3.Connection, site: str) -> list[Row]:
    """The largest sections of a portal, with their counts."""
    return rows_of(db, SECTIONS, (site,))

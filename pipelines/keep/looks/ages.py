"""How old the last looks at a site's articles are."""

from datetime import datetime
from math import ceil
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.looks.plan import HELD_ANYWHERE

# An index answers both, without a look at the pages themselves.
_OF_SITE = f"from pages indexed by pages_looked_at where site = :site and {HELD_ANYWHERE}"
_COUNT = f"select count(*) as articles, min(last_fetched_at) as oldest {_OF_SITE}"
_HALF = f"select last_fetched_at {_OF_SITE} order by last_fetched_at desc limit 1 offset :newer"
_DAYS = "select julianday(:now) - julianday(:half), julianday(:now) - julianday(:oldest)"


class LastLooks(NamedTuple):
    """Within how many days, rounded up, the last looks at half and at all articles were."""

    half_days: int
    all_days: int


def last_looks(db: Connection, *, now: datetime, only: str | None = None) -> dict[str, LastLooks]:
    """By site: how old the last looks at the addresses of its articles are, of those that answered
    last time. Sites without such articles are left out. `only`: a JSON list of the sites to tell
    of.
    """
    sites = (
        "select key from sites where :only is null or key in (select value from json_each(:only))"
    )
    found: dict[str, LastLooks] = {}
    for (site,) in db.execute(f"{sites} order by key", {"only": only}).fetchall():
        articles, oldest = db.execute(_COUNT, {"site": site}).fetchone()
        if articles:
            half = first_value(db, _HALF, {"site": site, "newer": (articles + 1) // 2 - 1})
            times = {"now": utc_text(now), "half": half, "oldest": oldest}
            found[site] = LastLooks(
                *(max(0, ceil(days)) for days in db.execute(_DAYS, times).fetchone())
            )
    return found

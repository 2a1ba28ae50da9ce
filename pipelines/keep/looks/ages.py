"""How old the last looks at a site's articles are."""

from datetime import datetime
from math import ceil
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.rows import first_value
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.looks.plan import HELD_ANYWHERE

# An index (pages_looked_at) answers both, without a look at the pages themselves.
_COUNTS = f"""select site, count(*) as articles, min(last_fetched_at) as oldest
    from pages where {HELD_ANYWHERE}
        and (:only is null or site in (select value from json_each(:only)))
    group by site order by site"""
_HALF = f"""select last_fetched_at from pages where site = :site and {HELD_ANYWHERE}
    order by last_fetched_at desc limit 1 offset :newer"""
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
    found: dict[str, LastLooks] = {}
    for row in db.execute(_COUNTS, {"only": only}).fetchall():
        place = {"site": row["site"], "newer": (row["articles"] + 1) // 2 - 1}
        times = {"half": first_value(db, _HALF, place), "oldest": row["oldest"]}
        half, oldest = db.execute(_DAYS, {"now": utc_text(now), **times}).fetchone()
        found[row["site"]] = LastLooks(max(0, ceil(half)), max(0, ceil(oldest)))
    return found

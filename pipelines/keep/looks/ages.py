"""How old the last looks at a site's articles are."""

from datetime import datetime
from math import ceil
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.looks.plan import HELD_ANYWHERE

_LAST = f"""with looks as (
        select site, julianday(:now) - julianday(last_fetched_at) as days,
            row_number() over (partition by site order by last_fetched_at desc) as place,
            count(*) over (partition by site) as articles
        from pages where {HELD_ANYWHERE}
            and (:only is null or site in (select value from json_each(:only))))
    select site, days from looks where place in ((articles + 1) / 2, articles)
    order by site, days"""


class LastLooks(NamedTuple):
    """Within how many days, rounded up, the last looks at half and at all articles were."""

    half_days: int
    all_days: int


def last_looks(db: Connection, *, now: datetime, only: str | None = None) -> dict[str, LastLooks]:
    """By site: how old the last looks at the addresses of its articles are, of those that answered
    last time. Sites without such articles are left out. `only`: a JSON list of the sites to tell
    of.
    """
    days: dict[str, list[int]] = {}
    for row in db.execute(_LAST, {"now": utc_text(now), "only": only}):
        days.setdefault(row["site"], []).append(max(0, ceil(row["days"])))
    return {site: LastLooks(found[0], found[-1]) for site, found in days.items()}

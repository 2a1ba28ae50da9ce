"""Doubtful addresses of the frontier: which to request next, what their shapes brought, and how
many are left.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from sqlite3 import Connection

from pipelines.keep.frontier.pages import KNOWN_PAGE, KnownPage, Skipped, known_page
from pipelines.read.addresses.shape import shape_of

NEVER_ASKED = "state = 'waiting' and doubt is not null and last_fetched_at is null"


@dataclass(frozen=True, slots=True)
class Yields:
    """By shape: how many requests for doubtful addresses brought an article, and how many none."""

    articles: Counter[str] = field(default_factory=Counter)
    vain: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Remainder:
    """The doubtful addresses that were never requested; `newest` is the one found last."""

    count: int
    doubts: str
    newest: str


def yields(db: Connection, site: str) -> Yields:
    """What requests for the doubtful addresses of a site have brought so far."""
    found = Yields()
    rows = db.execute(
        """select url, article from pages where site = ? and doubt is not null
            and last_fetched_at is not null and state in ('held', 'refused', 'gone')""",
        (site,),
    )
    for row in rows:
        (found.vain if row["article"] is None else found.articles)[shape_of(row["url"])] += 1
    return found


def next_doubtful(
    db: Connection, site: str, skipped: Skipped, barred: Callable[[str], bool]
) -> KnownPage | None:
    """The doubtful address to request next, or None. `barred`: whether to leave a shape alone."""
    rows = db.execute(
        f"""select {KNOWN_PAGE} from pages where site = ? and {NEVER_ASKED}
        order by pages.depth, id""",
        (site,),
    )
    for row in rows:
        url = row["url"]
        left = url in skipped.urls or any(url.startswith(host) for host in skipped.hosts)
        if not left and not barred(shape_of(url)):
            return known_page(row)
    return None


def remainder(db: Connection, site: str) -> Remainder | None:
    """What is left of a site's doubtful addresses; None if nothing is."""
    rows = db.execute(
        f"""select doubt, count(*) as count, max(id) as newest from pages
        where site = ? and {NEVER_ASKED} group by doubt order by count(*) desc""",
        (site,),
    ).fetchall()
    if not rows:
        return None
    newest = max(row["newest"] for row in rows)
    (url,) = db.execute("select url from pages where id = ?", (newest,)).fetchone()
    doubts = ", ".join(f"{row['doubt']} {row['count']}" for row in rows)
    return Remainder(sum(row["count"] for row in rows), doubts, url)

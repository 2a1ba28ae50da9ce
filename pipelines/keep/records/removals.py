"""Which articles the portal removed: decided at the end of a run, when all its answers are known.

An answer "not found" may pass: a portal under repair gives it for every address.
"""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.outcomes import LIKE_ARTICLE, LISTINGS_SEEN, Outcome, one_of

GONE = (Outcome.GONE, Outcome.REFUSED_SOFT_404)
# So many answers in a row take a week; then a 404 or 410 counts even if no other page is well.
SURE_AFTER = 4

_COUNTS = f"""select
        count(*) filter (where outcome {one_of(GONE)} and articles.id is not null) as gone,
        count(*) filter (where outcome {LIKE_ARTICLE}) as read,
        count(*) filter (where outcome {one_of(LISTINGS_SEEN)}) as others
    from captures
        left join pages on pages.site = captures.site and pages.url = captures.url
        left join articles on articles.id = pages.article and removed_at is null
    where run = :run and (outcome {one_of((*GONE, *LISTINGS_SEEN))} or outcome {LIKE_ARTICLE})"""
_BEFORE = """(select outcome from captures as earlier where earlier.url = captures.url
        and earlier.site = captures.site and earlier.fetched_at < captures.fetched_at
        order by earlier.fetched_at desc limit 1)"""
_REMOVED = f"""update articles set removed_at = lost.at from (
        select held.id as article, min(captures.fetched_at) as at
        from captures
            join pages on pages.site = captures.site and pages.url = captures.url
            join articles as held on held.id = pages.article
        where captures.run = :run and pages.state = 'gone'
            and held.removed_at is null and held.last_seen_at <= captures.fetched_at
            and iif(captures.outcome = '{Outcome.REFUSED_SOFT_404}', :text_is_believed,
                captures.status in (404, 410)
                    and (:status_is_believed or pages.failures >= {SURE_AFTER}))
            and (captures.status = 410 or {_BEFORE} {one_of(GONE)})
            and not exists (select 1 from pages as other where other.article = held.id
                and other.kind = 'article' and other.state = 'held')
        group by held.id) as lost
    where articles.id = lost.article"""


def confirm_removals(db: Connection, run: int, *, well: bool = True) -> None:
    """Mark an article as removed if its address is gone: twice in a row, or once with 410.

    But not if the run found more articles gone than well, until a 404 or 410 came SURE_AFTER times
    in a row; and not if the article is held at another address. Good listings count as well pages,
    except against a page that says "not found" with status 200, which also needs a visit that is
    `well` otherwise. The last copy stays, and `removed_at` is the time of the capture.
    """
    counts = db.execute(_COUNTS, {"run": run}).fetchone()
    if not counts["gone"]:
        return
    db.execute(
        _REMOVED,
        {
            "run": run,
            "status_is_believed": counts["gone"] <= counts["read"] + counts["others"],
            "text_is_believed": well and counts["gone"] <= counts["read"],
        },
    )


class Removal(NamedTuple):
    """An article that the portal removed; `at`: the stored time of the capture that shows it."""

    site: str
    url: str
    at: str


def removals_of_run(db: Connection, run: int) -> list[Removal]:
    """The removals that the captures of a run showed and that still stand."""
    rows = db.execute(
        f"""select distinct articles.site, articles.url, removed_at
        from captures join pages on pages.site = captures.site and pages.url = captures.url
            join articles on articles.id = pages.article
        where run = ? and captures.outcome {one_of(GONE)} and removed_at = fetched_at
        order by articles.id""",
        (run,),
    )
    return [Removal(*row) for row in rows]


def take_removals(db: Connection, removals: Iterable[Removal]) -> None:
    """Mark articles as removed that a WARC file of Loa records as removed.

    Only if the archive holds the capture that shows it, and no later one that shows the article.
    """
    db.executemany(
        f"""update articles set removed_at = :at
        where site = :site and url = :url and removed_at is null and last_seen_at <= :at
            and exists (select 1 from captures
                join pages on pages.site = captures.site and pages.url = captures.url
                where pages.article = articles.id and fetched_at = :at
                    and captures.outcome {one_of(GONE)})""",
        [removal._asdict() for removal in removals],
    )

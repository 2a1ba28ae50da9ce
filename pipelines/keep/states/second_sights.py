"""Has the next visit request again what one more sight would make certain."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.states.course import Sight
from pipelines.outcomes import ArticleState

MOST_WITNESSES = 20
_NEXT = "set next_due_at = min(ifnull(next_due_at, :at), :at)"


def ask_again(db: Connection, site: str, suspected: Sequence[Sight], at: datetime) -> None:
    """Make addresses due that look missing or unlisted, as many articles as witnesses as this run
    lacked to believe it, and articles that were unlisted and are named again.

    An address that is never due is of no use any more, like a part of an article that is one page
    now.
    """
    db.executemany(
        f"""update pages {_NEXT} where site = :site and url = :url and last_fetched_at = :seen
            and state in ('held', 'gone', 'failing') and next_due_at is not null""",
        [
            {"at": utc_text(at), "site": site, "url": sight.url, "seen": sight.at}
            for sight in suspected
        ],
    )
    if count := max(map(_witnesses, suspected), default=0):
        db.execute(
            f"""update pages {_NEXT} where id in (
                select id from pages where site = :site and state = 'held' and kind = 'article'
                    and article is not null and left_at is null
                order by last_fetched_at desc, id limit :count)""",
            {"at": utc_text(at), "site": site, "count": count},
        )
    db.execute(
        f"""update pages {_NEXT} where site = :site and left_at is null and state = 'held'
            and article in (select article from sightings
                where state = '{ArticleState.UNLISTED}' and until_at is null)""",
        {"at": utc_text(at), "site": site},
    )


def _witnesses(sight: Sight) -> int:
    """How many articles the next visit needs to see beside an address that looks missing."""
    if sight.shows == ArticleState.THERE or (
        sight.shows == ArticleState.GONE and sight.is_believed
    ):
        return 0
    return min(max(sight.session.missing, 1), MOST_WITNESSES)

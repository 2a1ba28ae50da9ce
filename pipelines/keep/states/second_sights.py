"""Has the next visit ask again for what one more sight would make certain."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.states.course import Sight
from pipelines.outcomes import ArticleState

_NEXT = "set next_due_at = min(ifnull(next_due_at, :at), :at)"


def ask_again(db: Connection, site: str, suspected: Sequence[Sight], at: datetime) -> None:
    """Make addresses due that look missing or unlisted; with those, an article as a witness where
    the answer alone does not tell a missing page from a broken portal; and articles that were
    unlisted and are named again.
    """
    db.executemany(
        f"""update pages {_NEXT} where site = :site and url = :url and last_fetched_at = :seen
            and state in ('held', 'gone', 'failing')""",
        [
            {"at": utc_text(at), "site": site, "url": sight.url, "seen": sight.at}
            for sight in suspected
        ],
    )
    if any(sight.shows not in (ArticleState.THERE, ArticleState.GONE) for sight in suspected):
        db.execute(
            f"""update pages {_NEXT} where id = (
                select id from pages where site = :site and state = 'held' and kind = 'article'
                    and article is not null and left_at is null
                order by last_fetched_at desc, id limit 1)""",
            {"at": utc_text(at), "site": site},
        )
    db.execute(
        f"""update pages {_NEXT} where site = :site and left_at is null and state = 'held'
            and article in (select article from sightings
                where state = '{ArticleState.UNLISTED}' and until_at is null)""",
        {"at": utc_text(at), "site": site},
    )

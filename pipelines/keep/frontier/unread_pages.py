"""Pages that a fault of Loa left unread: each version of Loa tries such a page twice.

The second try comes on a later visit; then the page rests until a new version is installed. If the
machine had no time or no memory (`not-read`), the page never rests: a new version would not help.
"""

from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.page import Page
from pipelines.outcomes import UNREAD, Outcome, one_of
from pipelines.version import VERSION


def may_be_tried_again(db: Connection, page: Page, outcome: Outcome) -> bool:
    """Whether this version tries a page again that it has just left unread with this outcome.

    `page` is its row before the answer.
    """
    if outcome == Outcome.REFUSED_NOT_READ:
        return True
    query = """select 1 from captures where site = ? and url = ? and fetched_at = ?
        and unread_by = ? and outcome <> ?"""
    last = (page.site, page.url, page.last_fetched_at, VERSION, Outcome.REFUSED_NOT_READ)
    return db.execute(query, last).fetchone() is None


def try_anew(db: Connection, site: str, *, at: datetime) -> None:
    """Make those pages of a site due that an older version of Loa left unread."""
    db.execute(
        f"""update pages set next_due_at = :at
        where site = :site and state = 'failing' and reason {one_of(UNREAD)}
            and not exists (select 1 from captures
                where captures.site = pages.site and captures.url = pages.url
                    and fetched_at = last_fetched_at and unread_by = :version)""",
        {"site": site, "at": utc_text(at), "version": VERSION},
    )

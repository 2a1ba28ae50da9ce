"""Makes an article's former address due, when its very text turns up at a new address."""

from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.frontier.page import Page
from pipelines.outcomes import Outcome


def ask_former_addresses(db: Connection, page: Page, outcome: Outcome, at: datetime) -> None:
    """If a page gave a new article, make the addresses of others due that have its very text: the
    portal may have moved the article.
    """
    if outcome != Outcome.ARTICLE_NEW:
        return
    db.execute(
        """update pages set next_due_at = min(next_due_at, :at)
        where state = 'held' and kind = 'article' and article in (
            select former.id from pages as found
                join revisions as shown on shown.article = found.article
                join revisions as same using (content_sha256)
                join articles as former on former.revision = same.id
            where found.id = :page and former.site = found.site and former.id <> found.article)""",
        {"at": utc_text(at), "page": page.id},
    )

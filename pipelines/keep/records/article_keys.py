"""Keys of articles: what happens to them when an address changes or a record is split.

Triggers add every key that is written to `articles.key` to `article_keys`.
"""

from sqlite3 import Connection

from pipelines.keep.database.rows import update_row
from pipelines.read.addresses.article_key import article_key


def change_address(db: Connection, article: int, url: str) -> None:
    """Give an article another canonical address, and so another key. Old keys still lead to it."""
    update_row(db, "articles", article, {"url": url, "key": article_key(url)})


def share_keys(db: Connection, whole: int, part: int) -> None:
    """Let every key that leads to one article also lead to another that was split from it.

    `/a/KEY` still shows the article whose present key it is. An old key lists both.
    """
    db.execute(
        """insert or ignore into article_keys (key, article)
        select key, :part from article_keys where article = :whole""",
        {"whole": whole, "part": part},
    )

"""Keys of articles: what happens to them when an address changes or a record is split.

Whoever writes `articles.key` need not think of `article_keys`: triggers note every key there.
"""

from sqlite3 import Connection

from pipelines.keep.database.rows import update_row
from pipelines.read.addresses.article_key import article_key


def change_address(db: Connection, article: int, url: str) -> None:
    """Give an article another canonical address, and its key. Its earlier keys lead on to it."""
    update_row(db, "articles", article, {"url": url, "key": article_key(url)})


def share_keys(db: Connection, whole: int, part: int) -> None:
    """Let every key that ever led to one article lead to another that was split from it too.

    `/a/KEY` still shows the article whose present key it is; a key that is nobody's present one
    lists both.
    """
    db.execute(
        """insert or ignore into article_keys (key, article)
        select key, :part from article_keys where article = :whole""",
        {"whole": whole, "part": part},
    )

"""Writes an article's entry in the search index once, though its rows are written one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value


@contextmanager
def indexed_once(db: Connection, article: int) -> Iterator[None]:
    """Keeps an article out of the index while its texts, images and files are written, in the
    caller's transaction. Triggers index it as it then is. May be nested.

    Each entry that FTS5 takes out and writes again costs as much as the article's first one.
    """
    noted = db.execute("insert or ignore into unindexed (article) values (?)", (article,))
    is_outermost = noted.rowcount == 1
    try:
        yield
    finally:
        if is_outermost:
            db.execute("delete from unindexed where article = ?", (article,))


def next_article(db: Connection) -> int:
    """The id that the next new article gets."""
    return int(first_value(db, "select ifnull(max(id), 0) + 1 from articles"))

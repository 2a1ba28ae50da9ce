"""What a later reading of a capture writes into the revision that began with it."""

from dataclasses import replace
from sqlite3 import Connection

from pipelines.compare.changes import differs
from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.history.named_changes import name_changes
from pipelines.keep.history.rework import Read, keep_images
from pipelines.keep.history.versions import references_of, version_of, versions_of
from pipelines.keep.records.article_columns import own_columns
from pipelines.read.reading import Article

# The revisions of a site that have the text of another capture. `cross join` and `+` let SQLite
# begin with these few, not with all articles or revisions.
LENT = """
select revisions.id, capture from revisions cross join articles on articles.id = article
where lent is not null and site = ? order by +revisions.id
"""


def give_own_text(db: Connection, revision: int, read: Read) -> None:
    """Write what the capture of a revision itself shows, in the caller's transaction. If it does
    not show the same any more, the revision keeps what it has.
    """
    record = first_value(db, "select article from revisions where id = ?", (revision,))
    held = next(version for row, version in versions_of(db, record) if row["id"] == revision)
    held = replace(held, published_on=None)
    if read.reading.article is None or differs(held, version_of(read.article)):
        update_row(db, "revisions", revision, {"lent": None})
        return
    update_row(db, "revisions", revision, read.revision_columns)
    article = first_value(db, "select id from articles where revision = ?", (revision,))
    if article is not None:
        update_row(db, "articles", article, own_columns(read.article, read.reading))
        keep_images(db, article, read.article)
    name_changes(db, record)


def keep_beside(db: Connection, revision: int, article: Article, markup: str | None) -> None:
    """Write what a later reading finds beside the text that a record shows, in the caller's
    transaction. `markup`: the text's structure, None if it stays.
    """
    beside = references_of(article) | ({"body_html": markup} if markup else {})
    update_row(db, "revisions", revision, beside)
    record = first_value(db, "select article from revisions where id = ?", (revision,))
    keep_images(db, record, article)
    name_changes(db, record)

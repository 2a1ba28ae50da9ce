"""Names what changed with each revision, and whose doing it was."""

import json
from sqlite3 import Connection, Row
from typing import Any

from pipelines.compare.changes import Change, what_changed
from pipelines.compare.version import Version
from pipelines.keep.database.rows import update_row
from pipelines.keep.history.versions import versions_of

UNNAMED: dict[str, Any] = dict.fromkeys(
    ("changed", "words_added", "words_removed", "figures_changed", "changed_by")
)


def name_changes(db: Connection, article: int) -> None:
    """Write what changed with each revision of an article, in the caller's transaction.

    It follows from the revisions alone, so it may be called as often as they change.
    """
    versions = versions_of(db, article)
    before: tuple[Row, Version] | None = None
    for row, version in versions:
        columns = UNNAMED if before is None else _columns(*before, row, version)
        if any(row[name] != value for name, value in columns.items()):
            update_row(db, "revisions", row["id"], columns)
        before = row, version


def name_new_changes(db: Connection) -> None:
    """Name the changes of all revisions that have no names yet: those of this run, and those of an
    archive that an older Loa made.
    """
    query = "select distinct article from revisions where changed is null and seq > 1"
    for (article,) in db.execute(query).fetchall():
        name_changes(db, article)


def _columns(old: Row, before: Version, new: Row, after: Version) -> dict[str, Any]:
    change = what_changed(before, after)
    return {
        "changed": json.dumps(change.fields),
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "figures_changed": int(change.figures_changed),
        "changed_by": _changed_by(old, new, change),
    }


def _changed_by(old: Row, new: Row, change: Change) -> str | None:
    """Whose doing a change is. Where the page has the same bytes as before, it is the reader's; a
    file may have changed all the same.
    """
    if not change.fields:
        return None
    same_bytes = old["page_sha256"] is not None and old["page_sha256"] == new["page_sha256"]
    of_page = change.fields != ("attachments",)
    return "reader" if new["reread_at"] or (same_bytes and of_page) else "portal"

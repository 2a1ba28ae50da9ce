"""The queries behind a capture and a file are answered by indices alone."""

import pytest
from sqlite_utils import Database

from pipelines.keep.database.migrations import migrations
from web.pages.captures import attachment, capture, original

VALUES = (
    "id",
    "site",
    "url",
    "fetched_at",
    "rendered_from",
    "status",
    "sha256",
    "capture",
    "revision",
)
QUERIES = {
    "capture": capture.CAPTURE,
    "kept_at": capture.KEPT_AT.replace(":kept_at", ":fetched_at"),
    "attachment": attachment.ATTACHMENT,
    "pictures": original.KEPT_PICTURES,
    **capture.LISTS,
    **{f"of a file: {name}": query for name, query in attachment.LISTS.items()},
}


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_reads_a_whole_table(name: str) -> None:
    db = Database(memory=True)
    migrations.apply(db)
    plan = db.execute(f"explain query plan {QUERIES[name]}", dict.fromkeys(VALUES, "x"))
    scans = [row[3] for row in plan if row[3].startswith("SCAN") and "CONSTANT" not in row[3]]
    assert scans == []

"""Joins two records that prove to be one article: it has both addresses, and each key leads on."""

from sqlite3 import Connection
from typing import Any

from pipelines.keep.database.rows import update_row
from pipelines.keep.history.rework import rework
from pipelines.keep.records.article_keys import change_address, share_keys
from pipelines.keep.records.moves import delete_record, give_revisions

PUBLICATION = (
    "published_on",
    "published_at",
    "published_precision",
    "published_evidence",
    "published_raw",
)


def join_records(db: Connection, one: int, other: int, url: str) -> int:
    """Join two records of one site, in the caller's transaction; returns the one that stays, which
    is now at `url`, the address of either.

    The record that was seen first stays, with its date if it has one. It takes the other's texts,
    addresses, keys and issues, and the pictures and files of the one that was seen last.
    """
    query = "select * from articles where id in (?, ?) order by first_seen_at, id"
    first, second = map(dict, db.execute(query, (one, other)).fetchall())
    stays, goes = first["id"], second["id"]
    columns: dict[str, Any] = {
        "first_seen_at": first["first_seen_at"],
        "last_seen_at": max(first["last_seen_at"], second["last_seen_at"]),
        "removed_at": first["removed_at"] if second["removed_at"] is not None else None,
    }
    if first["published_on"] is None:
        columns |= {name: second[name] for name in PUBLICATION}
        db.execute("delete from printed_dates where article = ?", (stays,))
        db.execute("update printed_dates set article = ? where article = ?", (stays, goes))
    if second["last_seen_at"] > first["last_seen_at"]:
        for table in ("images", "attachments"):
            db.execute(f"delete from {table} where article = ?", (stays,))
            db.execute(f"update {table} set article = ? where article = ?", (stays, goes))
    for table in ("pages", "issues"):
        db.execute(f"update {table} set article = ? where article = ?", (stays, goes))
    update_row(db, "articles", stays, columns)
    share_keys(db, goes, stays)
    revisions = db.execute("select id from revisions where article = ?", (goes,)).fetchall()
    give_revisions(db, [row["id"] for row in revisions], stays)
    delete_record(db, goes)
    change_address(db, stays, url)
    rework(db, stays)
    return int(stays)

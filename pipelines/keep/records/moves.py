"""Records move to another address, or are split, when a claim to an address proves false.

No text is lost: revisions keep their rows and go to the record of the page that showed them.
"""

from collections.abc import Sequence
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value, insert_row
from pipelines.keep.history.rework import rework
from pipelines.keep.records.article_columns import REVISION_FIELDS
from pipelines.keep.records.article_keys import change_address, share_keys
from pipelines.keep.records.identity import Move
from pipelines.read.addresses.article_key import article_key
from pipelines.read.text.clean_text import word_count


def move_record(db: Connection, move: Move) -> int:
    """Move a record to its page's address, or split off its last revisions; returns the record
    that is at the address now. If a record is there already, it takes the revisions.
    """
    url = move.url
    there: int | None = first_value(
        db,
        """select there.id from articles as there join articles as moved using (site)
        where moved.id = ? and there.url = ? and there.id <> moved.id""",
        (move.record, url),
    )
    if move.after is None and there is None:
        # Its page was only believed to show the record.
        db.execute(
            "update pages set article = null where article = ? and revision is null",
            (move.record,),
        )
        change_address(db, move.record, url)
        return move.record
    rows = db.execute(
        """select revisions.id from revisions
            join captures on captures.id = revisions.capture
            join articles on articles.id = revisions.article
        where revisions.article = ? and seq > ?
            and (captures.url <> articles.url or ?)""",
        (move.record, move.after or 0, move.after is None),
    )
    revisions = [row["id"] for row in rows]
    if not revisions:  # its own page brought them all
        return move.record
    if there is None:
        return split_record(db, move.record, revisions, url)
    share_keys(db, move.record, there)
    give_revisions(db, revisions, there)
    for record in (move.record, there):
        _settle(db, record)
    return there


def split_record(db: Connection, whole: int, revisions: Sequence[int], url: str) -> int:
    """Give some revisions of a record to a new record at `url`; returns the new record.

    Both number their revisions in the order in which they were seen. The new record has the texts
    and nothing else: its page's next reading brings the date, files and images. Addresses that last
    showed one of the revisions belong to the new record.
    """
    marks = ", ".join("?" * len(revisions))
    last = db.execute(
        f"select * from revisions where id in ({marks}) order by seen_at desc, seq desc limit 1",
        tuple(revisions),
    ).fetchone()
    seen = db.execute(
        f"select min(seen_at) as first, max(seen_at) as last from revisions where id in ({marks})",
        tuple(revisions),
    ).fetchone()
    old = db.execute("select site, platform from articles where id = ?", (whole,)).fetchone()
    part = insert_row(
        db,
        "articles",
        {
            "site": old["site"],
            "url": url,
            "key": article_key(url),
            **{name: last[name] for name in REVISION_FIELDS},
            "first_seen_at": seen["first"],
            "last_seen_at": seen["last"],
            "revision": last["id"],
            "platform": old["platform"],
            "word_count": word_count(f"{last['lead'] or ''}\n{last['body']}"),
        },
    )
    share_keys(db, whole, part)
    give_revisions(db, revisions, part)
    if first_value(db, "select 1 from revisions where article = ?", (whole,)) is not None:
        renumber(db, whole)
        _show_last(db, whole)
    return part


def take_record(db: Connection, part: int, whole: int) -> None:
    """Take the record of a page that turned out to be a part of another article: its texts become
    history of that article, and its keys lead there.
    """
    rows = db.execute("select id from revisions where article = ?", (part,)).fetchall()
    share_keys(db, part, whole)
    give_revisions(db, [row["id"] for row in rows], whole)
    delete_record(db, part)


def _settle(db: Connection, article: int) -> None:
    """Put a record in order whose revisions came or went."""
    if first_value(db, "select 1 from revisions where article = ?", (article,)) is None:
        delete_record(db, article)
    else:
        db.execute(
            """update articles set last_seen_at = max(last_seen_at, (
                select max(seen_at) from revisions where article = :id)) where id = :id""",
            {"id": article},
        )
        rework(db, article)


def delete_record(db: Connection, article: int) -> None:
    """Delete a record whose texts all went to other records. Its keys now lead to those."""
    for table in ("attachments", "images", "article_keys", "printed_dates", "sightings"):
        db.execute(f"delete from {table} where article = ?", (article,))
    for table in ("pages", "issues"):
        db.execute(f"update {table} set article = null where article = ?", (article,))
    db.execute("delete from articles where id = ?", (article,))


def give_revisions(db: Connection, revisions: Sequence[int], article: int) -> int:
    """Give revisions to a record, with the addresses that last showed one; returns the record."""
    for revision in revisions:
        # `seq` is unique in a record: give a number that no other has until all are numbered anew.
        values = (article, -revision, revision)
        db.execute("update revisions set article = ?, seq = ? where id = ?", values)
        db.execute("update pages set article = ? where revision = ?", (article, revision))
    renumber(db, article)
    return article


def lead_to(db: Connection, article: int) -> None:
    """Let the page at a record's address lead to it, unless it leads elsewhere."""
    db.execute(
        """update pages set article = :article where article is null
            and (site, url) = (select site, url from articles where id = :article)""",
        {"article": article},
    )


def renumber(db: Connection, article: int) -> None:
    """Number a record's revisions anew, in the order in which they were seen."""
    rows = db.execute(
        "select id from revisions where article = ? order by seen_at, seq", (article,)
    ).fetchall()
    # First numbers that no revision has, then the true ones.
    db.execute("update revisions set seq = -id where article = ?", (article,))
    for seq, row in enumerate(rows, 1):
        db.execute("update revisions set seq = ? where id = ?", (seq, row["id"]))


def _show_last(db: Connection, article: int) -> None:
    """Make a record show the last of the revisions that it still has."""
    last = db.execute(
        "select * from revisions where article = ? order by seen_at desc, seq desc limit 1",
        (article,),
    ).fetchone()
    texts = ", ".join(f"{name} = :{name}" for name in REVISION_FIELDS)
    db.execute(
        f"update articles set revision = :id, {texts}, word_count = :words where id = :article",
        {**dict(last), "words": word_count(f"{last['lead'] or ''}\n{last['body']}")},
    )

"""Records move to another address, or are split, when a claim to an address proves false.

No text is lost: revisions keep their rows and go to the record of the page that showed them.
"""

from collections.abc import Sequence
from sqlite3 import Connection

from pipelines.keep.database.rows import insert_row
from pipelines.keep.records.article_columns import TEXT_FIELDS
from pipelines.keep.records.article_keys import change_address, share_keys
from pipelines.keep.records.identity import Move
from pipelines.read.addresses.article_key import article_key
from pipelines.read.text.clean_text import word_count


def move_record(db: Connection, move: Move) -> int:
    """Move a record to its page's address, or split off its last revisions; returns the record
    that stands at the address now.
    """
    if move.after is None:
        change_address(db, move.record, move.url)
        return move.record
    rows = db.execute(
        """select revisions.id from revisions
            join captures on captures.id = revisions.capture
            join articles on articles.id = revisions.article
        where revisions.article = ? and seq > ? and captures.url <> articles.url""",
        (move.record, move.after),
    )
    return split_record(db, move.record, [row["id"] for row in rows], move.url)


def split_record(db: Connection, whole: int, revisions: Sequence[int], url: str) -> int:
    """Give some revisions of a record to a new record at `url`; returns the new record.

    Both keep their revisions' order. The new record has the texts and nothing else: its page's next
    reading brings the date, files and images. Addresses that last showed one of the revisions
    belong to the new record.
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
            **{name: last[name] for name in TEXT_FIELDS},
            "first_seen_at": seen["first"],
            "last_seen_at": seen["last"],
            "revision": last["id"],
            "platform": old["platform"],
            "word_count": word_count(f"{last['lead'] or ''}\n{last['body']}"),
        },
    )
    share_keys(db, whole, part)
    # Numbers are unique in a record, so the revisions that leave get theirs after they left.
    for seq, revision in enumerate(_in_order(db, revisions), 1):
        db.execute("update revisions set article = ?, seq = ? where id = ?", (part, seq, revision))
    db.execute(f"update pages set article = ? where revision in ({marks})", (part, *revisions))
    renumber(db, whole)
    _show_last(db, whole)
    return part


def renumber(db: Connection, article: int) -> None:
    """Close the gaps in the numbers of a record's revisions."""
    rows = db.execute("select id from revisions where article = ? order by seq", (article,))
    for seq, row in enumerate(rows.fetchall(), 1):  # upwards, so no number is taken
        db.execute("update revisions set seq = ? where id = ?", (seq, row["id"]))


def _in_order(db: Connection, revisions: Sequence[int]) -> list[int]:
    marks = ", ".join("?" * len(revisions))
    query = f"select id from revisions where id in ({marks}) order by seq"
    return [row["id"] for row in db.execute(query, tuple(revisions))]


def _show_last(db: Connection, article: int) -> None:
    """Make a record show the last of the revisions that it still has."""
    last = db.execute(
        "select * from revisions where article = ? order by seen_at desc, seq desc limit 1",
        (article,),
    ).fetchone()
    texts = ", ".join(f"{name} = :{name}" for name in TEXT_FIELDS)
    db.execute(
        f"update articles set revision = :id, {texts}, word_count = :words where id = :article",
        {**dict(last), "words": word_count(f"{last['lead'] or ''}\n{last['body']}")},
    )

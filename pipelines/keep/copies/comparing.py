"""Compares the articles that wait for it with all others, a batch to a transaction."""

import json
from collections.abc import Sequence
from sqlite3 import Connection

from pipelines.compare.copies.sketches import Sketch, sketch_of, text_number
from pipelines.keep.copies.groups import regroup
from pipelines.keep.copies.likenesses import TextsAtHand, compare_texts
from pipelines.keep.copies.sketched_texts import add_texts, keys_of, like, remove_texts
from pipelines.keep.copies.twins import join_twins
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.rows import first_value

BATCH = 5_000  # articles that share one transaction: each writes most pages of the index
# Articles that the end of a visit compares, in a second; others wait for the next run.
MOST_COMPARED = 2_000
# The index of sketches is read everywhere: with SQLite's own cache of 2 MB, most of it is read anew
# for each batch.
CACHE = -64 << 10  # in SQLite's unit: KiB if below zero
TEXT = """select id, title || char(10) || ifnull(lead || char(10), '') || body,
    body = '' and ifnull(lead, '') = '' from articles"""
LISTED = "(select value from json_each(?))"


def compare_waiting(archive: Archive, most: int | None = None) -> int:
    """Compare the articles that are new, changed or gone since the last time, at most `most`;
    returns how many. A process that dies has compared whole batches, and the next one goes on.
    """
    done = 0
    at_hand = TextsAtHand(archive.connection)
    own_cache = first_value(archive.connection, "pragma cache_size")
    archive.connection.execute(f"pragma cache_size = {CACHE}")
    try:
        while True:
            size = BATCH if most is None else min(BATCH, most - done)
            query = "select article from uncompared order by article limit ?"
            waiting = [row[0] for row in archive.connection.execute(query, (size,))]
            if not waiting:
                return done
            with archive.transaction() as db:
                _compare(db, waiting, at_hand)
            done += len(waiting)
    finally:
        archive.connection.execute(f"pragma cache_size = {own_cache}")


def waiting_count(db: Connection) -> int:
    """How many articles wait to be compared."""
    count: int = db.execute("select count(*) from uncompared").fetchone()[0]
    return count


def _compare(db: Connection, articles: Sequence[int], at_hand: TextsAtHand) -> None:
    listed = json.dumps(articles)
    query = f"""select sketch from sketched_articles join sketches on sketches.id = sketch
        where article in {LISTED}"""
    before = {row[0] for row in db.execute(query, (listed,))}
    found: dict[int, Sketch] = {}
    rows: list[tuple[int, int]] = []
    there = 0
    for article, text, is_empty in db.execute(f"{TEXT} where id in {LISTED}", (listed,)):
        there += 1
        if not is_empty:
            if (sketch := sketch_of(text)) is not None:
                found[sketch.id] = sketch
            rows.append((article, text_number(text) if sketch is None else sketch.id))
    db.execute(f"delete from sketched_articles where article in {LISTED}", (listed,))
    db.executemany("insert into sketched_articles (article, sketch) values (?, ?)", rows)
    query = f"select id from sketches where id in {LISTED}"
    held = {row[0] for row in db.execute(query, (json.dumps([*found]),))}
    query = f"select sketch from sketched_articles where sketch in {LISTED}"
    gone = before - {row[0] for row in db.execute(query, (json.dumps([*before]),))}
    near = {other for text in gone for other in like(db, text)}
    heads = remove_texts(db, gone)
    add_texts(db, (one for text, one in found.items() if text not in held))
    new = {text: found[text].keys for text in found.keys() - held}
    touched = compare_texts(db, new | {head: keys_of(db, head) for head in heads}, at_hand)
    if there < len(articles):
        # With an article that is gone, its rows in `copies` went.
        db.execute("delete from copy_groups where id not in (select copy_group from copies)")
    regroup(db, articles, (before | found.keys() | near | touched) - gone, at_hand)
    db.execute(f"delete from uncompared where article in {LISTED}", (listed,))
    join_twins(db, articles)  # those that are joined wait again

"""Different texts of the archive, their sketches, and which texts may be alike.

A text is known by the number of its sketch, which its words make: articles that say the same share
one. Texts with a key in common stand in one bucket, the smallest numbers first. To keep many texts
of one form from being compared each with each, the first HEADS of a bucket stand for it: two texts
are candidates if the one with the smaller number is a head of two buckets that hold both. That
depends on the texts alone, not on the order in which they came.
"""

import json
import struct
from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.compare.copies.sketches import KEYS, Sketch, keys_of_minimums
from pipelines.keep.database.rows import first_value

HEADS = 5
LEAST_COMMON = 3  # keys: a single one may be a phrase that many texts have
PACKED = struct.Struct(f"<{KEYS}I")

# The last head of each bucket, NULL if all of it are heads. SQL counts, because fetching each row
# takes Python twice the time.
LAST_HEADS = f"""with bucket as materialized (
    select value as key, (select sketch from sketch_keys where key = value
        order by sketch limit 1 offset {HEADS - 1}) as last from json_each(:keys))"""
# 0: texts with enough keys in common: if the text is a head, it stands for all of the bucket, else
# only the heads do. 1: those behind the heads of buckets of which the text is a head, if they are
# like other texts.
CANDIDATES = f"""{LAST_HEADS}
select sketch, 0 from bucket cross join sketch_keys on sketch_keys.key = bucket.key
where sketch <> :text and sketch <= iif(last is null or :text <= last, {2**63 - 1}, last)
group by sketch having count(*) >= {LEAST_COMMON}
union all
select sketch, 1 from bucket cross join sketch_keys on sketch_keys.key = bucket.key
where :text <= last and sketch > last and sketch <= ifnull((
        select sketch from sketch_keys as rest where rest.key = bucket.key
        order by sketch limit 1 offset {2 * HEADS - 1}), {2**63 - 1})
    and exists (select 1 from likenesses where likenesses.sketch = sketch_keys.sketch)"""
FIRST = f"""{LAST_HEADS}
select sketch_keys.key, sketch from bucket cross join sketch_keys on sketch_keys.key = bucket.key
where sketch <= ifnull(last, {2**63 - 1})"""


class Candidates(NamedTuple):
    """Texts that may be like a text, and those that were heads, perhaps, before it came."""

    texts: set[int]
    pushed_out: set[int]


def add_texts(db: Connection, sketches: Iterable[Sketch]) -> None:
    """Keep the sketches of texts that are new to the archive."""
    held = list(sketches)
    db.executemany(
        "insert into sketches (id, words, minimums) values (?, ?, ?)",
        [(one.id, one.words, PACKED.pack(*one.minimums)) for one in held],
    )
    # In the order of the index, so that each of its pages is written once.
    rows = [(key, one.id) for one in held for key in one.keys]
    rows.sort(key=itemgetter(0))
    db.executemany("insert into sketch_keys (key, sketch) values (?, ?)", rows)


def remove_texts(db: Connection, texts: Iterable[int]) -> set[int]:
    """Forget texts that no article has; returns those that are heads of buckets in their place."""
    rows = [(key, text) for text in texts for key in keys_of(db, text)]
    keys = [key for key, _ in rows]
    before = {(key, head) for key, heads in _heads(db, keys).items() for head in heads}
    db.executemany("delete from sketch_keys where key = ? and sketch = ?", rows)
    gone = {text for _, text in rows}
    pairs = [(other, text) for text in gone for other in like(db, text)]
    db.executemany("delete from likenesses where sketch = ? and other = ?", pairs)
    db.executemany("delete from likenesses where sketch = ?", [(text,) for text in gone])
    db.executemany("delete from sketches where id = ?", [(text,) for text in gone])
    after = {(key, head) for key, heads in _heads(db, keys).items() for head in heads}
    return {head for _, head in after - before}


def keys_of(db: Connection, text: int) -> list[int]:
    """The keys of a text that is kept."""
    minimums = first_value(db, "select minimums from sketches where id = ?", (text,))
    return keys_of_minimums(PACKED.unpack(minimums))


def candidates(db: Connection, text: int, keys: Iterable[int]) -> Candidates:
    """The texts that may be like a text that is kept, with these keys."""
    found: tuple[set[int], set[int]] = (set(), set())
    for other, was_pushed_out in db.execute(
        CANDIDATES, {"keys": json.dumps([*keys]), "text": text}
    ):
        found[was_pushed_out].add(other)
    return Candidates(*found)


def are_candidates(db: Connection, one: int, other: int) -> bool:
    """Whether two texts that are kept may be alike."""
    low = min(one, other)
    both = set(keys_of(db, one)) & set(keys_of(db, other))
    return sum(low in heads for heads in _heads(db, both).values()) >= LEAST_COMMON


def like(db: Connection, text: int) -> set[int]:
    """The texts that were found to be like a text."""
    rows = db.execute("select other from likenesses where sketch = ?", (text,))
    return {row[0] for row in rows}


def _heads(db: Connection, keys: Iterable[int]) -> dict[int, list[int]]:
    """The heads of the buckets of these keys."""
    heads: dict[int, list[int]] = defaultdict(list)
    for key, text in db.execute(FIRST, {"keys": json.dumps([*keys])}):
        heads[key].append(text)
    return heads

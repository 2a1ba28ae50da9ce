"""Different texts of the archive, their sketches, and which texts may be alike.

A text is known by the number of its sketch, which its words make: articles that say the same share
one. Texts with a key in common stand in one bucket, the smallest numbers first. To keep many texts
of one form from being compared each with each, the first HEADS of a bucket stand for it: two texts
are candidates if the one with the smaller number is a head of two buckets that hold both. That
depends on the texts alone, not on the order in which they came.
"""

import json
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.compare.copies.sketches import KEYS, Sketch, numbered
from pipelines.keep.database.rows import first_value

HEADS = 5
LEAST_COMMON = 3  # keys: a single one may be a phrase that many texts have
PACKED = struct.Struct(f"<{KEYS}I")

# The heads of buckets, of all in one query, because one for each takes twice the time.
FIRST = f"""select sketch_keys.key, sketch from json_each(?) as wanted
    cross join sketch_keys on sketch_keys.key = wanted.value
    where sketch <= ifnull((select sketch from sketch_keys as last where last.key = wanted.value
        order by sketch limit 1 offset {HEADS - 1}), {2**63 - 1})"""
REST = "select sketch from sketch_keys where key = ? and sketch > ? order by sketch"


class Candidates(NamedTuple):
    """Texts that may be like a text, and those that were heads, perhaps, before it came."""

    texts: set[int]
    pushed_out: set[int]


def add_texts(db: Connection, sketches: Iterable[Sketch]) -> None:
    """Keep the sketches of texts that are new to the archive."""
    held = list(sketches)
    db.executemany(
        "insert into sketches (id, words, minimums) values (?, ?, ?)",
        [(one.id, one.words, PACKED.pack(*(key & 0xFFFFFFFF for key in one.keys))) for one in held],
    )
    # In the order of the index, so that each of its pages is written once.
    rows = sorted((key, one.id) for one in held for key in one.keys)
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


def keys_of(db: Connection, text: int) -> tuple[int, ...]:
    """The keys of a text that is kept."""
    minimums = first_value(db, "select minimums from sketches where id = ?", (text,))
    return numbered(PACKED.unpack(minimums))


def candidates(db: Connection, text: int, keys: Iterable[int]) -> Candidates:
    """The texts that may be like a text that is kept."""
    beside: list[int] = []  # once for each bucket that both are in
    pushed_out: set[int] = set()
    for key, heads in _heads(db, keys).items():
        beside += heads
        if len(heads) == HEADS and text <= heads[-1]:
            behind = [row[0] for row in db.execute(REST, (key, heads[-1]))]
            beside += behind
            pushed_out.update(behind[:HEADS])
    common = Counter(beside)
    del common[text]
    return Candidates({one for one, count in common.items() if count >= LEAST_COMMON}, pushed_out)


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
    for key, text in db.execute(FIRST, (json.dumps([*keys]),)):
        heads[key].append(text)
    return heads

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

# The first texts of buckets, all buckets in one query, because one for each takes twice the time.
BEGINS = """select sketch_keys.key, sketch from json_each(:keys) as wanted
    cross join sketch_keys on sketch_keys.key = wanted.value
    where sketch <= ifnull((select sketch from sketch_keys as last where last.key = wanted.value
        order by sketch limit 1 offset :count - 1), 9223372036854775807)"""
REST = "select sketch from sketch_keys where key = ? and sketch > ?"
PUSHED_OUT = HEADS  # texts behind the heads that were heads, perhaps, before others came


class Candidates(NamedTuple):
    """Texts that may be like a text, and those that it has perhaps pushed out of the heads."""

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
    before = {(key, head) for key, heads in _begins(db, keys, HEADS).items() for head in heads}
    db.executemany("delete from sketch_keys where key = ? and sketch = ?", rows)
    gone = {text for _, text in rows}
    pairs = [(other, text) for text in gone for other in like(db, text)]
    db.executemany("delete from likenesses where sketch = ? and other = ?", pairs)
    db.executemany("delete from likenesses where sketch = ?", [(text,) for text in gone])
    db.executemany("delete from sketches where id = ?", [(text,) for text in gone])
    after = {(key, head) for key, heads in _begins(db, keys, HEADS).items() for head in heads}
    return {head for _, head in after - before}


def keys_of(db: Connection, text: int) -> tuple[int, ...]:
    """The keys of a text that is kept."""
    minimums = first_value(db, "select minimums from sketches where id = ?", (text,))
    return numbered(PACKED.unpack(minimums))


def candidates(db: Connection, text: int, keys: Iterable[int]) -> Candidates:
    """The texts that may be like a text that is kept."""
    beside: list[int] = []  # once for each bucket that both are in
    pushed_out: set[int] = set()
    for key, begin in _begins(db, keys, HEADS + PUSHED_OUT).items():
        beside += begin[:HEADS]
        if len(begin) > HEADS and text <= begin[HEADS - 1]:
            pushed_out.update(begin[HEADS:])
            beside += (row[0] for row in db.execute(REST, (key, begin[HEADS - 1])))
    common = Counter(beside)
    del common[text]
    return Candidates({one for one, count in common.items() if count >= LEAST_COMMON}, pushed_out)


def are_candidates(db: Connection, one: int, other: int) -> bool:
    """Whether two texts that are kept may be alike."""
    low = min(one, other)
    both = set(keys_of(db, one)) & set(keys_of(db, other))
    return sum(low in heads for heads in _begins(db, both, HEADS).values()) >= LEAST_COMMON


def like(db: Connection, text: int) -> set[int]:
    """The texts that were found to be like a text."""
    rows = db.execute("select other from likenesses where sketch = ?", (text,))
    return {row[0] for row in rows}


def _begins(db: Connection, keys: Iterable[int], count: int) -> dict[int, list[int]]:
    """The first texts of the buckets of these keys, `count` of each at most."""
    begins: dict[int, list[int]] = defaultdict(list)
    for key, text in db.execute(BEGINS, {"keys": json.dumps([*keys]), "count": count}):
        begins[key].append(text)
    return begins

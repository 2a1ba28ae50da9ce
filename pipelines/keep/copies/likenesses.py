"""Which texts of the archive are alike: candidates compared word by word, and what that found."""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from sqlite3 import Connection

from pipelines.compare.copies.likeness import (
    Likeness,
    kept_words,
    likeness_of_sharers,
    share_enough,
)
from pipelines.compare.copies.words import plain_words, text_words, threes
from pipelines.keep.copies.sketched_texts import are_candidates, candidates, like
from pipelines.keep.database.rows import first_value

# Texts in memory: taken apart, at about 100 kB each, and as threes alone, at about 50 kB.
HELD, HELD_AS_THREES = 400, 1_200

TEXT = """select title || char(10) || ifnull(lead || char(10), '') || body from articles
    where id = (select article from sketched_articles where sketch = ?)"""


class TextsAtHand:
    """The texts of an archive, taken apart; those asked for last stay in memory."""

    def __init__(self, db: Connection) -> None:
        self._text = partial(first_value, db, TEXT)
        self.words = lru_cache(HELD)(lambda text: text_words(self._text((text,))))
        self.threes = lru_cache(HELD_AS_THREES)(
            lambda text: threes(plain_words(self._text((text,))))
        )

    def likeness(self, one: int, other: int) -> Likeness | None:
        """How two texts are alike; None if neither copies the other."""
        # Most candidates share little, and taking a text apart costs five times its threes.
        if not share_enough(self.threes(one), self.threes(other)):
            return None
        return likeness_of_sharers(self.words(one), self.words(other))

    def kept_words(self, one: int, other: int) -> int:
        """How many words of one text the other has."""
        return kept_words(self.words(one), self.words(other))


def compare_texts(
    db: Connection, texts: Mapping[int, Sequence[int]], at_hand: TextsAtHand
) -> set[int]:
    """Compare new texts, or new heads of buckets, given with their keys, with their candidates, and
    keep what is alike; returns every text whose likenesses are others now.
    """
    touched: set[int] = set()
    pushed_out: set[int] = set()
    new: set[tuple[int, int]] = set()
    for text, keys in texts.items():
        found = candidates(db, text, keys)
        pushed_out |= found.pushed_out
        new |= {(max(text, one), min(text, one)) for one in found.texts - like(db, text)}
    # Few texts are heads of many buckets: in this order, they stay at hand.
    for one, other in sorted(new):
        alike = at_hand.likeness(one, other)
        if alike is not None:
            touched |= {one, other}
            rows = [(*pair, alike.kept, alike.renamed) for pair in ((one, other), (other, one))]
            db.executemany(
                "insert into likenesses (sketch, other, kept, renamed) values (?, ?, ?, ?)", rows
            )
    for text in pushed_out:
        for other in like(db, text):
            if other > text and not are_candidates(db, text, other):
                touched |= {text, other}
                pairs = ((text, other), (other, text))
                db.executemany("delete from likenesses where sketch = ? and other = ?", pairs)
    return touched

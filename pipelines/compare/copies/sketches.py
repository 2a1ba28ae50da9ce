"""Sketches of texts, by which copies are found without comparing each text with every other.

A sketch is a MinHash (Broder 1997) of every four words in a row. Each of its numbers is a key of
its own, a band of one row: the share of keys that two texts have in common estimates the share of
their shingles, and a text of which a third was altered shares five keys of forty on average.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import or_

from pipelines.compare.copies.likeness import FEWEST_WORDS
from pipelines.compare.copies.words import plain_words

KEYS = 40  # of a sketch; a test pins the keys of a text, so that no new rensa changes them unseen
ROW = 4  # words in a shingle: three are too often a phrase that thousands of texts have
SEED = 14
PLACES = [place << 32 for place in range(KEYS)]


@dataclass(frozen=True, slots=True)
class Sketch:
    """`id`: the text's number; see `text_number`. `minimums`: KEYS numbers of 32 bits."""

    id: int
    words: int
    minimums: tuple[int, ...]

    @property
    def keys(self) -> list[int]:
        """KEYS different numbers; two texts that are alike have some in common."""
        return keys_of_minimums(self.minimums)


def sketch_of(text: str) -> Sketch | None:
    """The sketch of a text; None if it has too few words to be a copy."""
    words = plain_words(text)
    if len(words) < FEWEST_WORDS:
        return None
    # Here, because it takes a gigabyte of address space, which is what a reading worker may have;
    # workers load what the program loads at its start.
    from rensa import RMinHash

    minimums = RMinHash(KEYS, SEED)
    minimums.update(map(" ".join, zip(*(words[start:] for start in range(ROW)), strict=False)))
    return Sketch(text_number(text), len(words), tuple(minimums.digest()))


def text_number(text: str) -> int:
    """A number from 0 to 2**63 - 1 that a text alone makes, the same in every archive."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1


def keys_of_minimums(minimums: Sequence[int]) -> list[int]:
    """The keys of a sketch: its minimums, each with its place in front."""
    return [*map(or_, minimums, PLACES)]

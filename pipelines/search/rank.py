"""How well an article answers a question.

Vietnamese words are groups of syllables: `đại hội` is one word, and syllables that stand apart mean
something else. So what counts most, after marks as typed, is whether words stand together as in the
question; then in which field, and last how often.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.search.marks import tone_places, words_of
from pipelines.search.wanted import Wanted, Words, folded_word

# What the words of a question are worth in each field, where all stand together.
WEIGHTS = {
    "title": 8.0,
    "lead": 3.0,
    "captions": 2.5,
    "author": 3.0,
    "source": 1.5,
    "section": 1.5,
    "body": 2.0,
    "attachments": 1.0,
}
APART = 0.35  # the worth of words that all stand in a field, but apart; of half of them, a quarter
AS_TYPED = 20.0  # marks as typed outweigh every field
FULL_TITLE = 0.3  # more for a title that says little else
SENTENCE = 8  # words; as many are a piece of a text, which one article has whole
ALL = 0.999  # of the words, but for rounding
WHOLE = 10.0  # times more for an article that has all of a sentence together
OFTEN = 0.15  # more for each time that the number of hits doubles


@dataclass(frozen=True, slots=True)
class _Field:
    """The words of a field that were asked for: places of each, folded, and how they stand."""

    places: Mapping[str, list[int]]
    standing: set[str]
    length: int


def rank(wanted: Wanted, texts: Mapping[str, str | None]) -> float:
    """How well texts by field (a key of WEIGHTS) answer what is wanted: 0 if not at all."""
    total, is_whole = 0.0, False
    if not wanted.parts:
        return total
    asked = wanted.folded
    size = sum(len(part[0].folded) for part in wanted.parts)
    for name, text in texts.items():
        if text and (field := _field(text, asked)).places:
            together, worth = _worth(wanted, size, name, field)
            is_whole = is_whole or together > ALL
            total += WEIGHTS[name] * worth
    return total * WHOLE if is_whole and size >= SENTENCE else total


def _worth(wanted: Wanted, size: int, name: str, field: _Field) -> tuple[float, float]:
    """How far a field has the words together, and what it is worth: 1 where all stand together,
    more where often or as typed. `size`: how many words are wanted.
    """
    together = as_typed = hits = 0.0
    for part in wanted.parts:
        found = max(
            (_found(words, field) for words in part if words.column in (None, name)),
            default=(0.0, 0.0, 0.0),
        )
        share = len(part[0].folded) / size
        together += share * found[0]
        as_typed += share * found[1]
        hits += found[2]
    worth = together * (1 + OFTEN * math.log2(1 + hits / size))
    if name == "title":
        worth *= 1 + FULL_TITLE * sum(map(len, field.places.values())) / field.length
    return together, worth * (1 + AS_TYPED * as_typed**2) if wanted.has_marks else worth


def _found(words: Words, field: _Field) -> tuple[float, float, float]:
    """How far words stand in a field together, how many as typed (both up to 1), how often."""
    held = [word in field.places for word in words.folded]
    share = sum(held) / len(held)
    pairs = list(zip(words.folded, words.folded[1:], strict=False))
    near = sum(_stand_together(one, other, field) for one, other in pairs)
    together = share**2 * (APART + (1 - APART) * near / len(pairs) if pairs else 1)
    typed = sum(bool(tone_places(word) & field.standing) for word in words.typed) / len(held)
    hits = sum(len(field.places.get(word, ())) for word in words.folded)
    return together, typed, hits


def _stand_together(one: str, other: str, field: _Field) -> bool:
    after = field.places.get(other)
    if not after:
        return False
    follows = set(after)
    return any(place + 1 in follows for place in field.places.get(one, ()))


def _field(text: str, asked: frozenset[str]) -> _Field:
    words = words_of(text.lower())
    places: dict[str, list[int]] = {}
    standing = set()
    for place, word in enumerate(map(folded_word, words)):
        if word in asked:
            places.setdefault(word, []).append(place)
            standing.add(words[place])
    return _Field(places, standing, len(words))

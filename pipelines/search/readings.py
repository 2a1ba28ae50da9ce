"""Whether a text has the words of a question with the marks that were typed."""

import re
from functools import lru_cache

from pipelines.search.marks import composed, has_marks, tone_places, words_of
from pipelines.search.question import parse_question


def as_typed(question: str | None, text: str | None) -> int:
    """1 if a question typed with marks is in the text with the same marks, else 0.

    A tone may stand on either vowel (uỷ, ủy). Use it to sort, not to filter.
    """
    wanted = _marked_words(question or "")
    plain = composed(text or "")
    return int(bool(wanted) and all(word.search(plain) for word in wanted))


@lru_cache(maxsize=64)
def _marked_words(question: str) -> tuple[re.Pattern[str], ...]:
    groups = parse_question(question).groups
    words = [word for group in groups for term in group for word in words_of(term.text)]
    if not any(has_marks(word) for word in words):
        return ()
    return tuple(map(word_pattern, words))


@lru_cache(maxsize=1024)
def word_pattern(word: str) -> re.Pattern[str]:
    """Finds a word with its marks, the tone on either vowel, in a composed text."""
    places = "|".join(map(re.escape, sorted(tone_places(word))))
    return re.compile(rf"\b(?:{places})\b", re.IGNORECASE)

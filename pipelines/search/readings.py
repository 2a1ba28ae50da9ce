"""Whether a text has the words of a question with the marks that were typed."""

import re
from collections.abc import Mapping
from functools import lru_cache

from pipelines.search.marks import composed, has_marks, tone_places, words_of
from pipelines.search.question import Question, Term, parse_question


def as_typed(question: str | None, text: str | None) -> int:
    """1 if a question typed with marks is in the text with the same marks, else 0.

    A tone may stand on either vowel (uỷ, ủy). Use it to sort, not to filter.
    """
    wanted = _marked_words(question or "")
    plain = composed(text or "")
    return int(bool(wanted) and all(word.search(plain) for word in wanted))


@lru_cache(maxsize=64)
def _marked_words(question: str) -> tuple[re.Pattern[str], ...]:
    words = [word for term in parse_question(question).terms for word in words_of(term.text)]
    if not any(has_marks(word) for word in words):
        return ()
    return tuple(map(word_pattern, words))


@lru_cache(maxsize=1024)
def word_pattern(words: str) -> re.Pattern[str]:
    """Finds words that stand together, with their marks, the tone on either vowel, in a composed
    text.
    """
    each = ("|".join(map(re.escape, sorted(tone_places(word)))) for word in words_of(words))
    return re.compile(r"\b" + r"[\W_]+".join(f"(?:{places})" for places in each) + r"\b", re.I)


def means(question: Question, texts: Mapping[str, str | None]) -> bool:
    """Whether texts by field have the marks that a question means, and none that it excludes."""
    return all(
        any(not term.is_exact or _stands(term, texts) for term in group)
        for group in question.groups
    ) and not any(_stands(term, texts) for term in question.excluded if term.is_exact)


def _stands(term: Term, texts: Mapping[str, str | None]) -> bool:
    pattern = word_pattern(term.text)
    return any(
        text is not None and pattern.search(text) is not None
        for name, text in texts.items()
        if term.column in (None, name)
    )

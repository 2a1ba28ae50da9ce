"""What a question wants of a text, as folded words in the order in which they should stand."""

from dataclasses import dataclass
from functools import lru_cache

from pipelines.search.marks import composed, folded, has_marks, with_y, words_of
from pipelines.search.plurals import singular
from pipelines.search.question import Question, Term
from pipelines.search.spellings import spellings


@dataclass(frozen=True, slots=True)
class Words:
    """Words that should stand together, folded and as typed in lower case.

    `column`: the only one that counts, None if all do.
    """

    folded: tuple[str, ...]
    typed: tuple[str, ...]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a question wants: of each part, the best of its alternatives counts.

    `has_marks`: whether it was typed with marks, so that a text with the same marks is better.
    """

    parts: tuple[tuple[Words, ...], ...]
    has_marks: bool

    @property
    def folded(self) -> frozenset[str]:
        """All folded words, of any part."""
        return frozenset(word for part in self.parts for words in part for word in words.folded)


@lru_cache(maxsize=64)
def wanted_of(question: Question) -> Wanted:
    """What a question wants of a text. Plain words that follow each other are one part."""
    parts: list[tuple[Words, ...]] = []
    run: list[str] = []
    for group in question.groups:
        alternatives = [words for term in group for words in _written(term)]
        if len(group) == 1 and group[0].text.isdecimal():  # 2025 is a year of what stands before it
            alternatives = alternatives[:1]
        if len(alternatives) == 1 and group[0].is_plain:
            run += words_of(group[0].text)
            continue
        if run:
            parts.append((_words(run),))
            run = []
        parts.append(tuple(alternatives))
    if run:
        parts.append((_words(run),))
    return Wanted(tuple(parts), any(has_marks(term.text) for term in question.terms))


def _written(term: Term) -> list[Words]:
    """A term in all spellings that divide it into other words, the typed one first: covid19,
    covid-19.
    """
    found: dict[tuple[str, ...], Words] = {}
    for spelled in spellings(term.text):
        words = _words(words_of(spelled), term.column)
        found.setdefault(words.folded, words)
    return list(found.values())


def _words(words: list[str], column: str | None = None) -> Words:
    return Words(
        tuple(map(folded_word, words)), tuple(composed(word).lower() for word in words), column
    )


@lru_cache(maxsize=50_000)
def folded_word(word: str) -> str:
    """A word folded, foreign words in the singular, y for i where print has both. Texts repeat few
    words very often.
    """
    return with_y(singular(folded(word)))

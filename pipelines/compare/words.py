"""The words of a text, paragraph by paragraph, ready for comparing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.read.text.clean_text import TYPOGRAPHY, paragraphs

Paragraph = list[str]  # its words

# A number, an amount or a date: 31, 5.000, 12/5/2019, 7:30.
_FIGURE = re.compile(r"\d(?:[\d.,:/-]*\d)?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order.

    `words`: as they stand. `keys`: as they are compared: the shapes of quotes, dashes and ellipses
    do not count, as in `fingerprint`. `starts`: the position of each paragraph's first word.
    """

    words: Sequence[str]
    keys: Sequence[str]
    starts: Sequence[int]

    def paragraph_keys(self) -> list[str]:
        """What each paragraph says."""
        borders = pairwise([*self.starts, len(self.keys)])
        return [" ".join(self.keys[start:end]) for start, end in borders]


def paragraphs_of(text: str | None) -> list[Paragraph]:
    """The words of each paragraph. White space divides words, a blank line paragraphs."""
    return [paragraph.split() for paragraph in paragraphs(text or "")]


def words_of(*parts: Iterable[Paragraph]) -> Words:
    """The words of lists of paragraphs, one after another."""
    words: list[str] = []
    starts: list[int] = []
    for part in parts:
        for paragraph in part:
            starts.append(len(words))
            words.extend(paragraph)
    return Words(words, [word.translate(TYPOGRAPHY) for word in words], starts)


def plain_text(text: str | None) -> str:
    """The key of a whole text: two are equal if all their words are."""
    return " ".join((text or "").translate(TYPOGRAPHY).split())


def bare_text(words: Iterable[str]) -> str:
    """The key of words that may be divided otherwise elsewhere: without white space."""
    return "".join(words).translate(TYPOGRAPHY)


def is_figure(word: str) -> bool:
    """Whether a word holds a number."""
    return _FIGURE.search(word) is not None


def figures(words: Iterable[str]) -> list[str]:
    """The numbers, amounts and dates in words, in their order."""
    return [figure for word in words for figure in _FIGURE.findall(word)]

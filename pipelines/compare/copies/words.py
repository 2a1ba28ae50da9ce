"""A text as words, figures and names, for finding copies.

A figure is a word with a digit. A name is a run of capitalised words, as far as the script has
capitals: a single one at the start of a sentence is none. Scripts without blanks between words
(Thai, Lao, Burmese, Khmer, Chinese, Japanese) give one word for each letter.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

MOST_LETTERS = 200_000  # of a text; what comes after them is not compared

WORD = re.compile(r"\w+")
WORDS_AND_BETWEEN = re.compile(r"(\w+(?:(?<=\d)[.,:/-](?=\d)\w+)*)")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LEADING_ZERO = re.compile(r"(?<![\d.,])0+(?=\d)")
_DIGIT = re.compile(r"\d")
_SENTENCE_ENDS = re.compile(r"[.!?…:;\"“]")  # between two words
FIGURE, NAME = "#", "@"

Place = tuple[str, str, str, str, str]


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case. A figure with signs in it is several."""
    return WORD.findall(_spaced(text[:MOST_LETTERS]).lower())


def threes(words: Sequence[str]) -> frozenset[int]:
    """Every three words in a row, as hashes that are good for this process: sets of them take a
    third of the time and memory of sets of tuples.
    """
    return frozenset(map(hash, in_threes(words)))


def in_threes(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Every three words in a row, in their order."""
    return zip(words, words[1:], words[2:], strict=False)


@dataclass(frozen=True, slots=True)
class TextWords:
    """What two texts are compared by.

    `words`: as of `plain_words`; `threes` of them. `masked`: every three in a row, with `#` for a
    figure and `@` for a name. `figures`, `names`: the different ones; names as single words.
    `places`: which figures or names stand between the same words; a place is its kind, two words
    before it and two after it.
    """

    words: tuple[str, ...]
    threes: frozenset[int]
    masked: frozenset[int]
    figures: frozenset[str]
    names: frozenset[str]
    places: Mapping[Place, frozenset[str]]


def text_words(text: str) -> TextWords:
    """Take a text apart. Lines end in a line feed; a line in capitals has no names."""
    kinds: list[str] = []  # of its items; a word is its own kind
    values: list[str] = []
    for line in _spaced(text[:MOST_LETTERS]).split("\n"):
        _add_items(line, kinds, values)
    around = ["", "", *kinds, "", ""]
    places: dict[Place, set[str]] = defaultdict(set)
    figures: set[str] = set()
    names: set[str] = set()
    for at, kind in enumerate(kinds):
        if kind not in (FIGURE, NAME):
            continue
        before, last, _, first, after = around[at : at + 5]
        places[kind, before, last, first, after].add(values[at])
        if kind == FIGURE:
            figures.add(values[at])
        else:
            names.update(values[at].split())
    words = tuple(plain_words(text))
    return TextWords(
        words,
        threes(words),
        threes(kinds),
        frozenset(figures),
        frozenset(names),
        {place: frozenset(there) for place, there in places.items()},
    )


def _spaced(text: str) -> str:
    return _UNSPACED.sub(r" \g<0> ", text) if _UNSPACED.search(text) else text


def _add_items(line: str, kinds: list[str], values: list[str]) -> None:
    """Add the words, figures and names of a line."""
    parts = WORDS_AND_BETWEEN.split(line)
    in_capitals = line.isupper()
    for at in range(1, len(parts), 2):
        word = parts[at]
        if word.islower() and word.isalpha():
            kinds.append(word)
            values.append(word)
        elif _DIGIT.search(word):
            kinds.append(FIGURE)
            values.append(_LEADING_ZERO.sub("", word).lower())
        elif in_capitals or not word[0].isupper():
            kinds.append(word.lower())
            values.append(word.lower())
        elif at > 1 and parts[at - 1] == " " and kinds[-1] == NAME:
            values[-1] += f" {_spelled(word.lower())}"
        elif _is_name(parts, at):
            kinds.append(NAME)
            values.append(_spelled(word.lower()))
        else:
            kinds.append(word.lower())
            values.append(word.lower())


@lru_cache(10_000)
def _spelled(word: str) -> str:
    """A word with its diacritics behind its letters: portals spell one Vietnamese name with the
    tone on one vowel or the next.
    """
    parts = normalize("NFD", word)
    return "".join(sorted(parts, key=lambda part: combining(part) > 0))


def _is_name(parts: Sequence[str], at: int) -> bool:
    """Whether a capitalised word, or a run of them, is a name. One alone at the start of a sentence
    is a word.
    """
    if at > 1 and not _SENTENCE_ENDS.search(parts[at - 1]):
        return True
    if at + 2 >= len(parts) or parts[at + 1] != " ":
        return False
    following = parts[at + 2]
    return following[0].isupper() and not _DIGIT.search(following)

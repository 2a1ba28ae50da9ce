"""Words with and without marks: what a reader types, and what stands in a text.

Vietnamese is written in syllables with marks. People type them whole, in part or not at all, and
some put a tone on the other vowel (hòa, hoà).
"""

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot below
OPEN_RHYME = re.compile(rf"(?<!q)(o|u)([{TONES}]?)(a|e|y)([{TONES}]?)$")
LONE_I = re.compile(rf"^([hklmst]|qu)[iy]([{TONES}]?)$", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
MARKS = re.compile("[\u0300-\u036f]+")
BAR = str.maketrans("đĐ", "dd")


def composed(text: str) -> str:
    """A text in Unicode's composed form, as the archive keeps it."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """A text in lower case, without marks, with d for đ, raised and lowered figures plain."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", MARKS.sub("", plain)).translate(BAR)


def words_of(text: str) -> list[str]:
    """The words of a text as the index divides it, in order."""
    return WORD.findall(text)


def has_marks(text: str) -> bool:
    """Whether a text is typed with marks, or with đ."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "đ" in letters or MARKS.search(letters) is not None


@lru_cache(maxsize=4096)
def tone_places(word: str) -> frozenset[str]:
    """A syllable with its tone on either vowel of an open oa, oe or uy, and with i or y, in lower
    case: hòa and hoà, kĩ and kỹ are one word in two styles of print.
    """
    letters = unicodedata.normalize("NFD", word.lower())
    both = {OPEN_RHYME.sub(r"\1\2\4\3", letters), OPEN_RHYME.sub(r"\1\3\2\4", letters)}
    both |= {LONE_I.sub(rf"\1{vowel}\2", letters) for vowel in "iy"}
    return frozenset(composed(spelling) for spelling in both | {letters})


def other_i(word: str) -> str | None:
    """A syllable that ends in i with y, or the other way round, where print has both."""
    letters = unicodedata.normalize("NFD", word)
    if not LONE_I.search(letters):
        return None
    swapped = letters.translate(str.maketrans("iyIY", "yiYI"))
    return composed(swapped)


def with_y(folded_word: str) -> str:
    """A folded syllable that ends in i or y, with y: one of the two styles."""
    return LONE_I.sub(r"\1y", folded_word)

"""Singular and plural of words that are no syllables of Vietnamese, as English forms them.

A Vietnamese word has no plural form, and none of its syllables ends in s: so words of other
languages can be told by their letters, and nothing is widened that need not be.
"""

import re

SYLLABLE = re.compile(
    "(?:[bcdghklmnpqrstvx]|ch|gh|gi|kh|ngh?|nh|ph|qu|th|tr)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)
FOREIGN = re.compile("(?=.*[aeiouy])[a-z]{4,}", re.ASCII)
HISSING = re.compile("(?:s|x|z|ch|sh)$")
PLURAL = re.compile("(?<![aeiousy])ies$|(?:(?<=s)|(?<=x)|(?<=z)|(?<=ch)|(?<=sh))es$|(?<![sui])s$")


def singular(word: str) -> str:
    """The singular of a foreign word in lower case; any other word as it is."""
    if not _is_foreign(word):
        return word
    return PLURAL.sub(lambda found: "y" if found[0] == "ies" else "", word)


def other_number(word: str) -> str | None:
    """The plural of a singular, the singular of a plural; None for a word that has neither."""
    lower = word.lower()
    if not _is_foreign(lower) or word.isupper():
        return None
    if (one := singular(lower)) != lower:
        return one
    if lower.endswith("y") and lower[-2] not in "aeiou":
        return lower[:-1] + "ies"
    return lower + ("es" if HISSING.search(lower) else "s")


def _is_foreign(word: str) -> bool:
    return FOREIGN.fullmatch(word) is not None and SYLLABLE.fullmatch(word) is None

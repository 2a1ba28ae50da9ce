"""Patterns from the phrases of all languages, in the spelling of `fold`."""

from collections.abc import Callable

from pipelines.read.text.clean_text import fold
from portals.language_words import Words
from portals.languages import Language, any_of, every


def folded_pattern(pick: Callable[[Language], Words]) -> str:
    """A pattern that matches one of the phrases in a folded text."""
    return any_of(map(fold, every(pick)))


def folded_lines(pick: Callable[[Language], Words]) -> frozenset[str]:
    """The phrases that are plain words, as folded lines."""
    return frozenset(map(fold, every(pick)))

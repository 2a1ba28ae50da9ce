"""Patterns made of the phrases of all languages, spelt as `fold` spells a text."""

from collections.abc import Callable

from pipelines.read.text.clean_text import fold
from portals.language_words import Words
from portals.languages import Language, any_of, every


def folded_pattern(pick: Callable[[Language], Words]) -> str:
    """A pattern that matches one of the phrases in a folded text."""
    return any_of(map(fold, every(pick)))


def folded_lines(pick: Callable[[Language], Words]) -> frozenset[str]:
    """The phrases as folded lines, for those that are plain words."""
    return frozenset(map(fold, every(pick)))

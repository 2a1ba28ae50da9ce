"""Whether one text is a copy of another, and how much of it was altered.

Two notices of one form share nearly all their words and are no copies: they differ in figures or
names, and in little else. So figures and names are compared at their places: between the same
words, a copy has the same ones. The measure is how often its other words were altered, because a
copy that was edited word by word has lost figures as often as words.
"""

from dataclasses import dataclass
from math import exp, factorial

from rapidfuzz.distance import LCSseq

from pipelines.compare.copies.words import FIGURE, TextWords, in_threes

FEWEST_WORDS = 30  # of a text that can be a copy: shorter ones say the same by chance
LEAST_SHARED = 0.25  # of the threes of the shorter text
# How often a word that replaces another by chance turns one figure, or one name of several words,
# into another.
FIGURE_FOR_FIGURE, NAME_FOR_NAME = 0.06, 0.4
BY_CHANCE = 0.05  # what is less likely than this is not chance
# So many figures that agree outweigh one name, or one figure, that differs.
FIGURES_PER_NAME, FIGURES_PER_FIGURE = 5, 25


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a text is like another.

    `kept`: words that both have, in order or in the same threes. `renamed`: a name, or one figure
    of many, differs where figures agree, so that it is a copy only between portals.
    """

    kept: int
    renamed: bool


def likeness(one: TextWords, other: TextWords) -> Likeness | None:
    """How two texts are alike; None if neither copies the other."""
    if min(len(one.words), len(other.words)) < FEWEST_WORDS:
        return None
    return likeness_of_sharers(one, other) if share_enough(one.threes, other.threes) else None


def likeness_of_sharers(one: TextWords, other: TextWords) -> Likeness | None:
    """The same, for two texts that are long enough and share enough."""
    figures, names, kept_figures, kept_names = _differing(one, other)
    outweighed = kept_figures >= figures * FIGURES_PER_FIGURE + names * FIGURES_PER_NAME
    if not outweighed and not _by_chance(figures, kept_figures, FIGURE_FOR_FIGURE):
        return None  # even if every word was altered: most notices of one form end here
    altered = _altered(one, other)
    if _own_facts(one, other, altered):
        return None
    by_chance = _by_chance(figures, kept_figures, altered * FIGURE_FOR_FIGURE) and _by_chance(
        names, kept_names, altered * NAME_FOR_NAME
    )
    if not by_chance and not outweighed:
        return None
    return Likeness(kept_words(one, other), renamed=not by_chance)


def share_enough(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two texts have so many threes in common that one may copy the other."""
    return len(one & other) >= LEAST_SHARED * min(len(one), len(other))


def kept_words(one: TextWords, other: TextWords) -> int:
    """How many words of one text the other has, in its order or, moved, in threes."""
    in_order: int = LCSseq.similarity(one.words, other.words)
    return max(in_order, min(_in_threes(one, other), _in_threes(other, one)))


def _in_threes(one: TextWords, other: TextWords) -> int:
    held, count, until = other.threes, 0, 0
    for at, three in enumerate(in_threes(one.words)):
        if hash(three) in held:
            count += at + 3 - max(until, at)
            until = at + 3
    return count


def _altered(one: TextWords, other: TextWords) -> float:
    """How likely a word other than figures and names was altered in the part that is shared."""
    fewest = min(len(one.masked), len(other.masked))
    share = len(one.masked & other.masked) / max(fewest, 1)
    return float(1 - min(share, 1.0) ** (1 / 3))


def _own_facts(one: TextWords, other: TextWords, altered: float) -> bool:
    """Whether both texts have figures and names of their own, far more than words of their own."""
    here, there = one.figures | one.names, other.figures | other.names
    own = min(len(here - there), len(there - here))
    if own < 2:
        return False
    share = min(len(here - there) / len(here), len(there - here) / len(there))
    return share > altered + 0.35


def _differing(one: TextWords, other: TextWords) -> tuple[int, int, int, int]:
    """How many figures and names differ at the same place, and how many figures and names agree."""
    here_only: dict[bool, set[str]] = {True: set(), False: set()}
    there_only: dict[bool, set[str]] = {True: set(), False: set()}
    both: dict[bool, set[str]] = {True: set(), False: set()}
    for place, here in one.places.items():
        there = other.places.get(place)
        if there is None:
            continue
        is_figure = place[0] == FIGURE
        both[is_figure] |= here & there
        if here == there:
            continue
        own_here, own_there = _unlike(here, there), _unlike(there, here)
        if own_here and own_there:
            here_only[is_figure] |= own_here
            there_only[is_figure] |= own_there
    figures, names = (max(len(here_only[kind]), len(there_only[kind])) for kind in (True, False))
    return figures, names, len(both[True]), len(both[False])


def _unlike(here: frozenset[str], there: frozenset[str]) -> set[str]:
    """The figures or names that only one text has at a place. A shorter name is the same one."""
    others = [set(value.split()) for value in there]
    own = (value for value in here - there)
    return {one for one in own if not any(_is_part(set(one.split()), other) for other in others)}


def _is_part(one: set[str], other: set[str]) -> bool:
    return one <= other or other <= one


def _by_chance(differing: int, agreeing: int, chance: float) -> bool:
    """Whether so many may differ if each does by this chance (the tail of a Poisson law)."""
    if not differing:
        return True
    mean = (differing + agreeing) * chance
    fewer = sum(exp(-mean) * mean**count / factorial(count) for count in range(differing))
    return 1 - fewer >= BY_CHANCE

"""The one chooser: every source of knowledge proposes a value, and the weightiest proposal wins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipelines.read.reading import ReadingLog

T = TypeVar("T")

DECISIVE = 1.0  # the weight of a source that has the last word


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """A value that one source proposes for a field.

    `place`: where it stands, such as a selector or the name of a meta element. `weight`: how far
    that source is believed, from 0 to 1. `raw`: the text that it was read from.
    """

    value: T
    place: str
    weight: float
    raw: str = ""


def choose(
    name: str, candidates: Iterable[Candidate[T]], log: ReadingLog, *, say: Callable[[T], str] = str
) -> Candidate[T] | None:
    """The weightiest candidate for the field `name`, the first of equals; None without any.

    A decisive one ends the search: no later candidate is worked out, so propose the surest and
    cheapest first. The log tells the choice and all that was considered; `say` puts a value into
    words for it.
    """
    considered: list[Candidate[T]] = []
    for candidate in candidates:
        considered.append(candidate)
        if candidate.weight >= DECISIVE:
            break
    best = max(considered, key=lambda one: one.weight, default=None)
    for one in considered:
        log.consider(name, say(one.value), one.place, one.raw, one.weight, chosen=one is best)
    return best

"""Which texts an article showed one after another: a pure function of what its captures showed.

The order in which the captures came to the archive makes no difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# So often a text that an article showed before makes a revision again. A page that goes on flipping
# between texts would fill its history with repetitions.
RETURNS = 2


@dataclass(frozen=True, slots=True, order=True)
class Showing:
    """What a capture (its row: `shown_by`) showed of an article: at the instant `at`, as stored,
    the address `url` had the text with the fingerprint `text`. `capture`: that of the article's
    first part, if it has several.
    """

    at: str
    url: str
    text: str
    shown_by: int = field(compare=False)
    capture: int = field(compare=False)


@dataclass(slots=True)
class Turn:
    """A text that an article began to show, and the captures that showed it until the next turn."""

    first: Showing
    showings: list[Showing]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The turns of an article, in order. `present`: the one whose text it shows; `folded`: how many
    returns to a text that it showed before made no turn of their own.
    """

    turns: Sequence[Turn]
    present: Turn
    folded: int


def timeline(showings: Iterable[Showing], own: str) -> Timeline:
    """The history that these captures show, at least one; `own`: the article's own address.

    An address that still shows what it showed before changes nothing, nor does a second address
    that shows an older text: caches are late. Each text has a turn. A return to an earlier text has
    one too, but only the first RETURNS of them.
    """
    turns: list[Turn] = []
    by_text: dict[str, Turn] = {}
    last: dict[str, str] = {}
    present: Turn | None = None
    folded = returns = 0
    for one in sorted(showings):
        before, last[one.url] = last.get(one.url), one.text
        known = by_text.get(one.text)
        is_late = one.text == before or (
            known is not None
            and one.url != own
            and (present is None or before != present.first.text)
        )
        if present is not None and (one.text == present.first.text or (known and is_late)):
            (known or present).showings.append(one)
            continue
        returns += known is not None
        if known is not None and returns > RETURNS:
            folded += 1
            known.showings.append(one)
            present = known
            continue
        present = by_text[one.text] = Turn(one, [one])
        turns.append(present)
    assert present is not None
    return Timeline(turns, present, folded)

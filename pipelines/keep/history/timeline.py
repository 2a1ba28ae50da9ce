"""What an article showed, one version after another: a pure function of what its captures showed.

The order in which the captures came to the archive makes no difference.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

# So often a version that an article showed before makes a revision again, and so often a file that
# has other bytes at each look. A page that goes on flipping would fill its history.
RETURNS = 2
SWAPS = 3


@dataclass(frozen=True, slots=True, order=True)
class Showing:
    """What a capture (its row: `shown_by`) showed of an article: at the instant `at`, as stored,
    the address `url` had the text with the fingerprint `text`, and a date of publication. `day`:
    the last one that the article stated, if its dates count. `capture`: that of the article's first
    part, if it has several. `seen_at`: the instant that it has, if a wrong clock dated it.
    """

    at: str
    url: str
    text: str
    day: str | None
    shown_by: int = field(compare=False)
    capture: int = field(compare=False)
    seen_at: str | None = field(default=None, compare=False)

    @property
    def version(self) -> tuple[str, str | None]:
        """What two showings have in common if the publisher changed nothing between them."""
        return self.text, self.day


class FileSeen(NamedTuple):
    """The bytes that a file which an article links had at an instant."""

    url: str
    at: str
    sha256: str


@dataclass(slots=True)
class Turn:
    """A version that an article began to show, and the captures that showed it until the next turn.

    If a file got other bytes, `first` is the capture before with the instant of the swap.
    """

    first: Showing
    showings: list[Showing]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The turns of an article, in order. `present`: the one whose version it shows; `folded`: how
    many repetitions made no turn of their own.
    """

    turns: Sequence[Turn]
    present: Turn
    folded: int


def timeline(showings: Iterable[Showing], own: str, files: Iterable[FileSeen] = ()) -> Timeline:
    """The history that these captures show, at least one; `own`: the article's own address.

    An address that still shows what it showed before changes nothing, nor does a second address
    that shows an older version: caches lag behind. Each version has a turn. So has a return to an
    earlier one, but only the first RETURNS of them.
    """
    events: list[tuple[str, int, str, Showing | FileSeen]] = [
        *((one.at, 1, one.seen_at or one.at, one) for one in showings),
        *((one.at, 0, one.at, one) for one in files),
    ]
    events.sort(key=lambda event: (*event[:3], event[3]))
    history = _History(own)
    for *_, one in events:
        if isinstance(one, Showing):
            history.show(one)
        else:
            history.see(one)
    assert history.present is not None
    return Timeline(history.turns, history.present, history.folded)


class _History:
    """The turns so far."""

    def __init__(self, own: str) -> None:
        self.own = own
        self.turns: list[Turn] = []
        self.present: Turn | None = None
        self.folded = self.returns = 0
        self.of_version: dict[tuple[str, str | None], Turn] = {}
        self.last: dict[str, tuple[str, str | None]] = {}
        self.bytes: dict[str, str] = {}
        self.looks: Counter[str] = Counter()
        self.swaps: Counter[str] = Counter()

    def show(self, one: Showing) -> None:
        """Take in what the next capture shows."""
        before, self.last[one.url] = self.last.get(one.url), one.version
        known, present = self.of_version.get(one.version), self.present
        if present is not None and known is not None:
            late = one.version == before or (
                one.url != self.own and before != present.first.version
            )
            if known is present or late:
                known.showings.append(one)
                return
            self.returns += 1
            if self.returns > RETURNS:
                self.folded += 1
                known.showings.append(one)
                self.present = known
                return
        self._turn(one, [one])

    def see(self, file: FileSeen) -> None:
        """Take in what the next capture of a file brings."""
        before, self.bytes[file.url] = self.bytes.get(file.url), file.sha256
        self.looks[file.url] += 1
        if before in (None, file.sha256):
            return
        self.swaps[file.url] += 1
        if self.present is None:
            return
        swaps = self.swaps[file.url]
        if swaps > SWAPS and swaps == self.looks[file.url] - 1:
            self.folded += 1
            return
        last = (self.present.showings or [self.present.first])[-1]
        same = Showing(file.at, last.url, last.text, last.day, last.shown_by, last.capture)
        self._turn(same, [])

    def _turn(self, first: Showing, showings: list[Showing]) -> None:
        last = self.turns[-1] if self.turns else None
        if last is not None and not last.showings and last.first.at == first.at:
            self.turns.pop()  # files, or a file and its page, changed in one instant
            self.of_version = {turn.first.version: turn for turn in self.turns}
        self.present = self.of_version[first.version] = Turn(first, showings)
        self.turns.append(self.present)

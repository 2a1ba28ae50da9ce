"""Lays out the lines of two texts for a page: as one text or side by side, without most of what is
the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipelines.compare.lines import Line, Side

AROUND = 1  # lines that are the same, shown before and after one that differs
MOST_ROWS = 400
MOST_CHARACTERS = 400_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of the old text beside the one that stands in its place; None where there is none."""

    old: Line | None
    new: Line | None

    @property
    def is_same(self) -> bool:
        """Whether both texts have the whole line."""
        return self.old is not None and self.new is not None and self.old.is_same


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines that are left out. `differing`: how many of them differ, and had no room."""

    lines: int
    differing: int = 0


Row = TypeVar("Row", Line, Pair)


def side_by_side(lines: Sequence[Line]) -> list[Pair]:
    """The lines in pairs. Whole lines that went stand beside those that came in their place."""
    pairs: list[Pair] = []
    went: list[Line] = []
    came: list[Line] = []

    def put() -> None:
        for at in range(max(len(went), len(came))):
            old, new = (side[at] if at < len(side) else None for side in (went, came))
            pairs.append(Pair(old, new))
        went.clear()
        came.clear()

    for line in lines:
        sides = {run.side for run in line.runs}
        if sides == {"removed"} and not came:
            went.append(line)
        elif sides == {"added"}:
            came.append(line)
        else:
            put()
            if sides == {"removed"}:
                went.append(line)
            else:
                pairs.append(Pair(_without(line, "added"), _without(line, "removed")))
    put()
    return pairs


def _without(line: Line, side: Side) -> Line:
    return line if line.is_same else Line(tuple(run for run in line.runs if run.side != side))


def folded(rows: Sequence[Row], *, whole: bool = False) -> list[Row | Gap]:
    """The rows that differ, with what stands right before and after them; the others as gaps, if
    not the `whole` text is to be shown. What is too much for one page is the last gap.
    """
    near = {
        at + step
        for at, row in enumerate(rows)
        if whole or not row.is_same
        for step in range(-AROUND, AROUND + 1)
    }
    shown: list[Row | Gap] = []
    room, left = MOST_CHARACTERS, 0
    for at, row in enumerate(rows):
        if at not in near:
            left += 1
            continue
        if len(shown) >= MOST_ROWS or room < 0:
            rest = rows[at:]
            shown.append(Gap(left + len(rest), sum(not one.is_same for one in rest)))
            return shown
        if left:
            shown.append(Gap(left))
            left = 0
        shown.append(row)
        room -= sum(map(_size, _lines(row)))
    if left:
        shown.append(Gap(left))
    return shown


def _lines(row: Line | Pair) -> Iterator[Line]:
    if isinstance(row, Line):
        yield row
    else:
        yield from (line for line in (row.old, row.new) if line is not None)


def _size(line: Line) -> int:
    return sum(len(run.text) for run in line.runs)

"""Lays out how two texts differ: lines of runs of words, for a terminal or a page."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from pipelines.compare.alignment import Block
from pipelines.compare.comparison import Comparison
from pipelines.compare.words import Words, is_figure

Side = Literal["same", "removed", "added"]
Piece = tuple[int, int]  # of a text: the position of its first word, and of the one after its last


@dataclass(frozen=True, slots=True)
class Run:
    """Words that both texts have, or only one of them. `figure`: each word was removed or added,
    and holds a number.
    """

    side: Side
    text: str
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; some of its words may differ."""

    runs: tuple[Run, ...]

    @property
    def is_same(self) -> bool:
        """Whether both texts have the whole line."""
        return all(run.side == "same" for run in self.runs)


def lines_of(comparison: Comparison) -> list[Line]:
    """Both texts as one, line by line. A paragraph that came or went is a line of its own."""
    layout = _Layout(comparison)
    at = 0
    for block in _without_shreds(comparison):
        layout.lay_same(at, block.other_start)
        layout.lay_block(block)
        at = block.other_end
    layout.lay_same(at, len(comparison.after.words))
    return [Line(tuple(_runs(words))) for words in layout.lines if words]


def whole_line(side: Side, text: str) -> Line:
    """A line that one text has, or both."""
    return Line((Run(side, " ".join(text.split())),))


def _without_shreds(comparison: Comparison) -> list[Block]:
    """The blocks of a comparison, joined where they leave only a few equal words between them in
    one paragraph: a sentence that was written anew is no mosaic of old words.
    """
    starts = comparison.after.starts
    joined: list[Block] = []
    for block in comparison.blocks:
        while joined:
            last = joined[-1]
            kept = block.other_start - last.other_end
            borders = bisect_left(starts, last.other_end) < bisect_left(
                starts, block.other_start + 1
            )
            if borders or 2 * kept > min(last.size, block.size):
                break
            joined.pop()
            block = Block(last.start, block.end, last.other_start, block.other_end)
        joined.append(block)
    return joined


class _Layout:
    """The lines so far. `begun`: the last one holds the beginning of a paragraph whose other words
    are the same.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.texts: dict[Side, Words] = {
            "removed": comparison.before,
            "added": comparison.after,
            "same": comparison.after,
        }
        self.borders = {side: {*text.starts, len(text.words)} for side, text in self.texts.items()}
        self.lines: list[list[tuple[Side, str]]] = [[]]
        self.begun = False

    def lay_same(self, start: int, end: int) -> None:
        for piece in self._pieces("same", start, end):
            if piece[0] in self.borders["same"] and not self.begun:
                self.lines.append([])
            self._lay("same", piece)
            self.begun = False

    def lay_block(self, block: Block) -> None:
        """Add what ends the present line, then whole paragraphs, then what begins the next line."""
        sides: tuple[tuple[Side, list[Piece]], ...] = (
            ("removed", self._pieces("removed", block.start, block.end)),
            ("added", self._pieces("added", block.other_start, block.other_end)),
        )
        for side, pieces in sides:
            if pieces and pieces[0][0] not in self.borders[side]:
                self._lay(side, pieces.pop(0))
        heads = [
            (side, pieces.pop())
            for side, pieces in sides
            if pieces and pieces[-1][1] not in self.borders[side]
        ]
        for side, pieces in sides:
            for piece in pieces:
                self.lines.append([])
                self._lay(side, piece)
        if heads:
            self.lines.append([])
            self.begun = True
        for side, piece in heads:
            self._lay(side, piece)

    def _pieces(self, side: Side, start: int, end: int) -> list[Piece]:
        """A passage, divided between paragraphs."""
        starts = self.texts[side].starts
        inside = starts[bisect_right(starts, start) : bisect_left(starts, end)]
        return list(pairwise([start, *inside, end])) if start < end else []

    def _lay(self, side: Side, piece: Piece) -> None:
        self.lines[-1] += [(side, word) for word in self.texts[side].words[slice(*piece)]]


def _runs(words: Iterable[tuple[Side, str]]) -> Iterator[Run]:
    kinds = ((side, side != "same" and is_figure(word), word) for side, word in words)
    for (side, figure), run in groupby(kinds, key=lambda one: one[:2]):
        yield Run(side, " ".join(word for _, _, word in run), figure)

"""Finds where two sequences differ: exactly by rapidfuzz, or more coarsely where that costs too
much. Time and memory are bounded for any input.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

# The exact comparison fills a table of bits: 4e8 of them are 50 MB and take a tenth of a second.
CELLS_AT_ONCE = 400_000_000
CELLS_IN_ALL = 2_000_000_000
# A larger table is divided where runs of this many items stand once in each sequence.
RUN_LENGTHS = (4, 1)
DIVIDED_MOST = 3  # times, one within another


@dataclass(frozen=True, slots=True)
class Block:
    """A place where two sequences differ: one[start:end] stands in place of other[...]."""

    start: int
    end: int
    other_start: int
    other_end: int

    @property
    def size(self) -> int:
        """The number of items of the longer side."""
        return max(self.end - self.start, self.other_end - self.other_start)


@dataclass(slots=True)
class Budget:
    """How many cells one comparison may still fill."""

    cells: int = CELLS_IN_ALL

    def allows(self, block: Block) -> bool:
        """Whether the block may be compared exactly; if so, its cells are spent."""
        cells = (block.end - block.start) * (block.other_end - block.other_start)
        if cells > min(CELLS_AT_ONCE, self.cells):
            return False
        self.cells -= cells
        return True


def differing(
    one: Sequence[Hashable], other: Sequence[Hashable], budget: Budget | None = None
) -> list[Block]:
    """The blocks in which two sequences differ, in order; all between them is equal.

    What is too large to be compared exactly comes as one block, if no items divide it.
    """
    numbers: dict[Hashable, int] = {}
    numbered = [
        [numbers.setdefault(item, len(numbers)) for item in items] for items in (one, other)
    ]
    whole = Block(0, len(one), 0, len(other))
    return list(_differing(numbered[0], numbered[1], whole, budget or Budget(), DIVIDED_MOST))


def _differing(
    one: list[int], other: list[int], block: Block, budget: Budget, divisions: int
) -> Iterator[Block]:
    block = _trimmed(one, other, block)
    if block.size == 0:
        return
    if block.start == block.end or block.other_start == block.other_end:
        yield block
    elif budget.allows(block):
        yield from _exact(one, other, block)
    elif divisions and (anchors := _anchors(one, other, block)):
        end = (block.end, block.other_end)
        for (at, other_at), (to, other_to) in pairwise(
            [(block.start - 1, block.other_start - 1), *anchors, end]
        ):
            part = Block(at + 1, to, other_at + 1, other_to)
            yield from _differing(one, other, part, budget, divisions - 1)
    else:
        yield block


def _trimmed(one: list[int], other: list[int], block: Block) -> Block:
    """The block without what is equal at its head and its end."""
    start, end = block.start, block.end
    other_start, other_end = block.other_start, block.other_end
    while start < end and other_start < other_end and one[start] == other[other_start]:
        start, other_start = start + 1, other_start + 1
    while start < end and other_start < other_end and one[end - 1] == other[other_end - 1]:
        end, other_end = end - 1, other_end - 1
    return Block(start, end, other_start, other_end)


def _exact(one: list[int], other: list[int], block: Block) -> Iterator[Block]:
    """The blocks of the longest common subsequence."""
    at, other_at = block.start, block.other_start
    operations = Indel.opcodes(
        one[block.start : block.end], other[block.other_start : block.other_end]
    )
    for operation in operations:
        if operation.tag != "equal":
            continue
        to, other_to = block.start + operation.src_start, block.other_start + operation.dest_start
        if (at, other_at) != (to, other_to):
            yield Block(at, to, other_at, other_to)
        at = block.start + operation.src_end
        other_at = block.other_start + operation.dest_end
    if (at, other_at) != (block.end, block.other_end):
        yield Block(at, block.end, other_at, block.other_end)


def _anchors(one: list[int], other: list[int], block: Block) -> list[tuple[int, int]]:
    """Positions of equal items in order, by runs that stand once in both (patience diff)."""
    for length in RUN_LENGTHS:
        places = _places_of_runs(one, block.start, block.end, length)
        others = _places_of_runs(other, block.other_start, block.other_end, length)
        pairs = [(at, others[run]) for run, at in places.items() if run in others]
        if pairs:
            return _longest_in_order(pairs)
    return []


def _places_of_runs(
    items: list[int], start: int, end: int, length: int
) -> dict[tuple[int, ...], int]:
    """By run that stands once in this part: the position of its first item."""
    part = items[start:end]
    runs = list(zip(*(part[first:] for first in range(length)), strict=False))
    counts = Counter(runs)
    return {run: start + at for at, run in enumerate(runs) if counts[run] == 1}


def _longest_in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs whose second numbers grow too; the first numbers grow already."""
    ends: list[int] = []  # the second number that ends the best chain of each length
    last: list[int] = []  # the pair that it belongs to
    before: list[int | None] = []
    for number, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1] = [second]
        last[length : length + 1] = [number]
    chain: list[tuple[int, int]] = []
    at: int | None = last[-1]
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]

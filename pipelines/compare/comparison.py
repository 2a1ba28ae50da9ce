"""Compares two texts: paragraphs first, then the words of those that differ."""

from dataclasses import dataclass

from pipelines.compare.alignment import Block, Budget, differing
from pipelines.compare.words import Words


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where the words of two texts differ. Borders of paragraphs do not count."""

    before: Words
    after: Words
    blocks: tuple[Block, ...]

    def removed(self, block: Block) -> list[str]:
        """The keys of a block's words that were removed."""
        return list(self.before.keys[block.start : block.end])

    def added(self, block: Block) -> list[str]:
        """The keys of a block's words that were added."""
        return list(self.after.keys[block.other_start : block.other_end])


def compare(before: Words, after: Words, *, most_words: int | None = None) -> Comparison:
    """Compare two texts. A moved word or paragraph counts as removed and added.

    Time and memory are bounded: 100,000 words take at most two seconds. Beyond the bounds whole
    passages differ, whose words may be equal in part. Texts of more than `most_words` together are
    compared by whole paragraphs alone.
    """
    budget = Budget()
    blocks: list[Block] = []
    is_long = most_words is not None and len(before.keys) + len(after.keys) > most_words
    for passage in differing(before.paragraph_keys(), after.paragraph_keys(), budget):
        start, end = _words_in(before, passage.start, passage.end)
        other_start, other_end = _words_in(after, passage.other_start, passage.other_end)
        if is_long:
            blocks.append(Block(start, end, other_start, other_end))
            continue
        words = differing(before.keys[start:end], after.keys[other_start:other_end], budget)
        blocks.extend(
            Block(
                start + block.start,
                start + block.end,
                other_start + block.other_start,
                other_start + block.other_end,
            )
            for block in words
        )
    return Comparison(before, after, tuple(blocks))


def _words_in(text: Words, first: int, end: int) -> tuple[int, int]:
    """The positions of the words of the paragraphs from `first` to before `end`."""
    starts = [*text.starts[first : end + 1], len(text.keys)]
    return starts[0], starts[end - first]

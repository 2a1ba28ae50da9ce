"""The words in which two texts differ, for usual and for hostile texts."""

import random

import pytest

from pipelines.compare.alignment import CELLS_AT_ONCE, Budget, differing
from pipelines.compare.comparison import Comparison, compare
from pipelines.compare.words import figures, paragraphs_of, words_of


def differences(before: str, after: str) -> list[tuple[str, str]]:
    comparison = compared(before, after)
    return [
        (" ".join(comparison.removed(block)), " ".join(comparison.added(block)))
        for block in comparison.blocks
    ]


def compared(before: str, after: str) -> Comparison:
    return compare(words_of(paragraphs_of(before)), words_of(paragraphs_of(after)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", []),
        ("", "một hai", [("", "một hai")]),
        ("một\n\nhai", "một hai", []),
        ("giá “3.000” – hết", 'giá "3.000" - hết', []),
        ("một hai ba", "một bốn ba", [("hai", "bốn")]),
        ("một hai\n\nba bốn\n\nnăm", "một hai\n\nnăm sáu", [("ba bốn", ""), ("", "sáu")]),
        # A paragraph that stays is found first, though words before it are equal as well.
        ("Sáng nay mưa.\n\nSáng mai nắng.", "Sáng mai nắng.", [("Sáng nay mưa.", "")]),
        ("Mưa", "mưa", [("Mưa", "mưa")]),
    ],
)
def test_paragraphs_then_words(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert differences(before, after) == expected


def rebuilt(comparison: Comparison) -> list[str]:
    """The second text's keys, made of the first one's and of what was added."""
    keys: list[str] = []
    at = 0
    for block in comparison.blocks:
        keys += [*comparison.before.keys[at : block.start], *comparison.added(block)]
        at = block.end
    return [*keys, *comparison.before.keys[at:]]


def hostile_pairs() -> dict[str, tuple[str, str]]:
    rng = random.Random(14)
    many = [f"w{number}" for number in range(30_000)]
    mixed = rng.sample(many, len(many))
    few = [rng.choice("ab") for _ in many]
    return {
        "one-word paragraphs": ("\n\n".join(many), "\n\n".join(mixed)),
        "one paragraph": (" ".join(many), " ".join(mixed)),
        "turned round": (" ".join(many), " ".join(reversed(many))),
        "nothing in common": (" ".join(many), " ".join(f"x{word}" for word in many)),
        "equal words": ("a " * 30_000, "b " + "a " * 29_990 + "b"),
        "two words": (" ".join(few), " ".join(rng.sample(few, len(few)))),
        "a word of a megabyte": ("a" * 1_000_000, "a" * 999_999 + "b"),
        "one paragraph and many": (" ".join(many), "\n\n".join(mixed)),
    }


@pytest.mark.parametrize("pair", hostile_pairs().values(), ids=hostile_pairs())
def test_a_bounded_comparison_is_still_true(pair: tuple[str, str]) -> None:
    comparison = compared(*pair)
    assert comparison.blocks
    assert rebuilt(comparison) == list(comparison.after.keys)


def test_a_large_text_is_divided_where_runs_stand_once() -> None:
    size = int((2 * CELLS_AT_ONCE) ** 0.5)
    words = [f"w{number % 5000}" for number in range(size)]  # each word several times
    words[size // 2] = "here"  # so runs around it stand once
    other = ["first", *words[1:-1], "last"]
    other[size // 2 + 10] = "there"
    blocks = differing(words, other)
    assert [(block.start, block.end) for block in blocks] == [
        *((0, 1), (size // 2 + 10, size // 2 + 11), (size - 1, size)),
    ]


def test_without_budget_one_block_differs() -> None:
    (block,) = differing("abab", "bcbca", Budget(cells=10))
    assert (block.start, block.end, block.other_start, block.other_end) == (0, 4, 0, 5)


def test_figures_are_numbers_amounts_and_dates() -> None:
    words = ["Số", "31/TB-UBND,", "ngày", "12-5-2019:", "5.000đ", "(7:30),", "3,5%."]
    assert figures(words) == ["31", "12-5-2019", "5.000", "7:30", "3,5"]

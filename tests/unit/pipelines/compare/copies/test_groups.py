"""Which texts make a group: copies of copies do, round-ups join none with another."""

from random import Random

from pipelines.compare.copies.groups import text_groups


def groups(words: dict[int, int], *pairs: tuple[int, int]) -> set[tuple[str, str]]:
    """The groups as letters of texts, and of the round-ups that they have."""
    found = text_groups(words, pairs)
    shuffled = [pair[::-1] for pair in pairs]
    Random(1).shuffle(shuffled)
    assert {*text_groups(dict(reversed(words.items())), shuffled)} == {*found}
    return {
        ("".join(map(str, sorted(one.texts))), "".join(map(str, sorted(one.round_ups))))
        for one in found
    }


def test_copies_of_copies_belong_together() -> None:
    words = dict.fromkeys(range(1, 6), 100)
    assert groups(words, (1, 2), (2, 3), (4, 5)) == {("123", ""), ("45", "")}


def test_a_text_alone_is_a_group() -> None:
    assert groups({1: 50}) == {("1", "")}


def test_a_longer_text_joins_the_one_that_it_holds() -> None:
    words = {1: 100, 2: 110, 3: 400, 4: 420}
    assert groups(words, (1, 2), (1, 3), (3, 4)) == {("1234", "")}


def test_a_round_up_joins_no_texts_with_each_other() -> None:
    words = {1: 100, 2: 120, 3: 900, 4: 905}
    assert groups(words, (1, 3), (2, 3), (3, 4)) == {("1", "34"), ("2", "34"), ("34", "")}


def test_a_round_up_of_a_round_up() -> None:
    words = {1: 100, 2: 120, 3: 900, 4: 2_000}
    found = groups(words, (1, 3), (2, 3), (3, 4), (1, 4), (2, 4))
    assert found == {("1", "34"), ("2", "34"), ("3", "4"), ("4", "")}

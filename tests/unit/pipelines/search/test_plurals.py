"""Singular and plural of foreign words, while Vietnamese syllables stay as they are."""

import pytest

from pipelines.search.plurals import other_number, singular


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("school", "schools"), ("farmer", "farmers"), ("household", "households"),
        ("policy", "policies"), ("church", "churches"), ("address", "addresses"),
        ("trust", "trusts"), ("bridge", "bridges"), ("survey", "surveys"),
    ],
)  # fmt: skip
def test_each_finds_the_other(one: str, many: str) -> None:
    assert (other_number(one), other_number(many)) == (many, one)
    assert singular(many) == singular(one) == one


@pytest.mark.parametrize(
    "word",
    ["nghieng", "truong", "huyen", "thanh", "quyet", "xoai", "bus", "đường", "HDND", "lot"],
)
def test_syllables_short_words_and_abbreviations_stay(word: str) -> None:
    assert other_number(word) is None
    assert singular(word) == word

"""What was meant by keys of an input method that was off, and by slips of fingers."""

import pytest

from pipelines.search.slips import edits, halves, keys_of_telex, keys_of_vni, sounds


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("ddaij", "đại"), ("hooij", "hội"), ("Ddangr", "đảng"), ("booj", "bộ"),
        ("huyeenj", "huyện"), ("nuwowcs", "nước"), ("nuowcs", "nước"), ("truwowngf", "trường"),
        ("quyr", "quỷ"), ("giar", "giả"), ("thuyr", "thủy"), ("toans", "toán"), ("cuar", "của"),
        ("tieesng", "tiếng"), ("tiengse", "tiếng"), ("truwowfng", "trường"), ("nhana", "nhân"),
        ("ddwowcj", "được"), ("dangd", "đang"), ("muaw", "mưa"), ("quaw", "quă"), ("class", None),
        ("xaw", "xă"), ("dang", None), ("xyz", None), ("bs", None), ("2020", None),
    ],
)  # fmt: skip
def test_keys_of_telex(keys: str, word: str | None) -> None:
    assert keys_of_telex(keys) == word


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("d9ai5", "đại"), ("d9a5i", "đại"), ("ho6i5", "hội"), ("hoi65", "hội"), ("nuo7c1", "nuớc"),
        ("nu7o7c1", "nước"), ("xa8", "xă"), ("m2", None), ("hoi", None), ("b6", None),
    ],
)  # fmt: skip
def test_keys_of_vni(keys: str, word: str | None) -> None:
    assert keys_of_vni(keys) == word


def test_slips_of_one_letter() -> None:
    near = {*edits("hoti")}
    assert {"hoi", "ohti", "hoki", "thoti", "hot"} <= near  # less, swapped, other, more, less
    assert not {"hoti", "thi", "hootis", "hoitx"} & near


def test_words_that_sound_alike() -> None:
    assert {*sounds("truong")} == {"chuong"}
    assert {*sounds("dai")} == {"giai", "rai", "vai", "jai"}
    assert {*sounds("hoi")} == set()


def test_words_run_together() -> None:
    assert ("nong", "thon") in {*halves("nongthon")}
    assert ("dan", "so") in {*halves("danso")}
    assert ("o", "to") in {*halves("oto")}
    assert list(halves("gomm")) == list(halves("hat")) == []  # each half needs a vowel

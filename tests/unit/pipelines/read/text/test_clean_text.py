"""Cleaning, folding, comparing and hashing of text."""

import sqlite3
import unicodedata
from contextlib import closing

import pytest

from pipelines.read.text.clean_text import (
    clean_text,
    fingerprint,
    fold,
    paragraphs,
    same_text,
    word_count,
)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\u0301o mu\u031b\u0323a", "áo mựa"),  # decomposed
        ("một\u00a0\u00a0 hai\tba", "một hai ba"),
        ("\ufeffxin\u200b ch\u00adào\u2060", "xin chào"),
        ("bỏ\x00 dấu\x07 này\x7f", "bỏ dấu này"),
        ("dòng\r\nhai\rba\u2028bốn", "dòng\nhai\nba\nbốn"),
        ("đoạn\n \n\t\n\n\nhai", "đoạn\n\nhai"),
        ("một\u2029hai", "một\n\nhai"),
        ("  giữa  \n  lề  ", "giữa\nlề"),
        ("\u202egnod\u202c", "gnod"),
        # What browsers show for &#147; &#148; &#150; &#133;.
        (
            "\x93kép\x94 \x96 \x85",
            "“kép” – …",
        ),
        ("nửa\ud83d cặp", "nửa\ufffd cặp"),
        ("\ud83d\ude00", "😀"),  # two halves that make one
        ("", ""),
        ("\n\u00a0\n", ""),
    ],
)
def test_what_is_stored_is_composed_and_visible(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean
    assert clean_text(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Huyện ủy và Huyện uỷ",
        "tậpthể 14km,... 1.500m..",
        "Ông bảo: “ừ” - 'thế' – rồi…",
        "کتاب\u200cها",  # noqa: RUF001
        "क\u094d\u200dष",
        "👩\u200d🌾",
    ],
)
def test_spelling_typing_errors_and_other_scripts_pass_unchanged(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


def test_a_joiner_without_meaning_is_dropped() -> None:
    assert clean_text("tin\u200c tức\u200d") == "tin tức"


def test_clean_text_can_be_stored_and_read_back_whole() -> None:
    text = clean_text("trước\x00sau \ud800 hết")
    with closing(sqlite3.connect(":memory:")) as db:
        stored = db.execute("select ?, length(?)", (text, text)).fetchone()
    assert stored == ("trướcsau \ufffd hết", 14)


def test_a_million_marks_on_one_letter_take_no_time_and_thirty_stay() -> None:
    # Normalisation alone would take time by the square of their number: an hour for these.
    assert len(clean_text("a" + "\u0301\u0323" * 500_000)) <= 31
    assert len(clean_text("…" * 40)) == 40


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ĐƯỜNG THỦY", "duong thuy"),
        ("Huyện uỷ", "huyện ủy"),
        ("văn hoá", unicodedata.normalize("NFD", "Văn hóa")),
        ("Hòa\u00a0 Bình\n", "hoa binh"),
        ("Straße", "STRASSE"),
    ],
)
def test_folded_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_gives_plain_lower_case_letters() -> None:
    assert fold("  Ủy ban   Nhân dân xã Đắk Lửa ") == "uy ban nhan dan xa dak lua"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ra mắt “Tổ tự quản”…", 'Ra mắt "Tổ tự quản"...'),
        ("Xã Bắc – Nam", "Xã  Bắc—Nam"),
        ("Đêm\u00a0hội ", unicodedata.normalize("NFD", "Đêm hội")),
        ("d’Anjou", "d'Anjou"),
    ],
)
def test_spacing_and_typography_make_no_other_text(one: str, other: str) -> None:
    assert same_text(one, other)
    assert fingerprint(one.replace("—", " — ")) == fingerprint(other.replace("—", " — "))


@pytest.mark.parametrize(
    ("one", "other"), [("Má", "Mà"), ("Tổ", "tổ"), ("ủy", "uỷ"), ("họp.", "họp"), ("a", "")]
)
def test_letters_case_and_stops_make_another_text(one: str, other: str) -> None:
    assert not same_text(one, other)
    assert fingerprint(one) != fingerprint(other)


def test_words_are_what_holds_letters_or_digits() -> None:
    assert word_count("Hộ nghèo - giảm 1,5 % … (UBND xã)") == 6
    assert word_count(" – … ") == 0


def test_paragraphs_stand_between_blank_lines() -> None:
    assert paragraphs("\nmột\ntiếp\n\n \n hai \n\nba\n") == ["một\ntiếp", "hai", "ba"]
    assert paragraphs(" \n\n ") == []


def test_a_fingerprint_names_its_version_and_is_the_same_in_every_process() -> None:
    # sha256 of the bytes "2:xa" + "0:", with sha256sum.
    assert (
        fingerprint("xa", None)
        == "1:859c78cd0fb7f86fb07225695f43c469d415f02a3d3a3b576604f9e0039e449c"
    )


def test_a_missing_field_equals_an_empty_one_and_boundaries_count() -> None:
    assert fingerprint("a", None, "b") == fingerprint("a", "", "b")
    assert (
        len(
            {
                fingerprint("ab", ""),
                fingerprint("a", "b"),
                fingerprint("", "ab"),
                fingerprint("a", "1:b"),
                fingerprint("a:1", "b"),
            }
        )
        == 5
    )

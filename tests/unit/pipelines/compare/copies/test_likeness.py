"""Edited texts are copies; notices of one form, and other texts, are none."""

from collections import Counter
from itertools import combinations
from random import Random

import pytest

from pipelines.compare.copies.likeness import likeness
from pipelines.compare.copies.words import plain_words, text_words
from tests.builders.invented_news import EDITS, form, name, news


def is_copy(one: str, other: str) -> bool:
    """Whether one text copies the other, within a portal, too; the order makes no difference."""
    alike = likeness(text_words(one), text_words(other))
    assert likeness(text_words(other), text_words(one)) == alike
    return alike is not None and not alike.renamed


def test_three_hundred_edits_are_found_and_nothing_else() -> None:
    luck = Random(14)
    originals = [news(number) for number in range(300)]
    missed: Counter[str] = Counter()
    strongly_altered = 0
    for number, original in enumerate(originals):
        share = 0.6 * number / 300
        kind = [*EDITS][number % len(EDITS)]
        edited = EDITS[kind](original, share, luck)
        found = is_copy(original.text, edited.text)
        if share <= 0.3:
            missed[kind] += not found
        else:
            strongly_altered += found
    assert missed.total() <= 150 * 0.03
    assert strongly_altered > 50  # found, but not promised
    words = [text_words(original.text) for original in originals[:70]]
    assert [pair for pair in combinations(words, 2) if likeness(*pair) is not None] == []


# 912 pairs of notices: 24 forms with 38 notices each, of one portal.
FORMS = [
    form(
        number,
        words=(60, 90, 140, 260)[number % 4],
        gaps=[*["figure"] * (1, 2, 4, 7)[number % 4], *["name"] * (number % 3)],
        printed=(0, 2, 5)[number % 3],
    )
    for number in range(24)
]


def test_notices_of_one_form_are_no_copies() -> None:
    joined = pairs = 0
    for number, one in enumerate(FORMS):
        luck = Random(number)
        for _ in range(38):
            first, second = one.filled(luck).text, one.filled(luck).text
            while first == second:
                second = one.filled(luck).text
            assert set(plain_words(first)) & set(plain_words(second))
            pairs += 1
            joined += is_copy(first, second)
    assert pairs == 912
    assert joined <= 9


@pytest.mark.parametrize("printed", [0, 4, 12])
@pytest.mark.parametrize("words", [50, 150, 400])
def test_notices_that_differ_in_one_name_alone_are_no_copies_of_a_portal(
    words: int, printed: int
) -> None:
    notice = form(3, words=words, gaps=["name"], printed=printed)
    texts = {notice.filled(Random(number)).text for number in range(12)}
    assert [pair for pair in combinations(sorted(texts), 2) if is_copy(*pair)] == []


def test_a_copier_may_put_its_own_name_in() -> None:
    original = news(8, 260)
    there = name(Random(1))
    named = original.paragraphs[1].split()
    named.insert(6, there)
    ours = " ".join(named)
    paragraphs = (original.paragraphs[0], ours, *original.paragraphs[2:])
    one = "\n".join((original.title, *paragraphs))
    alike = likeness(text_words(one), text_words(one.replace(there, name(Random(2)))))
    assert alike is not None
    assert alike.renamed


@pytest.mark.parametrize(
    ("here", "there", "is_same"),
    [
        ("Lê Thị Thủy", "Lê Thị Thuỷ", True),
        ("Vũ Văn Hòa", "Vũ Văn Hoà", True),
        ("Vũ Văn Hòa", "Vũ Văn Hóa", False),
        ("Vũ Văn Hòa", "Vũ Văn Hoa", False),
    ],
)
def test_a_name_has_two_spellings(here: str, there: str, is_same: bool) -> None:
    text = f"Xã họp\nBà con đã bầu ông {here} làm trưởng thôn. " + " ".join(WORDS)
    assert is_copy(text, text.replace(here, there)) == is_same


def test_a_copier_may_mend_one_figure_of_many() -> None:
    figures = [f"{number} hộ thôn {number + 40}" for number in range(2, 32)]
    text = "Kết quả\n" + ", ".join(
        f"{word} {told}" for word, told in zip(WORDS, figures, strict=True)
    )
    for mended, is_found in (
        (text.replace("31 hộ", "99 hộ"), True),
        (text.replace(" hộ", "0 hộ"), False),
    ):
        alike = likeness(text_words(text), text_words(mended))
        assert (alike is not None and alike.renamed) == is_found


WORDS = [f"{letter}{vowel}n" for letter in "bcdghklmnt" for vowel in "aou"]


def test_it_counts_the_words_that_were_kept() -> None:
    words = [f"từ {letter}{vowel}" for letter in "bcdghklm" for vowel in "aeio"]
    one, other = text_words("\n".join([*words, *words])), text_words("\n".join(words))
    alike = likeness(one, other)
    assert alike is not None
    assert alike.kept == 64


def test_a_short_text_is_no_copy() -> None:
    text = "Thông báo\nXem chi tiết trong tập tin kèm theo."
    assert not is_copy(text, text)


@pytest.mark.parametrize(
    "sentence",
    [
        "县人民政府昨天召开会议研究秋季农业生产和防汛工作的安排并要求各乡镇认真落实",
        "สำนักงานเทศบาลประกาศกำหนดการประชุมประจำเดือนและแจ้งให้ประชาชนทราบโดยทั่วกัน",
    ],
)
def test_scripts_without_blanks_are_compared_by_letters(sentence: str) -> None:
    text = f"{sentence[:9]}\n{sentence}。{sentence[::-1]}。"
    edited = text[:40] + text[48:]
    assert is_copy(text, edited)
    assert not is_copy(text, f"{sentence[9:18]}\n" + "".join(sorted(text)))


def test_other_signs_and_capitals_alter_nothing() -> None:
    text = news(4).text
    written = text.upper().replace(".", " …").replace(",", " – ")
    one, other = text_words(text.replace(",", "")), text_words(written.replace(" – ", ""))
    alike = likeness(one, other)
    assert alike is not None

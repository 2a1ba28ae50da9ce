"""Differences for a page: bounded for any texts, and honest about what was left out."""

import pytest

from pipelines.compare.version import Version
from web.pages.articles import differences
from web.pages.articles.differences import ShownRow, View, shown_difference
from web.pages.articles.versions import versions_compared

SENTENCE = "xã họp dân bàn việc làm đường liên thôn dài ba cây số trong năm nay"


def long_text(paragraphs: int, edited_each: int) -> str:
    """Paragraphs of thirty words, all different; each so many has a word that the others lack."""
    return "\n\n".join(
        f"Đoạn {number}: {SENTENCE} {SENTENCE}{' sửa' if number % edited_each == 0 else ''}"
        for number in range(paragraphs)
    )


@pytest.mark.parametrize("view", ["inline", "side"])
def test_an_edit_in_five_thousand_paragraphs_is_shown_alone(view: View) -> None:
    before, after = long_text(5000, 10**9), long_text(5000, 2500)
    shown = shown_difference(Version("a", before), Version("a", after), view, whole=False)
    ((field, rows),) = shown.fields
    assert field == "text"
    assert shown.is_coarse  # 300,000 words
    for number in (0, 2500):
        marked = "".join(str(row.cells) for row in rows if f"{number}:" in str(row.cells))
        assert "<del>" in marked
        assert "<ins>" in marked
    assert sum(row.left_out for row in rows) > 4900
    assert len(rows) < 12


def test_what_has_no_room_is_counted() -> None:
    before, after = long_text(2000, 10**9), long_text(2000, 1)
    shown = shown_difference(Version("a", before), Version("a", after), "inline", whole=False)
    ((_, rows),) = shown.fields
    assert not shown.is_coarse
    assert rows[-1] == ShownRow(left_out=1600, differing=1600)
    assert len(rows) == 401


def test_texts_beyond_all_bounds_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MOST_CHARACTERS", 10)
    shown = shown_difference(Version("a", "một hai"), Version("a", "ba bốn"), "inline", whole=False)
    assert shown.is_too_long
    assert shown.fields == ()


@pytest.mark.parametrize(
    ("start", "end", "last", "compared"),
    [
        (None, None, 1, None),
        (None, None, 4, (3, 4)),
        ("1", None, 4, (1, 4)),
        (None, "3", 4, (2, 3)),
        ("4", "2", 4, (2, 4)),
        ("2", "2", 4, (1, 2)),
        ("1", "1", 4, (1, 2)),
        (None, "1", 4, (1, 2)),
        ("x", "-1", 4, (3, 4)),
    ],
)
def test_two_versions_are_chosen(
    start: str | None, end: str | None, last: int, compared: tuple[int, int] | None
) -> None:
    assert versions_compared(start, end, last) == compared

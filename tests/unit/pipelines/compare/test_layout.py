"""Lines as a page shows them: side by side, and without most of what is the same."""

import pytest

from pipelines.compare import layout
from pipelines.compare.comparison import compare
from pipelines.compare.layout import Gap, Pair, folded, side_by_side
from pipelines.compare.lines import Line, lines_of, whole_line
from pipelines.compare.words import paragraphs_of, words_of


def lines(before: str, after: str) -> list[Line]:
    return lines_of(compare(*(words_of(paragraphs_of(text)) for text in (before, after))))


def said(line: Line | None) -> str | None:
    return None if line is None else " ".join(run.text for run in line.runs)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("một hai", "một hai", [("một hai", "một hai")]),
        ("một hai ba", "một bốn ba", [("một hai ba", "một bốn ba")]),
        ("a b\n\nc d\n\ne", "a b\n\ne", [("a b", "a b"), ("c d", None), ("e", "e")]),
        ("a b\n\ne", "a b\n\nc d\n\ne", [("a b", "a b"), (None, "c d"), ("e", "e")]),
        # What came stands beside what went in the same place.
        ("a\n\nc\n\nd\n\ne", "a\n\nx\n\ne", [("a", "a"), ("c", "x"), ("d", None), ("e", "e")]),
        ("", "a\n\nb", [(None, "a"), (None, "b")]),
    ],
)
def test_paragraphs_stand_beside_each_other(
    before: str, after: str, expected: list[tuple[str | None, str | None]]
) -> None:
    pairs = side_by_side(lines(before, after))
    assert [(said(pair.old), said(pair.new)) for pair in pairs] == expected
    assert [pair.is_same for pair in pairs] == [old == new for old, new in expected]


TEN = [whole_line("same", str(number)) for number in range(10)]
EDIT = whole_line("added", "x")


def test_what_is_far_from_an_edit_is_left_out() -> None:
    rows = [*TEN[:5], EDIT, *TEN[5:]]
    assert folded(rows) == [Gap(4), TEN[4], EDIT, TEN[5], Gap(4)]
    assert folded(rows, whole=True) == rows
    assert folded([EDIT, TEN[0], EDIT]) == [EDIT, TEN[0], EDIT]
    pairs = [Pair(line, line) for line in TEN]
    assert folded([*pairs, Pair(None, EDIT)]) == [Gap(9), pairs[9], Pair(None, EDIT)]


def test_what_has_no_room_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MOST_ROWS", 3)
    assert folded([EDIT] * 5 + TEN) == [EDIT] * 3 + [Gap(12, differing=2)]
    monkeypatch.setattr(layout, "MOST_CHARACTERS", 1)
    assert folded([EDIT] * 5) == [EDIT] * 2 + [Gap(3, differing=3)]

"""Which texts make turns of an article's history, whatever the order in which they came."""

import random

import pytest

from pipelines.keep.history.timeline import (
    RETURNS,
    SWAPS,
    FileSeen,
    Showing,
    Timeline,
    timeline,
)

OWN, OTHER = "http://lungvai.example/tin-1.html", "http://lungvai.example/m/tin-1.html"


def showing(day: int, text: str, url: str = OWN, printed: str | None = None) -> Showing:
    return Showing(f"2026-03-{day:02}", url, text, printed, day, day)


def showings(*texts: str, url: str = OWN) -> list[Showing]:
    """Texts as one capture after another showed them."""
    return [
        Showing(f"2026-03-{day:02}", url, text, None, day, day) for day, text in enumerate(texts, 1)
    ]


def told(history: Timeline) -> list[tuple[str, str]]:
    return [(turn.first.at[-2:], turn.first.text) for turn in history.turns]


def test_a_text_that_comes_back_has_two_turns() -> None:
    history = timeline(showings("A", "A", "B", "A", "A"), OWN)
    assert told(history) == [("01", "A"), ("03", "B"), ("04", "A")]
    assert [one.shown_by for one in history.turns[2].showings] == [4, 5]
    assert history.present is history.turns[2]


def test_the_order_of_captures_makes_no_difference() -> None:
    found = showings("A", "B", "A", "C", "C", "B", "D", "A")
    expected = timeline(found, OWN)
    for seed in range(20):
        random.Random(seed).shuffle(found)
        assert timeline(found, OWN) == expected


def test_a_page_that_flips_has_no_turn_for_each_repetition_and_shows_its_last_text() -> None:
    history = timeline(showings(*"ABABABABABA"), OWN)
    assert told(history) == [("01", "A"), ("02", "B"), ("03", "A"), ("04", "B")]
    assert history.present.first.text == "A"
    assert len(history.turns) == 2 + RETURNS
    assert history.folded == 7


def test_a_page_that_flips_keeps_each_text_that_it_shows_for_the_first_time() -> None:
    assert [text for _, text in told(timeline(showings(*"ABABABCABD"), OWN))] == list("ABABCD")


@pytest.mark.parametrize("late", ["A", "A again"])
def test_a_second_address_that_is_late_makes_no_turn(late: str) -> None:
    seen = showings("A", "B", "B")
    cached = [showing(day, "A", OTHER) for day in (3, 5)]
    if late == "A again":
        cached = cached[:1]
    history = timeline(seen + cached, OWN)
    assert told(history) == [("01", "A"), ("02", "B")]
    assert history.present.first.text == "B"


def test_a_second_address_may_show_an_edit_first() -> None:
    other = [
        Showing("2026-03-01", OTHER, "A", None, 8, 8),
        Showing("2026-03-03", OTHER, "B", None, 9, 9),
    ]
    history = timeline([*showings("A", "A"), *other], OWN)
    assert told(history) == [("01", "A"), ("03", "B")]


def test_a_date_that_was_changed_under_one_text_makes_a_turn() -> None:
    found = [showing(day, "A", printed=f"2026-01-{on}") for day, on in enumerate((9, 9, 12), 1)]
    assert [turn.first.at[-2:] for turn in timeline(found, OWN).turns] == ["01", "03"]


def swapped(*days: int) -> list[FileSeen]:
    """A file with other bytes on each of these days."""
    return [FileSeen("a.pdf", f"2026-03-{day:02}", str(day)) for day in days]


def test_a_file_with_other_bytes_makes_a_turn_of_the_text_that_links_it() -> None:
    history = timeline(showings("A", "A", "A"), OWN, [*swapped(1, 2)])
    assert [(turn.first.at[-2:], turn.first.capture) for turn in history.turns] == [
        ("01", 1),
        ("02", 1),
    ]
    assert [one.shown_by for one in history.present.showings] == [2, 3]


def test_a_file_that_is_made_anew_at_each_look_makes_few_turns() -> None:
    history = timeline(showings("A"), OWN, swapped(*range(1, 20)))
    assert len(history.turns) == 1 + SWAPS
    assert history.folded == 18 - SWAPS


def test_a_file_that_the_portal_replaces_now_and_then_makes_a_turn_each_time() -> None:
    days = [1, 2, 4, 6, 8, 10, 12]
    same = [FileSeen("a.pdf", f"2026-03-{day + 1:02}", str(day)) for day in days[1:]]
    assert len(timeline(showings("A"), OWN, [*swapped(*days), *same]).turns) == len(days)


def test_what_changes_in_one_instant_makes_one_turn() -> None:
    files = [*swapped(1, 3), *(one._replace(url="b.pdf") for one in swapped(1, 3))]
    history = timeline(showings(*"AABABABA"), OWN, files)
    assert told(history)[:4] == [("01", "A"), ("03", "B"), ("04", "A"), ("05", "B")]
    assert history.present in history.turns
    kept = sorted(one.shown_by for turn in history.turns for one in turn.showings)
    assert kept == list(range(1, 9))

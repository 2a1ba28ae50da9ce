"""Which texts make turns of an article's history, whatever the order in which they came."""

import random

import pytest

from pipelines.keep.history.timeline import RETURNS, Showing, Timeline, timeline

OWN, OTHER = "http://lungvai.example/tin-1.html", "http://lungvai.example/m/tin-1.html"


def showings(*texts: str, url: str = OWN) -> list[Showing]:
    """Texts as one capture after another showed them."""
    return [Showing(f"2026-03-{day:02}", url, text, day, day) for day, text in enumerate(texts, 1)]


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
    cached = [Showing(f"2026-03-{day:02}", OTHER, "A", day, day) for day in (3, 5)]
    if late == "A again":
        cached = cached[:1]
    history = timeline(seen + cached, OWN)
    assert told(history) == [("01", "A"), ("02", "B")]
    assert history.present.first.text == "B"


def test_a_second_address_may_show_an_edit_first() -> None:
    other = [Showing("2026-03-01", OTHER, "A", 8, 8), Showing("2026-03-03", OTHER, "B", 9, 9)]
    history = timeline([*showings("A", "A"), *other], OWN)
    assert told(history) == [("01", "A"), ("03", "B")]

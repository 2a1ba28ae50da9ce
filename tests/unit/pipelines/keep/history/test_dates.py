"""Which of an article's printed dates counts, and which follow the visits."""

from datetime import UTC, datetime

import pytest

from pipelines.keep.history.dates import Days, Look, Printed, days_of


def printed(day: str, evidence: str = "selector") -> Printed:
    return Printed("td", day, None, "day", evidence, day, 0)


def looks(*shown: tuple[str, str, str | None]) -> list[Look]:
    """Looks in order: the day of the fetch, the text, and the printed day."""
    return [
        Look(
            f"{at}T09:00:00.000Z",
            "http://lungvai.example/1",
            text,
            None if day is None else printed(day),
            1,
            1,
        )
        for at, text, day in shown
    ]


def told(*shown: tuple[str, str, str | None]) -> Days:
    return days_of(looks(*shown), UTC)


def test_a_day_that_is_printed_instead_of_another_was_changed_by_a_person() -> None:
    days = told(("2026-03-09", "A", "2026-03-05"), ("2026-03-20", "A", "2026-03-15"))
    assert (days.first, days.moved) == (printed("2026-03-05"), printed("2026-03-15"))
    assert (days.follows, days.is_late) == ((), True)


@pytest.mark.parametrize("stays_until", [None, "2026-03-21"])
def test_the_day_of_the_visit_is_that_of_a_change_only_if_it_stays(stays_until: str | None) -> None:
    shown = [("2026-03-09", "A", "2026-03-09"), ("2026-03-20", "A", "2026-03-20")]
    if stays_until:
        shown.append((stays_until, "A", "2026-03-20"))
    follows = () if stays_until else ("2026-03-09", "2026-03-20")
    assert told(*shown).follows == follows


def test_a_day_that_moves_on_follows_the_visits_even_if_it_stays_for_a_while() -> None:
    assert told(
        *(("2026-03-09", "A", "2026-03-09"), ("2026-03-11", "A", "2026-03-10")),
        *(("2026-03-13", "A", "2026-03-10"), ("2026-03-20", "A", "2026-03-19")),
    ).follows == ("2026-03-09", "2026-03-10", "2026-03-19")


def test_a_day_that_moves_with_the_text_is_that_of_an_edit() -> None:
    days = told(("2026-03-09", "A", "2026-03-09"), ("2026-03-20", "B", "2026-03-20"))
    assert (days.follows, days.is_late, days.moved) == ((), False, printed("2026-03-20"))


def test_a_page_that_states_none_for_once_says_nothing() -> None:
    days = told(("2026-03-09", "A", "2026-03-05"), ("2026-03-20", "A", None))
    assert days == Days(printed("2026-03-05"), printed("2026-03-05"), None, (), is_late=False)


def test_a_guess_yields_to_a_stated_day_whichever_came_first() -> None:
    guess = Look("2026-03-01T09:00:00.000Z", "u", "A", printed("2026-02-01", "guess"), 1, 1)
    stated = looks(("2026-03-09", "A", "2026-03-05"))
    assert days_of([guess, *stated], UTC).first == printed("2026-03-05")
    assert datetime.fromisoformat(guess.at) < datetime.fromisoformat(stated[0].at)

"""The states of an article that has two addresses, from what each of them showed."""

import pytest

from pipelines.keep.states.course import Session, Sight, course
from pipelines.outcomes import ArticleState

ONE, TWO = "http://lungvai.example/tin/7.html", "http://lungvai.example/noi-bat/7.html"
THERE, GONE = ArticleState.THERE, ArticleState.GONE


def states(*days: dict[str, int]) -> list[str]:
    """The states after visits, one a day, in which addresses answered with these statuses."""
    sights: list[Sight] = []
    for day, answers in enumerate(days, 1):
        session = Session(read=9, listings=1)
        for second, (url, status) in enumerate(answers.items()):
            at = f"2026-03-{day:02d}T01:00:{second:02d}.000Z"
            shows = THERE if status == 200 else GONE
            sights.append(Sight(at, len(sights) + 1, url, shows, session, status))
    return [str(one.state) for one in course(sights).sightings]


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize(("first", "second"), [(ONE, TWO), (TWO, ONE)])
def test_an_article_that_left_both_addresses_at_once_never_moved(
    status: int, first: str, second: str
) -> None:
    both = {first: status, second: status}
    assert states({ONE: 200, TWO: 200}, both, both) == ["there", "gone"]


def test_an_article_that_left_its_first_address_moved_to_the_other() -> None:
    assert states({ONE: 200, TWO: 200}, *2 * [{ONE: 404, TWO: 200}]) == ["there", "moved"]
    assert states({ONE: 200, TWO: 200}, *2 * [{ONE: 404}]) == ["there", "moved"]


def test_it_moved_before_it_went_if_days_lie_between() -> None:
    left, gone = {ONE: 410, TWO: 200}, {ONE: 410, TWO: 410}
    assert states({ONE: 200, TWO: 200}, left, gone) == ["there", "moved", "gone"]


def test_it_has_not_moved_to_an_address_that_may_be_gone_too() -> None:
    day = {ONE: 404, TWO: 404}
    assert states({ONE: 200, TWO: 200}, {TWO: 404}, {ONE: 404}, {ONE: 404}) == ["there"]
    assert states({ONE: 200, TWO: 200}, {TWO: 404}, day, day) == ["there", "gone"]

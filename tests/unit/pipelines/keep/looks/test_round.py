"""How many old articles a visit looks at, and what that promises: pure arithmetic over a year."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.keep.looks.round import MOST_A_VISIT, ROUND, looks_to_spare, owed, round_of

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def ages(articles: int, every: timedelta, days: int) -> Sequence[tuple[float, float]]:
    """After each visit of so many days: within how many days half and all articles were looked at.
    All were found on the first day; the oldest looks have their turn first.
    """
    looks, paid, at, told = [AT] * articles, AT, AT, []
    lasts = round_of(articles, every)
    while (at := at + every) <= AT + days * DAY:
        count, paid = owed(articles, lasts, paid, at)
        looks = [*looks[count:], *[at] * count]
        told.append(((at - looks[articles // 2]) / DAY, (at - looks[0]) / DAY))
    return told


@pytest.mark.parametrize(
    ("articles", "every"),
    [
        (10, DAY / 24),
        (10, 7 * DAY),
        (140, DAY / 24),
        (500, 2 * DAY),
        (1_000, DAY),
        (2_000, DAY / 2),
    ],
)
def test_half_of_the_last_looks_are_of_the_last_month_and_all_of_the_last_three(
    articles: int, every: timedelta
) -> None:
    told = ages(articles, every, 100)
    gap = max(every / DAY, 58 / articles)  # between two looks of the round
    assert max(whole for _, whole in told) <= 58 + gap <= 92
    assert max(half for half, _ in told) <= 29 + gap


@pytest.mark.parametrize(
    ("articles", "every", "days"),
    # The last two: at most 250 a visit, which is a round of 200 days, and of 200 weeks.
    [
        *((10, 7, 58), (140, 7, 58), (1_000, 1, 58), (1_000, 7, 75), (10_000, 1, 75)),
        *((50_000, 1, 200), (50_000, 7, 1400)),
    ],
)
def test_the_round_is_told_for_any_size_and_any_interval(
    articles: int, every: int, days: int
) -> None:
    assert round_of(articles, every * DAY) == days * DAY


def test_no_visit_takes_more_than_its_most_and_what_is_owed_beyond_is_forgiven() -> None:
    assert owed(50_000, ROUND, AT, AT + DAY) == (MOST_A_VISIT, AT + DAY)
    assert owed(1_000, ROUND, AT, AT + 400 * DAY) == (MOST_A_VISIT, AT + 400 * DAY)
    # 120 days after its last look, an article has its next.
    assert max(whole for _, whole in ages(30_000, DAY, 240)[130:]) == 119


def test_what_a_short_interval_owes_is_carried_on() -> None:
    count, paid, visits = 0, AT, 0
    while not count:
        visits += 1
        count, paid = owed(140, ROUND, paid, AT + visits * timedelta(hours=1))
    assert (count, visits) == (1, 10)  # 58 days for 140 are 9.9 hours for one
    assert paid < AT + timedelta(hours=10)


def test_nothing_is_owed_without_articles_or_by_a_clock_that_was_set_back() -> None:
    assert owed(0, ROUND, AT, AT + DAY) == (0, AT)
    assert owed(1_000, ROUND, AT, AT - DAY) == (0, AT - DAY)


@pytest.mark.parametrize(
    ("listings", "resting", "already", "since", "spare"),
    [
        *((21, 0, 0, DAY, 4), (21, 0, 3, DAY, 1), (21, 0, 9, DAY, 0), (4, 0, 0, DAY, 0)),
        # Sections that rest leave their requests; a day's looks are spread over hourly visits.
        *((8, 13, 2, DAY, 15), (21, 0, 0, 9 * DAY, 4), (21, 0, 0, DAY / 24, 1)),
    ],
)
def test_a_fifth_more_than_all_listings_is_left_for_looks(
    listings: int, resting: int, already: int, since: timedelta, spare: int
) -> None:
    assert looks_to_spare(listings, resting, already, since) == spare

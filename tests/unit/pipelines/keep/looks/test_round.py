"""How many old articles a visit looks at, and what that promises: pure arithmetic over a year."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.keep.looks.round import MOST_A_VISIT, looks_to_spare, owed, round_of

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def ages(articles: int, every: timedelta, days: int) -> Sequence[Sequence[float]]:
    """After each visit of so many days: the days since the last look at each article, the youngest
    first. All were found on the first day; the oldest looks have their turn first.
    """
    looks, paid, at, told = [AT] * articles, AT, AT, []
    while (at := at + every) <= AT + days * DAY:
        count, paid = owed(articles, paid, at)
        looks = [*looks[count:], *[at] * count]
        told.append([(at - one) / DAY for one in reversed(looks)])
    return told


@pytest.mark.parametrize(
    ("articles", "every"),
    [(10, DAY / 24), (10, 2 * DAY), (140, DAY / 24), (1_000, DAY), (1_000, 7 * DAY), (7_000, DAY)],
)
def test_half_of_the_last_looks_are_of_the_last_month_and_all_of_the_last_three(
    articles: int, every: timedelta
) -> None:
    told = ages(articles, every, 100)
    gap = max(every / DAY, 60 / articles)  # between two looks of the round
    assert max(one[-1] for one in told) <= 61 + gap <= 92
    assert max(one[(articles - 1) // 2] for one in told) <= 31 + gap


@pytest.mark.parametrize(
    ("articles", "every", "days"),
    # The last two: at most 250 a visit, which is a round of 200 days, and of 200 weeks.
    [(10, 7, 60), (1_000, 7, 60), (1_000, 1, 60), (50_000, 1, 200), (50_000, 7, 1400)],
)
def test_the_round_is_told_for_any_size_and_any_interval(
    articles: int, every: int, days: int
) -> None:
    assert round_of(articles, every * DAY) == days * DAY


def test_no_visit_takes_more_than_its_most_and_what_is_owed_beyond_is_forgiven() -> None:
    assert owed(50_000, AT, AT + DAY) == (MOST_A_VISIT, AT + DAY)
    assert owed(1_000, AT, AT + 400 * DAY) == (MOST_A_VISIT, AT + 400 * DAY)
    # 120 days after its last look, an article has its next.
    assert max(one[-1] for one in ages(30_000, DAY, 240)[130:]) == 119


def test_what_a_short_interval_owes_is_carried_on() -> None:
    count, paid, visits = 0, AT, 0
    while not count:
        visits += 1
        count, paid = owed(140, paid, AT + visits * timedelta(hours=1))
    assert (count, visits) == (1, 11)  # sixty days for 140 are 10.3 hours for one
    assert paid < AT + 11 * timedelta(hours=1)


def test_nothing_is_owed_without_articles_or_by_a_clock_that_was_set_back() -> None:
    assert owed(0, AT, AT + DAY) == (0, AT)
    assert owed(1_000, AT, AT - DAY) == (0, AT - DAY)


@pytest.mark.parametrize(
    ("listings", "already", "spare"), [(21, 0, 4), (21, 3, 1), (21, 9, 0), (4, 0, 0)]
)
def test_a_fifth_of_the_listings_is_spent_on_what_the_portal_shows_first(
    listings: int, already: int, spare: int
) -> None:
    assert looks_to_spare(listings, already) == spare

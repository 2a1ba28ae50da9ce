"""Endless portals are known by what they give; honest ones, however big, are not taken for them."""

from collections import deque
from collections.abc import Iterator

import pytest

from crawler.visit.trap_budget import NEUTRAL, Credit, credit_after
from pipelines.outcomes import Outcome

UNDER_WAY = 6  # requests whose outcome is not known yet when the next is made


class Portal:
    """A portal with `listings` pages (None: endless), each naming `articles` addresses.

    Those addresses are articles, unless the portal is `barren`.
    """

    def __init__(self, listings: int | None, articles: int, *, barren: bool = False) -> None:
        self.listings, self.articles, self.barren = listings, articles, barren

    def visit(self) -> tuple[int, int]:
        """(listings asked for, others asked for), in the order of the frontier: listings first."""
        credit = Credit()
        waiting: deque[Outcome] = deque()
        walked = others = 0
        more = True
        while not credit.exhausted:
            if more and not credit.resting:
                walked += 1
                waiting.extend(self.outcomes())
                more = self.listings is None or walked < self.listings
                credit = credit_after(credit, Outcome.LISTING)
            elif waiting:
                others += 1
                credit = credit_after(credit, waiting.popleft())
            else:
                break
        return walked, others

    def outcomes(self) -> Iterator[Outcome]:
        for _ in range(self.articles):
            yield Outcome.REFUSED_NOT_AN_ARTICLE if self.barren else Outcome.ARTICLE_NEW


@pytest.mark.parametrize(
    ("listings", "articles"), [(1_000, 10), (200, 50), (5_000, 2), (12, 0), (80, 0), (1, 10_000)]
)
def test_an_honest_portal_of_ten_thousand_articles_is_seen_whole(
    listings: int, articles: int
) -> None:
    assert Portal(listings, articles).visit() == (listings, listings * articles)


@pytest.mark.parametrize("articles", [0, 1, 7, 500])
def test_a_portal_without_end_and_without_articles_is_left_before_two_hundred_requests(
    articles: int,
) -> None:
    walked, others = Portal(None, articles, barren=True).visit()
    assert walked + others + 2 * UNDER_WAY < 200


def test_empty_parts_of_a_sitemap_leave_listings_their_credit_and_end_below_two_hundred() -> None:
    credit, parts, others = Credit(), 0, 0
    while not credit.parts_rest:
        credit, parts = credit_after(credit, Outcome.SITEMAP, empty_part=True), parts + 1
    assert (credit.pages, credit.resting, credit.is_short) == (Credit().pages, (), True)
    while not credit.exhausted:
        credit, others = credit_after(credit, Outcome.REFUSED_NOT_AN_ARTICLE), others + 1
    assert parts + others + 2 * UNDER_WAY < 200


def test_a_part_of_a_sitemap_that_is_gone_costs_and_one_that_failed_does_not() -> None:
    assert credit_after(Credit(), Outcome.GONE, empty_part=True).parts == Credit().parts - 1
    assert credit_after(Credit(), Outcome.SERVER_ERROR, empty_part=True) == Credit()


def test_an_article_earns_credit_for_parts_too() -> None:
    short = Credit(parts=0.0)
    earned = credit_after(credit_after(short, Outcome.ARTICLE_NEW), Outcome.ARTICLE_NEW)
    assert (short.parts_rest, earned.parts_rest) == (True, False)


def test_an_article_under_endless_addresses_earns_nothing() -> None:
    credit, asked = Credit(), 0
    while not credit.exhausted:
        credit = credit_after(credit, Outcome.ARTICLE_NEW, repeated=asked > 0)
        asked += 1
    assert asked + UNDER_WAY < 200


def test_without_credit_listings_rest_until_an_article_is_found() -> None:
    credit = Credit()
    while not credit.resting:
        credit = credit_after(credit, Outcome.LISTING)
    assert set(credit.resting) == {"listing", "feed", "sitemap"}
    credit = credit_after(credit_after(credit, Outcome.ARTICLE_NEW), Outcome.ARTICLE_NEW)
    assert credit.resting == ()


@pytest.mark.parametrize("outcome", NEUTRAL)
def test_a_file_or_a_host_that_is_down_says_nothing_of_a_trap(outcome: Outcome) -> None:
    assert credit_after(Credit(), outcome) == Credit()


def test_articles_cannot_be_saved_up_for_a_trap() -> None:
    credit = Credit()
    for _ in range(10_000):
        credit = credit_after(credit, Outcome.ARTICLE_NEW)
    assert credit == Credit()

"""A members' area or a portal that turns us away? The decision alone, on plain facts."""

from dataclasses import replace

import pytest

from pipelines.health.facts import Denial, Denials
from pipelines.health.judge import findings, healed
from pipelines.outcomes import IssueKind, Outcome, Refusal
from tests.builders.health_facts import WELL, pages, source

MEMBERS = Denial("http://a.example/noi-bo", 5, "answered 403", again=True)
FRESH = replace(MEMBERS, again=False)
HELD = replace(MEMBERS, known=True)
LISTING = replace(HELD, source=True)


@pytest.mark.parametrize(
    ("denied", "told"),
    [
        (Denials((FRESH,) * 2, 10), False),
        (Denials((FRESH,) * 3, 10), True),
        (Denials((FRESH,) * 3, 100), False),  # 3 of 100 are due again soon, and no more
        (Denials((MEMBERS,) * 50, 100), False),
        (Denials((HELD,) * 3, 10), True),  # what was had before is told each time
        (Denials((LISTING,), 100), True),
        (Denials((MEMBERS,), 100, shut_out=True), True),
        (Denials((MEMBERS,), 2, newest=True), True),
        (Denials((), 100), False),
    ],
)
def test_denials_that_mean_more_than_a_members_area_are_reported(
    denied: Denials, told: bool
) -> None:
    found = findings(replace(WELL, denials=denied))
    assert [finding.kind for finding in found] == ["denied"] * told


def test_the_finding_counts_the_answers_and_shows_the_newest() -> None:
    teapot = replace(FRESH, url="http://a.example/2", capture=9, why="answered 418")
    (found,) = findings(replace(WELL, denials=Denials((FRESH, FRESH, teapot), 12)))
    assert (found.url, found.capture) == (teapot.url, 9)
    assert found.detail.startswith(
        "3 of 12 addresses were denied (2 answered 403, 1 answered 418), e.g. http://a.example/2;"
    )


def test_a_refusal_with_a_finding_of_its_own_is_not_reported_twice() -> None:
    challenges = tuple(replace(HELD, refusal=Refusal.CHALLENGE, why="challenge") for _ in range(4))
    visit = replace(
        WELL,
        pages=pages(4, Outcome.REFUSED_CHALLENGE),
        denials=Denials(challenges, 4, shut_out=True),
    )
    assert [finding.kind for finding in findings(visit)] == ["challenge"]


def test_a_portal_that_denies_all_its_listings_is_denied_and_not_empty() -> None:
    listing = source(outcome=Outcome.CLIENT_ERROR, listed=None)
    visit = replace(WELL, sources=(listing,), denials=Denials((LISTING,), 1))
    assert [finding.kind for finding in findings(visit)] == ["denied"]


def test_denials_are_over_when_listings_come_though_another_address_is_gone() -> None:
    guessed = source("http://a.example/rss", outcome=Outcome.GONE, listed=None)
    well = tuple(source(f"http://a.example/{n}") for n in range(3))
    after = replace(WELL, sources=(guessed, *well))
    assert healed(IssueKind.BLOCKED, guessed.url, after)
    still = replace(guessed, outcome=Outcome.CLIENT_ERROR)
    assert not healed(IssueKind.DENIED, guessed.url, replace(after, sources=(still, *well)))

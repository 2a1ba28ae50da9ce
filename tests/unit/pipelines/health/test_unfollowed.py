"""What listings and pagers name and no visit requested."""

from dataclasses import replace

import pytest

from pipelines.health.facts import Finding, FrontPage, Unfollowed, Walk
from pipelines.health.judge import findings, healed, severity
from pipelines.outcomes import IssueKind
from tests.builders.health_facts import WELL, source

HOME = "http://a.example/"


def told(**left: object) -> list[Finding]:
    visit = replace(WELL, sources=(source(),), unfollowed=Unfollowed(**left))  # type: ignore[arg-type]
    return findings(visit)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (
            {"walks": (Walk(HOME, 1, 12),)},
            "shows 12 pages or more, of which 1 could be read (no link",
        ),
        (
            {"walks": (Walk(HOME, 3, 9, "refused-not-an-article"), Walk(HOME + "tin", 1, 2))},
            "(the next one: refused-not-an-article); listings like this: 2; older articles may be",
        ),
        (
            {
                "walks": (Walk(HOME, 2, 9, "too-deep"),),
                "unknown": 30,
                "example": HOME,
                "max_depth": 2,
            },
            "30 articles and 1 next page that listings name were not requested, such as those of"
            " http://a.example/: they lie deeper than crawl.max_depth (2); raise it",
        ),
        (
            {"unknown": 4, "example": HOME},
            "such as those of http://a.example/: no rule of the portal's family takes them",
        ),
        (
            {"waiting": 8, "waits": HOME + "tin-3"},
            "8 addresses still wait although the visit is over",
        ),
    ],
)
def test_each_kind_of_loss_is_reported_with_its_count_and_a_remedy(
    left: dict[str, object], words: str
) -> None:
    (finding,) = told(**left)
    assert (finding.kind, words in finding.detail) == ("listed-unfollowed", True), finding.detail
    assert finding.url is not None
    assert finding.url.startswith(HOME)


def test_several_losses_are_one_finding_and_none_is_none() -> None:
    (finding,) = told(walks=(Walk(HOME, 1, 3),), unknown=2, example=HOME, waiting=1, waits=HOME)
    assert finding.detail.count("; ") >= 3
    assert told() == []
    assert told(max_depth=50) == []  # a listing lies there and names nothing new


def test_it_is_over_once_a_visit_no_longer_finds_it() -> None:
    kind = IssueKind.LISTED_UNFOLLOWED
    assert healed(kind, HOME, WELL)
    assert severity([kind], replace(WELL, sources=(source(),))) == "suspect"


@pytest.mark.parametrize(
    ("left", "linked", "kinds"),
    [(9, 9, []), (10, 31, []), (10, 30, ["listed-unfollowed"]), (59, 102, ["listed-unfollowed"])],
)
def test_a_front_page_of_which_a_third_was_not_taken_is_reported(
    left: int, linked: int, kinds: list[str]
) -> None:
    urls = tuple(f"{HOME}muc-{n}" for n in range(left))
    found = told(fronts=(FrontPage(HOME, urls, linked),))
    assert [one.kind for one in found] == kinds
    if found:
        assert (
            f"{left} of the {linked} addresses that it links were not requested" in found[0].detail
        )
        assert f"such as {HOME}muc-0, {HOME}muc-1, {HOME}muc-2; name" in found[0].detail

"""Titles and texts that articles share: furniture taken for them, or a portal's forms?"""

from dataclasses import replace

import pytest

from pipelines.health.facts import Holdings, Shared
from pipelines.health.judge import findings, healed, severity
from pipelines.outcomes import IssueKind
from tests.builders.health_facts import WELL, source


def group(articles: int, value: str = "Cổng thông tin", *, by_form: bool = False) -> Shared:
    return Shared(value, articles, ("http://a.example/1", "http://a.example/2"), 7, by_form)


def kinds(held: Holdings) -> list[str]:
    return [one.kind for one in findings(replace(WELL, sources=(source(),), holdings=held))]


@pytest.mark.parametrize(
    ("shared", "of", "reported"),
    [
        (9, 9, False),
        (2, 10, False),
        (3, 10, True),
        (3, 30, True),
        (3, 31, False),
        (30, 1000, True),
        (29, 1000, False),
    ],
)
def test_a_title_of_three_articles_and_of_a_tenth_is_reported(
    shared: int, of: int, reported: bool
) -> None:
    assert kinds(Holdings(of, titles=(group(shared),))) == (["titles-shared"] if reported else [])
    assert kinds(Holdings(of, texts=(group(shared),))) == (["texts-shared"] if reported else [])


def test_many_pairs_with_one_text_each_are_one_finding_with_their_number() -> None:
    pairs = (group(4, "Sáng nay họp"), *(group(2, f"Tin {n}") for n in range(8)))
    (finding,) = findings(replace(WELL, sources=(source(),), holdings=Holdings(60, texts=pairs)))
    assert finding.detail.startswith("20 of 60 articles share their text: 4 have 'Sáng nay họp'")
    assert "http://a.example/1 and http://a.example/2" in finding.detail
    assert (finding.url, finding.capture) == ("http://a.example/1", 7)


def test_what_a_portal_does_by_form_is_reported_only_of_most_articles() -> None:
    notices = group(24, "Thông báo", by_form=True)
    assert kinds(Holdings(60, titles=(notices,), texts=(notices,))) == []
    assert kinds(Holdings(48, titles=(notices,))) == ["titles-shared"]
    assert kinds(Holdings(60, titles=(notices, group(6)))) == ["titles-shared"]


def test_records_that_were_mended_are_well_and_until_then_the_site_is_suspect() -> None:
    for kind in (IssueKind.TITLES_SHARED, IssueKind.TEXTS_SHARED):
        assert severity([kind], replace(WELL, sources=(source(),))) == "suspect"
        assert healed(kind, "http://a.example/1", WELL)


@pytest.mark.parametrize(
    ("empty", "of", "reported"), [(30, 60, True), (29, 60, False), (9, 9, False), (60, 60, True)]
)
def test_articles_of_which_half_show_nothing_are_reported(
    empty: int, of: int, reported: bool
) -> None:
    assert kinds(Holdings(of, empty=group(empty, ""))) == (["texts-missing"] if reported else [])

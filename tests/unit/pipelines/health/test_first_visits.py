"""The health of a portal of which nothing was ever read."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.health.facts import ArticlePage, Past, VisitFacts
from pipelines.health.judge import findings, healed
from pipelines.outcomes import IssueKind, Outcome, RunOutcome
from tests.builders.health_facts import WELL, pages, source


def kinds(facts: VisitFacts) -> list[str]:
    return [finding.kind for finding in findings(facts)]


# A portal of which nothing was ever read


NEW = replace(WELL, past=Past(), sources=(source(before=()),))


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.REFUSED_NOT_AN_ARTICLE,
        Outcome.REFUSED_TITLE_MISSING,
        Outcome.REFUSED_NEEDS_BROWSER,
        Outcome.REFUSED_LOGIN,
    ],
)
def test_a_first_visit_that_could_read_none_of_the_pages_named_as_articles_is_told(
    outcome: Outcome,
) -> None:
    (finding,) = findings(replace(NEW, pages=pages(4, outcome, held=False)))
    assert (finding.kind, finding.url) == ("no-articles", f"http://a.example/{outcome}-0")
    assert (
        "none of 4 pages that were named as articles could be read as one (most: "
        f"{outcome.removeprefix('refused-')})"
    ) in finding.detail


def test_a_portal_with_one_article_has_articles() -> None:
    refused = pages(30, Outcome.REFUSED_NOT_AN_ARTICLE, held=False)
    assert (
        findings(replace(NEW, pages=(*refused, *pages(1, Outcome.ARTICLE_NEW, held=False)))) == []
    )
    assert findings(replace(NEW, pages=refused, past=Past(read=1))) == []
    assert findings(replace(NEW, pages=refused, newest_on=date(2026, 3, 1))) == []
    assert findings(replace(NEW, pages=refused, ever_read=True)) == []


def test_a_finished_visit_without_any_article_is_told_however_few_pages_were_refused() -> None:
    one = replace(NEW, pages=pages(1, Outcome.REFUSED_NOT_AN_ARTICLE, held=False))
    assert kinds(one) == ["no-articles"]
    (nothing,) = findings(NEW)
    assert nothing.kind == "no-articles"
    assert "listings asked: http://a.example/tin/;" in nothing.detail
    assert "selectors under [article]" in nothing.detail


@pytest.mark.parametrize("outcome", [RunOutcome.STOPPED, RunOutcome.PAUSED])
def test_a_visit_that_was_cut_short_says_nothing_of_a_portal_that_it_hardly_met(
    outcome: RunOutcome,
) -> None:
    assert findings(replace(NEW, outcome=outcome)) == []
    assert (
        findings(
            replace(
                NEW, outcome=outcome, pages=pages(2, Outcome.REFUSED_NOT_AN_ARTICLE, held=False)
            )
        )
        == []
    )
    assert kinds(
        replace(NEW, outcome=outcome, pages=pages(3, Outcome.REFUSED_NOT_AN_ARTICLE, held=False))
    ) == ["no-articles"]


def entries(count: int, outcome: Outcome) -> tuple[ArticlePage, ...]:
    return tuple(replace(page, entry=True) for page in pages(count, outcome, held=False))


@pytest.mark.parametrize(
    ("refused", "read", "told"), [(3, 12, True), (3, 13, False), (2, 1, False), (15, 21, True)]
)
def test_entries_of_which_a_fifth_cannot_be_read_are_told_on_a_first_visit(
    refused: int, read: int, told: bool
) -> None:
    menu = pages(30, Outcome.REFUSED_NOT_AN_ARTICLE, held=False)  # that no entry named
    facts = replace(
        NEW,
        pages=(
            *entries(refused, Outcome.REFUSED_NOT_AN_ARTICLE),
            *entries(read, Outcome.ARTICLE_NEW),
            *menu,
        ),
    )
    assert kinds(facts) == (["entries-refused"] if told else [])


def test_a_portal_whose_entries_were_never_all_articles_is_used_to_it() -> None:
    now = replace(
        WELL,
        sources=(source(),),
        pages=(*entries(3, Outcome.REFUSED_NOT_AN_ARTICLE), *entries(5, Outcome.ARTICLE_NEW)),
    )
    assert kinds(replace(now, past=Past(read=20, refused=5, entries=25, entries_refused=5))) == []
    assert kinds(replace(now, past=Past(read=20, refused=5, entries=25, entries_refused=4))) == [
        "entries-refused"
    ]


def test_refused_entries_heal_when_the_very_page_is_an_article() -> None:
    issue = (IssueKind.ENTRIES_REFUSED, "http://a.example/bai-1")
    assert not healed(
        *issue, replace(WELL, sources=(source(),) * 3, pages=pages(9, Outcome.ARTICLE_NEW))
    )
    assert healed(*issue, replace(WELL, mended=frozenset({"http://a.example/bai-1"})))


def test_a_portal_without_articles_heals_with_the_first_article_and_with_nothing_else() -> None:
    issue = (IssueKind.NO_ARTICLES, "http://a.example/bai-1")
    assert not healed(
        *issue, replace(NEW, sources=tuple(source(f"http://a.example/{n}/") for n in range(5)))
    )
    assert not healed(
        *issue, replace(NEW, pages=pages(1, Outcome.REFUSED_NOT_AN_ARTICLE, held=False))
    )
    assert healed(*issue, replace(NEW, pages=pages(1, Outcome.ARTICLE_NEW, held=False)))

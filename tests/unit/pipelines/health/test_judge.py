"""Quiet or broken? The decisions alone, on plain facts: silence, sources, pages, and what heals."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.health.chance import surprising
from pipelines.health.facts import Listed, Past, VisitFacts
from pipelines.health.holidays import holidays_of
from pipelines.health.judge import findings, healed, severity
from pipelines.health.silence import silence
from pipelines.outcomes import IssueKind, Outcome
from tests.builders.health_facts import AT, PAST, WELL, pages, source


def workdays(first: date, last: date) -> list[date]:
    return [
        day
        for n in range((last - first).days + 1)
        if (day := first + timedelta(days=n)).weekday() < 5
    ]


def none(first: date, last: date) -> list[date]:
    return []


def kinds(facts: VisitFacts) -> list[str]:
    return [finding.kind for finding in findings(facts)]


# Silence


def test_a_weekend_is_no_silence_and_a_week_is() -> None:
    news = workdays(date(2026, 1, 5), date(2026, 3, 13))  # up to a Friday
    assert silence(news, date(2026, 3, 16), none).word == "usual"
    assert silence(news, date(2026, 3, 20), none).word == "quiet"
    assert silence(news, date(2026, 4, 10), none).word == "silent"


def test_a_holiday_explains_a_silence_that_would_be_told_without_it() -> None:
    news = workdays(date(2025, 12, 1), date(2026, 2, 13))
    after_new_year = date(2026, 2, 23)
    assert silence(news, after_new_year, none).word == "quiet"
    assert (
        silence(
            news, after_new_year, lambda first, last: holidays_of("Asia/Ho_Chi_Minh", first, last)
        ).word
        == "usual"
    )


def test_holidays_are_asked_for_only_where_a_silence_would_be_told() -> None:
    def never(first: date, last: date) -> list[date]:
        raise AssertionError("not needed")

    assert (
        silence(workdays(date(2026, 1, 5), date(2026, 3, 13)), date(2026, 3, 14), never).word
        == "usual"
    )


def test_a_portal_with_a_rare_habit_may_keep_silent_for_long() -> None:
    monthly = [date(2025, 10, 6) + timedelta(days=21 * n) for n in range(8)]
    assert silence(monthly, monthly[-1] + timedelta(days=30), none).word == "usual"


def test_nothing_is_said_of_a_portal_that_is_hardly_known() -> None:
    assert silence([date(2026, 1, 5)], date(2026, 3, 1), none).word == "usual"
    assert silence([], date(2026, 3, 1), none).word == "usual"


def test_the_country_of_the_holidays_is_that_of_the_time_zone() -> None:
    new_year = (date(2026, 2, 16), date(2026, 2, 20))
    assert len(holidays_of("Asia/Ho_Chi_Minh", *new_year)) == 5
    assert date(2026, 7, 14) in holidays_of("Europe/Paris", date(2026, 7, 1), date(2026, 7, 31))
    assert list(holidays_of("Europe/Paris", *new_year)) == []
    assert list(holidays_of("Etc/UTC", *new_year)) == []


# Chance, by hand: after 0 of 10 the chance of one more is 1/12, of two more in a row 1/12 * 2/13


@pytest.mark.parametrize(
    ("count", "total", "before", "of", "told"),
    [
        *((1, 1, 0, 10, False), (2, 2, 0, 10, False)),  # 1/12 and 1/78
        (2, 2, 0, 60, True),  # 1/62 * 2/63, about 0.0005
        *((1, 1, 0, 2000, True), (0, 5, 0, 100, False)),
        (5, 5, 50, 60, False),  # as it always was
        (5, 5, 0, 9, False),  # too little known
    ],
)
def test_a_count_surprises_where_chance_would_bring_it_less_than_once_in_a_thousand(
    count: int, total: int, before: int, of: int, told: bool
) -> None:
    assert surprising(count, total, before, of) is told


# Sources


def test_a_healthy_visit_finds_nothing() -> None:
    assert (
        findings(
            replace(
                WELL,
                newest_on=date(2026, 3, 19),
                sources=(source(),),
                pages=pages(5, Outcome.ARTICLE_UNCHANGED),
            )
        )
        == []
    )


def test_one_section_that_is_a_log_in_is_no_matter_where_it_never_named_an_article() -> None:
    stranger = source(
        "http://a.example/dang-nhap/",
        own=False,
        before=(),
        outcome=Outcome.REFUSED_LOGIN,
        listed=None,
    )
    assert findings(replace(WELL, sources=(source(), stranger))) == []


@pytest.mark.parametrize(
    "kind", ["challenge", "captcha", "login", "maintenance", "soft-404", "parked", "blocked"]
)
def test_a_listing_that_becomes_something_else_is_told_with_what_was_expected(kind: str) -> None:
    (finding,) = findings(replace(WELL, sources=(source(outcome=f"refused-{kind}", listed=None),)))
    assert (finding.kind, finding.url, finding.capture) == (kind, "http://a.example/tin/", 7)
    assert "it named 20 articles on 2026-03-11" in finding.detail


def test_an_expired_certificate_breaks_a_site_at_once() -> None:
    ill = replace(
        WELL,
        sources=(
            source(
                outcome=Outcome.BAD_CERTIFICATE,
                listed=None,
                detail="http://a.example/tin/: its certificate has expired",
            ),
        ),
    )
    (finding,) = findings(ill)
    assert finding.kind == "certificate"
    assert "has expired" in finding.detail
    assert severity([IssueKind.CERTIFICATE], ill) == "broken"


def test_a_portal_that_cannot_be_had_is_suspect_and_after_a_day_broken() -> None:
    ill = replace(
        WELL,
        sources=(
            source(outcome=Outcome.FAILED, listed=None, detail="http://a.example/tin/: timeout"),
        ),
        last_good_at=AT - timedelta(hours=2),
    )
    assert kinds(ill) == ["unreachable"]
    assert severity([IssueKind.UNREACHABLE], ill) == "suspect"
    assert (
        severity([IssueKind.UNREACHABLE], replace(ill, last_good_at=AT - timedelta(days=2)))
        == "broken"
    )
    assert severity([], ill) is None


def test_one_source_that_fails_among_others_is_left_to_the_next_visit() -> None:
    assert (
        findings(
            replace(
                WELL,
                sources=(
                    source(),
                    source("http://a.example/rss/", outcome=Outcome.FAILED, listed=None),
                ),
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("kind", "readings", "told"),
    [("listing", 10, True), ("listing", 2, False), ("sitemap", 10, False)],
)
def test_a_section_that_is_gone_is_told_but_no_last_page_of_a_list(
    kind: str, readings: int, told: bool
) -> None:
    gone = source(kind=kind, outcome=Outcome.GONE, listed=None)
    gone = replace(gone, before=gone.before[:readings])
    assert kinds(replace(WELL, sources=(gone, source("http://a.example/b/")))) == (
        ["listing-empty"] if told else []
    )


@pytest.mark.parametrize(
    ("kind", "entries", "told"),
    [
        ("listing", 0, True),
        ("listing", 9, True),
        ("listing", 10, False),
        ("feed", 0, True),
        ("sitemap", 15, False),
    ],
)
def test_a_source_that_names_less_than_half_of_the_fewest_ever_is_told(
    kind: str, entries: int, told: bool
) -> None:
    few = source(kind=kind, listed=Listed(entries, None, AT), outcome=kind)
    assert kinds(replace(WELL, sources=(few, source("http://a.example/b/")))) == (
        ["listing-empty"] if told else []
    )


def test_a_feed_that_is_hardly_known_may_be_empty() -> None:
    young = source(kind="feed", outcome=Outcome.FEED, listed=Listed(0, None, AT))
    assert (
        findings(
            replace(
                WELL,
                sources=(replace(young, before=young.before[:5]), source("http://a.example/b/")),
            )
        )
        == []
    )


def test_a_source_that_always_followed_and_stays_a_week_behind_is_frozen() -> None:
    still = source(kind="feed", outcome=Outcome.FEED, listed=Listed(20, date(2026, 3, 11), AT))
    assert kinds(replace(WELL, newest_on=date(2026, 3, 18), sources=(still,))) == ["feed-frozen"]
    assert kinds(replace(WELL, newest_on=date(2026, 3, 17), sources=(still,))) == []
    assert kinds(
        replace(
            WELL,
            newest_on=date(2026, 3, 18),
            sources=(replace(still, kind="listing", outcome=Outcome.LISTING),),
        )
    ) == ["listing-frozen"]


def test_a_section_that_never_followed_the_portal_is_not_frozen() -> None:
    section = source(
        before=tuple(
            (Listed(20, date(2025, 11, 3), listed.at), newest) for listed, newest in source().before
        ),
        listed=Listed(20, date(2025, 11, 3), AT),
    )
    assert findings(replace(WELL, newest_on=date(2026, 3, 18), sources=(section,))) == []


# Pages


def test_one_article_that_became_a_challenge_is_told() -> None:
    ill = (*pages(4, Outcome.ARTICLE_UNCHANGED), *pages(1, Outcome.REFUSED_CHALLENGE))
    assert kinds(replace(WELL, sources=(source(),), pages=ill)) == ["challenge"]


def test_one_new_page_that_is_no_article_is_no_matter_and_many_are() -> None:
    assert (
        kinds(
            replace(
                WELL,
                sources=(source(),),
                pages=pages(1, Outcome.REFUSED_NOT_AN_ARTICLE, held=False),
            )
        )
        == []
    )
    assert kinds(
        replace(
            WELL, sources=(source(),), pages=pages(3, Outcome.REFUSED_NOT_AN_ARTICLE, held=False)
        )
    ) == ["layout-changed"]


def test_a_portal_that_always_names_pages_without_articles_is_not_told() -> None:
    used_to_it = replace(WELL, past=Past(read=60, refused=60), sources=(source(),))
    assert (
        kinds(replace(used_to_it, pages=pages(6, Outcome.REFUSED_NOT_AN_ARTICLE, held=False))) == []
    )


@pytest.mark.parametrize("field", ["date", "body", "rules"])
def test_a_field_that_most_pages_suddenly_lack_is_a_changed_layout(field: str) -> None:
    ill = replace(
        WELL,
        sources=(source(),),
        pages=(
            *pages(1, Outcome.ARTICLE_NEW, held=False),
            *pages(3, Outcome.ARTICLE_NEW, held=False, lacks=field),
        ),
    )
    (finding,) = findings(ill)
    assert finding.kind == "layout-changed"
    assert finding.detail.startswith("3 of 4 articles show no")
    assert findings(replace(ill, past=replace(PAST, lacking=((field, 55),)))) == []


def test_texts_that_all_change_at_once_are_a_changed_layout_and_a_few_edits_are_not() -> None:
    assert kinds(replace(WELL, sources=(source(),), pages=pages(6, Outcome.ARTICLE_CHANGED))) == [
        "layout-changed"
    ]
    assert (
        kinds(
            replace(
                WELL,
                sources=(source(),),
                pages=(*pages(3, Outcome.ARTICLE_CHANGED), *pages(3, Outcome.ARTICLE_UNCHANGED)),
            )
        )
        == []
    )


# What heals


def test_an_issue_heals_where_its_own_address_is_well_again() -> None:
    assert healed(IssueKind.CHALLENGE, "http://a.example/tin/", replace(WELL, sources=(source(),)))
    assert not healed(
        IssueKind.CHALLENGE,
        "http://a.example/tin/",
        replace(WELL, sources=(source(outcome=Outcome.REFUSED_LOGIN, listed=None),)),
    )


def test_a_visit_that_asked_nothing_of_the_sort_proves_nothing() -> None:
    assert not healed(
        IssueKind.LAYOUT_CHANGED, "http://a.example/bai-1", replace(WELL, sources=(source(),))
    )
    assert healed(
        IssueKind.LAYOUT_CHANGED,
        "http://a.example/bai-1",
        replace(WELL, sources=(source(),), pages=pages(3, Outcome.ARTICLE_UNCHANGED)),
    )
    assert not healed(
        IssueKind.LAYOUT_CHANGED,
        "http://a.example/bai-1",
        replace(WELL, pages=pages(3, Outcome.ARTICLE_UNCHANGED, lacks="date")),
    )


def test_a_portal_that_was_unreachable_heals_with_the_first_listing() -> None:
    assert healed(IssueKind.UNREACHABLE, None, replace(WELL, sources=(source(),)))
    assert not healed(IssueKind.UNREACHABLE, None, WELL)

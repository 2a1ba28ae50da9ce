"""What a reading means for what is held: pure comparison."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines.keep.frontier.revisit_times import (
    article_again,
    edits_believed,
    failing_again,
    gone_again,
    tempo,
)
from pipelines.keep.records.decision import Held, article_fingerprint, decide
from pipelines.read.reading import Article
from tests.builders.archived_answers import AT, article, dated

ONE, TWO, THREE = article(body="Một."), article(body="Hai."), article(body="Ba.")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def held(*bodies: Article) -> Held:
    """Versions in order, the last one current, last seen at AT."""
    fingerprints = [article_fingerprint(one) for one in bodies]
    return Held(fingerprints[-1], frozenset(fingerprints), AT, AT)


def test_what_is_not_held_is_new() -> None:
    assert decide(None, article_fingerprint(ONE), AT) == "new"


@pytest.mark.parametrize(
    ("versions", "seen", "after", "verdict"),
    [
        ((ONE,), ONE, HOUR, "unchanged"),
        ((ONE,), TWO, HOUR, "changed"),
        ((ONE, TWO), ONE, HOUR, "changed"),  # a text that comes back is a change: history says when
        ((ONE,), TWO, -HOUR, "older"),
        ((ONE,), ONE, -HOUR, "unchanged"),
        ((ONE, TWO), ONE, -HOUR, "unchanged"),  # the older text is in the history already
        ((ONE, TWO), THREE, -HOUR, "older"),
    ],
)
def test_a_text_is_compared_with_what_is_held_and_when(
    versions: tuple[Article, ...], seen: Article, after: timedelta, verdict: str
) -> None:
    assert decide(held(*versions), article_fingerprint(seen), AT + after) == verdict


def test_moved_dates_and_files_are_no_new_text() -> None:
    same = replace(
        article(files=("http://lungvai.example/a.pdf?token=1",)),
        published=dated("2020-01-01"),
        updated=dated("2026-03-02"),
    )
    assert article_fingerprint(same) == article_fingerprint(article())


@pytest.mark.parametrize("field", ["title", "lead", "body", "author", "source"])
def test_every_part_of_the_text_counts(field: str) -> None:
    changes: dict[str, Any] = {field: "Khác hẳn"}
    assert article_fingerprint(replace(article(), **changes)) != article_fingerprint(article())


def test_a_young_article_is_seen_daily_and_an_old_one_each_quarter() -> None:
    assert article_again(AT.date(), AT, AT) == AT + DAY
    # AT is one o'clock: the day began an hour before.
    assert article_again((AT - 10 * DAY).date(), AT, AT) == AT + (10 * DAY + HOUR) / 2
    assert article_again((AT - 4000 * DAY).date(), AT, AT) == AT + 90 * DAY
    assert article_again(None, AT - 20 * DAY, AT) == AT + 10 * DAY
    # A date to come makes nothing older.
    assert article_again((AT + 300 * DAY).date(), AT, AT) == AT + DAY


@pytest.mark.parametrize(
    ("looks", "changes", "longer"),
    [
        (0, 0, 1.0),  # nothing is known
        (20, 1, 1.0),  # one look in twenty found a change: as it should be
        (20, 0, 2.0),
        (60, 0, 4.0),
        (199, 0, 4.0),  # no longer than that
        (20, 3, 0.5),
        (20, 9, 0.25),
        (60, 60, 0.25),  # no shorter
    ],
)
def test_the_more_looks_find_a_change_the_sooner_the_next(
    looks: int, changes: int, longer: float
) -> None:
    assert tempo(looks, changes) == longer


def test_a_sites_tempo_stretches_the_interval_between_its_bounds() -> None:
    seen = AT - 8 * DAY
    assert article_again(None, seen, AT, tempo=0.25) == AT + DAY
    assert article_again(None, seen, AT, tempo=0.5) == AT + 2 * DAY
    assert article_again(None, seen, AT, tempo=4) == AT + 16 * DAY
    assert article_again(None, AT - 2 * DAY, AT, tempo=0.25) == AT + DAY
    assert article_again(None, AT - 100 * DAY, AT, tempo=4) == AT + 90 * DAY


@pytest.mark.parametrize(
    ("edited", "of", "believed"),
    [
        (0, 0, True),
        (1, 1, True),
        (1, 500, True),
        (2, 19, False),
        (2, 20, True),
        (14, 140, True),
        (15, 140, False),
        (140, 140, False),
    ],
)
def test_a_sitemap_that_has_most_articles_edited_at_once_is_not_believed(
    edited: int, of: int, believed: bool
) -> None:
    assert edits_believed(edited, of) is believed


def test_what_fails_or_is_gone_is_tried_ever_more_rarely() -> None:
    first, second = timedelta(minutes=15), timedelta(minutes=30)
    assert [failing_again(n, AT) - AT for n in (1, 2, 3, 50)] == [first, second, HOUR, 90 * DAY]
    assert [failing_again(n, AT, ours=True) - AT for n in (1, 2, 50)] == [first, second, DAY]
    assert [gone_again(n, AT) - AT for n in (1, 2, 50)] == [DAY, 2 * DAY, 90 * DAY]

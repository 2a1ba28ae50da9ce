"""The pace kept with a host, told by a clock of our own."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from crawler.visit.pace import HostPace, parse_retry_after

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NOON = NOW.timestamp()


def test_a_new_host_may_be_asked_at_once() -> None:
    assert HostPace(3.0).may_ask_at() <= NOON
    assert HostPace(3.0).wait(NOON) == 0


def test_one_request_is_under_way_at_a_time() -> None:
    pace = HostPace(3.0)
    pace.asked(NOON)
    assert pace.may_ask_at() == math.inf
    pace.answered(NOON + 2, 200)
    assert pace.may_ask_at() == NOON + 5


@pytest.mark.parametrize(
    ("configured", "wished", "gap"),
    [
        (3.0, None, 3.0),
        (3.0, 10.0, 10.0),
        (3.0, 1.0, 3.0),
        (3.0, 86_400.0, 300.0),
        (600.0, 10.0, 600.0),
    ],
)
def test_the_longer_of_both_wishes_is_kept(
    configured: float, wished: float | None, gap: float
) -> None:
    pace = HostPace(configured)
    pace.obey_crawl_delay(wished)
    pace.asked(NOON)
    pace.answered(NOON, 200)
    assert pace.wait(NOON) == gap


def test_a_wish_learned_later_holds_from_the_next_answer() -> None:
    pace = HostPace(3.0)
    pace.obey_crawl_delay(20.0)
    pace.asked(NOON)
    pace.answered(NOON, 200)
    assert pace.may_ask_at() == NOON + 20


@pytest.mark.parametrize("value", ["120", "Sun, 22 Nov 2026 03:02:00 GMT"])
@pytest.mark.parametrize("status", [200, 301, 429, 503])
def test_retry_after_is_kept_to(status: int, value: str) -> None:
    pace = HostPace(3.0)
    pace.asked(NOON)
    pace.answered(NOON, status, [("Content-Type", "text/html"), ("retry-after", value)])
    assert pace.may_ask_at() == NOON + 120


def test_retry_after_never_shortens_the_pause() -> None:
    pace = HostPace(3.0)
    pace.asked(NOON)
    pace.answered(NOON, 429, [("Retry-After", "1")])
    assert pace.may_ask_at() == NOON + 30


def test_retry_after_holds_across_a_restart() -> None:
    before = HostPace(3.0)
    before.asked(NOON)
    before.answered(NOON, 503, [("Retry-After", "7200")])
    after = HostPace(3.0)
    after.not_before = before.not_before
    assert after.wait(NOON + 60) == 7_140


def test_a_process_killed_while_asking_leaves_the_gap_behind() -> None:
    before = HostPace(3.0)
    before.asked(NOON)
    after = HostPace(3.0)
    after.not_before = before.not_before
    assert after.may_ask_at() == NOON + 3


def test_the_pause_doubles_to_an_hour_and_ends_with_one_good_answer() -> None:
    pace = HostPace(3.0)
    pauses = []
    for _ in range(9):
        pace.asked(NOON)
        pace.failed(NOON)
        pauses.append(pace.wait(NOON))
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    pace.asked(NOON)
    pace.answered(NOON, 200)
    assert pace.wait(NOON) == 3
    pace.asked(NOON)
    pace.failed(NOON)
    assert pace.wait(NOON) == 30


def test_a_thousand_failures_are_no_overflow() -> None:
    pace = HostPace(3.0)
    for _ in range(1_100):
        pace.failed(NOON)
    assert pace.wait(NOON) == 3_600


def test_429_slows_the_pace_and_good_answers_restore_it_slowly() -> None:
    pace = HostPace(4.0)
    pace.asked(NOON)
    pace.answered(NOON, 429)
    assert pace.gap == 6.0
    pace.answered(NOON, 200)
    assert 4.0 < pace.gap < 6.0
    for _ in range(10):
        pace.answered(NOON, 200)
    assert pace.gap == 4.0


def test_a_host_that_says_too_fast_is_slowed_even_without_a_delay() -> None:
    pace = HostPace(0.0)
    pace.answered(NOON, 200)
    assert pace.gap == 0.0
    pace.answered(NOON, 429)
    assert pace.gap == 1.5


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_refusal_is_no_good_answer(status: int) -> None:
    pace = HostPace(4.0)
    pace.answered(NOON, 429)
    pace.answered(NOON, status)
    assert pace.gap == 6.0
    pace.failed(NOON)
    assert pace.wait(NOON) == 60


@pytest.mark.parametrize("status", [200, 304, 404, 410])
def test_a_missing_page_is_a_good_answer(status: int) -> None:
    pace = HostPace(4.0)
    pace.failed(NOON)
    pace.answered(NOON, status)
    assert pace.wait(NOON) == 4


def test_a_clock_set_back_ten_years_waits_a_day_at_most() -> None:
    pace = HostPace(3.0)
    pace.answered(NOON, 200)
    assert pace.wait(NOON - 3_650 * 86_400) == 86_400


def test_a_clock_set_forward_waits_no_negative_time() -> None:
    pace = HostPace(3.0)
    pace.answered(NOON, 200)
    assert pace.wait(NOON + 3_650 * 86_400) == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("60", 60),
        (" 60 ", 60),
        ("86400", 86_400),
        ("999999999999", 86_400),
        ("Sun, 22 Nov 2026 03:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 02:00:00 GMT", 0),
        ("Sun, 22 Nov 2036 03:00:00 GMT", 86_400),
        ("Sunday, 22-Nov-26 03:00:30 GMT", 30),
        ("Sun Nov 22 03:00:30 2026", 30),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 5_000, 86_400),
        ("٣٠", None),
        ("soon", None),
        ("Sun, 32 Nov 2026 03:00:00 GMT", None),
        ("2026-11-22T03:00:30Z", None),
        ("Sun, 22 Nov 99999 03:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_an_http_date(value: str, seconds: int | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert parse_retry_after(value, NOW) == expected

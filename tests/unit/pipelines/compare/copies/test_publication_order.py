"""Who published first, and when the evidence does not say."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipelines.compare.copies.publication_order import Dating, appearance, first_of

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SEEN = datetime(2026, 3, 1, tzinfo=UTC)


def day(
    on: str, *, precision: str = "day", seen: datetime = SEEN, evidence: str = "label"
) -> Dating:
    return Dating(None, date.fromisoformat(on), precision, evidence, seen, HANOI)


def minute(at: str, seen: datetime = SEEN) -> Dating:
    instant = datetime.fromisoformat(at)
    return Dating(instant, instant.astimezone(HANOI).date(), "minute", "meta", seen, HANOI)


def undated(seen: datetime = SEEN) -> Dating:
    return Dating(None, None, None, None, seen, HANOI)


@pytest.mark.parametrize(
    ("datings", "first"),
    [
        ([day("2026-01-03"), day("2026-01-02")], 1),
        ([day("2026-01-02"), day("2026-01-02")], None),  # the same day, no times
        ([minute("2026-01-02T05:00:00Z"), minute("2026-01-02T04:59:00Z")], 1),
        ([minute("2026-01-02T05:00:00Z"), minute("2026-01-02T05:00:00Z")], None),
        ([day("2026-01-02"), minute("2026-01-02T05:00:00Z")], None),  # before noon or after?
        ([day("2026-01-02"), minute("2026-01-02T18:00:00Z")], 0),  # already the 3rd there
        ([day("2026-01-01", precision="month"), day("2026-01-20")], None),
        ([day("2026-01-01", precision="month"), day("2026-02-01")], 0),
        ([undated(), undated()], None),
        ([day("2026-01-02"), undated()], 0),
        ([day("2026-01-05"), undated(datetime(2026, 1, 3, tzinfo=UTC))], 1),  # seen before
        ([day("2026-01-05", evidence="guess"), day("2026-01-09")], 1),
        ([day("2026-04-05"), day("2026-01-09")], 1),  # later than it was seen: no date
        (
            [
                day("2026-01-05", seen=datetime(2026, 1, 5, 1, tzinfo=UTC)),
                minute("2026-01-05T01:00:00Z"),
            ],
            0,
        ),
        ([day("2026-01-05"), *[undated(datetime(2026, 1, 3, tzinfo=UTC))] * 2], None),
        ([day("2026-01-03"), day("2026-01-03"), day("2026-01-02")], 2),
        ([day("2026-01-02"), day("2026-01-03"), day("2026-01-02")], None),
    ],
)
def test_the_first_publisher(datings: list[Dating], first: int | None) -> None:
    assert first_of([*map(appearance, datings)]) == first
    turned = first_of([*map(appearance, reversed(datings))])
    assert turned == (None if first is None else len(datings) - 1 - first)

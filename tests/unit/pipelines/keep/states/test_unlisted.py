"""When a listing has passed an article over."""

import pytest

from pipelines.keep.states.unlisted import passed_over


@pytest.mark.parametrize(
    ("day", "listed", "passed"),
    [
        ("06", "08 07 05 04 03", True),
        ("06", "06 06 05 05 04", True),  # of the same day as others
        ("06", "08 07 05 04 03 09", True),  # one is named in another place, too
        ("06", "01 09 08 07 05 04", True),  # an old one is pinned
        ("01", "09 08 07 05 04", False),  # it was pinned, or the last
        ("02", "01 09 08 07 05 04", False),  # it was pinned beside another
        ("04", "09 08 07 06 05 03", False),  # a single older one may be pinned below
        ("06", "03 08 01 07 02 05 04", False),  # in another order than by day
        ("06", "", False),
    ],
)
def test_only_an_article_with_older_ones_in_order_below_was_passed_over(
    day: str, listed: str, passed: bool
) -> None:
    assert passed_over(day, listed.split()) is passed

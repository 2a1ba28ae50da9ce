"""What columns of an archive hold, as pages read it."""

import pytest

from web.archive import stored_list


@pytest.mark.parametrize(
    ("text", "read"),
    [('["body", "title"]', ["body", "title"]), (None, []), ("", []), ("{}", []), ("<b>", [])],
)
def test_a_column_without_a_list_holds_an_empty_one(text: str | None, read: list[str]) -> None:
    assert stored_list(text) == read

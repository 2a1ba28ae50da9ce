"""What revisions show, read from the archive: all or some, and columns of another hand."""

import pytest

from pipelines.compare.version import Picture
from pipelines.keep.database.archive import Archive
from pipelines.keep.history.versions import versions_of
from tests.builders.archived_answers import Keeper, read_as
from tests.unit.test_article_fields import full_article


def test_some_versions_are_read_as_among_all(archive: Archive) -> None:
    keeper = Keeper(archive)
    for number in (1, 2, 3):
        keeper.keep(read_as(full_article(number)))
    found = versions_of(archive.connection, 1)
    assert [row["seq"] for row, _ in found] == [1, 2, 3]
    assert [row["until_at"] for row, _ in found] == [
        *(row["seen_at"] for row, _ in found[1:]),
        None,
    ]
    for chosen in ([1], [3, 2], []):
        some = versions_of(archive.connection, 1, chosen)
        assert [(row["seq"], held) for row, held in some] == [
            (row["seq"], held) for row, held in found if row["seq"] in chosen
        ]


@pytest.mark.parametrize("odd", ["", "x", "{}", "[1]", '[{"url": 1}]', '[{"caption": "a"}]'])
def test_a_list_of_pictures_that_is_none_is_unknown(archive: Archive, odd: str) -> None:
    Keeper(archive).keep(read_as(full_article()))
    archive.connection.execute("update revisions set images = ?, attachments = ?", (odd, odd))
    ((_, held),) = versions_of(archive.connection, 1)
    assert (held.pictures, held.files) == (None, None)
    archive.connection.execute("""update revisions set images = '[{"url": "a"}]'""")
    ((_, held),) = versions_of(archive.connection, 1)
    assert held.pictures == (Picture("a"),)

"""What columns of an archive hold, as pages read it, and in which language."""

import asyncio

import pytest
from datasette.app import Datasette

from web.archive import Archive, stored_list
from web.languages import Language, language, speak


@pytest.mark.parametrize(
    ("text", "read"),
    [('["body", "title"]', ["body", "title"]), (None, []), ("", []), ("{}", []), ("<b>", [])],
)
def test_a_column_without_a_list_holds_an_empty_one(text: str | None, read: list[str]) -> None:
    assert stored_list(text) == read


def test_what_reads_the_archive_speaks_the_language_of_the_request() -> None:
    async def spoken(asked: Language) -> Language:
        speak(asked)
        archive = Archive("a", Datasette(memory=True).get_database("_memory"))
        return await archive.read(lambda db: language())

    assert [asyncio.run(spoken("en")), asyncio.run(spoken("vi"))] == ["en", "vi"]

"""What columns of an archive hold, as pages read it, and in which language."""

import asyncio

import pytest
from datasette.app import Datasette

from web.archive import Archive, stored_list
from web.languages import Language, instant, language, speak, zone_name


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


@pytest.mark.parametrize(
    ("zone", "vietnamese", "english"),
    [
        ("Asia/Ho_Chi_Minh", "giờ Việt Nam", "Vietnam Time"),
        ("Asia/Saigon", "giờ Việt Nam", "Vietnam Time"),  # its older name
        ("America/New_York", "giờ Hoa Kỳ (New York)", "United States (New York) Time"),
        ("UTC", "UTC", "UTC"),
        ("Etc/GMT+7", "Etc/GMT+7", "Etc/GMT+7"),
        ("<b>nowhere", "<b>nowhere", "<b>nowhere"),
    ],
)
def test_a_time_zone_is_named_by_its_country(zone: str, vietnamese: str, english: str) -> None:
    async def named(asked: Language) -> str:
        speak(asked)
        return zone_name(zone)

    assert [asyncio.run(named("vi")), asyncio.run(named("en"))] == [vietnamese, english]


def test_a_time_says_whose_clock_it_is() -> None:
    assert instant("2020-07-10T01:33:00Z") == "10/07/2020 08:33 (giờ Việt Nam)"
    assert instant("2020-07-10T01:33:00Z", named=False) == "10/07/2020 08:33"

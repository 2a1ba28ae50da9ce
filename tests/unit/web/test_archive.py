"""What columns of an archive hold, as pages read it, and in which language."""

import asyncio

import pytest
from datasette.app import Datasette

from web.archive import Archive, stored_list
from web.languages import Language, day_of, instant, language, speak, zone_name
from web.pages.articles.changes import monday_of


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('["body", "title"]', ["body", "title"]),
        (None, []),
        ("", []),
        ("{}", []),
        ("<b>", []),
        ("[" * 60_000, []),
    ],
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


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "yesterday"])
def test_an_instant_that_no_clock_shows_stays_as_it_is_stored(at: str) -> None:
    zone = "America/New_York" if at[0] == "0" else "Asia/Ho_Chi_Minh"
    assert (instant(at, zone), day_of(at, zone)) == (at, at)
    assert monday_of(at, zone) is None

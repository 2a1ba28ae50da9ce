"""Links that carry a session lead to the pages that are known under another."""

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.sessions import session_names, under_known_tokens
from pipelines.read.reading import Link, Reading
from tests.builders.archived_answers import SITE, Keeper
from tests.builders.frontier_queue import NUKEVIET, address, find, named

OLD, NEW = "0a1b2c3d4e5f60718293a4b5", "9f8e7d6c5b4a39281706f5e4"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


def seen(keeper: Keeper, *paths: str, next_page: str | None = None) -> Reading:
    reading = Reading(
        "listing",
        links=tuple(Link(address(path), "article") for path in paths),
        names=named(*paths),
        next_page=next_page and address(next_page),
    )
    return under_known_tokens(keeper.archive.connection, SITE.key, reading, NUKEVIET)


def paths_of(reading: Reading) -> list[str]:
    return [link.url.removeprefix(address("")) for link in reading.links]


def test_a_known_page_is_itself_under_a_new_token(keeper: Keeper) -> None:
    known = [f"tin/{name}?phien={OLD}&xem=1" for name in "ab"]
    find(keeper, *known)
    new = [f"tin/{name}?phien={NEW}&xem=1" for name in "abc"]
    reading = seen(keeper, *new, next_page=f"tin/b?xem=1&phien={NEW}")
    assert paths_of(reading) == [*known, new[2]]
    assert reading.names == named(*known, new[2])
    assert reading.next_page == address(known[1])


def test_other_parameters_and_paths_make_other_pages(keeper: Keeper) -> None:
    find(keeper, f"tin/a?phien={OLD}&trang=1", f"tin/bb?phien={OLD}", f"tin/c?phien={OLD}&v=2")
    new = [f"tin/a?phien={NEW}&trang=2", f"tin/b?phien={NEW}", f"tin/c?phien={NEW}&v=3"]
    assert paths_of(seen(keeper, *new)) == new


def test_an_address_without_a_token_and_one_with_it_are_one_page(keeper: Keeper) -> None:
    find(keeper, "tin/a", f"tin/b?v=1&phien={OLD}")
    new = [f"tin/a?phien={NEW}", f"tin/b?v=1&phien={NEW}", f"tin/c?phien={NEW}"]
    assert paths_of(seen(keeper, *new)) == ["tin/a", f"tin/b?v=1&phien={OLD}", new[2]]


@pytest.mark.parametrize(
    ("parameters", "is_session"),
    [
        ([f"?phien={NEW}"] * 3, True),
        (["?t=1764400000"] * 3, True),
        ([f"?phien={NEW}"] * 2, False),
        ([f"?phien={OLD}", f"?phien={NEW}", f"?phien={NEW}"], False),
        (["?lang=vi"] * 3, False),
        (["?nam=2026"] * 3, False),
        (["?ngay=20260512"] * 3, False),
        (["?muc=kinhtexahoichinhtri"] * 3, False),
    ],
)
def test_a_session_is_one_token_on_three_paths(parameters: list[str], is_session: bool) -> None:
    urls = [address(f"tin/{n}{one}") for n, one in enumerate(parameters)]
    assert bool(session_names(urls)) is is_session


def test_a_script_whose_articles_have_keys_of_their_own_is_left_alone(keeper: Keeper) -> None:
    find(keeper, f"xem.php?bai={OLD}")
    one_script = [f"xem.php?bai={NEW[:-1]}{n}" for n in range(5)]
    assert paths_of(seen(keeper, *one_script)) == one_script
    assert paths_of(seen(keeper, one_script[0])) == one_script[:1]

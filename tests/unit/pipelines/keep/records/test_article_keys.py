"""Every key that an article was ever given leads on to it."""

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.records.article_keys import articles_named, change_address, share_keys
from pipelines.read.addresses.article_key import article_key
from tests.builders.archived_answers import URL, Keeper, article, read_as

OTHER = "http://lungvai.example/tin-tuc/hop-dan-8.html"
MOVED = "https://lungvai.example/tin/hop-dan"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    keeper = Keeper(archive)
    keeper.keep(read_as(article()))
    return keeper


def leads(keeper: Keeper) -> set[tuple[object, ...]]:
    return {tuple(row.values()) for row in keeper.rows("select key, article from article_keys")}


def test_an_article_has_the_key_of_its_address_from_the_first(keeper: Keeper) -> None:
    assert keeper.one("select key from articles") == {"key": article_key(URL)}
    assert leads(keeper) == {(article_key(URL), 1)}


def test_old_keys_still_lead_to_the_article_when_the_address_changes_and_changes_back(
    keeper: Keeper, archive: Archive
) -> None:
    for url in (MOVED, OTHER, MOVED):
        with archive.transaction() as db:
            change_address(db, 1, url)
    assert keeper.one("select url, key from articles") == {"url": MOVED, "key": article_key(MOVED)}
    assert leads(keeper) == {(article_key(url), 1) for url in (URL, MOVED, OTHER)}


def test_the_keys_of_a_record_that_was_split_lead_to_both_parts(
    keeper: Keeper, archive: Archive
) -> None:
    with archive.transaction() as db:
        db.execute(
            """insert into articles (id, site, url, key, title, body, first_seen_at, last_seen_at,
                word_count)
            select 2, site, ?, ?, title, body, first_seen_at, last_seen_at, 1 from articles""",
            (OTHER, article_key(OTHER)),
        )
        change_address(db, 1, MOVED)
        share_keys(db, 1, 2)
        share_keys(db, 1, 2)
    old, moved, other = map(article_key, (URL, MOVED, OTHER))
    assert leads(keeper) == {(old, 1), (moved, 1), (old, 2), (moved, 2), (other, 2)}


@pytest.mark.parametrize(
    "name",
    [
        "1",
        article_key(URL),
        f"/a/{article_key(URL)}",
        f"http://127.0.0.1:8001/a/{article_key(URL)}",
        URL,
        URL.replace("http://", "https://"),
        URL.replace("http://", "https://www."),
    ],
)
def test_people_name_an_article_as_they_see_it(keeper: Keeper, name: str) -> None:
    assert articles_named(keeper.archive.connection, name) == [1]
    assert articles_named(keeper.archive.connection, name + "7") == []

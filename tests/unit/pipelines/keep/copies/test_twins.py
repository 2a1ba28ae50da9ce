"""Twins within one portal are one article with several addresses, and part again if they differ."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pipelines.keep.copies.comparing import compare_waiting
from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.discovery import discover
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.read.addresses.article_key import article_key
from pipelines.read.reading import Link
from portals.platform import platform_of
from tests.builders.archived_answers import AT, SITE, Keeper, article, dated, read_as

TEXT = "Ngày 5/3, xã mở lại trạm bơm thôn Bến.\n\nBà con có nước từ chiều."
SHORT, LONG = SITE.url + "tin/tram-bom-7.html", SITE.url + "noi-bat/tin/tram-bom-7.html"


class Portal:
    """A portal whose pages reach an archive, each a minute after the one before."""

    def __init__(self, archive: Archive) -> None:
        self.keeper, self.at = Keeper(archive), AT

    def show(
        self, url: str, text: str = TEXT, *, day: str | None = "2026-03-01", **other: Any
    ) -> None:
        self.at += timedelta(minutes=1)
        published = None if day is None else dated(day, day)
        one = article("Mở lại trạm bơm", text, url=url, published=published, **other)
        self.keeper.keep(read_as(one), self.at, url=url, kind="article")

    def show_file(self, url: str, sha256: str) -> None:
        """Let a file have come."""
        with self.keeper.archive.transaction() as db:
            db.execute("update attachments set sha256 = ? where url = ?", (sha256, url))

    def compare(self) -> None:
        compare_waiting(self.keeper.archive)
        assert self.keeper.rows("select * from uncompared") == []
        assert self.keeper.rows("pragma foreign_key_check") == []

    @property
    def records(self) -> dict[str, list[str]]:
        """By address: the texts of each record's revisions, in order."""
        found: dict[str, list[str]] = {}
        for row in self.keeper.rows(
            """select url, revisions.body from articles
                join revisions on revisions.article = articles.id order by url, seq"""
        ):
            found.setdefault(str(row["url"]), []).append(str(row["body"]))
        return found

    def keys(self, url: str) -> set[str]:
        """The addresses of the articles to which the key of an address leads."""
        rows = self.keeper.rows(
            """select articles.url from article_keys
                join articles on articles.id = article where article_keys.key = ?""",
            article_key(url),
        )
        return {str(row["url"]) for row in rows}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with Archive.open(tmp_path / "archive.db") as archive:
        yield Portal(archive)


def test_twins_are_one_article_with_both_addresses(portal: Portal) -> None:
    portal.show(LONG)
    portal.show(SHORT)
    assert len(portal.records) == 2
    portal.compare()
    assert portal.records == {SHORT: [TEXT]}
    assert portal.keys(SHORT) == portal.keys(LONG) == {SHORT}
    pages = portal.keeper.rows("select url from pages where article is not null")
    assert {page["url"] for page in pages} == {SHORT, LONG}
    row = portal.keeper.one("select * from articles")
    assert row["first_seen_at"] == "2026-03-02T01:01:00.000Z"  # the longer address was first
    assert row["published_on"] == "2026-03-01"

    portal.show(LONG)
    portal.show(SHORT)
    portal.compare()
    assert portal.records == {SHORT: [TEXT]}
    report = verify_archive(portal.keeper.archive.connection, portal.keeper.archive.captures)
    assert report.problems == []


def test_an_edit_of_both_is_one_edit(portal: Portal) -> None:
    edited = TEXT + "\n\nXã cảm ơn thợ máy."
    for text in (TEXT, edited):
        for url in (LONG, SHORT):
            portal.show(url, text)
        portal.compare()
    assert portal.records == {SHORT: [TEXT, edited]}


@pytest.mark.parametrize("which", [SHORT, LONG])
def test_an_address_that_shows_another_text_has_its_own_article_again(
    portal: Portal, which: str
) -> None:
    other, rest = "Trạm bơm hỏng lần nữa.", ({SHORT, LONG} - {which}).pop()
    portal.show(LONG)
    portal.show(SHORT)
    portal.compare()
    portal.show(which, other)
    portal.show(rest)
    portal.compare()
    assert portal.records[which][-1] == other
    assert portal.records[rest][-1] == TEXT
    assert which in portal.keys(which)
    assert rest in portal.keys(rest)
    portal.show(which)  # as before
    portal.compare()
    assert list(portal.records) == [SHORT]


def test_a_third_address_joins_them(portal: Portal) -> None:
    for url in (LONG, SHORT, SHORT.replace("-7", "-8")):
        portal.show(url)
        portal.compare()
    assert portal.records == {SHORT: [TEXT]}
    assert len(portal.keeper.rows("select * from article_keys")) == 3


def test_the_order_makes_no_difference(tmp_path: Path) -> None:
    shown = [(LONG, TEXT), (SHORT, TEXT), (LONG, TEXT + "\n\nThêm."), (SHORT, TEXT + "\n\nThêm.")]
    found = []
    for turn, order in enumerate(permutations(range(4))):
        folder = tmp_path / str(turn)
        folder.mkdir()
        with Archive.open(folder / "archive.db") as archive:
            portal = Portal(archive)
            for number in order:
                portal.at = AT + timedelta(hours=number)
                portal.show(*shown[number])
                portal.compare()
            rows = portal.keeper.rows(
                "select url, key, body, first_seen_at, changed_at, published_on from articles"
            )
            seen = portal.keeper.rows("select seen_at, body from revisions order by seq")
            found.append((rows, seen))
    assert found == [found[0]] * 24


FILE, OTHER = SITE.url + "a.pdf", SITE.url + "b.pdf"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"day": "2026-03-08"}),
        ({"day": None}, {"day": None}),
        ({}, {"text": TEXT + " Hết."}),
        ({"text": ""}, {"text": ""}),
        ({"files": [FILE]}, {}),
        ({"files": [FILE]}, {"files": [OTHER]}),  # neither has come
    ],
    ids=["another day", "no day", "another text", "no text", "no file", "unknown files"],
)
def test_these_are_two_articles(portal: Portal, one: dict[str, Any], other: dict[str, Any]) -> None:
    portal.show(SHORT, **one)
    portal.show(LONG, **other)
    portal.compare()
    assert sorted(portal.keeper.rows("select url from articles"), key=str) == sorted(
        [{"url": SHORT}, {"url": LONG}], key=str
    )


@pytest.mark.parametrize("same", [True, False])
def test_files_tell_once_they_have_come(portal: Portal, same: bool) -> None:
    portal.show(SHORT, files=[FILE])
    portal.show(LONG, files=[OTHER])
    portal.show_file(FILE, "a1")
    portal.compare()
    assert len(portal.records) == 2
    portal.show_file(OTHER, "a1" if same else "b2")
    portal.compare()
    assert len(portal.records) == (1 if same else 2)


def test_listings_that_name_two_days_name_two_articles(portal: Portal) -> None:
    links = [
        Link(SHORT, "article", "Mở lại trạm bơm", published=dated("2026-03-01")),
        Link(LONG, "article", "Mở lại trạm bơm", published=dated("2026-03-08")),
    ]
    with portal.keeper.archive.transaction() as db:
        listed = [
            replace(link, published=replace(link.published, evidence="listing"))
            for link in links
            if link.published
        ]
        discover(db, SITE.key, listed, platform_of("generic"), AT)
    portal.show(SHORT)
    portal.show(LONG)
    portal.compare()
    assert len(portal.records) == 2


def test_a_text_under_many_addresses_is_left_alone(portal: Portal) -> None:
    for number in range(12):
        portal.show(f"{SITE.url}tin/{number}.html")
    portal.compare()
    assert len(portal.records) == 12

"""What becomes of an article is told at the second visit, with its evidence; nothing else is."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli import loa
from pipelines.ingest import Ingest
from pipelines.keep.upkeep.verify import verify_archive
from portals.site import site_for_address
from tests.builders.changing_portal import (
    ERROR_PAGE,
    REPAIR,
    SECTION,
    WORK,
    ChangingPortal,
    Piece,
    Portal,
)
from tests.builders.clocked_visit import SetClock, visit

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
VICTIM = 7  # in the middle of the first page of the listing


@dataclass
class Watched:
    """A portal and the archive that watches it once a day."""

    served: ChangingPortal
    ingest: Ingest
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    @property
    def portal(self) -> Portal:
        return self.served.portal

    @property
    def victim(self) -> Piece:
        return next(piece for piece in self.portal.pieces if piece.number == VICTIM)

    def visit(self, days: float = 1) -> list[str]:
        """One visit; gives what it asked for."""
        self.clock.now += timedelta(days=days)
        since = len(self.served.asked)
        visit(site_for_address(self.served.url), self.ingest, self.clock, delay=0)
        return self.served.asked[since:]

    def rows(self, query: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self.ingest.archive.connection.execute(query)]

    def states(self) -> dict[str, list[str]]:
        """By path: the states of each article that was ever seen otherwise than there."""
        found: dict[str, list[str]] = {}
        for row in self.rows(
            """select articles.url, state from sightings
                join articles on articles.id = article order by since_at, sightings.id"""
        ):
            found.setdefault("/" + row["url"].removeprefix(self.served.url), []).append(
                row["state"]
            )
        return found

    def check(self) -> None:
        archive = self.ingest.archive
        assert verify_archive(archive.connection, archive.captures).problems == []


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    with ChangingPortal() as served, Ingest(tmp_path / "archive.db", name="visits") as ingest:
        watched = Watched(served, ingest)
        watched.visit()
        watched.visit()
        assert len(watched.rows("select * from articles")) == 12
        yield watched


Event = Callable[[Portal], None]


def the(portal: Portal) -> Piece:
    return next(piece for piece in portal.pieces if piece.number == VICTIM)


def answers(status: int, content: str = ERROR_PAGE, to: str | None = None) -> Event:
    """The article leaves the listing, and its address answers so."""

    def happens(portal: Portal) -> None:
        path = the(portal).path
        portal.unlisted.add(path)
        portal.answers[path] = status, content, {} if to is None else {"Location": to}

    return happens


def leads_to_error_page(portal: Portal) -> None:
    answers(302, "", "/khong-tim-thay")(portal)
    portal.answers["/khong-tim-thay"] = 200, ERROR_PAGE, {}


def moves(status: int | None) -> Event:
    def happens(portal: Portal) -> None:
        piece = the(portal)
        portal.move(piece, "/chuyen-de/chuyen-ve-ban.html")
        if status is not None:
            portal.answers[piece.path] = status, "", {"Location": "/chuyen-de/chuyen-ve-ban.html"}

    return happens


def renames_section(status: int | None) -> Event:
    def happens(portal: Portal) -> None:
        for piece in list(portal.pieces):
            path = piece.path.replace(SECTION, "/ban-tin")
            portal.move(piece, path)
            if status is not None:
                portal.answers[piece.path] = status, "", {"Location": path}

    return happens


def unlists(portal: Portal) -> None:
    portal.unlisted.add(the(portal).path)


def fails(portal: Portal) -> None:
    answers(500, "<h1>Runtime Error</h1>")(portal)


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (answers(404), "gone"),
        (answers(410), "gone"),
        (answers(200), "soft-404"),
        (answers(302, "", "/"), "redirected-home"),
        (answers(301, "", SECTION), "redirected-home"),
        (leads_to_error_page, "redirected-home"),
        (unlists, "unlisted"),
        (fails, "unreachable"),
    ],
)
def test_a_change_is_told_at_the_second_visit(watched: Watched, happens: Event, state: str) -> None:
    path = watched.victim.path
    happens(watched.portal)
    watched.visit()
    at_once = {path: ["there", "gone"]} if watched.portal.answers.get(path, [0])[0] == 410 else {}
    assert watched.states() == at_once
    asked = watched.visit()
    assert watched.states() == {path: ["there", state]}
    assert asked.count(path) == 1
    (row,) = watched.rows(
        "select removed_at is not null as removed, until_at, captures.url as asked, fetched_at, "
        "confirmed_at from sightings join captures on captures.id = capture "
        "join articles on articles.id = article order by sightings.id desc limit 1"
    )
    assert row["removed"] == (state not in ("unlisted", "unreachable"))
    assert (row["until_at"], row["fetched_at"]) == (None, row["confirmed_at"])
    assert row["asked"].endswith(path)
    watched.check()


@pytest.mark.parametrize("status", [301, 302, 308, None])
def test_a_moved_article_stays_one_with_all_its_keys(watched: Watched, status: int | None) -> None:
    path = watched.victim.path
    moves(status)(watched.portal)
    watched.visit()
    watched.visit()
    lasting = status != 302
    now = "/chuyen-de/chuyen-ve-ban.html" if lasting else path
    assert watched.states() == ({now: ["there", "moved"]} if lasting else {})
    assert len(watched.rows("select * from articles")) == 12
    (row,) = watched.rows(
        "select (select count(*) from revisions where article = articles.id) as texts, "
        "(select count(*) from article_keys where article = articles.id) as keys, "
        "published_on, removed_at from articles where url like '%" + now + "'"
    )
    assert row == {"texts": 1, "keys": 2, "published_on": "2026-11-08", "removed_at": None}
    watched.check()


@pytest.mark.parametrize("status", [301, None])
def test_a_renamed_section_moves_all_its_articles(watched: Watched, status: int | None) -> None:
    renames_section(status)(watched.portal)
    watched.visit()
    watched.visit()
    held = watched.rows("select url, removed_at from articles")
    assert all("/ban-tin/" in row["url"] and row["removed_at"] is None for row in held)
    assert len(held) == 12
    assert set(map(json.dumps, watched.states().values())) == {'["there", "moved"]'}
    watched.check()


@pytest.mark.parametrize("happens", [answers(404), answers(410), answers(302, "", "/")])
def test_an_article_that_is_published_again_has_returned(watched: Watched, happens: Event) -> None:
    path = watched.victim.path
    happens(watched.portal)
    watched.visit()
    watched.visit()
    watched.portal.unlisted.clear()
    watched.portal.answers.clear()
    for _ in range(3):
        watched.visit(4)
    *_, before_last, last = watched.states()[path]
    assert (before_last in ("gone", "redirected-home"), last) == (True, "returned")
    assert watched.rows("select * from articles where removed_at is not null") == []
    watched.check()


def all_answer(status: int, content: str, **headers: str) -> Event:
    def happens(portal: Portal) -> None:
        portal.everywhere = lambda path: (status, content, headers)

    return happens


def all_articles_answer(status: int, content: str, **headers: str) -> Event:
    """The listings stay as they are."""

    def happens(portal: Portal) -> None:
        portal.everywhere = lambda path: (
            (status, content, headers) if path.endswith(".html") else None
        )

    return happens


def publishes(portal: Portal) -> None:
    for n in range(5):
        portal.publish(f"Tin mới ra số {n} của xã")


def reorders(portal: Portal) -> None:
    portal.order = lambda piece: piece.number * 7 % 12


def shortens(portal: Portal) -> None:
    portal.length = 4


def unpins(portal: Portal) -> None:
    portal.pinned = ()


def empties(portal: Portal) -> None:
    portal.unlisted = {piece.path for piece in portal.pieces}


def keeps_etags(portal: Portal) -> None:
    portal.etags = True


def is_slow(portal: Portal) -> None:
    """A third of the articles fails for a day."""
    for piece in portal.pieces[::3]:
        portal.answers[piece.path] = 504, "", {}


HEALTHY: dict[str, Event] = {
    "news": publishes,
    "another order": reorders,
    "a shorter listing": shortens,
    "a pinned entry goes": unpins,
    "an empty listing": empties,
    "304": keeps_etags,
    "errors for a day": is_slow,
    "404 for all": all_answer(404, ERROR_PAGE),
    "404 for articles": all_articles_answer(404, ERROR_PAGE),
    "not found with 200": all_articles_answer(200, ERROR_PAGE),
    "all lead home": all_articles_answer(302, "", Location="/"),
    "repair with 503": all_answer(503, REPAIR),
    "repair with 200": all_answer(200, REPAIR),
    "all lead to the repair": all_answer(302, "", Location="/bao-tri"),
}


@pytest.mark.parametrize("happens", HEALTHY.values(), ids=HEALTHY)
def test_a_portal_that_is_well_or_under_repair_has_lost_nothing(
    watched: Watched, happens: Event
) -> None:
    watched.portal.pinned = (2, 1, 4)
    watched.visit()
    happens(watched.portal)
    watched.visit()
    watched.visit()
    assert watched.states() == {}
    watched.portal.everywhere = None
    watched.portal.answers.clear()
    watched.visit()
    assert watched.states() == {}
    watched.check()


def test_loa_removed_shows_what_vanished_with_its_evidence(watched: Watched) -> None:
    path = watched.victim.path
    moved = watched.portal.pieces[9]
    moves_to = "/chuyen-de/hat-ru.html"
    answers(410)(watched.portal)
    watched.portal.move(moved, moves_to)
    watched.portal.answers[moved.path] = 301, "", {"Location": moves_to}
    watched.visit()
    watched.visit()
    archive = str(watched.ingest.archive.captures.parent / "archive.db")
    told = CliRunner().invoke(loa, ["removed", "--archive", archive, "--json"])
    assert told.exit_code == 0
    rows = {row["state"]: row for row in map(json.loads, told.output.splitlines())}
    assert rows.keys() == {"gone", "moved"}
    assert (rows["gone"]["asked"], rows["gone"]["status"]) == (
        watched.served.url.rstrip("/") + path,
        410,
    )
    assert rows["moved"]["to_url"] == rows["moved"]["url"] == watched.served.url + moves_to[1:]
    shown = CliRunner().invoke(loa, ["removed", "--archive", archive]).output
    assert f"gone: {WORK[VICTIM]}" in shown
    assert f"now at {watched.served.url}{moves_to[1:]}" in shown

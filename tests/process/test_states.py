"""States of articles over time: told at the second visit, the same from imports in any order."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import loa
from pipelines.ingest import Ingest
from pipelines.keep.database.archive import read_archive
from tests.builders.changing_portal import ERROR_PAGE, ChangingPortal
from tests.builders.clocked_visit import SetClock
from tests.builders.portal_events import HEALTHY, NOON, Watched, renames_section

MOVED = "/chuyen-de/hat-ru.html"


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A portal that was visited twice; all its articles are young, so that visits see many."""
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    with ChangingPortal() as served, Ingest(tmp_path / "archive.db", name="visits") as ingest:
        for n in range(12):
            served.portal.publish(f"Tin thêm số {n} của bản")
        served.portal.length = 20
        watched = Watched(served, ingest)
        watched.visit()
        watched.visit()
        yield watched


def test_states_are_told_at_the_second_visit_with_their_evidence(watched: Watched) -> None:
    pieces, portal = watched.portal.pieces, watched.portal
    happened = {
        16: (404, ERROR_PAGE, {}),
        15: (410, ERROR_PAGE, {}),
        14: (200, ERROR_PAGE, {}),
        13: (302, "", {"Location": "/"}),
        12: (500, "<h1>Runtime Error</h1>", {}),
    }
    for number, answer in happened.items():
        portal.answers[pieces[number].path] = answer
        portal.unlisted.add(pieces[number].path)
    portal.unlisted.add(pieces[11].path)
    portal.answers[pieces[9].path] = 301, "", {"Location": MOVED}
    moved = portal.move(pieces[9], MOVED)
    gone = watched.states
    watched.visit()
    assert gone() == {pieces[15].path: ["there", "gone"], MOVED: ["there", "moved"]}
    watched.visit()
    assert gone() == {
        pieces[16].path: ["there", "gone"],
        pieces[15].path: ["there", "gone"],
        pieces[14].path: ["there", "soft-404"],
        pieces[13].path: ["there", "redirected-home"],
        pieces[12].path: ["there", "unreachable"],
        pieces[11].path: ["there", "unlisted"],
        MOVED: ["there", "moved"],
    }
    archive = str(watched.ingest.archive.captures.parent / "archive.db")
    told = CliRunner().invoke(loa, ["removed", "--archive", archive, "--json"])
    rows = {row["title"]: row for row in map(json.loads, told.output.splitlines())}
    base = watched.served.url.rstrip("/")
    assert rows[pieces[15].title]["asked"] == base + pieces[15].path
    assert (rows[pieces[15].title]["status"], rows[moved.title]["to_url"]) == (410, base + MOVED)
    shown = CliRunner().invoke(loa, ["removed", "--archive", archive]).output
    assert f"gone: {pieces[16].title}" in shown
    assert f"now at {base}{MOVED}" in shown
    watched.check()

    portal.answers.clear()
    portal.unlisted.clear()
    for _ in range(2):
        watched.visit(4)
    assert {states[-1] for path, states in gone().items() if path != MOVED} == {"returned", "there"}
    assert watched.rows("select * from articles where removed_at is not null") == []
    watched.check()


@pytest.mark.parametrize("status", [301, None])
def test_a_renamed_section_moves_all_its_articles(watched: Watched, status: int | None) -> None:
    renames_section(status)(watched.portal)
    watched.visit()
    watched.visit()
    held = watched.rows("select url, removed_at from articles")
    assert all("/ban-tin/" in row["url"] and row["removed_at"] is None for row in held)
    assert len(held) == 24
    assert set(map(json.dumps, watched.states().values())) == {'["there", "moved"]'}
    watched.check()


def test_a_portal_that_is_well_or_under_repair_has_lost_nothing(watched: Watched) -> None:
    watched.portal.pinned = (2, 1, 4)
    watched.visit()
    for happens in HEALTHY.values():
        happens(watched.portal)
        watched.visit()
        watched.portal.everywhere = None
        watched.portal.answers.clear()
        watched.portal.unlisted.clear()
        watched.visit()
    assert watched.states() == {}
    watched.check()


STATES = """select articles.url, articles.key, state, since_at, until_at, confirmed_at,
    sightings.url, to_url, removed_at, (select count(*) from revisions where article = articles.id)
    from sightings join articles on articles.id = article order by articles.url, since_at"""


@pytest.mark.parametrize("order", [(2, 0, 4, 1, 3)])
def test_visits_that_are_imported_in_any_order_give_the_same_states(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    found = {}
    with ChangingPortal() as served:
        clock = SetClock(NOON - timedelta(days=8))  # while all articles are young
        pieces, served.portal.counts = served.portal.pieces, True
        for day in range(5):
            with Ingest(tmp_path / "archive.db", name=f"visit-{day}") as ingest:
                Watched(served, ingest, clock).visit()
                found["visits"] = ingest.archive.connection.execute(STATES).fetchall()
            if day == 1:
                for number, status, to in ((8, 404, None), (9, 410, None), (10, 302, "/")):
                    path = pieces[number].path
                    served.portal.unlisted.add(path)
                    served.portal.answers[path] = status, "", {"Location": to} if to else {}
                served.portal.move(pieces[5], "/chuyen-de/duong.html")
                served.portal.answers[pieces[5].path] = (
                    301,
                    "",
                    {"Location": "/chuyen-de/duong.html"},
                )
                served.portal.move(pieces[4], "/chuyen-de/hoc-bong.html")
    (tmp_path / "new").mkdir()
    for visit_number in order:
        (file,) = (tmp_path / "captures").glob(f"visit-{visit_number}*.warc.gz")
        done = CliRunner().invoke(
            loa, ["import", str(file), "--archive", str(tmp_path / "new" / "archive.db")]
        )
        assert done.exit_code == 0, done.output
    with read_archive(tmp_path / "new" / "archive.db") as db:
        found["imports"] = db.execute(STATES).fetchall()
    told = {name: [tuple(row) for row in rows] for name, rows in found.items()}
    assert {row[2] for row in told["visits"]} == {*("there", "gone", "redirected-home", "moved")}
    assert told["imports"] == told["visits"]

"""What becomes of an article is told at the second visit, with its evidence; nothing else is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from tests.builders.changing_portal import SECTION, ChangingPortal
from tests.builders.portal_events import (
    HEALTHY,
    Event,
    Watched,
    answers,
    fails,
    leads_to_error_page,
    moves,
    renames_section,
    unlists,
)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    with ChangingPortal() as served, Ingest(tmp_path / "archive.db", name="visits") as ingest:
        watched = Watched(served, ingest)
        watched.visit()
        watched.visit()
        assert len(watched.rows("select * from articles")) == 12
        yield watched


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

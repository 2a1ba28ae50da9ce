"""What a power cut took is fetched or imported again, until every record has its bytes (F3)."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.capture import Capture
from pipelines.ingest import Ingest
from pipelines.keep.database.archive import Archive, captures_folder
from pipelines.keep.upkeep.lost_bytes import follow_losses
from pipelines.keep.upkeep.reread import captures_to_read
from pipelines.keep.warc.record import UNKNOWN_REQUEST
from pipelines.outcomes import Refusal, RunOutcome
from pipelines.read.reading import Document, Reading
from portals.sample import SamplePortals
from portals.site import site_for_address
from tests.builders.archive_invariants import assert_invariants
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as
from tests.builders.article_captures import article_capture
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.power_cut import (
    LATER,
    addresses_due,
    archive_of_eight,
    cut_after,
    find_losses_in,
    keep_articles,
    lost_captures,
    open_and_find_losses,
    open_issues,
    reading_of,
    rows,
    url_of,
    verified,
    warc_path,
)
from tests.builders.watched_portal import NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive_of_eight(tmp_path)


def test_what_is_gone_is_not_asked_sooner_and_its_issue_waits_for_a_person(path: Path) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keeper.keep(None, AT + timedelta(hours=2), url=url_of(1), status=404)
        keeper.warc.close()
    plan = rows(path, "select next_due_at from pages where url = ?", url_of(1))
    warc_path(path, "run-1").unlink()
    # Both are lost: the 404, and the article before it.
    warc_path(path, "run-2").rename(warc_path(path, "run-1"))
    find_losses_in(path)
    assert rows(path, "select next_due_at from pages where url = ?", url_of(1)) == plan
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-3")
        keep = [n for n in range(8) if n != 1]
        for n in keep:
            keeper.keep(reading_of(n), LATER, url=url_of(n), kind="article")
        keeper.keep(None, LATER, url=url_of(1), status=404)
        follow_losses(archive.connection, LATER)
        keeper.warc.close()
    ((_, _, detail),) = open_issues(path)
    assert str(detail).startswith("what 1 addresses answered is no longer in run-1.warc.gz")
    assert rows(
        path, "select again is null from losses where url = ? order by capture", url_of(1)
    ) == [(1,), (0,)]


def test_a_lost_refusal_is_asked_again_and_the_robots_of_its_host_are_not_believed_that_day(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keep_articles(keeper, range(1))
        keeper.keep(Reading("refused", refusal=Refusal.NOT_AN_ARTICLE), url=url_of(1))
        keeper.keep(None, url=f"{SITE.url}robots.txt", kind="robots", status=200)
        archive.connection.execute(
            "insert into hosts (host, robots_fetched_at, robots_status) values "
            "('lungvai.example', '2026-03-02T01:00:00.000Z', 200)"
        )
        keeper.warc.close()
    cut_after(path, after=1)
    with open_and_find_losses(path) as archive:
        assert list(addresses_due(archive)) == [url_of(1)]
    assert rows(path, "select robots_fetched_at from hosts") == [(None,)]


@pytest.mark.parametrize("body", [b"same", b"other"])
def test_a_file_fetched_again_belongs_to_the_new_capture(tmp_path: Path, body: bytes) -> None:
    path, file = tmp_path / "archive.db", f"{SITE.url}tep/ke-hoach.pdf"
    document = Reading("attachment", document=Document("application/pdf", "Kế hoạch"))
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keeper.keep(read_as(article(files=[file])))
        keeper.keep(document, url=file, kind="attachment", body=b"same")
        keeper.warc.close()
    cut_after(path, after=1)
    with open_and_find_losses(path) as archive:
        assert list(addresses_due(archive)) == [file]
        keeper = Keeper(archive, name="run-2")
        keeper.keep(document, LATER, url=file, kind="attachment", body=body)
        keeper.warc.close()
    assert rows(path, "select capture from attachments") == [(3,)]
    assert_invariants(path)


def test_an_article_is_read_again_from_the_capture_that_stands_in_for_a_lost_one(
    path: Path,
) -> None:
    cut_after(path, after=7)
    with open_and_find_losses(path) as archive:
        assert captures_to_read(archive.connection, None) == [1, 2, 3, 4, 5, 6, 7, 8]
        keeper = Keeper(archive, name="run-2")
        keeper.keep(reading_of(7), LATER, url=url_of(7), kind="article")
        assert captures_to_read(archive.connection, None) == [1, 2, 3, 4, 5, 6, 7, 9]
        keeper.warc.close()


def imported(path: Path, name: str, captures: list[Capture]) -> list[str]:
    with Ingest(path, name=name) as ingest:
        run = ingest.begin_run("import", [SITE], "import", LATER)
        outcomes = [
            str(kept.outcome)
            for kept in ingest.keep_stream(run, [(SITE, one, UNKNOWN_REQUEST) for one in captures])
        ]
        ingest.end_run(run, outcome=RunOutcome.OK, detail=None, at=LATER)
    return outcomes


def test_an_import_brings_back_what_an_import_lost(path: Path) -> None:
    path.unlink()
    shutil.rmtree(captures_folder(path))
    captures = [article_capture(n) for n in range(3)]
    assert imported(path, "run-1", captures) == ["article-new"] * 3
    cut_after(path, after=1)
    assert imported(path, "run-2", captures[:2]) == ["known"] * 2
    assert lost_captures(path) == [3]
    ((_, kind, detail),) = open_issues(path)
    assert (kind, str(detail).partition(" addresses")[0]) == ("lost-bytes", "what 1")
    assert imported(path, "run-3", captures) == ["known"] * 3
    assert lost_captures(path) == []
    assert open_issues(path) == []
    assert_invariants(path)


@pytest.mark.parametrize("key", ["songmai", "thachlam"])
def test_a_visit_after_a_power_cut_asks_for_what_was_lost_and_ends_with_every_record_on_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    path, clock = tmp_path / "archive.db", SetClock(NOON)
    with SamplePortals(clock=lambda: NOON.timestamp()) as portals:
        site = site_for_address(portals[key].url)
        with Ingest(path, name="run-1") as ingest:
            visit(site, ingest, clock, delay=0)
        ((captures,),) = rows(path, "select count(*) from captures")
        assert isinstance(captures, int)
        cut_after(path, after=captures * 2 // 3)
        lost_addresses = {
            line.partition("(")[2].partition(")")[0] for line in verified(path).problems
        }
        assert len(lost_addresses) > 5
        clock.now += timedelta(hours=1)
        since = len(portals[key].requests)
        with Ingest(path, name="run-2") as ingest:
            visit(site, ingest, clock, delay=0)
        paths = {request.path for request in portals[key].requests[since:]}
        assert {address.removeprefix(site.url.rstrip("/")) for address in lost_addresses} <= paths
    assert rows(path, "select url from losses where again is null") == []
    assert open_issues(path) == []
    assert_invariants(path)
    assert len(verified(path).losses) == len(lost_addresses)

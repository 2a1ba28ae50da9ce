"""How each site stands, from the rows alone, and what a person and a monitor see of it."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.status import FAILING, status
from pipelines.keep.database.archive import Archive
from pipelines.keep.records.sites import keep_site
from pipelines.keep.status.statuses import WAL_MOST, ArchiveStatus, site_statuses, worst_first
from pipelines.keep.visits.runs import Ending, close_run, held_to_rows
from pipelines.outcomes import IssueKind, Refusal, RunOutcome
from pipelines.read.reading import Link, Note, Reading
from portals.site import Site
from tests.builders.archive_invariants import assert_exit_code_agrees
from tests.builders.archived_answers import AT, URL, Keeper, article, dated, read_as
from tests.builders.sample_world import World

NOW = AT + timedelta(hours=5)


def know(archive: Archive, key: str, health: str | None = None, detail: str | None = None) -> None:
    """A site with one visit behind it, or none."""
    with archive.transaction() as db:
        keep_site(db, Site(name=f"Xã {key}", url=f"http://{key}.example/", key=key), "address", AT)
        if health is not None:
            db.execute(
                (
                    "insert into runs (kind, site, started_at, ended_at, outcome) values "
                    "('crawl', ?, '2026-03-02T01:00:00.000Z', ?, 'ok')"
                ),
                (key, None),
            )
            db.execute(
                (
                    "update sites set health = ?, health_detail = ?, next_due_at = "
                    "'2026-03-02T08:30:00.000Z' where key = ?"
                ),
                (health, detail, key),
            )


def run(archive: Archive, *arguments: str) -> Result:
    return CliRunner().invoke(status, ["--archive", str(archive.path), *arguments], obj=lambda: NOW)


def test_a_site_is_told_by_what_its_last_run_did_and_what_is_left(archive: Archive) -> None:
    keeper = Keeper(archive)
    links = tuple(Link(f"http://lungvai.example/tin-tuc/tin-{n}.html", "article") for n in (1, 2))
    keeper.keep(
        Reading("listing", "nukeviet", links=links), url="http://lungvai.example/", kind="listing"
    )
    keeper.keep(
        Reading(
            "article",
            "nukeviet",
            article=article(published=dated()),
            notes=(Note(IssueKind.BODY_GUESSED, "d"),),
        )
    )
    keeper.keep(None, url=links[0].url, status=500)
    keeper.keep(
        Reading("refused", refusal=Refusal.CHALLENGE),
        url="http://lungvai.example/tin-tuc/tin-3.html",
    )
    know(archive, "chua-tham")
    with archive.transaction() as db:
        close_run(
            db, keeper.run, outcome=RunOutcome.INCOMPLETE, detail=None, at=AT + timedelta(hours=1)
        )
    unvisited, visited = site_statuses(archive.connection, now=NOW)
    assert (unvisited.site, unvisited.articles, unvisited.last_run_at, unvisited.last_outcome) == (
        "chua-tham",
        0,
        None,
        None,
    )
    assert (unvisited.health, unvisited.requests_per_new) == ("never visited", None)
    assert (visited.site, visited.platform, visited.articles, visited.newest) == (
        "lungvai",
        "nukeviet",
        1,
        "2026-03-01",
    )
    assert (visited.last_run_at, visited.last_outcome) == ("2026-03-02T01:00:00.000Z", "incomplete")
    assert (
        visited.new,
        visited.changed,
        visited.failed,
        visited.requests,
        visited.requests_per_new,
    ) == (1, 0, 1, 4, 4.0)
    assert (visited.waiting, visited.failing, visited.refused, visited.open_issues) == (1, 2, 1, 1)


def test_addresses_that_look_endless_and_were_not_requested_are_counted(archive: Archive) -> None:
    keeper = Keeper(archive)
    named = Link("http://lungvai.example/lich/2026/5", "article", "Hội xuân", doubt="calendar")
    counted = tuple(
        Link(f"http://lungvai.example/lich?ngay={n}", "article", doubt="calendar") for n in (1, 2)
    )
    keeper.keep(
        Reading("listing", "nukeviet", links=(named,), unasked=counted),
        url="http://lungvai.example/",
        kind="listing",
    )
    (status,) = site_statuses(archive.connection, now=NOW)
    assert status.unasked == 3
    assert (
        "3 addresses of 1 sites look endless or are files, and were not requested"
        in run(archive).output
    )


def test_new_articles_of_an_import_are_counted_for_their_own_site(archive: Archive) -> None:
    one = Keeper(archive)
    one.keep(read_as(article()))
    two = Site(name="Xã khác", url="http://khac.example/", key="khac")
    with archive.transaction() as db:
        keep_site(db, two, "import", AT)
        db.execute(
            (
                "insert into captures (run, site, url, fetched_at, outcome) values (?, 'khac', ?, "
                "'2026-03-02T01:00:00.000Z', 'article-unchanged')"
            ),
            (one.run, URL + "?x"),
        )
    assert [(row.site, row.new) for row in site_statuses(archive.connection, now=NOW)] == [
        ("khac", 0),
        ("lungvai", 1),
    ]


def test_the_counts_of_a_run_are_those_of_its_captures(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(read_as(article()))
    keeper.keep(None, url="http://lungvai.example/x", status=None)
    keeper.keep(Reading("refused", refusal=Refusal.SOFT_404), url="http://lungvai.example/y")
    with archive.transaction() as db:
        close_run(db, keeper.run, outcome=RunOutcome.INCOMPLETE, detail="x", at=AT)
    row = keeper.one(
        "select requests, articles_new, articles_changed, articles_unchanged, refused, failed "
        "from runs"
    )
    assert tuple(row.values()) == (3, 1, 0, 0, 1, 1)


def test_the_word_of_a_visit_stands_only_where_its_captures_bear_it_out(archive: Archive) -> None:
    keeper = Keeper(archive)
    keeper.keep(read_as(article()))
    assert held_to_rows(archive.connection, keeper.run, Ending(RunOutcome.OK, None)) == Ending(
        RunOutcome.OK, None
    )
    keeper.keep(None, url="http://lungvai.example/x", status=None)
    assert (
        held_to_rows(archive.connection, keeper.run, Ending(RunOutcome.OK, None)).outcome
        == "incomplete"
    )
    assert (
        held_to_rows(archive.connection, keeper.run, Ending(RunOutcome.STOPPED, "limit")).outcome
        == "incomplete"
    )
    assert held_to_rows(
        archive.connection, keeper.run, Ending(RunOutcome.PAUSED, "wait")
    ) == Ending(RunOutcome.PAUSED, "wait")


def test_the_age_of_the_last_looks_is_told(archive: Archive) -> None:
    keeper = Keeper(archive)
    for days in (3, 40, 1, 20, 9):
        url = f"http://lungvai.example/tin-tuc/tin-{days}.html"
        keeper.keep(read_as(article(f"Tin {days}", url=url)), NOW - timedelta(days=days), url=url)
    gone = "http://lungvai.example/tin-tuc/tin-6.html"
    keeper.keep(None, NOW - timedelta(days=300), url=gone, status=404)
    know(archive, "an")
    with archive.transaction() as db:
        db.execute("update sites set round_days = 60 where key = 'lungvai'")
    without, told = site_statuses(archive.connection, now=NOW)
    assert (without.looked_half_days, without.looked_all_days, without.round_days) == (None,) * 3
    assert (told.looked_half_days, told.looked_all_days, told.round_days) == (9, 40, 60)
    shown = run(archive).output
    assert "9/40 d" in shown
    assert "half of each site's within 9 d, all within 40 d (longest: lungvai)" in shown


def test_the_worst_stands_first_with_its_reason(archive: Archive) -> None:
    for key, health, detail in (
        ("an", "ok", None),
        ("binh", "quiet", "nothing new since 2026-02-01"),
        ("cat", "broken", "moved: http://cat.example/: points away"),
    ):
        know(archive, key, health, detail)
    know(archive, "dong")
    shown = run(archive).output
    assert [line.split()[0] for line in shown.splitlines()[1:5]] == ["cat", "dong", "binh", "an"]
    assert "moved: http://cat.example/: points away" in shown
    assert "4 sites: 1 broken, 1 never visited, 1 quiet, 1 ok;" in shown
    assert "in 150 min" in shown or "in 2 h" in shown


def test_machines_get_one_object_a_site_with_keys_that_stay(archive: Archive) -> None:
    know(archive, "an", "suspect", "challenge: http://an.example/")
    (line,) = run(archive, "--json").output.splitlines()
    told = json.loads(line)
    assert (told["site"], told["health"], told["health_detail"], told["next_due_at"]) == (
        *("an", "suspect", "challenge: http://an.example/"),
        "2026-03-02T08:30:00.000Z",
    )
    assert {
        "new",
        "changed",
        "failed",
        "requests",
        "requests_per_new",
        "open_issues",
        "unasked",
        "database_bytes",
        "wal_bytes",
        "captures_bytes",
        "free_bytes",
    } <= set(told)


@pytest.mark.parametrize(
    ("health", "fail_on", "code"),
    [
        *(
            ("broken", "broken", FAILING),
            ("broken", "suspect", FAILING),
            ("suspect", "suspect", FAILING),
        ),
        *(("suspect", "broken", 0), ("quiet", "suspect", 0), ("ok", "suspect", 0)),
    ],
)
def test_a_monitor_is_told_by_the_exit_code(
    archive: Archive, health: str, fail_on: str, code: int
) -> None:
    know(archive, "an", health, "why")
    assert run(archive, "--fail-on", fail_on).exit_code == code
    assert run(archive).exit_code == 0


def test_a_log_that_outgrew_its_bound_is_told_and_fails_a_monitor(archive: Archive) -> None:
    know(archive, "an", "ok")
    assert run(archive, "--fail-on", "broken").exit_code == 0
    log = Path(f"{archive.path}-wal")
    size = log.stat().st_size
    with log.open("r+b") as file:
        # Sparse: SQLite reads no further than the frames whose sums are right.
        file.truncate(WAL_MOST + (1 << 20))
    try:
        told = run(archive, "--fail-on", "broken")
        assert told.exit_code == FAILING
        assert "the write-ahead log has 65 MiB" in told.output
    finally:
        with log.open("r+b") as file:
            file.truncate(size)


def test_little_things_are_no_trouble() -> None:
    assert ArchiveStatus(1, WAL_MOST, 1, 1).trouble is None


def test_sites_that_stand_alike_are_in_the_order_of_their_keys(archive: Archive) -> None:
    for key in ("b", "c", "a"):
        know(archive, key, "ok")
    assert [one.site for one in worst_first(site_statuses(archive.connection, now=NOW))] == [
        "a",
        "b",
        "c",
    ]


def test_the_schema_knows_no_other_word_for_health(archive: Archive) -> None:
    know(archive, "an", "ok")
    with pytest.raises(sqlite3.IntegrityError), archive.transaction() as db:
        db.execute("update sites set health = 'fine'")


def test_a_portal_that_turns_into_a_challenge_is_told_by_every_door(world: World) -> None:
    world.crawl("songmai")
    before = world.rows("select * from revisions")
    page = (
        b'<html><script>document.cookie="D1N=5f1e2c; path=/";window.location.reload(true);'
        b"</script></html>"
    )
    world.portals["songmai"].answer("*", 200, body=page)
    runs = world.value("select count(*) from runs")
    done = world.loa("crawl", "songmai")
    assert done.returncode == 7
    assert_exit_code_agrees(world.archive, done.returncode, after_run=runs)
    assert "songmai: suspect" in done.stderr
    (issue,) = world.rows(
        "select issues.*, captures.outcome from issues join captures on captures.id = "
        "issues.capture where kind = 'challenge'"
    )
    assert (issue["kind"], issue["site"], issue["outcome"]) == (
        "challenge",
        "songmai",
        "refused-challenge",
    )
    assert world.rows("select * from revisions") == before
    assert world.loa("status", "--fail-on", "broken").returncode == 0
    told = world.loa("status", "--json", "--fail-on", "suspect")
    assert told.returncode == FAILING
    assert json.loads(told.stdout)["health"] == "suspect"

    world.portals["songmai"].heal()
    world.crawl("songmai")
    assert world.value("select closed_at is not null from issues where kind = 'challenge'") == 1
    assert world.loa("status", "--fail-on", "suspect").returncode == 0

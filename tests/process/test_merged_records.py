"""`loa reread` reports records that an older Loa merged; `--apply` splits them."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

import pytest
from click.testing import CliRunner

from crawler.commands.reread import reread
from pipelines.ingest import Ingest
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.first_migrations import SHOWN_LAST
from pipelines.keep.frontier.page import Page
from pipelines.keep.records.identity import Home
from pipelines.keep.records.publication import held_article
from pipelines.read.reading import Reading
from portals.site import site_for_address
from tests.builders.archive_invariants import assert_invariants
from tests.builders.claiming_worlds import VISITS, World
from tests.builders.clocked_visit import SetClock, visit_all
from tests.builders.hostile_web import HostileWeb
from tests.builders.watched_portal import NOON
from tests.faults.test_lying_addresses import HELD, SEASON

# The page at a claimed address led to the record as soon as it was known.
LED_TO = """update pages set article = (select id from articles
        where articles.site = pages.site and articles.url = pages.url)
    where article is null"""
WORLDS = 8


def old_home(db: Connection, page: Page, reading: Reading, at: datetime) -> Home:
    """Where a text went before: to the address that its page claims, whatever stood there."""
    article = reading.article
    assert article is not None
    return Home(article.url, article.url, held_article(db, page.site, article.url))


def rows(archive: Path, query: str, *values: object) -> list[dict[str, str]]:
    with Archive.open(archive) as opened:
        return [dict(row) for row in opened.connection.execute(query, values)]


def run(archive: Path, *options: str) -> str:
    done = CliRunner().invoke(reread, ["--archive", str(archive), *options])
    assert done.exit_code == 0, done.output
    return done.output


def test_reread_splits_what_false_claims_had_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, clock = tmp_path / "archive.db", SetClock(NOON)
    with HostileWeb() as web:
        worlds = [World(100 + n, web.add(f"w{n}"), steady=True) for n in range(WORLDS)]
        sites = [site_for_address(world.host.url) for world in worlds]
        with monkeypatch.context() as old, Ingest(archive, name="run-1") as ingest:
            old.setattr("pipelines.keep.records.outcome.home_of", old_home)
            old.setattr("pipelines.keep.copies.comparing.join_twins", lambda *_: None)
            for number in range(VISITS):
                for world in worlds:
                    world.visit = number
                visit_all(sites, ingest, clock)
                clock.now += SEASON
            with ingest.archive.transaction() as db:
                db.execute("update pages set claimed_url = null")
                db.execute(SHOWN_LAST)
                db.execute(LED_TO)
        texts = rows(archive, "select distinct content_sha256 from revisions order by 1")
        told = run(archive)
        assert "record: " in told
        assert "differs" in told
        assert "stored" in run(archive, "--apply")
        assert "nothing is different" in run(archive, "--apply")
        assert rows(archive, "select distinct content_sha256 from revisions order by 1") == texts
        assert_invariants(archive)
        lost = rows(archive, "select url from articles where published_on is null")
        assert lost == []
        with Ingest(archive, name="run-2") as ingest:
            visit_all(sites, ingest, clock)  # what was never asked for is now
        wrong: Counter[str] = Counter()
        for world in worlds:
            held = rows(archive, HELD, f"{world.host.url}%")
            for fault in world.faults(held):
                wrong[f"world {world.seed}, {world.lies}: {fault}"] += 1
        assert wrong == Counter()
        assert_invariants(archive)

"""Portals whose pages claim false addresses: each text under its own, none missing or doubled.

`make soak` runs a hundred worlds (LOA_WORLDS).
"""

import os
from datetime import timedelta
from pathlib import Path

from pipelines.ingest import Ingest
from portals.site import site_for_address
from tests.builders.archive_invariants import assert_invariants
from tests.builders.claiming_worlds import VISITS, World
from tests.builders.clocked_visit import SetClock, visit_all
from tests.builders.hostile_web import HostileWeb
from tests.builders.watched_portal import NOON

WORLDS = int(os.environ.get("LOA_WORLDS", "10"))
FIRST = int(os.environ.get("LOA_FIRST_WORLD", "0"))
SEASON = timedelta(days=100)  # by then, each held article is due again
HELD = """select articles.url, revisions.body, articles.body as current from articles
    join revisions on revisions.article = articles.id
    where articles.url like ? order by articles.id, seq"""


def test_false_canonicals_twins_and_views_falsify_no_record(tmp_path: Path) -> None:
    archive, clock = tmp_path / "archive.db", SetClock(NOON)
    wrong: list[str] = []
    with HostileWeb() as web, Ingest(archive, name="run-1") as ingest:
        worlds = [World(FIRST + n, web.add(f"w{n}")) for n in range(WORLDS)]
        sites = [site_for_address(world.host.url) for world in worlds]
        for number in range(VISITS):
            for world in worlds:
                world.visit = number
            visit_all(sites, ingest, clock)
            clock.now += SEASON
            db = ingest.archive.connection
            for world in worlds:
                rows = [dict(row) for row in db.execute(HELD, (f"{world.host.url}%",))]
                told = f"world {world.seed}, visit {number}, {world.lies}"
                wrong += [f"{told}: {fault}" for fault in world.faults(rows)]
        asked = sum(len(world.host.hits) for world in worlds)
    print(f"measured: {WORLDS} worlds, {VISITS} visits each, {asked} requests")
    assert wrong == []
    assert_invariants(archive)

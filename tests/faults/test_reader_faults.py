"""An exception in the reader, at one place after the other: no page is final, each is told.

The next visit has everything; only the text of a file may wait for `loa reread`.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.visit.visit_end import VisitEnd
from pipelines.ingest import Ingest
from pipelines.keep.database.archive import read_archive
from pipelines.keep.upkeep.reread import kept_capture, reading_task
from pipelines.outcomes import UNREAD, one_of
from portals.sample import SamplePortals
from portals.site import Site, load_site
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.reader_faults import faulty, places_reached
from tests.builders.sample_world import World

FAULTS = int(os.environ.get("LOA_READER_FAULTS", "5"))  # 50 in full
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
# Each portal has a port of its own.
WHOLE = """select substr(url, instr(url, ':') + 18) as path, title, lead, body, author, source,
    published_on, removed_at, (select count(*) from revisions where article = articles.id) as texts,
    (select count(*) || sum(length(text)) from attachments where article = articles.id) as files,
    (select count(*) || sum(length(caption)) from images where article = articles.id) as images
    from articles order by path"""


class VisitedWorld(World):
    """A sample portal that is visited in this process."""

    def visit(self, at: datetime) -> VisitEnd:
        with Ingest(self.archive, name=f"crawl-{at:%d}") as ingest:
            return visit(self.site, ingest, SetClock(at))

    @property
    def site(self) -> Site:
        return load_site(self.sites / "songmai.toml")

    def places(self) -> list[str]:
        """The functions that read the archive's captures."""
        with read_archive(self.archive) as db:
            rows = db.execute("select id from captures where status = 200 and outcome <> 'robots'")
            captures = [kept_capture(db, self.folder / "captures", row["id"])[1] for row in rows]
            return places_reached([reading_task(db, self.site, one) for one in captures])


def whole(world: World) -> list[dict[str, Any]]:
    return world.rows(WHOLE)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> VisitedWorld:
    """The portal visited without any fault. Only read from."""
    with SamplePortals() as portals:
        world = VisitedWorld(tmp_path_factory.mktemp("sound"), portals)
        assert world.visit(NOON).outcome == "ok"
        return world


def test_no_page_is_lost_whatever_function_of_the_reader_raises(
    sound: VisitedWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = sound.places()
    assert len(places) > 50
    expected, unread_pages = whole(sound), 0
    assert expected
    for number in range(FAULTS):
        place, every = places[number * len(places) // FAULTS], 1 + number % 3
        with SamplePortals() as portals, monkeypatch.context() as process:
            world = VisitedWorld(tmp_path / str(number), portals)
            for name, value in faulty(place, every).items():
                process.setenv(name, value)
            end = world.visit(NOON)
            unread = world.rows(
                f"""select state, next_due_at from captures join pages using (site, url)
                where outcome {one_of(UNREAD)}"""
            )
            unread_pages += len(unread)
            assert all(row["state"] == "failing" and row["next_due_at"] for row in unread), place
            told = world.value("select count(*) from issues where kind = 'unread'")
            assert (told, end.is_good) == (bool(unread), not unread), (place, end)
            process.undo()
            assert world.visit(NOON + timedelta(days=1)).outcome == "ok", place
            if place.startswith("pipelines.read.files.") and whole(world) != expected:
                # A library's error over a file is taken for a damaged file: the bytes are held.
                assert world.rows("select 1 from issues where kind like 'attachment-%'"), place
                assert world.loa("reread", "--apply").returncode == 0
            assert whole(world) == expected, place
            open_issues = "select kind from issues where kind = 'unread' and closed_at is null"
            assert world.rows(open_issues) == [], place
    print(f"measured: {FAULTS} of {len(places)} places raised, {unread_pages} pages unread")
    assert unread_pages

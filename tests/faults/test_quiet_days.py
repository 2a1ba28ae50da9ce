"""F21 and L3: hourly runs over quiet sites add no revision and next to nothing to the archive.

One run makes up for days without any.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from portals.site import load_site
from tests.builders.archive_invariants import assert_invariants
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.hostile_web import HostileWeb
from tests.builders.sample_world import HostileWorld

HOURS = int(os.environ.get("LOA_HOURS", "12"))
MOST_A_RUN = 5_000_000 / 240  # bytes: what 240 hourly runs may add is 5 MB
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize("tagged", [True, False])
def test_hourly_runs_over_a_site_where_nothing_happens_keep_next_to_nothing(
    tmp_path: Path, tagged: bool
) -> None:
    with HostileWeb() as web:
        host = web.add("lang", 60)
        host.tagged = tagged
        world, clock = HostileWorld(tmp_path, web), SetClock(NOON)
        site = load_site(world.sites / "lang.toml")
        sizes, requests = [], []
        with Ingest(world.archive, name="one") as ingest:
            for hour in range(HOURS + 1):
                clock.now, since = NOON + timedelta(hours=hour), len(host.hits)
                assert visit(site, ingest, clock).outcome == "ok"
                (pages,), (bytes_a_page,) = (
                    ingest.archive.connection.execute(f"pragma {word}").fetchone()
                    for word in ("page_count", "page_size")
                )
                sizes.append(pages * bytes_a_page)
                requests.append(len(host.hits) - since)
        captures = sum(path.stat().st_size for path in (tmp_path / "captures").iterdir())
        print(
            f"measured: {HOURS} runs, tagged {tagged}: archive {sizes[0]} then {sizes[-1]} "
            f"bytes, captures {captures}, "
            f"requests {requests[0]}, then {min(requests[1:])} to {max(requests[1:])} a run"
        )
        assert world.value("select count(*) from revisions") == 60
        assert sizes[-1] - sizes[0] <= max(HOURS * MOST_A_RUN, 65_536)
        by_day = [max(requests[day : day + 24]) for day in range(1, HOURS, 24)]
        assert max(by_day) <= requests[0]
        assert_invariants(world.archive)


def test_three_days_without_a_run_are_made_up_for_by_one_visit(tmp_path: Path) -> None:
    with HostileWeb() as web:
        host = web.add("nghi-ba-ngay", 10)
        world = HostileWorld(tmp_path, web, {"interval": "6h"})
        asked = []
        for days in (0.0, 3.1, 3.11):
            since = len(host.hits)
            process = world.start_later(days, "crawl", "--due", "nghi-ba-ngay")
            process.communicate(timeout=120)
            assert process.returncode == 0
            asked.append(bool(host.asked(since)))
        assert asked == [True, True, False]
        assert world.value("select count(*) from runs") == 2

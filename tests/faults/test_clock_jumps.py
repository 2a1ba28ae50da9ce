"""F16: the machine's clock jumps between two runs.

Nothing is lost, no storm of requests follows, and what was seen stays in the order of the runs.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from portals.site import load_site
from tests.builders.archive_invariants import assert_invariants
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.hostile_web import Host, HostileWeb
from tests.builders.sample_world import HostileWorld

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
JUMPS = {
    "a day back": NOON - timedelta(days=1),
    "ten years ahead": NOON + timedelta(days=3652),
    "to 1970": datetime(1970, 1, 2, tzinfo=UTC),
    # Half a minute before midnight at +07:00.
    "to 29 February": datetime(2028, 2, 29, 16, 59, 30, tzinfo=UTC),
}
SEEN = """select seq, revisions.body like '%Sửa%' as edited
    from revisions join articles on articles.id = article where url like ? order by revisions.id"""


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_and_comes_back_loses_nothing_and_starts_no_storm(
    tmp_path: Path, jump: str
) -> None:
    with HostileWeb() as web:
        host = web.add("dong-ho", 20)
        world = HostileWorld(tmp_path, web)
        clock = SetClock(NOON)
        with Ingest(world.archive, name="one") as ingest:

            def asked_at(moment: datetime) -> list[str]:
                clock.now, since = moment, len(host.hits)
                assert visit(load_site(world.sites / "dong-ho.toml"), ingest, clock).outcome == "ok"
                return host.asked(since)

            most = len(asked_at(NOON))
            for moment in (JUMPS[jump], NOON + timedelta(hours=1)):
                host.articles += 1
                asked = asked_at(moment)
                assert len(asked) <= most + host.articles - 20
                assert len(asked) == len(set(asked))
                assert newest(host) in asked
            host.edits[20] = "Sửa lại."
            world.make_due(host.url.rstrip("/") + host.paths()[20])
            asked_at(NOON + timedelta(hours=2))
        assert_invariants(world.archive)
        assert world.value("select count(*) from articles") == 22
        assert world.rows(SEEN, f"%{host.paths()[20]}") == [
            {"seq": 1, "edited": 0},
            {"seq": 2, "edited": 1},
        ]
        assert world.value("select count(*) from revisions") == 23
        assert world.value("select count(*) from runs where ended_at < started_at") == 0
        assert (
            world.value(
                "select count(*) from captures where fetched_at not glob "
                "'[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T*Z'"
            )
            == 0
        )


def newest(host: Host) -> str:
    """The address of the article that came last."""
    return host.paths()[-1]

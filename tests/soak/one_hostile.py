"""One hostile portal among twenty: the others' rows are the same, in at most 1.2 times the time."""

import os
from datetime import datetime
from pathlib import Path

from tests.builders.hostile_web import HostileWeb, article_path
from tests.builders.misbehaviour import ANSWERS, ATTRIBUTE_BOMB, attributes, body
from tests.builders.sample_world import HostileWorld
from tests.faults.test_isolation import HELD, KNOWN

PORTALS, ARTICLES = 20, int(os.environ.get("LOA_ISOLATION_PAGES", "60"))
DELAY = 0.25  # seconds, a tenth of a real portal's; without any, all wait for the processor
SLOWER = 1.2


def ended(world: HostileWorld) -> float:
    """Seconds from the first good visit's beginning to the last one's end."""
    (row,) = world.rows(
        "select min(started_at) as began, max(ended_at) as ended from runs where site <> 'xau'"
    )
    return (
        datetime.fromisoformat(row["ended"]) - datetime.fromisoformat(row["began"])
    ).total_seconds()


def test_nineteen_portals_end_as_without_the_hostile_one_and_hardly_later(tmp_path: Path) -> None:
    with HostileWeb() as web:
        bad = web.add("xau", 200)
        for n in range(PORTALS - 1):
            web.add(f"tot-{n:02}", ARTICLES)
        bombs = [
            body(ATTRIBUTE_BOMB),
            *(body(attributes(100_000 + n)) for n in range(1, 20)),
            *ANSWERS.values(),
        ]
        bad.answers = {article_path(n): answer for n, answer in enumerate(bombs)}
        good = [name for name in web.hosts if name != "xau"]
        control, beside = (
            HostileWorld(tmp_path / name, web, {"delay": DELAY}) for name in ("control", "beside")
        )
        assert control.start("crawl", *good).communicate()[1]
        running = beside.start("crawl", *web.hosts)
        running.communicate()
        for query in (HELD, KNOWN):
            assert beside.rows(query) == control.rows(query)
        alone, together = ended(control), ended(beside)
        tried = beside.value(
            "select count(*) from captures where site = 'xau' and outcome in "
            "('refused-too-slow', 'refused-reader-died')"
        )
        print(
            f"measured: {PORTALS - 1} portals in {alone:.1f} s without, {together:.1f} s "
            f"beside the hostile one ({tried} of its pages killed readers)"
        )
        assert together <= SLOWER * alone

"""F1: SIGKILL at any moment of a crawl, again and again.

In the end every page is there once, and nothing that was kept was asked for again.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path

from tests.builders.archive_invariants import Witness, assert_exit_code_agrees, assert_invariants
from tests.builders.hostile_web import HostileWeb
from tests.builders.sample_world import HostileWorld, kill, until

KILLS = int(os.environ.get("LOA_KILLS", "6"))
PAGES = int(os.environ.get("LOA_KILL_PAGES", "120"))
UNDER_WAY = (
    7  # requests of one site that are not kept yet: six answers on their way, one not there yet
)


def test_a_crawl_killed_at_random_moments_ends_with_every_page_and_nothing_twice(
    tmp_path: Path,
) -> None:
    rest = random.Random(20_261_122)
    with HostileWeb() as web:
        host = web.add("bi-giet", PAGES)
        world = HostileWorld(tmp_path, web)
        seen: Witness | None = None
        kept: set[str] = set()
        for _ in range(KILLS):
            since = len(host.hits)
            goal = since + rest.randint(1, max(2, 2 * PAGES // KILLS))
            running = world.start("crawl", "bi-giet")
            until(
                lambda goal=goal, running=running: (  # type: ignore[misc]  # bound now
                    len(host.hits) >= goal or running.poll() is not None
                )
            )
            # So that it dies in the middle of reading, writing and committing as well.
            time.sleep(rest.random() * 0.05)
            kill(running)
            assert not kept & set(host.asked(since)), (
                "an article was asked for again that the archive had"
            )
            if world.archive.exists() and world.rows(
                "select 1 from sqlite_master where name = 'captures'"
            ):
                seen = assert_invariants(world.archive, since=seen)
                kept = {
                    "/" + row["url"].split("/", 3)[3]
                    for row in world.rows("select url from articles")
                }
        done = world.crawl("bi-giet")
        assert_invariants(world.archive, since=seen)
        assert {row["url"] for row in world.rows("select url from articles")} == {
            host.url.rstrip("/") + path for path in host.paths()
        }
        assert world.value("select count(*) from articles") == PAGES
        assert world.value("select count(*) from revisions") == PAGES
        repeated = Counter(path for path in host.asked() if path.startswith("/2025/"))
        assert sum(times - 1 for times in repeated.values()) <= KILLS * UNDER_WAY
        assert_exit_code_agrees(
            world.archive, done.returncode, after_run=world.value("select max(id) from runs") - 1
        )

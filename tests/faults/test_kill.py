"""SIGKILL is an ordinary stop: nothing acknowledged is lost, and the next run goes on."""

import os
import random
import resource
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from portals.sample import SamplePortals
from tests.builders.sample_world import LOA, World, kill, until

KILLS = int(os.environ.get("LOA_KILLS", "4"))
TEXTS = """select url, title, lead, body, author, source, published_on, published_at,
        (select count(*) from revisions where article = articles.id)
    from articles order by url"""
FILES = (
    "select articles.url, attachments.url as file, sha256, text from attachments join articles on "
    "articles.id = article order by 1, 2"
)


def holdings(world: World) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return world.rows(TEXTS), world.rows(FILES)


def test_a_crawl_that_is_killed_again_and_again_ends_as_if_it_never_was(tmp_path: Path) -> None:
    rest = random.Random(20_261_122)
    with SamplePortals() as portals:
        undisturbed, killed = (
            World(tmp_path / "undisturbed", portals),
            World(tmp_path / "killed", portals),
        )
        undisturbed.crawl("songmai")
        portal = portals["songmai"]
        acknowledged: list[dict[str, Any]] = []
        for _ in range(KILLS):
            goal = len(portal.requests) + rest.randint(1, 40 // KILLS)
            running = killed.start("crawl", "songmai")
            until(
                lambda goal=goal, running=running: (  # type: ignore[misc]  # bound now
                    len(portal.requests) >= goal or running.poll() is not None
                )
            )
            # Between two requests as well: in the middle of writing, reading, committing.
            time.sleep(rest.random() * 0.04)
            kill(running)
            assert running.returncode == -9
            if not killed.archive.exists():
                continue
            killed.check()
            held = killed.rows("select url, fetched_at, sha256 from captures order by id")
            assert held[: len(acknowledged)] == acknowledged
            acknowledged = held
        killed.crawl("songmai")
        assert holdings(killed) == holdings(undisturbed)
        killed.check()
        outcomes = [row["outcome"] for row in killed.rows("select outcome from runs order by id")]
        assert set(outcomes[:-1]) == {"interrupted"}
        assert outcomes[-1] == "ok"
        assert (
            killed.value(
                "select count(*) from runs where ended_at is null or ended_at < started_at"
            )
            == 0
        )


def test_the_run_of_a_dead_process_is_closed_with_what_it_did(world: World) -> None:
    running = world.start("crawl", "songmai")
    until(lambda: len(world.portals["songmai"].requests) >= 20)
    kill(running)
    assert world.value("select ended_at from runs") is None
    done = world.value("select count(*) from captures")
    world.crawl("songmai")
    first = world.rows("select * from runs")[0]
    assert first["outcome"] == "interrupted"
    assert first["requests"] == done
    assert first["ended_at"] == world.value("select max(fetched_at) from captures where run = 1")


@pytest.mark.parametrize("kibibytes", [40, 300, 700])
def test_a_full_disk_ends_the_run_with_its_own_code_and_the_next_run_completes(
    world: World, kibibytes: int
) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kibibytes << 10, kibibytes << 10))

    done = subprocess.run(
        [str(LOA), "crawl", "songmai"],
        env=world.environment,
        cwd=world.folder,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=small_disk,
    )
    assert done.returncode in (4, 5), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("loa: ")
    world.crawl("songmai")
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))
    world.check()

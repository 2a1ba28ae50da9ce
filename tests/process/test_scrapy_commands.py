"""`scrapy list` and `scrapy crawl KEY`: a site file is a spider."""

import os
import subprocess
import sys

import pytest

from tests import ROOT
from tests.builders.sample_world import World, asked


def scrapy(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Scrapy's own command, in a folder with our scrapy.cfg."""
    (world.folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    environment = {**os.environ, **world.environment, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        env=environment,
        cwd=world.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_scrapy_lists_the_sites(world: World) -> None:
    listed = scrapy(world, "list")
    assert listed.returncode == 0, listed.stderr
    assert {"anphu", "songmai", "thachlam"} <= set(listed.stdout.split())


def test_scrapy_crawls_a_site_into_the_archive(world: World) -> None:
    done = scrapy(world, "crawl", "anphu")
    assert done.returncode == 0, done.stderr
    assert {row["url"] for row in world.rows("select url from articles")} == {
        row["url"] for row in world.portals.truth("anphu")
    }
    assert world.value("select outcome from runs") == "ok"
    assert len(list((world.folder / "captures").iterdir())) == 1
    world.check()


def test_scrapy_refuses_a_site_that_has_no_file(world: World) -> None:
    done = scrapy(world, "crawl", "nowhere")
    assert done.returncode != 0
    assert "nowhere" in done.stderr
    assert not world.archive.exists()


def test_scrapy_visits_no_site_that_is_paused(world: World) -> None:
    assert world.loa("pause", "anphu").returncode == 0
    done = scrapy(world, "crawl", "anphu")
    assert done.returncode != 0
    assert "`loa resume anphu` ends the pause" in done.stderr
    assert asked(world.portals, "anphu") == []


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("max_page=5", "-a max_page: is not an argument"),
        ("site=songmai", "-a site: is not an argument"),
        ("max_pages=five", "-a max_pages: 'five' is not"),
        ("max_pages=0", "-a max_pages: 0 is not"),
        ("delay=-1", "-a delay: -1.0 is not"),
        ("delay=inf", "-a delay: inf is not"),
        ("delay=nan", "-a delay: 'nan' is not"),
    ],
)
def test_scrapy_refuses_an_argument_that_the_spider_does_not_know(
    world: World, argument: str, says: str
) -> None:
    done = scrapy(world, "crawl", "anphu", "-a", argument)
    assert done.returncode != 0
    assert says in done.stderr
    assert "allowed are delay" in done.stderr
    assert "max_pages" in done.stderr
    assert not world.archive.exists()


def test_scrapy_hands_an_argument_to_the_visit(world: World) -> None:
    done = scrapy(world, "crawl", "anphu", "-a", "max_pages=3", "-a", "delay=0.01")
    assert done.returncode == 0, done.stderr
    assert world.value("select outcome from runs") == "stopped"
    assert world.value("select count(*) from captures where url not like '%robots.txt'") == 3

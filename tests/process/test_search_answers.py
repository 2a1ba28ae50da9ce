"""Questions to the sample portals, whose first hits were chosen by reading the articles."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from portals.sample import SamplePortals
from tests.bench.search import QUESTIONS, ranks, table_of, titles_found
from tests.builders.sample_world import SITES, World

TABLE = table_of(QUESTIONS / "sample.toml")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with SamplePortals() as portals:
        world = World(tmp_path_factory.mktemp("asked"), portals)
        world.crawl(*SITES)
        with closing(sqlite3.connect(world.archive)) as db:
            yield db


def test_the_right_article_comes_first(archive: sqlite3.Connection) -> None:
    found = ranks(archive, TABLE, titles_found)
    assert sum(map(len, found.values())) >= 150
    everything = [rank for kind in found.values() for rank in kind]
    assert sum(everything) / len(everything) >= 0.95
    assert min(sum(kind) / len(kind) for kind in found.values()) >= 0.9
    assert found["exact"] == [1.0] * len(TABLE["exact"])

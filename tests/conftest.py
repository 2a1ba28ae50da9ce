"""Fixtures that several test modules share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.keep.archive import Archive
from portals.sample import SamplePortals
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Fresh portals, and no archive yet."""
    with SamplePortals() as portals:
        yield World(tmp_path / "world", portals)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive just made, open for writing."""
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened

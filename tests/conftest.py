"""Fixtures that several test modules share."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.keep.database.archive import Archive
from portals.sample import SamplePortals
from tests.builders import sample_client
from tests.builders.sample_world import World

if TYPE_CHECKING:
    from tests.builders.full_archive import FullArchive
    from tests.builders.served_archive import ServedArchive
    from tests.builders.watched_portal import WatchedPortal

# How much room the disk of this machine has is not under test.
os.environ.setdefault("LOA_FREE_FLOOR", "0")

# A shell starts background jobs with SIGINT ignored, and every process that a test starts inherits
# that: a test that interrupts one would wait for ever. A process with a handler passes on none.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup does the same with SIGHUP


def pytest_make_parametrize_id(val: object) -> str | None:
    """Keep bytes out of test names: workers must agree on names, and packed bytes hold the time."""
    return "bytes" if isinstance(val, bytes) and len(val) > 8 else None


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Fresh portals, and no archive yet."""
    with SamplePortals() as portals:
        yield World(tmp_path / "world", portals)


@pytest.fixture
def portals() -> Iterator[SamplePortals]:
    """Fresh portals whose clocks stand still."""
    with SamplePortals(clock=sample_client.NOON.timestamp) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive just made, open for writing."""
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture
def watch(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator["WatchedPortal"]:
    """Songmai (NukeViet), unless a test names another portal, and an empty archive."""
    from pipelines.ingest import Ingest
    from tests.builders.watched_portal import (  # loads Scrapy, which few tests need
        NOON,
        WatchedPortal,
    )

    # Nothing comes side by side here, so there is nothing to wait for.
    monkeypatch.setattr("pipelines.ingest.COMMIT_SECONDS", 0.0)
    with (
        SamplePortals(clock=lambda: NOON.timestamp()) as portals,
        Ingest(tmp_path / "archive.db", name="visits") as ingest,
    ):
        yield WatchedPortal(portals[getattr(request, "param", "songmai")], ingest)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator["ServedArchive"]:
    """`loa serve` on a small archive that is the module's own."""
    from tests.builders.served_archive import (  # loads Datasette, which few tests need
        ServedArchive,
        fill_archive,
    )

    archive = tmp_path_factory.mktemp("web") / "archive.db"
    fill_archive(archive)
    with ServedArchive(archive) as server:
        yield server


@pytest.fixture(scope="session")
def full_archive(tmp_path_factory: pytest.TempPathFactory) -> "FullArchive":
    """The archive that has everything, made once for all test processes; nobody writes to it."""
    from tests.builders.full_archive import build_once  # loads Scrapy, which few tests need

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return build_once(shared / "full", datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="session")
def full_face(full_archive: "FullArchive") -> Iterator["ServedArchive"]:
    """`loa serve` on the archive that has everything."""
    from tests.builders.served_archive import ServedArchive

    with ServedArchive(full_archive.path) as server:
        yield server

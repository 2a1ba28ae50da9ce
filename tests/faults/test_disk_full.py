"""A full disk: runs refuse to begin, end in order, and survive when it fills up all the same."""

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.keep.database.archive import Archive, captures_folder
from pipelines.keep.database.free_disk import FloorError, FreeDisk, NoSpaceError, parse_size
from pipelines.keep.warc.writer import WarcWriteError
from portals.sample import SamplePortals
from tests.builders.archive_invariants import assert_exit_code_agrees, assert_invariants
from tests.builders.archived_answers import AT, URL, Keeper, article, read_as
from tests.builders.sample_world import World

Mount = Callable[[Path, int], Path]


@pytest.fixture
def small_disk() -> Iterator[Mount]:
    """Mount a disk of so many kibibytes on a folder, or resize it. Only root may do that."""
    mounted: list[Path] = []

    def mount(folder: Path, kibibytes: int) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={kibibytes}k" + (",remount" if folder in mounted else "")
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        if folder not in mounted:
            mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@pytest.fixture
def portals() -> Iterator[SamplePortals]:
    with SamplePortals() as served:
        yield served


def complete(world: World) -> None:
    world.crawl("songmai")
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))
    assert_invariants(world.archive)


def test_a_disk_that_fills_up_ends_the_run_with_its_own_code_and_the_next_run_completes(
    tmp_path: Path, portals: SamplePortals, small_disk: Mount
) -> None:
    world = World(tmp_path / "world", portals)
    disk = small_disk(world.folder / "disk", 900)
    world.archive = disk / "archive.db"
    full = world.loa("crawl", "songmai", LOA_FREE_FLOOR="0")
    assert full.returncode in (4, 5), full.stderr
    assert full.stderr.splitlines()[-1].startswith("loa: ")
    assert "Traceback" not in full.stderr
    kept = assert_invariants(world.archive)
    small_disk(disk, 100_000)
    complete(world)
    assert_invariants(world.archive, since=kept)


def test_nothing_is_acknowledged_whose_bytes_found_no_room(
    tmp_path: Path, small_disk: Mount
) -> None:
    path = tmp_path / "archive.db"
    disk = small_disk(captures_folder(path), 60)
    kept = 0
    with Archive.open(path) as archive:
        keeper = Keeper(archive)

        def keep_on() -> None:
            nonlocal kept
            for n in range(20):
                keeper.keep(
                    read_as(article(url=f"{URL}?{n}")),
                    AT + timedelta(hours=n),
                    url=f"{URL}?{n}",
                    body=os.urandom(9_000),
                )
                kept += 1

        with pytest.raises(WarcWriteError, match="No space left on device"):
            keep_on()
    witness = assert_invariants(path)
    assert 0 < len(witness.captures) == kept < 20
    small_disk(disk, 1_000)
    with Archive.open(path) as archive:
        Keeper(archive, name="run-2").keep(read_as(article()), body=os.urandom(9_000))
    assert len(assert_invariants(path, since=witness).captures) == kept + 1


def test_a_run_ends_in_order_before_the_disk_is_full(
    tmp_path: Path, portals: SamplePortals, small_disk: Mount
) -> None:
    world = World(tmp_path / "world", portals)
    disk = small_disk(world.folder / "disk", 4_000)
    world.archive = disk / "archive.db"
    ended = world.loa("crawl", "songmai", LOA_FREE_FLOOR="2500K")
    assert ended.returncode == 11, ended.stderr
    assert "must stay free" in ended.stderr
    (run,) = world.rows("select outcome, detail, requests from runs")
    assert run["outcome"] == "failed"
    assert "must stay free" in run["detail"]
    assert run["requests"] > 0
    assert_exit_code_agrees(world.archive, ended.returncode)
    kept = assert_invariants(world.archive)
    again = world.loa("crawl", "songmai", LOA_FREE_FLOOR="3900K")
    assert (again.returncode, world.value("select count(*) from runs")) == (11, 1)
    assert_invariants(world.archive, since=kept)


@pytest.mark.parametrize("command", [("crawl", "songmai"), ("import", "some.warc")])
def test_a_run_is_refused_where_less_than_the_floor_is_free(
    world: World, command: tuple[str, ...]
) -> None:
    (world.folder / "some.warc").write_bytes(
        b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Date: "
        b"2026-03-02T01:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    done = world.loa(*command, LOA_FREE_FLOOR="100000T")
    assert done.returncode == 11
    assert "LOA_FREE_FLOOR" in done.stderr
    assert not world.archive.exists()
    assert world.portals["songmai"].requests == []


def test_a_small_disk_is_not_refused_for_being_small(
    small_disk: Mount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOA_FREE_FLOOR", raising=False)
    disk = small_disk(tmp_path / "disk", 10_000)
    FreeDisk(disk).require()
    (disk / "ballast").write_bytes(os.urandom(9_700 << 10))
    with pytest.raises(NoSpaceError, match="/disk: 0 MiB are free, and 0 MiB must stay free"):
        FreeDisk(disk).require()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1048576", 1 << 20),
        ("500M", 500 << 20),
        ("2GiB", 2 << 30),
        ("3 kb", 3 << 10),
        (" 1T ", 1 << 40),
    ],
)
def test_a_floor_is_a_number_of_bytes_or_has_a_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1", "1.5G", "10%", "G"])
def test_a_floor_that_is_no_size_is_a_wrong_usage(text: str) -> None:
    with pytest.raises(FloorError, match="is not a size"):
        parse_size(text)

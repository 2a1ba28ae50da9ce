"""A large archive is checked for damage in the background, so that no start waits."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.keep.database import archive as archive_room
from pipelines.keep.database.archive import Archive, ArchiveError
from pipelines.keep.database.background_check import quick_check
from tests.builders.dying_writer import run_dying_writer
from tests.builders.sample_world import until


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "archive.db"
    assert run_dying_writer(path)[0] == 0
    return path


@pytest.fixture
def path(tmp_path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive that counts as large, and was last checked long ago."""
    monkeypatch.setattr(archive_room, "ALWAYS_CHECKED_BYTES", 0)
    shutil.copytree(sound.parent, tmp_path, dirs_exist_ok=True)
    os.utime(tmp_path / "archive.db-lock", (0, 0))
    return tmp_path / "archive.db"


def checked_at(path: Path) -> float:
    return os.stat(f"{path}-lock").st_mtime


@pytest.mark.parametrize(
    ("days", "log", "looked"), [(0.5, b"", False), (1.5, b"", True), (0.5, b"left behind", True)]
)
def test_a_large_database_is_checked_once_a_day_and_after_each_unclean_end(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: float,
    log: bytes,
    looked: bool,
) -> None:
    checked: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(
            lambda statement: checked.append(statement) if "quick_check" in statement else None
        )
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    written = path.stat().st_mtime
    os.utime(f"{path}-lock", (written, written - days * 86_400))
    if log:
        Path(f"{path}-wal").write_bytes(log)
    Archive.open(path).close()
    assert bool(checked) == looked
    checked.clear()
    Archive.open(path).close()
    assert checked == []


def test_a_large_database_is_checked_in_the_background_and_no_start_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    def slow_check(db: sqlite3.Connection) -> None:
        let_go.wait(60)
        quick_check(db)

    monkeypatch.setattr("pipelines.keep.database.background_check.quick_check", slow_check)
    with Archive.open(path) as archive:  # would never come back if it waited
        with archive.transaction() as db:
            db.execute("update sites set name = 'Tên mới'")
        let_go.set()
    assert checked_at(path) > 0


@pytest.mark.parametrize("log", [b"", b"left behind"], ids=["each day", "after a kill"])
def test_damage_found_in_the_background_ends_the_run_at_its_next_transaction(
    path: Path, monkeypatch: pytest.MonkeyPatch, log: bytes
) -> None:
    with closing(sqlite3.connect(path)) as db:
        query = "select max(pageno) from dbstat where name = 'revisions' and pagetype = 'leaf'"
        (page,) = db.execute(query).fetchone()
    spoiled = bytearray(path.read_bytes())
    spoiled[(page - 1) * 4096 + 3] ^= 0x5A  # its number of cells
    path.write_bytes(spoiled)
    if log:
        Path(f"{path}-wal").write_bytes(log)
    with Archive.open(path) as archive:
        check = archive._check
        assert check is not None
        until(lambda: check.damage is not None)
        told = "is damaged .* nothing more is written; .*loa snapshot.*loa import"
        with pytest.raises(ArchiveError, match=told), archive.transaction():
            pass
    assert checked_at(path) == 0


def test_a_long_check_stops_with_the_writer_and_the_next_one_repeats_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def endless_check(db: sqlite3.Connection) -> None:
        db.execute(
            "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
        ).fetchone()

    monkeypatch.setattr("pipelines.keep.database.background_check.PATIENCE", 0.05)
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.keep.database.background_check.quick_check", endless_check)
        Archive.open(path).close()
    assert checked_at(path) == 0
    Archive.open(path).close()
    assert checked_at(path) > 0

"""An archive on a read-only medium, one that is empty or half made, and odd paths."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.keep.database.archive import Archive, ArchiveError, read_archive
from pipelines.keep.database.migrations import migrations
from pipelines.keep.database.read_only import FrozenConnection, connect_read_only
from tests.builders.archived_answers import Keeper, article, read_as
from tests.builders.sample_world import LOA, Workplace, World
from tests.builders.served_archive import ServedArchive, fill_archive
from tests.builders.without_privileges import drop_privileges


@pytest.fixture
def medium(tmp_path: Path) -> Iterator[Path]:
    """A folder that becomes read-only with `freeze`."""
    folder = tmp_path / "medium"
    folder.mkdir()
    yield folder
    folder.chmod(0o755)


def freeze(medium: Path) -> None:
    for path in (*medium.rglob("*"), medium):
        path.chmod(0o555 if path.is_dir() else 0o444)


def loa(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LOA, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=drop_privileges,
    )


def test_a_clean_archive_on_a_read_only_medium_can_be_read(medium: Path, tmp_path: Path) -> None:
    path = medium / "archive.db"
    with Archive.open(path) as archive:
        Keeper(archive).keep(read_as(article()))
    Path(f"{path}-lock").unlink()
    freeze(medium)
    for words in (["status"], ["verify"], ["reread"], ["accept"], ["snapshot", tmp_path / "c.db"]):
        done = loa(*words, "--archive", path)
        assert done.returncode == 0, done.stderr
    with ServedArchive(path, prepared=drop_privileges) as served:
        assert served.titles("/archive/articles.json") == [article().title]
    assert sorted(found.name for found in medium.iterdir()) == ["archive.db", "captures"]


@pytest.mark.parametrize("command", ["crawl", "migrate"])
def test_writing_on_a_read_only_medium_is_refused_in_one_line(medium: Path, command: str) -> None:
    path = medium / "archive.db"
    Archive.open(path).close()
    freeze(medium)
    address = ["http://127.0.0.1:9/"] if command == "crawl" else []
    done = loa(command, *address, "--archive", path)
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert "Permission denied" in line
    assert "check the permissions" in line


@pytest.mark.parametrize("command", ["status", "verify", "serve", "accept"])
def test_an_older_archive_on_a_read_only_medium_says_what_to_do(medium: Path, command: str) -> None:
    path = medium / "archive.db"
    db = sqlite3.connect(path)
    migrations.apply(Database(db), stop_before="0005_health")
    db.close()
    freeze(medium)
    done = loa(command, "--archive", path)
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert "Permission denied" in line
    assert "copy it to where you may write, and run `loa migrate` there" in line


def test_a_log_that_cannot_be_read_on_a_read_only_medium_is_not_ignored(medium: Path) -> None:
    path = medium / "archive.db"
    with Archive.open(path) as archive:
        Keeper(archive).keep(read_as(article()))
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", medium / f"copy.db{end}")
    freeze(medium)
    done = loa("status", "--archive", medium / "copy.db")
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert "copy.db-wal" in line
    assert "copy both files" in line


def test_what_was_read_while_the_file_changed_is_not_trusted(medium: Path) -> None:
    path = medium / "archive.db"
    Archive.open(path).close()
    db = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True, factory=FrozenConnection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.keep.database.archive.connect_read_only", lambda _: db)
        told = pytest.raises(ArchiveError, match="was written to while it was read")
        with told, read_archive(path):
            os.utime(path, (1, 1))


def test_a_server_that_may_not_read_the_log_stops_answering_once_there_is_one(medium: Path) -> None:
    path = medium / "archive.db"
    with Archive.open(path) as archive:
        Keeper(archive).keep(read_as(article()))
    freeze(medium)
    with ServedArchive(path, prepared=drop_privileges) as served:
        assert served.get("/archive/articles.json").status_code == 200
        medium.chmod(0o755)
        path.chmod(0o644)
        Path(f"{path}-lock").chmod(0o644)
        with Archive.open(path) as archive, archive.transaction() as db:
            db.execute("delete from images")
            db.execute("update sites set name = 'Tên mới'")
        answer = served.get("/archive/sites.json")
        assert answer.status_code == 503
        assert "đang được ghi" in answer.json()["title"]


@pytest.mark.parametrize("kind", ["touched", "header", "without its log"])
@pytest.mark.parametrize(
    "words", ["status", "verify", "reread", "snapshot copy.db", "accept", "serve", "migrate"]
)
def test_an_archive_without_tables_gets_a_clear_error(
    tmp_path: Path, kind: str, words: str
) -> None:
    world = Workplace(tmp_path)
    without_tables(world.archive, kind)
    before = world.archive.read_bytes()
    done = world.loa(*words.split())
    assert done.returncode == 4, done.stderr
    (line,) = done.stderr.splitlines()
    assert "has no tables yet" in line
    assert "`loa crawl` or `loa import`" in line
    assert world.archive.read_bytes() == before


@pytest.mark.parametrize("kind", ["touched", "header", "without its log"])
def test_the_next_run_makes_the_tables_of_an_archive_without_any(world: World, kind: str) -> None:
    without_tables(world.archive, kind)
    world.crawl("songmai", "--max-pages", "3")
    world.check()


def without_tables(path: Path, kind: str) -> None:
    if kind == "touched":
        path.touch()
    elif kind == "header":
        db = sqlite3.connect(path)
        db.execute("pragma journal_mode = wal")
        db.execute("vacuum")
        db.close()
    else:
        made = path.with_name("made.db")
        with Archive.open(made):
            shutil.copy(made, path)  # the tables are still in the log
        for end in ("", "-lock"):
            Path(f"{made}{end}").unlink()


@pytest.mark.parametrize("name", ["a#b/kho.db", "a?b/kho.db", "a%41b/kho.db", "kho 50%#.db"])
def test_exactly_the_named_file_is_served_and_none_is_made(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    fill_archive(path)
    (tmp_path / "aAb").mkdir()
    other = sqlite3.connect(tmp_path / "aAb/kho.db")
    other.execute("create table other (x)")
    other.close()
    with ServedArchive(path) as served:
        assert served.get("/archive/articles/1.json").status_code == 200
    made = {found.relative_to(tmp_path).as_posix() for found in tmp_path.rglob("*.db")}
    assert made == {name, "aAb/kho.db"}
    assert [found.name for found in tmp_path.iterdir() if found.name in ("a", "kho 50%")] == []


def test_a_read_only_connection_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        connect_read_only(tmp_path / "none#.db")
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_itself_is_reported_in_one_line(tmp_path: Path) -> None:
    world = Workplace(tmp_path)
    world.archive.symlink_to("archive.db")
    for words in (["status"], ["crawl", "http://127.0.0.1:9/"]):
        done = world.loa(*words)
        assert done.returncode == 4
        (line,) = done.stderr.splitlines()
        assert "archive.db" in line

"""Copies and rebuilding: `loa snapshot` during writes, and an archive rebuilt from WARC files."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.keep.database.archive import Archive, ArchiveError, captures_folder
from pipelines.keep.database.free_disk import NoSpaceError
from pipelines.keep.database.snapshot import SnapshotError, take_snapshot
from portals.sample import SamplePortals
from tests import ROOT
from tests.builders.archive_invariants import assert_invariants
from tests.builders.archived_answers import URL, Keeper, article, read_as
from tests.builders.dying_writer import held_revisions, run_dying_writer
from tests.builders.sample_world import World

COPIES = int(os.environ.get("LOA_COPIES", "3"))  # during one writer's life
RECORDS = {
    "articles": """select site, url, title, lead, body, author, source, section, language,
        published_at, published_on, published_precision, published_evidence, published_raw,
        updated_at, event_on, first_seen_at, last_seen_at, changed_at, removed_at, platform,
        word_count
        from articles order by 1, 2""",
    "revisions": """select articles.site, articles.url, seq, seen_at, revisions.title,
        revisions.lead, revisions.body, revisions.author, revisions.source,
        revisions.published_on, content_sha256, extractor, captures.url, fetched_at, sha256
        from revisions join articles on articles.id = article join captures on captures.id = capture
        order by 1, 2, 3""",
    "attachments": """select articles.site, articles.url, attachments.url, name, media_type,
        bytes, sha256, text, (select fetched_at from captures where id = capture)
        from attachments join articles on articles.id = article order by 1, 2, 3""",
    "images": (
        "select site, articles.url, images.url, caption, position from images join articles on "
        "articles.id = article order by 1, 2, 5"
    ),
    "captures": (
        "select site, url, fetched_at, status, media_type, bytes, sha256, outcome, platform, "
        "etag, last_modified from captures order by 2, 3"
    ),
    "kinds": "select site, url, kind, state from pages order by 1, 2",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of one article that no process has open."""
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keeper.keep(read_as(article()))
        keeper.warc.close()
    return path


def holdings(path: Path) -> dict[str, list[tuple[object, ...]]]:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return {name: db.execute(query).fetchall() for name, query in RECORDS.items()}
    finally:
        db.close()


def test_a_copy_made_while_another_process_writes_is_whole_and_holds_all_acknowledged_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.db"
    writer = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.builders.dying_writer",
            "never",
            str(100 * COPIES),
            str(path),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    for number in range(1, COPIES + 1):
        acknowledged = int(writer.stdout.readline())
        copy = tmp_path / f"copy-{number}.db"
        take_snapshot(path, copy)
        assert len(assert_invariants(copy).captures) >= acknowledged
    writer.communicate(timeout=60)
    assert writer.returncode == 0
    assert assert_invariants(path, since=assert_invariants(copy))


def test_a_copy_takes_the_place_of_the_last_one_in_one_step(path: Path) -> None:
    copy = path.with_name("copy.db")
    take_snapshot(path, copy)
    reader = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
    assert reader.execute("select count(*) from revisions").fetchone() == (1,)
    with Archive.open(path) as archive:
        Keeper(archive, name="run-2").keep(read_as(article(url=f"{URL}?2")), url=f"{URL}?2")
        take_snapshot(path, copy)
    # The old file, whole, as long as it is held.
    assert reader.execute("select count(*) from revisions").fetchone() == (1,)
    reader.close()
    assert holdings(copy) == holdings(path)
    assert sorted(file.name for file in path.parent.glob("*copy*")) == ["copy.db"]


def test_an_archive_that_was_lost_is_restored_from_a_copy(path: Path) -> None:
    copy = path.with_name("copy.db")
    take_snapshot(path, copy)
    before = assert_invariants(path)
    path.write_bytes(b"\0" * 8192)
    with pytest.raises(ArchiveError):
        Archive.open(path)
    copy.replace(path)
    with Archive.open(path) as archive:
        Keeper(archive, name="run-2").keep(read_as(article(url=f"{URL}?2")), url=f"{URL}?2")
    assert_invariants(path, since=before)


def test_nothing_but_an_earlier_copy_is_overwritten(path: Path) -> None:
    other, text, live = (
        path.with_name("other.db"),
        path.with_name("notes.txt"),
        path.with_name("second.db"),
    )
    sqlite3.connect(other).execute("create table other (x)").connection.close()
    text.write_text("Sổ tay.", encoding="utf-8")
    Archive.open(live).close()
    for target in (
        path,
        path.parent / ".." / path.parent.name / "archive.db",
        other,
        text,
        live,
        path.parent,
        path.parent / "nowhere" / "copy.db",
    ):
        before = target.read_bytes() if target.is_file() else None
        with pytest.raises(SnapshotError):
            take_snapshot(path, target)
        assert before is None or target.read_bytes() == before


def test_a_copy_that_was_killed_leaves_the_old_one_and_the_next_is_whole(tmp_path: Path) -> None:
    path, copy = tmp_path / "archive.db", tmp_path / "copy.db"
    assert run_dying_writer(path)[0] == 0
    take_snapshot(path, copy)
    old = copy.read_bytes()
    assert run_dying_writer(path, "in snapshot")[0] == -9
    # The kill comes within 4 ms, on a fast machine sometimes after the new copy is in place.
    assert copy.read_bytes() == old or held_revisions(copy) == held_revisions(path)
    take_snapshot(path, copy)
    assert held_revisions(copy) == held_revisions(path)
    assert not list(tmp_path.glob(".copy.db*"))


def test_the_command_tells_what_it_made_and_what_it_refused(world: World) -> None:
    Archive.open(world.archive).close()
    done = world.loa("snapshot", "copy.db")
    assert (done.returncode, done.stdout.startswith("copy.db: "), "checked" in done.stdout) == (
        0,
        True,
        True,
    )
    refused = world.loa("snapshot", "sites/songmai.toml")
    assert (refused.returncode, "not a copy of an archive" in refused.stderr) == (12, True)
    assert world.loa("snapshot", "copy.db", "--archive", "none.db").returncode == 4


def test_an_archive_made_anew_from_its_warc_files_holds_the_same_records(tmp_path: Path) -> None:
    with SamplePortals() as portals:
        world = World(tmp_path / "world", portals)
        world.crawl("songmai")
        portal = portals["songmai"]
        edited, removed = portal.stories[2:4]
        portal.edit(
            edited.slug,
            paragraphs=("Hội nghị được dời sang tuần sau.", "Thời gian cụ thể sẽ thông báo sau."),
        )
        portal.remove(removed.slug)
        for _ in range(2):  # an article is removed when it is gone twice
            world.write(
                "update pages set next_due_at = '2000-01-01T00:00:00.000Z' where kind = "
                "'article' and state in ('held', 'gone')"
            )
            world.crawl("songmai")
        # Whatever order a shell gives.
        files = sorted(captures_folder(world.archive).iterdir(), reverse=True)
        done = world.loa("import", *files, "--archive", "new.db")
        assert done.returncode == 0, done.stderr
        old, new = holdings(world.archive), holdings(world.folder / "new.db")
        assert any(row[19] for row in old["articles"])
        assert len(old["revisions"]) > len(old["articles"])
        for name in RECORDS:
            assert new[name] == old[name]
        assert_invariants(world.folder / "new.db")


def test_a_copy_on_a_disk_without_room_for_it_is_refused_before_it_begins(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_FREE_FLOOR", str(shutil.disk_usage(path.parent).free + (1 << 40)))
    with pytest.raises(NoSpaceError, match="must stay free"):
        take_snapshot(path, path.with_name("copy.db"))
    assert not list(path.parent.glob("*copy*"))

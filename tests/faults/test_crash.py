"""Crash-only, proved with real faults: SIGKILL at every point of a write, power cuts, torn bytes.

Damaged WARC records and damaged database pages are both tried.
"""

import asyncio
import os
import random
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from pipelines.keep.database.archive import (
    Archive,
    ArchiveError,
    captures_folder,
    read_archive,
)
from pipelines.keep.database.read_only import log_bytes
from pipelines.keep.upkeep.verify import verify_archive
from pipelines.keep.warc.reader import WarcPlace, verify_record
from tests.builders.archive_invariants import assert_invariants
from tests.builders.archived_answers import AT, SITE, Keeper, article, read_as
from tests.builders.article_captures import article_capture
from tests.builders.dying_writer import ANSWERS, POINTS, held_revisions, run_dying_writer

TIMES = int(os.environ.get("LOA_CRASHES", "1"))  # at each point
CUTS = int(os.environ.get("LOA_CUTS", "12"))
FLIPS = int(os.environ.get("LOA_FLIPS", "20"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    path = tmp_path_factory.mktemp("undisturbed") / "archive.db"
    assert run_dying_writer(path) == (0, ANSWERS)
    return held_revisions(path)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("time", range(TIMES))
def test_a_kill_at_any_point_loses_nothing_acknowledged_and_the_next_run_completes(
    tmp_path: Path, point: str, time: int, undisturbed: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "archive.db"
    code, acknowledged = run_dying_writer(
        path, point, random.Random(f"{point} {time}").randint(3, 9)
    )
    assert code == -9
    kept = assert_invariants(path)
    assert len(kept.captures) >= acknowledged
    assert run_dying_writer(path)[0] == 0
    assert_invariants(path, since=kept)
    assert held_revisions(path) == undisturbed


def copied(path: Path, to: Path) -> Path:
    shutil.copytree(path.parent, to, dirs_exist_ok=True)
    return to / path.name


def test_a_power_cut_leaves_a_prefix_of_what_was_committed_and_verify_names_what_lost_its_bytes(
    tmp_path: Path,
) -> None:
    whole = tmp_path / "whole" / "archive.db"
    whole.parent.mkdir()
    archive = Archive.open(whole)
    keeper = Keeper(archive)
    for n in range(ANSWERS):
        keeper.keep(
            read_as(article(f"Bài {n}", f"Đoạn {n}. " * 300, url=f"{SITE.url}tin/{n}.html")),
            AT + timedelta(hours=n),
            url=f"{SITE.url}tin/{n}.html",
        )
    everything = keeper.rows(
        "select url, warc_offset + warc_length as ends from captures order by id"
    )
    rest = random.Random(20_261_122)
    for cut in range(CUTS):
        path = copied(whole, tmp_path / str(cut))  # the writer has it open: nothing is folded back
        log, warc = Path(f"{path}-wal"), captures_folder(path) / keeper.warc_file.name
        Path(f"{path}-shm").unlink(missing_ok=True)  # memory, which a power cut takes
        os.truncate(log, rest.randint(0, log.stat().st_size))
        raw = rest.randint(0, warc.stat().st_size)
        os.truncate(warc, raw)
        with Archive.open(path) as opened:
            kept = [
                dict(row)
                for row in opened.connection.execute(
                    "select url, warc_offset + warc_length as ends from captures order by id"
                )
            ]
        assert kept == everything[: len(kept)]
        with read_archive(path) as db:
            problems = verify_archive(db, captures_folder(path)).problems
        assert [problem.partition("(")[2].partition(")")[0] for problem in problems] == [
            row["url"] for row in kept if row["ends"] > raw
        ]
    keeper.warc.close()
    archive.close()


def test_the_bytes_are_on_the_disk_before_the_transaction_that_points_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    real_write, real_sync = os.pwrite, os.fsync

    def pwrite(file: int, data: bytes, at: int) -> int:
        events.append("write")
        return real_write(file, data, at)

    def fsync(file: int) -> None:
        real_sync(file)
        events.append("fsync")

    monkeypatch.setattr(os, "pwrite", pwrite)
    monkeypatch.setattr(os, "fsync", fsync)
    with Ingest(tmp_path / "archive.db", name="one") as ingest:
        run = ingest.begin_run("crawl", [SITE], "file", AT)
        ingest.archive.connection.set_trace_callback(events.append)
        for n in range(3):
            asyncio.run(ingest.keep(run, SITE, article_capture(n), "article"))
        assert ingest.archive.connection.execute("pragma synchronous").fetchone()[0] == 2
    # SQLite tells of a trigger by the statement that set it off, once more.
    begun = [
        at
        for at, event in enumerate(events)
        if event.startswith("insert into captures") and events[at - 1] != event
    ]
    assert len(begun) == 3
    for at in begun:
        written = max(n for n, event in enumerate(events[:at]) if event == "write")
        synced = max(n for n, event in enumerate(events[:at]) if event == "fsync")
        begin = max(n for n, event in enumerate(events[:at]) if event.startswith("begin"))
        assert written < synced < begin


@pytest.fixture
def records(tmp_path: Path) -> tuple[Path, list[tuple[int, WarcPlace]]]:
    """An archive of eight captures, and where each lies."""
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        for n in range(8):
            url = f"{SITE.url}tin/{n}.html"
            keeper.keep(
                read_as(article(url=url)),
                AT + timedelta(hours=n),
                url=url,
                body=random.Random(n).randbytes(400),
            )
        keeper.warc.close()
        rows = keeper.rows(
            "select id, warc_file, warc_offset, warc_length, sha256, bytes from captures "
            "order by id"
        )
    return path, [(row["id"], WarcPlace(*list(row.values())[1:])) for row in rows]  # type: ignore[arg-type, misc]


def named(path: Path) -> list[int]:
    """The captures that `loa verify` finds damaged."""
    with read_archive(path) as db:
        return [
            int(problem.split()[1])
            for problem in verify_archive(db, captures_folder(path)).problems
        ]


def test_a_torn_file_loses_what_lies_behind_the_tear_and_nothing_else(
    records: tuple[Path, list[tuple[int, WarcPlace]]],
) -> None:
    path, places = records
    warc = captures_folder(path) / places[0][1].file
    whole, rest = warc.read_bytes(), random.Random(4)
    for _ in range(FLIPS):
        cut = rest.randint(0, len(whole) - 1)
        warc.write_bytes(whole[:cut])
        assert named(path) == [
            number for number, place in places if place.offset + place.length > cut
        ]


def test_a_spoiled_bit_spoils_one_record_and_verify_names_it(
    records: tuple[Path, list[tuple[int, WarcPlace]]],
) -> None:
    path, places = records
    warc = captures_folder(path) / places[0][1].file
    whole, rest = warc.read_bytes(), random.Random(5)
    for _ in range(FLIPS):
        spoiled = bytearray(whole)
        at = rest.randrange(places[0][1].offset, len(whole))
        spoiled[at] ^= 1 << rest.randrange(8)
        warc.write_bytes(spoiled)
        number, place = next(
            (number, place)
            for number, place in places
            if place.offset <= at < place.offset + place.length
        )
        # RFC 1952: time, flags and system of the member, which no byte of the record depends on.
        in_gzip_head = at - place.offset in range(3, 10)
        assert named(path) == (
            []
            if in_gzip_head and not isinstance(verify_record(captures_folder(path), place), str)
            else [number]
        )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "archive.db"
    assert run_dying_writer(path)[0] == 0
    assert log_bytes(path) == 0
    return path


def test_a_database_with_a_spoiled_page_is_not_written_to_and_the_way_back_is_told(
    tmp_path: Path, sound: Path
) -> None:
    rest = random.Random(18)
    content = sound.read_bytes()
    with sqlite3.connect(sound) as db:
        pages = [
            row[0]
            for row in db.execute("select pageno from dbstat where pagetype = 'leaf' and ncell > 1")
        ]
    db.close()
    for _ in range(FLIPS):
        path = copied(sound, tmp_path)
        spoiled = bytearray(content)
        # Its type, its number of cells, where they begin, the first cell's place.
        at = (rest.choice(pages) - 1) * 4096 + rest.choice((0, 3, 5, 8))
        spoiled[at] ^= 0x5A
        path.write_bytes(spoiled)
        with pytest.raises(
            ArchiveError, match=r"is damaged .* nothing was written; .*loa snapshot.*loa import"
        ):
            Archive.open(path)
        assert path.read_bytes() == spoiled


# What nothing else in the archive or its WARC files repeats: `loa reread` compares most of it with
# a fresh reading.
NOT_REPEATED = {
    "articles": {
        "language",
        "published_raw",
        "published_precision",
        "published_evidence",
        "updated_at",
        "event_on",
        "platform",
        "word_count",
    },
    "revisions": {
        *("published_on", "extractor", "body_html", "section", "images", "attachments"),
        *("shown_sha256", "changed", "words_added", "words_removed", "figures_changed"),
        *("changed_by", "lent"),
    },
    "captures": {
        "outcome",
        "platform",
        "error",
        "etag",
        "last_modified",
        "entries",
        "newest_on",
        "entries_sha256",
        "entries_gone",
        "lacks",
        "tls",
        *("revision", "printed", "leads_to", "unlisted", "confirms_removal"),
    },
    "attachments": {"name", "media_type"},
}


def rows(path: Path) -> dict[str, list[dict[str, object]]]:
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    try:
        return {
            table: [dict(row) for row in db.execute(f"select * from {table} order by id")]
            for table in NOT_REPEATED
        }
    finally:
        db.close()


def test_a_spoiled_byte_anywhere_is_refused_or_named_unless_nothing_says_the_value_again(
    tmp_path: Path, sound: Path
) -> None:
    rest, content, whole = random.Random(20), sound.read_bytes(), rows(sound)
    found = 0
    for _ in range(FLIPS):
        path = copied(sound, tmp_path)
        spoiled = bytearray(content)
        spoiled[rest.randrange(len(content))] ^= 1 << rest.randrange(8)
        path.write_bytes(spoiled)
        try:
            with read_archive(path) as db:
                problems = verify_archive(db, captures_folder(path)).problems
        except ArchiveError as error:
            problems = [str(error)]
        found += bool(problems)
        if not problems:
            for table, before in whole.items():
                for old, new in zip(before, rows(path)[table], strict=True):
                    assert {name for name in old if old[name] != new[name]} <= NOT_REPEATED[table]
    assert found

"""Bytes that a power cut took from committed rows are found and flagged at the next start (F3)."""

import os
import random
import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.commands.verify import verify
from pipelines.keep.database.archive import Archive, captures_folder
from pipelines.keep.upkeep import lost_bytes
from pipelines.keep.upkeep.lost_bytes import WHOLE_IN_A_ROW, find_losses, follow_losses
from pipelines.keep.warc.reader import WarcPlace, verify_record
from pipelines.keep.warc.record import Record
from tests.builders.archive_invariants import assert_invariants
from tests.builders.archived_answers import AT, SITE, Keeper
from tests.builders.power_cut import (
    LATER,
    addresses_due,
    archive_of_eight,
    cut_after,
    find_losses_in,
    keep_articles,
    lost_captures,
    open_and_find_losses,
    open_issues,
    reading_of,
    rows,
    url_of,
    verified,
    warc_path,
)

CUTS = int(os.environ.get("LOA_CUTS", "12"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return archive_of_eight(tmp_path)


def test_after_a_power_cut_every_row_has_its_bytes_or_is_flagged_and_fetched_again(
    tmp_path: Path,
) -> None:
    whole = tmp_path / "whole" / "archive.db"
    whole.parent.mkdir()
    archive = Archive.open(whole)
    keeper = Keeper(archive)
    keep_articles(keeper, range(12))
    rest = random.Random(20_261_122)
    fetched_again = 0
    for number in range(CUTS):
        # The writer has it open: nothing is folded back.
        shutil.copytree(whole.parent, tmp_path / str(number))
        path = tmp_path / str(number) / "archive.db"
        Path(f"{path}-shm").unlink(missing_ok=True)  # memory, which a power cut takes
        for file in (Path(f"{path}-wal"), warc_path(path)):
            os.truncate(file, rest.randint(0, file.stat().st_size))
        Archive.open(path).close()
        without_bytes = [int(line.split()[1]) for line in verified(path).problems]
        with open_and_find_losses(path) as opened:
            assert lost_captures(path) == without_bytes
            again = Keeper(opened, name="run-2")
            for url in list(addresses_due(opened)):
                again.keep(
                    reading_of(int(url.rpartition("/")[2].removesuffix(".html"))),
                    LATER,
                    url=url,
                    kind="article",
                )
            follow_losses(opened.connection, LATER)
            again.warc.close()
        fetched_again += len(without_bytes)
        assert_invariants(path)
        assert len(verified(path).losses) == len(without_bytes)
        assert open_issues(path) == []
        assert rows(path, "select count(*) from revisions where seq > 1") == [(0,)]
    assert fetched_again
    keeper.warc.close()
    archive.close()


def test_only_what_is_lost_is_due_and_its_issue_says_how_much_and_where(path: Path) -> None:
    cut_after(path, after=6)
    with open_and_find_losses(path) as archive:
        assert list(addresses_due(archive)) == [url_of(6), url_of(7)]
    (issue,) = open_issues(path)
    assert issue[:2] == (SITE.key, "lost-bytes")
    assert str(issue[2]).startswith("what 2 addresses answered is no longer in run-1.warc.gz")
    assert rows(path, "select capture, url, again from losses") == [
        (7, url_of(6), None),
        (8, url_of(7), None),
    ]
    assert [line.rpartition("; ")[2] for line in verified(path).problems] == [
        "lost, not fetched again yet"
    ] * 2


@pytest.mark.parametrize(
    "at", [LATER, AT - timedelta(days=400)], ids=["later", "by a clock that the power cut set back"]
)
def test_verify_names_a_loss_for_ever_and_calls_the_archive_whole_once_it_was_fetched_again(
    path: Path, at: datetime
) -> None:
    cut_after(path, after=7)
    with open_and_find_losses(path) as archive:
        again = Keeper(archive, name="run-2")
        again.keep(reading_of(7), at, url=url_of(7), kind="article")
        again.warc.close()
    (line,) = verified(path).losses
    assert line == (
        f"capture 8 ({url_of(7)}): run-1.warc.gz: file ends before the record does; lost, "
        "fetched again by capture 9"
    )
    told = CliRunner().invoke(verify, ["--archive", str(path)])
    assert told.exit_code == 0
    assert "lost, fetched again by capture 9" in told.output
    assert "whole, except for 1 lost and fetched again" in told.output


def test_zeros_in_place_of_late_records_are_found_although_the_file_is_as_long_as_it_should_be(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whole ones in a row: one between two that are not is no reason to stop.
    monkeypatch.setattr(lost_bytes, "WHOLE_IN_A_ROW", 2)
    places = rows(path, "select warc_offset, warc_length from captures where id in (5, 7)")
    content = bytearray(warc_path(path).read_bytes())
    for offset, length in places:
        assert isinstance(offset, int)
        assert isinstance(length, int)
        content[offset : offset + length] = bytes(length)
    warc_path(path).write_bytes(content)
    find_losses_in(path)
    assert lost_captures(path) == [5, 7]


def test_a_later_capture_that_refers_to_lost_bytes_is_lost_as_well(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.connection.execute(
            """insert into captures (run, site, url, fetched_at, status, bytes, sha256,
                outcome, warc_file, warc_offset, warc_length)
            select run, site, url, '2026-03-02T05:00:00.000Z', status, bytes, sha256,
                'article-unchanged', warc_file, warc_offset, warc_length
            from captures where id = 8"""
        )
        archive.connection.execute("update runs set requests = 9")
    cut_after(path, after=7)
    find_losses_in(path)
    assert lost_captures(path) == [8, 9]


def test_the_files_of_earlier_writers_are_looked_at_too(path: Path) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keep_articles(keeper, range(8, 12))
        keeper.warc.close()
    cut_after(path, after=7)
    find_losses_in(path)
    assert lost_captures(path) == [8]


def test_a_file_that_vanished_wholly_is_fetched_again_where_it_was_the_last(path: Path) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keep_articles(keeper, range(8, 11))
        keeper.warc.close()
    warc_path(path, "run-2").unlink()
    with open_and_find_losses(path) as archive:
        assert list(addresses_due(archive)) == [url_of(n) for n in (8, 9, 10)]


@pytest.mark.parametrize("missing", ["the folder", "an older file"])
def test_files_that_no_power_cut_can_have_taken_make_nothing_due_and_are_asked_for(
    path: Path, missing: str
) -> None:
    if missing == "an older file":
        with Archive.open(path) as archive:
            keeper = Keeper(archive, name="run-2")
            keep_articles(keeper, range(8, 11))
            keeper.warc.close()
    taken = captures_folder(path) if missing == "the folder" else warc_path(path)
    away = path.parent / "elsewhere"
    taken.rename(away)
    for _ in range(2):
        with open_and_find_losses(path) as archive:
            assert list(addresses_due(archive)) == []
        ((site, kind, detail),) = open_issues(path)
        assert (site, kind) == (None, "captures-missing")
        assert str(detail).startswith("run-1.warc.gz is not in the folder captures")
    assert lost_captures(path) == []
    assert verified(path).problems
    away.rename(taken)
    find_losses_in(path)
    assert open_issues(path) == []
    assert verified(path).problems == []


def test_a_file_that_is_put_back_from_a_copy_mends_what_was_lost(path: Path) -> None:
    content = warc_path(path).read_bytes()
    cut_after(path, after=6)
    find_losses_in(path)
    warc_path(path).write_bytes(content)
    find_losses_in(path, LATER + timedelta(days=1))
    assert lost_captures(path) == []
    assert open_issues(path) == []
    assert_invariants(path)


def everything(path: Path) -> list[str]:
    """All that an archive holds, but for SQLite's statistics."""
    with closing(Archive.open(path)) as archive:
        return [line for line in archive.connection.iterdump() if "sqlite_stat" not in line]


def test_looking_twice_is_looking_once(path: Path) -> None:
    cut_after(path, after=4)
    find_losses_in(path)
    before = everything(path)
    find_losses_in(path, LATER + timedelta(days=1))
    assert everything(path) == before


def test_a_look_that_is_cut_off_leaves_nothing_half_done(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_after(path, after=4)
    before = everything(path)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lost_bytes, "follow_losses", dies)
    with (
        Archive.open(path) as archive,
        pytest.raises(KeyboardInterrupt),
        archive.transaction() as db,
    ):
        find_losses(db, archive.captures, LATER)
    monkeypatch.undo()
    assert everything(path) == before
    find_losses_in(path)
    assert lost_captures(path) == [5, 6, 7, 8]


def test_a_whole_archive_is_left_as_it_is_and_few_of_its_records_are_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keep_articles(keeper, range(8, 2 * WHOLE_IN_A_ROW))
        keeper.warc.close()
    read: list[WarcPlace] = []

    def counted(folder: Path, place: WarcPlace) -> Record | str:
        read.append(place)
        return verify_record(folder, place)

    monkeypatch.setattr(lost_bytes, "verify_record", counted)
    before = everything(path)
    find_losses_in(path)
    assert everything(path) == before
    assert len(read) == WHOLE_IN_A_ROW

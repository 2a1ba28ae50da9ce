"""Bytes that a power cut took from under committed rows are found at the next start, flagged, and asked for again (reliability bar F3)."""

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.commands.verify import verify
from pipelines.capture import Capture
from pipelines.intake import Intake
from pipelines.keep import lost
from pipelines.keep.archive import Archive, captures_folder, read_archive
from pipelines.keep.frontier import next_to_ask
from pipelines.keep.lost import ENOUGH, find_losses, follow_losses
from pipelines.keep.reread import captures_to_read
from pipelines.keep.verify import Report, verify_archive
from pipelines.keep.warc import WarcPlace, verify_record
from pipelines.keep.warc_record import Record
from pipelines.read.reading import Document, Reading
from portals.sample import SamplePortals
from portals.site import site_for_address
from tests.invariants import assert_invariants
from tests.outing import SetClock, visit
from tests.rows import AT, SITE, Keeper, article, read_as
from tests.test_intake import capture
from tests.watch import NOON

CUTS = int(os.environ.get("LOA_CUTS", "12"))
LATER = AT + timedelta(hours=5)  # when no article is due yet by its own plan
ETAG = (("ETag", '"v1"'),)


def url_of(n: int) -> str:
    return f"{SITE.url}tin/{n}.html"


def text_of(n: int) -> Reading:
    return read_as(article(f"Bài {n}", f"Đoạn {n}. " * 300, url=url_of(n)))


def keep_articles(keeper: Keeper, numbers: range) -> None:
    for n in numbers:
        keeper.keep(text_of(n), AT + timedelta(minutes=n), url=url_of(n), kind="article", headers=ETAG)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of eight articles in one WARC file, closed in order."""
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keep_articles(keeper, range(8))
        keeper.warc.close()
    return path


def start(path: Path, at: datetime = LATER) -> Archive:
    """A writer that has looked, as each does when its first run begins."""
    archive = Archive.open(path)
    with archive.transaction() as db:
        find_losses(db, archive.captures, at)
    return archive


def look(path: Path, at: datetime = LATER) -> None:
    start(path, at).close()


def due(archive: Archive, at: datetime = LATER) -> Iterator[str]:
    """The addresses that a visit asks for, and whether with a condition."""
    asked: list[str] = []
    while (page := next_to_ask(archive.connection, SITE.key, visit_began=at, now=at, busy=asked)) is not None:
        assert (page.validators.etag, page.validators.last_modified) == (None, None)
        asked.append(page.url)
        yield page.url


def rows(path: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with read_archive(path) as db:
        return [tuple(row) for row in db.execute(query, values)]


def open_issues(path: Path) -> list[tuple[object, ...]]:
    return rows(path, "select site, kind, detail from issues where closed_at is null")


def lost_captures(path: Path) -> list[object]:
    return [row[0] for row in rows(path, "select id from captures where lost_at is not null order by id")]


def verified(path: Path) -> Report:
    with read_archive(path) as db:
        return verify_archive(db, captures_folder(path))


def warc(path: Path, name: str = "run-1") -> Path:
    return captures_folder(path) / f"{name}.warc.gz"


def cut(path: Path, after: int) -> None:
    """Leaves so many whole records of the file, and a bit of the next."""
    (ends,) = rows(path, "select warc_offset + warc_length from captures where id = ?", after)
    assert isinstance(ends[0], int)
    os.truncate(warc(path), ends[0] + 100)


def test_after_a_power_cut_every_row_has_its_bytes_or_is_flagged_and_fetched_again(tmp_path: Path) -> None:
    whole = tmp_path / "whole" / "archive.db"
    whole.parent.mkdir()
    archive = Archive.open(whole)
    keeper = Keeper(archive)
    keep_articles(keeper, range(12))
    rest = random.Random(20_261_122)
    fetched_again = 0
    for number in range(CUTS):
        shutil.copytree(whole.parent, tmp_path / str(number))  # the writer has it open: nothing is folded back
        path = tmp_path / str(number) / "archive.db"
        Path(f"{path}-shm").unlink(missing_ok=True)  # memory, which a power cut takes
        for file in (Path(f"{path}-wal"), warc(path)):
            os.truncate(file, rest.randint(0, file.stat().st_size))
        Archive.open(path).close()
        without_bytes = [int(line.split()[1]) for line in verified(path).problems]
        with start(path) as opened:
            assert lost_captures(path) == without_bytes
            again = Keeper(opened, name="run-2")
            for url in list(due(opened)):
                again.keep(text_of(int(url.rpartition("/")[2].removesuffix(".html"))), LATER, url=url, kind="article")
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
    cut(path, after=6)
    with start(path) as archive:
        assert list(due(archive)) == [url_of(6), url_of(7)]
    (issue,) = open_issues(path)
    assert issue[:2] == (SITE.key, "lost-bytes")
    assert str(issue[2]).startswith("what 2 addresses answered is not in run-1.warc.gz any more")
    assert rows(path, "select capture, url, again from losses") == [(7, url_of(6), None), (8, url_of(7), None)]
    assert [line.rpartition("; ")[2] for line in verified(path).problems] == ["lost, not fetched again yet"] * 2


@pytest.mark.parametrize("at", [LATER, AT - timedelta(days=400)], ids=["later", "by a clock that the power cut set back"])
def test_verify_names_a_loss_for_ever_and_calls_the_archive_whole_once_it_was_fetched_again(path: Path, at: datetime) -> None:
    cut(path, after=7)
    with start(path) as archive:
        again = Keeper(archive, name="run-2")
        again.keep(text_of(7), at, url=url_of(7), kind="article")
        again.warc.close()
    (line,) = verified(path).losses
    assert line == f"capture 8 ({url_of(7)}): run-1.warc.gz: file ends before the record does; lost, fetched again by capture 9"
    told = CliRunner().invoke(verify, ["--archive", str(path)])
    assert told.exit_code == 0
    assert "lost, fetched again by capture 9" in told.output
    assert "whole but for 1 lost and fetched again" in told.output


def test_zeros_in_place_of_late_records_are_found_although_the_file_is_as_long_as_it_should_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost, "ENOUGH", 2)  # whole ones in a row: one between two that are not is no reason to stop
    places = rows(path, "select warc_offset, warc_length from captures where id in (5, 7)")
    content = bytearray(warc(path).read_bytes())
    for offset, length in places:
        assert isinstance(offset, int)
        assert isinstance(length, int)
        content[offset : offset + length] = bytes(length)
    warc(path).write_bytes(content)
    look(path)
    assert lost_captures(path) == [5, 7]


def test_a_later_capture_that_refers_to_lost_bytes_is_lost_as_well(path: Path) -> None:
    with Archive.open(path) as archive:
        archive.connection.execute(
            """insert into captures (run, site, url, fetched_at, status, bytes, sha256, outcome, warc_file, warc_offset, warc_length)
            select run, site, url, '2026-03-02T05:00:00.000Z', status, bytes, sha256, 'article-unchanged', warc_file, warc_offset, warc_length
            from captures where id = 8"""
        )
        archive.connection.execute("update runs set requests = 9")
    cut(path, after=7)
    look(path)
    assert lost_captures(path) == [8, 9]


def test_the_files_of_earlier_writers_are_looked_at_too(path: Path) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keep_articles(keeper, range(8, 12))
        keeper.warc.close()
    cut(path, after=7)
    look(path)
    assert lost_captures(path) == [8]


def test_a_file_that_vanished_wholly_is_fetched_again_where_it_was_the_last(path: Path) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keep_articles(keeper, range(8, 11))
        keeper.warc.close()
    warc(path, "run-2").unlink()
    with start(path) as archive:
        assert list(due(archive)) == [url_of(n) for n in (8, 9, 10)]


@pytest.mark.parametrize("missing", ["the folder", "an older file"])
def test_files_that_no_power_cut_can_have_taken_make_nothing_due_and_are_asked_for(path: Path, missing: str) -> None:
    if missing == "an older file":
        with Archive.open(path) as archive:
            keeper = Keeper(archive, name="run-2")
            keep_articles(keeper, range(8, 11))
            keeper.warc.close()
    taken = captures_folder(path) if missing == "the folder" else warc(path)
    away = path.parent / "elsewhere"
    taken.rename(away)
    for _ in range(2):
        with start(path) as archive:
            assert list(due(archive)) == []
        ((site, kind, detail),) = open_issues(path)
        assert (site, kind) == (None, "captures-missing")
        assert str(detail).startswith("run-1.warc.gz is not in the folder captures")
    assert lost_captures(path) == []
    assert verified(path).problems
    away.rename(taken)
    look(path)
    assert open_issues(path) == []
    assert verified(path).problems == []


def test_a_file_that_is_put_back_from_a_copy_mends_what_was_lost(path: Path) -> None:
    content = warc(path).read_bytes()
    cut(path, after=6)
    look(path)
    warc(path).write_bytes(content)
    look(path, LATER + timedelta(days=1))
    assert lost_captures(path) == []
    assert open_issues(path) == []
    assert_invariants(path)


def everything(path: Path) -> list[str]:
    with closing(Archive.open(path)) as archive:
        return list(archive.connection.iterdump())


def test_looking_twice_is_looking_once(path: Path) -> None:
    cut(path, after=4)
    look(path)
    before = everything(path)
    look(path, LATER + timedelta(days=1))
    assert everything(path) == before


def test_a_look_that_is_cut_off_leaves_nothing_half_done(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut(path, after=4)
    before = everything(path)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lost, "follow_losses", dies)
    with Archive.open(path) as archive, pytest.raises(KeyboardInterrupt), archive.transaction() as db:
        find_losses(db, archive.captures, LATER)
    monkeypatch.undo()
    assert everything(path) == before
    look(path)
    assert lost_captures(path) == [5, 6, 7, 8]


def test_a_whole_archive_is_left_as_it_is_and_few_of_its_records_are_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keep_articles(keeper, range(8, 2 * ENOUGH))
        keeper.warc.close()
    read: list[WarcPlace] = []

    def counted(folder: Path, place: WarcPlace) -> Record | str:
        read.append(place)
        return verify_record(folder, place)

    monkeypatch.setattr(lost, "verify_record", counted)
    before = everything(path)
    look(path)
    assert everything(path) == before
    assert len(read) == ENOUGH


def test_what_is_gone_is_not_asked_sooner_and_its_issue_waits_for_a_person(path: Path) -> None:
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-2")
        keeper.keep(None, AT + timedelta(hours=2), url=url_of(1), status=404)
        keeper.warc.close()
    plan = rows(path, "select next_due_at from pages where url = ?", url_of(1))
    warc(path, "run-1").unlink()
    warc(path, "run-2").rename(warc(path, "run-1"))  # both are lost: the 404, and the article before it
    look(path)
    assert rows(path, "select next_due_at from pages where url = ?", url_of(1)) == plan
    with Archive.open(path) as archive:
        keeper = Keeper(archive, name="run-3")
        keep = [n for n in range(8) if n != 1]
        for n in keep:
            keeper.keep(text_of(n), LATER, url=url_of(n), kind="article")
        keeper.keep(None, LATER, url=url_of(1), status=404)
        follow_losses(archive.connection, LATER)
        keeper.warc.close()
    ((_, _, detail),) = open_issues(path)
    assert str(detail).startswith("what 1 addresses answered is not in run-1.warc.gz")
    assert rows(path, "select again is null from losses where url = ? order by capture", url_of(1)) == [(1,), (0,)]


def test_a_lost_refusal_is_asked_again_and_the_robots_of_its_host_are_not_believed_for_the_rest_of_the_day(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keep_articles(keeper, range(1))
        keeper.keep(Reading("refused", refusal="not-an-article"), url=url_of(1))
        keeper.keep(None, url=f"{SITE.url}robots.txt", kind="robots", status=200)
        archive.connection.execute("insert into hosts (host, robots_fetched_at, robots_status) values ('lungvai.example', '2026-03-02T01:00:00.000Z', 200)")
        keeper.warc.close()
    cut(path, after=1)
    with start(path) as archive:
        assert list(due(archive)) == [url_of(1)]
    assert rows(path, "select robots_fetched_at from hosts") == [(None,)]


@pytest.mark.parametrize("body", [b"same", b"other"])
def test_a_file_fetched_again_belongs_to_the_new_capture(tmp_path: Path, body: bytes) -> None:
    path, file = tmp_path / "archive.db", f"{SITE.url}tep/ke-hoach.pdf"
    document = Reading("attachment", document=Document("application/pdf", "Kế hoạch"))
    with Archive.open(path) as archive:
        keeper = Keeper(archive)
        keeper.keep(read_as(article(files=[file])))
        keeper.keep(document, url=file, kind="attachment", body=b"same")
        keeper.warc.close()
    cut(path, after=1)
    with start(path) as archive:
        assert list(due(archive)) == [file]
        keeper = Keeper(archive, name="run-2")
        keeper.keep(document, LATER, url=file, kind="attachment", body=body)
        keeper.warc.close()
    assert rows(path, "select capture from attachments") == [(3,)]
    assert_invariants(path)


def test_an_article_is_read_again_from_the_capture_that_stands_in_for_a_lost_one(path: Path) -> None:
    cut(path, after=7)
    with start(path) as archive:
        assert captures_to_read(archive.connection, None) == [1, 2, 3, 4, 5, 6, 7, 8]
        keeper = Keeper(archive, name="run-2")
        keeper.keep(text_of(7), LATER, url=url_of(7), kind="article")
        assert captures_to_read(archive.connection, None) == [1, 2, 3, 4, 5, 6, 7, 9]
        keeper.warc.close()


def imported(path: Path, name: str, captures: list[Capture]) -> list[str]:
    with Intake(path, name=name) as intake:
        run = intake.begin_run("import", [SITE], "import", LATER)
        outcomes = [kept.outcome for kept in intake.keep_stream(run, [(SITE, one, None) for one in captures])]
        intake.end_run(run, outcome="ok", detail=None, at=LATER)
    return outcomes


def test_an_import_brings_back_what_an_import_lost(path: Path) -> None:
    path.unlink()
    shutil.rmtree(captures_folder(path))
    captures = [capture(n) for n in range(3)]
    assert imported(path, "run-1", captures) == ["article-new"] * 3
    cut(path, after=1)
    assert imported(path, "run-2", captures[:2]) == ["known"] * 2
    assert lost_captures(path) == [3]
    ((_, kind, detail),) = open_issues(path)
    assert (kind, str(detail).partition(" addresses")[0]) == ("lost-bytes", "what 1")
    assert imported(path, "run-3", captures) == ["known"] * 3
    assert lost_captures(path) == []
    assert open_issues(path) == []
    assert_invariants(path)


@pytest.mark.parametrize("key", ["songmai", "thachlam"])
def test_a_visit_after_a_power_cut_asks_for_what_was_lost_and_ends_with_every_record_on_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("pipelines.intake.TOGETHER", 0.0)
    path, clock = tmp_path / "archive.db", SetClock(NOON)
    with SamplePortals(clock=lambda: NOON.timestamp()) as portals:
        site = site_for_address(portals[key].url)
        with Intake(path, name="run-1") as intake:
            visit(site, intake, clock, delay=0)
        ((captures,),) = rows(path, "select count(*) from captures")
        assert isinstance(captures, int)
        cut(path, after=captures * 2 // 3)
        lost_addresses = {line.partition("(")[2].partition(")")[0] for line in verified(path).problems}
        assert len(lost_addresses) > 5
        clock.now += timedelta(hours=1)
        since = len(portals[key].requests)
        with Intake(path, name="run-2") as intake:
            visit(site, intake, clock, delay=0)
        paths = {request.path for request in portals[key].requests[since:]}
        assert {address.removeprefix(site.url.rstrip("/")) for address in lost_addresses} <= paths
    assert rows(path, "select url from losses where again is null") == []
    assert open_issues(path) == []
    assert_invariants(path)
    assert len(verified(path).losses) == len(lost_addresses)

"""From capture to row: bytes reach the disk before rows do, and a dead reader loses no page."""

import asyncio
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from pipelines.ingest import Ingest
from pipelines.keep.database.archive import ArchiveError, read_archive
from pipelines.keep.warc.record import UNKNOWN_REQUEST
from pipelines.keep.warc.writer import WarcWriteError
from pipelines.read.task import Task
from pipelines.readers.readers import Readers
from tests.builders.archived_answers import AT, SITE
from tests.builders.article_captures import PAGE, article_capture


def test_captures_that_come_together_share_a_transaction_and_each_has_its_outcome(
    tmp_path: Path,
) -> None:
    with Ingest(tmp_path / "archive.db", name="one") as ingest:
        run = ingest.begin_run("crawl", [SITE], "file", AT)

        async def all_at_once() -> list[str]:
            return [
                kept.outcome
                for kept in await asyncio.gather(
                    *(ingest.keep(run, SITE, article_capture(n), "article") for n in range(3))
                )
            ]

        assert asyncio.run(all_at_once()) == ["article-new"] * 3
    with read_archive(tmp_path / "archive.db") as db:
        assert [row["title"] for row in db.execute("select title from articles")] == [
            "Ra quân làm thủy lợi"
        ] * 3


def test_nothing_is_acknowledged_whose_bytes_are_not_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with Ingest(tmp_path / "archive.db", name="one") as ingest:
        run = ingest.begin_run("crawl", [SITE], "file", AT)
        asyncio.run(ingest.keep(run, SITE, article_capture(1), "article"))
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(WarcWriteError, match="No space left"):
            asyncio.run(ingest.keep(run, SITE, article_capture(2), "article"))
        monkeypatch.undo()
        with pytest.raises(WarcWriteError):  # after a failed fsync this file is not trusted again
            asyncio.run(ingest.keep(run, SITE, article_capture(3), "article"))
    with read_archive(tmp_path / "archive.db") as db:
        assert [row["url"] for row in db.execute("select url from captures")] == [
            article_capture(1).url
        ]
        assert [row["outcome"] for row in db.execute("select outcome from runs")] == ["interrupted"]


def test_bytes_whose_transaction_failed_are_left_over_and_no_harm(tmp_path: Path) -> None:
    with Ingest(tmp_path / "archive.db", name="one") as ingest:
        run = ingest.begin_run("crawl", [SITE], "file", AT)
        pages = ingest.archive.connection.execute("pragma page_count").fetchone()[0]
        ingest.archive.connection.execute(f"pragma max_page_count = {pages}")
        # More text than a page of the database holds.
        long = PAGE.replace(b"</p>", b" m\xc6\xb0\xc6\xa1ng" * 40_000 + b"</p>")
        with pytest.raises(ArchiveError, match="disk is full"):
            asyncio.run(ingest.keep(run, SITE, article_capture(1, long), "article"))
    with Ingest(tmp_path / "archive.db", name="two") as ingest:
        run = ingest.begin_run("crawl", [SITE], "file", AT)
        assert (
            asyncio.run(ingest.keep(run, SITE, article_capture(2), "article")).outcome
            == "article-new"
        )


def test_a_reader_that_takes_too_long_is_stopped_and_the_next_page_is_read() -> None:
    bomb = (
        b"<html><body><p " + b" ".join(b"a%d" % n for n in range(60_000)) + b">x</p></body></html>"
    )
    with Readers(1, seconds=4.0) as readers:
        # Warm: the limit is for reading, not for starting.
        assert readers.read(Task(article_capture(1), SITE)).result(30).kind == "article"
        slow = readers.read(Task(article_capture(2, bomb), SITE)).result(30)
        assert slow.kind == "refused"
        assert slow.refusal in ("too-slow", "unreadable", "too-large", "not-an-article")
        assert readers.read(Task(article_capture(3), SITE)).result(30).kind == "article"


def test_a_reader_that_dies_while_idle_is_replaced_and_no_page_is_lost() -> None:
    with Readers(1) as readers:
        readers.read(Task(article_capture(1), SITE)).result(30)
        (child,) = (worker.pid for worker in multiprocessing.active_children() if worker.pid)
        os.kill(child, signal.SIGKILL)
        assert [readers.read(Task(article_capture(n), SITE)).result(30).kind for n in (2, 3)] == [
            "article",
            "article",
        ]


def test_an_import_passes_over_what_it_has_and_takes_a_record_twice_in_a_file_once(
    tmp_path: Path,
) -> None:
    with Ingest(tmp_path / "archive.db", name="one") as ingest:
        run = ingest.begin_run("import", [SITE], "import", AT)
        stream = [(SITE, article_capture(n), UNKNOWN_REQUEST) for n in (1, 2, 1)]
        assert [kept.outcome for kept in ingest.keep_stream(run, stream)] == [
            "article-new",
            "article-new",
            "known",
        ]
        assert [kept.known for kept in ingest.keep_stream(run, stream)] == [True, True, True]
        assert ingest.archive.connection.execute("select count(*) from captures").fetchone()[0] == 2

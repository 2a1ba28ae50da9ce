"""Real reading processes: hostile pages end in a typed refusal, and the next page is read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.readers.readers import Readers
from tests import ROOT
from tests.builders.document_files import households
from tests.builders.reading_tasks import HONEST_PAGE, reading_task
from tests.builders.running_processes import readers_below


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(1, seconds=3.0) as pool:
        yield pool


def test_a_page_is_read_in_another_process(readers: Readers) -> None:
    found = readers.read(reading_task(HONEST_PAGE)).result(timeout=60)
    assert found.article is not None
    assert (found.article.title, found.article.body) == ("Tiêu đề", "Văn bản của bài.")


def test_a_tag_with_a_hundred_thousand_attributes_is_stopped_and_the_next_page_is_read(
    readers: Readers,
) -> None:
    bomb = "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"
    assert len(bomb) < 1_000_000
    hostile, honest = (
        readers.read(reading_task(bomb + HONEST_PAGE)),
        readers.read(reading_task(HONEST_PAGE)),
    )
    found = hostile.result(timeout=60)
    assert found.refusal == "too-slow"
    url = "https://vi-du.example/tin/bai-1.html"
    why = "reading took more than 3 s of CPU time and was stopped"
    assert found.detail == f"{url}: {why}"
    assert honest.result(timeout=60).kind == "article"


def test_a_page_that_needs_more_memory_than_a_worker_has_is_refused_and_the_next_is_read() -> None:
    with Readers(1, seconds=20.0, memory=600 << 20) as small:
        hostile, honest = (
            small.read(reading_task("<i>" + "<a b=c>x" * 1_600_000)),
            small.read(reading_task(HONEST_PAGE)),
        )
        assert hostile.result(timeout=60).refusal in ("too-large", "reader-died", "unreadable")
        assert honest.result(timeout=60).kind == "article"


def test_a_program_that_also_stores_leaves_its_workers_their_memory(tmp_path: Path) -> None:
    # A worker loads what the program's main module loads.
    program = tmp_path / "program.py"
    program.write_text(
        "import pipelines.ingest\n"
        "from pipelines.readers.readers import Readers\n"
        "from tests.builders.reading_tasks import HONEST_PAGE, reading_task\n"
        "if __name__ == '__main__':\n"
        "    with Readers(1) as pool:\n"
        "        print(pool.read(reading_task(HONEST_PAGE)).result(timeout=60).kind)\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(program)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "article\n", done.stderr


def test_what_waits_when_the_readers_close_ends_as_not_read() -> None:
    bomb = "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"
    with Readers(1, seconds=30.0) as pool:
        waiting = [
            pool.read(reading_task(bomb)),
            *(pool.read(reading_task(HONEST_PAGE)) for _ in range(5)),
        ]
    assert [outcome.result(timeout=10).refusal for outcome in waiting[1:]] == ["not-read"] * 5


def test_a_listing_tells_all_that_it_names_each_time(readers: Readers) -> None:
    page = '<div class="news_column"><h3><a href="/tin/bai-khac-2.html">Bài khác</a></h3></div>'
    first, second = (
        readers.read(replace(reading_task(page), expected="listing")).result(timeout=60)
        for _ in range(2)
    )
    assert first.links == second.links
    assert [link.url for link in second.links] == ["https://vi-du.example/tin/bai-khac-2.html"]


def test_a_document_that_needs_longer_gets_a_second_try_and_kills_no_worker() -> None:
    sheet = reading_task(households(6_000, 8), "application/octet-stream")
    task = replace(sheet, expected="attachment")
    with Readers(1, first=0.2, seconds=60.0) as readers:
        readers.read(reading_task(HONEST_PAGE)).result(timeout=60)
        workers = set(readers_below(os.getpid()))
        found = readers.read(task).result(timeout=60)
        assert workers <= set(readers_below(os.getpid()))
    assert found.document is not None
    assert not found.document.cut_short
    assert found.notes == ()
    assert (found.document.text or "").endswith("Hộ 5999 thôn 7")


def test_links_at_the_depth_limit_are_not_taken_as_told() -> None:
    page = '<div class="news_column"><h3><a href="/tin/bai-khac-2.html">Bài khác</a></h3></div>'
    deep = replace(reading_task(page), expected="listing", too_deep=True)
    with Readers(1, seconds=20.0) as pool:
        assert pool.read(deep).result(timeout=60).links == ()
        named = pool.read(replace(deep, too_deep=False)).result(timeout=60).links
    assert [link.url for link in named] == ["https://vi-du.example/tin/bai-khac-2.html"]

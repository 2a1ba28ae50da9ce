"""F9: pages that hang, kill, starve or flood their reader are refused with a type.

Their bytes are kept, they are not tried for ever, and other pages are read.
"""

import os
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.readers.readers import Readers
from tests.builders.archive_invariants import assert_exit_code_agrees, assert_invariants
from tests.builders.hostile_web import HostileWeb, listing_html
from tests.builders.misbehaviour import ATTRIBUTE_BOMB, body
from tests.builders.reading_tasks import HONEST_PAGE, reading_task
from tests.builders.running_processes import proc_text, readers_below
from tests.builders.sample_world import HostileWorld, until

HANGS, STARVES, FLOODS = "/chuyen-muc/muc-0/", "/2025/03/bai-viet-3/", "/2025/03/bai-viet-5/"
MANY_TAGS = b"<html><body>" + b"<p>x" * 4_000_000  # 16 MB of text, a gigabyte as a tree
MANY_LINKS = listing_html("Mục lục", [(f"/2024/01/bai-{n}/", "x") for n in range(20_000)]).encode()
KILLED = {"refused-too-slow", "refused-reader-died", "refused-too-large", "refused-unreadable"}


@pytest.fixture(scope="module")
def visited(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[HostileWorld, HostileWeb, list[int]]]:
    """Three crawls of a host with three such pages among others. Only read from.

    The page that hangs its readers is a listing, which each visit asks for.
    """
    with HostileWeb() as web:
        host = web.add("bom", 9)
        host.answers |= {
            HANGS: body(ATTRIBUTE_BOMB),
            STARVES: body(MANY_TAGS),
            FLOODS: body(MANY_LINKS),
        }
        world = HostileWorld(tmp_path_factory.mktemp("readers"), web, {"max_pages": 20})
        yield world, web, [world.loa("crawl", "bom").returncode for _ in range(3)]


@pytest.mark.parametrize(
    ("path", "sent", "first", "later"),
    [
        (HANGS, ATTRIBUTE_BOMB, {"refused-too-slow"}, ["refused-too-slow", "refused-given-up"]),
        (STARVES, MANY_TAGS, KILLED, []),
        (FLOODS, MANY_LINKS, {"listing", "refused-not-an-article"} | KILLED, None),
    ],
)
def test_a_page_that_is_too_much_for_a_reader_has_one_typed_row_an_attempt_and_its_bytes(
    visited: tuple[HostileWorld, HostileWeb, list[int]],
    path: str,
    sent: bytes,
    first: set[str],
    later: list[str] | None,
) -> None:
    world, web, _ = visited
    rows = world.rows(
        "select outcome, bytes, sha256, warc_file from captures where url = ? order by id",
        web["bom"].url.rstrip("/") + path,
    )
    assert len(rows) == web["bom"].asked().count(path)
    assert rows[0]["outcome"] in first
    assert later is None or [row["outcome"] for row in rows[1:]] == later
    assert {(row["bytes"], row["sha256"]) for row in rows} == {
        (len(sent), sha256(sent).hexdigest())
    }
    assert all(row["warc_file"] for row in rows)


def test_every_other_page_of_the_host_is_read(
    visited: tuple[HostileWorld, HostileWeb, list[int]],
) -> None:
    world, web, _ = visited
    host = web["bom"]
    good = {host.url.rstrip("/") + path for path in host.paths() if path not in (STARVES, FLOODS)}
    assert {
        row["url"] for row in world.rows("select url from articles where url like '%/2025/%'")
    } == good


def test_the_archive_is_whole_and_the_exit_codes_say_what_the_runs_say(
    visited: tuple[HostileWorld, HostileWeb, list[int]],
) -> None:
    world, _, codes = visited
    assert_invariants(world.archive)
    for run, code in enumerate(codes, 1):
        good = world.value("select outcome from runs where id = ?", run) in ("ok", "stopped")
        assert (code == 0) == good
    assert_exit_code_agrees(world.archive, codes[-1], after_run=1)


def seconds_of_work(process: int) -> float:
    """The processor's time that a process has used, 0 once it is gone."""
    fields = proc_text(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def test_a_page_over_which_readers_die_by_a_signal_is_tried_twice_and_the_next_is_read() -> None:
    with Readers(1, first=60.0, seconds=60.0) as readers:
        readers.read(reading_task(HONEST_PAGE)).result(timeout=60)
        (loaded,) = readers_below(os.getpid())
        work = seconds_of_work(loaded)
        bomb = readers.read(reading_task(ATTRIBUTE_BOMB))
        until(lambda: seconds_of_work(loaded) > work + 0.2)
        os.kill(loaded, signal.SIGSEGV)
        # One that has loaded, and is at the page.
        until(
            lambda: any(
                seconds_of_work(process) > work + 1.5
                for process in set(readers_below(os.getpid())) - {loaded}
            )
        )
        assert not bomb.done()
        (second,) = (
            process
            for process in readers_below(os.getpid())
            if seconds_of_work(process) > work + 1.5
        )
        os.kill(second, signal.SIGSEGV)
        found = bomb.result(timeout=60)
        assert found.refusal == "reader-died"
        assert f"exit code -{signal.SIGSEGV:d}" in (found.detail or "")
        assert readers.read(reading_task(HONEST_PAGE)).result(timeout=60).kind == "article"


def test_one_site_cannot_keep_the_readers_of_all_busy() -> None:
    with Readers(2, first=1.0, seconds=60.0, per_site=1) as readers:
        bombs = [readers.read(reading_task(ATTRIBUTE_BOMB)) for _ in range(6)]
        others = [readers.read(reading_task(HONEST_PAGE, site=f"xa-{n}")) for n in range(20)]
        assert [other.result(timeout=50).kind for other in others] == ["article"] * 20
        assert not any(bomb.done() for bomb in bombs)

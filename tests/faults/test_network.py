"""F11: every failure to answer ends in one typed row, without a second request.

The host's other articles are kept.
"""

import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.builders.archive_invariants import assert_exit_code_agrees, assert_invariants
from tests.builders.hostile_web import Host, HostileWeb
from tests.builders.misbehaviour import NETWORK
from tests.builders.sample_world import HostileWorld

TIMEOUT = float(os.environ.get("LOA_TIMEOUT", "2"))
WORDS = {
    "reset": "reset",
    "reset-in-body": "cut",
    "hang": "timeout",
    "silent-close": "closed",
    "drip-header": "timeout",
    "drip-body": "timeout",
    "drip-chunk": "timeout",
    "endless-header": "head-too-long",
    "endless-body": "too-large or timeout",  # whichever limit is met first
    "endless-chunks": "too-large or timeout",
    "length-of-a-terabyte": "too-large",
    "cut-body": "cut",
    "cut-chunk": "cut",
    "http-09": "not-http",
    "junk": "not-http",
    "bad-chunk": "cut",
    "two-lengths": "not-http",
    "negative-length": "not-http",
    "endless-continue": "head-too-long",
}
LAST = "/2025/03/bai-viet-3/"  # the last, because half a minute's rest follows a failure


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that never takes a connection up: its queue is full."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def visited(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[HostileWorld, HostileWeb, int]]:
    """One crawl: a host for each way to fail, and three that cannot be reached. Only read from."""
    with HostileWeb() as web, deaf_port() as deaf, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but not listening
        for name, answer in NETWORK.items():
            web.add(name, 4).answers[LAST] = answer
        unreachable = {
            "deaf": f"http://127.0.0.1:{deaf}/",
            "closed": f"http://127.0.0.1:{closed.getsockname()[1]}/",
            "nameless": "http://khong-co.invalid/",
        }
        world = HostileWorld(tmp_path_factory.mktemp("network"), web, {"timeout": TIMEOUT})
        for name, url in unreachable.items():
            (world.sites / f"{name}.toml").write_text(
                (
                    f'name = "{name}"\nurl = "{url}"\n[crawl]\ntimeout = {TIMEOUT}\nallow_private '
                    "= true\n"
                ),
                encoding="utf-8",
            )
        done = world.loa("crawl", *web.hosts, *unreachable, RES_OPTIONS="timeout:1 attempts:1")
        yield world, web, done.returncode


@pytest.mark.parametrize("name", NETWORK)
def test_a_host_that_fails_to_answer_is_told_by_one_typed_row(
    visited: tuple[HostileWorld, HostileWeb, int], name: str
) -> None:
    world, web, _ = visited
    host: Host = web[name]
    (row,) = world.rows(
        "select status, outcome, error, sha256 from captures where url = ?",
        host.url.rstrip("/") + LAST,
    )
    assert (row["status"], row["outcome"], row["sha256"]) == (None, "failed", None)
    assert row["error"].split(":")[0] in WORDS[name]
    assert Counter(host.asked())[LAST] == 1
    assert world.value("select outcome from runs where site = ?", name) == "incomplete"
    held = {row["url"] for row in world.rows("select url from articles where site = ?", name)}
    assert held == {host.url.rstrip("/") + path for path in host.paths() if path != LAST}


@pytest.mark.parametrize(
    ("name", "word"), [("deaf", "timeout"), ("closed", "refused"), ("nameless", "no-such-host")]
)
def test_a_host_that_cannot_be_reached_is_told_by_one_typed_row(
    visited: tuple[HostileWorld, HostileWeb, int], name: str, word: str
) -> None:
    world, _, _ = visited
    (row,) = world.rows("select url, status, error from captures where site = ?", name)
    assert row["url"].endswith("/robots.txt")
    assert row["status"] is None
    assert row["error"].split(":")[0] == word
    assert world.value("select outcome from runs where site = ?", name) == "unreachable"


def test_the_archive_is_whole_and_the_exit_code_says_what_the_runs_say(
    visited: tuple[HostileWorld, HostileWeb, int],
) -> None:
    world, _, code = visited
    assert_invariants(world.archive)
    assert_exit_code_agrees(world.archive, code)
    assert code == 7

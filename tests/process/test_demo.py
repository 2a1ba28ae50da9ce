"""The real `loa demo`: stopped by Ctrl-C in the middle, begun again to its end, and once more."""

import re
import shlex
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from crawler.cli import loa
from crawler.commands import demo as command
from crawler.commands.site_names import choose_sites
from portals.sample.server import PortBusyError
from tests import ROOT
from tests.builders.served_archive import free_port

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*")
BRIDGE = "%cau-mai-ha-61.html"
TIMBER = "%xe-cho-go-trai-phep%"
EVERYTHING = {
    "articles": "select key, url, title, lead, body, removed_at, first_seen_at from articles",
    "revisions": "select article, seq, seen_at, content_sha256 from revisions",
    "sightings": "select article, state, since_at, confirmed_at from sightings",
    "issues": "select kind, url, opened_at, closed_at from issues",
    "copies": "select * from copies",
}


@dataclass
class Demo:
    """The archive while its demo is served, all that the demo printed, and when it ran (UTC)."""

    archive: Path
    ports: list[str]
    began: datetime
    interrupted: int  # the exit code of the demo that was stopped
    lines: list[str]
    ready: datetime
    running: subprocess.Popen[str]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.archive}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()

    @property
    def addresses(self) -> set[str]:
        """All that it printed."""
        return {url for line in self.lines for url in ADDRESS.findall(line)}


def started(archive: Path, ports: list[str], *options: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-u", "-m", "tests.builders.demo_on_ports", *ports, "demo"]
    return subprocess.Popen(
        [*program, "--archive", str(archive), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def lines_until(process: subprocess.Popen[str], beginning: str) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.rstrip("\n")
        if line.startswith(beginning):
            return
    raise AssertionError(f"the demo ended before it said {beginning}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    archive = tmp_path_factory.mktemp("demo") / "archive.db"
    ports = [str(free_port()) for _ in range(3)]
    began = datetime.now(UTC)
    with started(archive, ports, "--crawl-only") as stopped:
        assert list(lines_until(stopped, "Visit 2 of 3"))
        stopped.send_signal(signal.SIGINT)
    with started(archive, ports, "--port", str(free_port())) as running:
        try:
            lines = list(lines_until(running, "Datasette: "))
            yield Demo(archive, ports, began, stopped.returncode, lines, datetime.now(UTC), running)
        finally:
            running.kill()


def test_each_address_that_it_prints_answers(demo: Demo) -> None:
    printed = demo.addresses
    assert len(printed) > 15
    with httpx.Client(timeout=30) as client:
        answers = {url: client.get(url).status_code for url in sorted(printed)}
    assert set(answers.values()) == {200}, answers


def test_its_commands_answer_too(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [shlex.split(line)[1:] for line in demo.lines if line.startswith("  loa ")]
    assert {name for name, *_ in commands} >= {"diff", "removed", "copies", "status", "export"}
    shown = {words[0]: CliRunner().invoke(loa, words) for words in commands}
    assert {name: result.exit_code for name, result in shown.items()} == dict.fromkeys(shown, 0)
    assert "30/8" in shown["diff"].output
    assert "status 404" in shown["removed"].output
    assert "put the files back" not in shown["status"].output
    assert "Buổi phát thanh" in (tmp_path / "articles.csv").read_text("utf-8")
    (songmai,) = choose_sites(["songmai"], demo.archive)  # `loa crawl songmai` visits it
    assert songmai.site.crawl.allow_private


def test_ctrl_c_in_the_middle_loses_nothing(demo: Demo) -> None:
    assert demo.interrupted == 130
    assert demo.rows("select count(*) from runs where ended_at is null") == [(0,)]


def test_what_the_portals_did_is_in_the_archive(demo: Demo) -> None:
    texts = demo.rows(
        """select revisions.lead, revisions.body from revisions
            join articles on articles.id = article where url like ? order by seq""",
        BRIDGE,
    )
    assert ["94,5 tỷ" in body for _, body in texts] == [True, False, False]
    assert ["112,8 tỷ" in body for _, body in texts] == [False, True, True]
    assert ["Bà nhấn mạnh" in body for _, body in texts] == [True, True, False]
    assert ["trước ngày 30/8" in lead for lead, _ in texts] == [False, True, False]
    ((state, status, proven),) = demo.rows(
        """select state, status, captures.url from sightings join captures
                on captures.id = capture join articles on articles.id = article
            where until_at is null and state <> 'there' and articles.url like ?""",
        TIMBER,
    )
    assert (state, status) == ("gone", 404)
    assert httpx.get(proven).status_code == 404  # the portal still says so
    ((former, there),) = demo.rows("select url, to_url from sightings where state = 'moved'")
    assert httpx.get(former).headers["Location"] == there
    altered = demo.rows(
        """select site, altered > 0 from copies join articles on articles.id = article
            where title like '%Đài Truyền thanh huyện%' or title like 'Sông Mai: Tiếng loa%'
            order by position, site"""
    )
    assert altered == [("songmai", 0), ("anphu", 1), ("thachlam", 0)]
    assert demo.rows("select key, health from sites order by key") == [
        ("anphu", "broken"),
        ("songmai", "ok"),
        ("thachlam", "ok"),
    ]
    assert ("parked",) in demo.rows("select kind from issues where closed_at is null")
    kept = "select count(*) from articles where site = 'anphu' and removed_at is null"
    assert demo.rows(kept) == [(30,)]


def test_every_time_in_the_archive_is_true(demo: Demo) -> None:
    times = {
        "articles": ("first_seen_at", "last_seen_at", "removed_at", "changed_at"),
        "captures": ("fetched_at",),
        "revisions": ("seen_at",),
        "sightings": ("since_at", "confirmed_at"),
        "runs": ("started_at", "ended_at"),
        "issues": ("opened_at",),
    }
    for table, columns in times.items():
        for column in columns:
            ((first, last),) = demo.rows(f"select min({column}), max({column}) from {table}")
            assert demo.began <= datetime.fromisoformat(first), (table, column)
            assert datetime.fromisoformat(last) <= demo.ready, (table, column)


def test_another_demo_beside_it_is_refused(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PORTS", tuple(map(int, demo.ports)))
    refused = CliRunner().invoke(loa, ["demo", "--crawl-only", "--archive", str(demo.archive)])
    assert isinstance(refused.exception, PortBusyError)
    assert refused.exception.exit_code == 9
    assert f"port {demo.ports[0]} for the sample portal songmai" in str(refused.exception)


def test_a_later_demo_finds_nothing_new(demo: Demo) -> None:
    """It ends the one that is served, for it needs its ports."""
    before = {name: demo.rows(query) for name, query in EVERYTHING.items()}
    demo.running.send_signal(signal.SIGINT)
    assert demo.running.wait(60) in (0, 130)
    with started(demo.archive, demo.ports, "--crawl-only") as again:
        said = list(lines_until(again, "The archive has seen all"))
        said += list(again.stdout or ())
    assert again.returncode == 0
    assert "  0 new articles, 0 changed (" in said[-1]
    assert {name: demo.rows(query) for name, query in EVERYTHING.items()} == before


def test_it_adds_nothing_to_an_archive_of_other_portals(demo: Demo) -> None:
    """At other ports, the sample portals are others."""
    before = {name: demo.rows(query) for name, query in EVERYTHING.items()}
    ports = [str(free_port()) for _ in range(3)]
    with started(demo.archive, ports, "--crawl-only") as refused:
        assert refused.wait(60) == 4
    assert {name: demo.rows(query) for name, query in EVERYTHING.items()} == before

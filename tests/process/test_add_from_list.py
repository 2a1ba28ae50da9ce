"""`loa add --from`: many portals, of which some fail, and a start that is killed.

Portals on one address are surveyed one after another, and those on two side by side.
"""

import csv
import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from itertools import groupby
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.commands.adding.add import add
from crawler.commands.adding.report import ReportError
from portals.site import load_site
from tests.builders.running_processes import children_of
from tests.builders.sample_world import Workplace, until
from tests.builders.small_portal import SmallPortal


class Portal(SmallPortal):
    """On an address of its own, with a front page of its own (status and text), if it has one.

    Its first front page comes when `meets` has all whom it waits for, and when `opened` is set.
    """

    def __init__(
        self,
        log: list["Portal"],
        host: str = "127.0.0.1",
        front: tuple[int, str] | None = None,
        meets: threading.Barrier | None = None,
    ) -> None:
        super().__init__()
        if host != "127.0.0.1":
            handler = self.server.RequestHandlerClass
            self.server.server_close()
            moved = ThreadingHTTPServer((host, 0), handler)
            self.server, self.url = moved, f"http://{host}:{moved.server_port}/"
        self.log, self.front, self.meets = log, front, meets
        self.opened = threading.Event()
        self.opened.set()

    def answer(self, path: str) -> tuple[int, str]:
        self.log.append(self)
        if path == "/" and self.asked.count("/") == 1 and self.meets is not None:
            self.meets.wait(60)
        if path == "/":
            self.opened.wait(60)
        return self.front if path == "/" and self.front else super().answer(path)


@dataclass
class Starts:
    """The portals by name, and what the second start said; the first was killed."""

    place: Workplace
    portals: dict[str, Portal]
    asked_before: dict[str, int]
    log: list[Portal]
    code: int
    said: str
    report: list[dict[str, str]]


REFUSED = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starts]:
    place = Workplace(tmp_path_factory.mktemp("list"))
    log: list[Portal] = []
    meet = threading.Barrier(2)
    fronts: dict[str, tuple[int, str]] = {
        "denied": (403, "không được vào"),
        "empty": (200, "<html><body><h1>Xin chào</h1></body></html>"),
    }
    with ExitStack() as stack:
        portals = {
            "first": Portal(log, meets=meet),
            "slow": Portal(log, "127.0.0.2", meets=meet),
            **{name: Portal(log, front=front) for name, front in fronts.items()},
        }
        for portal in portals.values():
            stack.enter_context(portal)
        lines = [
            "# danh sách",
            f"{portals['first'].url} xa-dau  # có mã riêng",
            portals["slow"].url,
            f"{portals['first'].url}tin-tuc",
            *("", "suoimay", "=HYPERLINK(1)", "http://thach-lam.example/ Mã Sai"),
            *(portals[name].url for name in fronts),
            REFUSED,
        ]
        listed = place.folder / "portals.txt"
        listed.write_text("\r\n".join(lines), encoding="utf-16")
        command = ("add", "--from", str(listed), "--delay", "0", "--at-once", "2")
        portals["slow"].opened.clear()
        killed = place.start(*command)
        until(lambda: any(place.sites.glob("*.toml")) and "/" in portals["slow"].asked, 120)
        surveys = children_of(killed.pid)
        assert surveys
        os.kill(killed.pid, signal.SIGKILL)
        killed.communicate()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in surveys))
        before = {name: len(portal.asked) for name, portal in portals.items()}
        portals["slow"].opened.set()
        report = place.folder / "report.csv"
        done = place.loa(*command, "--report", str(report))
        with report.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        yield Starts(place, portals, before, log, done.returncode, done.stdout, rows)


def test_each_portal_fares_as_it_should_and_no_failure_stops_another(starts: Starts) -> None:
    urls = {name: portal.url for name, portal in starts.portals.items()}
    fared = {row["address"]: (row["fate"], row["cause"]) for row in starts.report}
    assert fared == {
        urls["first"]: ("known-already", ""),
        f"{urls['first']}tin-tuc": ("known-already", ""),
        urls["slow"]: ("added", ""),
        urls["empty"]: ("added-without-articles", "without-articles"),
        urls["denied"]: ("not-added", "turned-away"),
        "suoimay": ("not-added", "not-an-address"),
        "'=HYPERLINK(1)": ("not-added", "not-an-address"),
        "http://thach-lam.example/": ("not-added", "bad-key"),
        REFUSED: ("not-added", "nothing-listens"),
    }
    assert starts.code == 7
    written = {path.stem: load_site(path).url for path in starts.place.sites.glob("*.toml")}
    assert written["xa-dau"] == urls["first"]
    assert set(written.values()) == {urls[name] for name in ("first", "slow", "empty")}


def test_a_second_start_asks_no_portal_that_has_a_file(starts: Starts) -> None:
    assert len(starts.portals["first"].asked) == starts.asked_before["first"] > 0
    assert len(starts.portals["slow"].asked) > starts.asked_before["slow"]


def test_portals_on_one_address_are_asked_one_after_another(starts: Starts) -> None:
    own = [one for one in starts.log if one.url.startswith("http://127.0.0.1:")]
    turns = [portal for portal, _ in groupby(own)]
    # The killed start may have begun one that the second asked again.
    assert len(turns) <= len(set(turns)) + 1


def test_the_summary_groups_what_failed_with_the_remedy(starts: Starts) -> None:
    first, *groups = starts.said.splitlines()
    assert first == "1 added; 2 known already; 1 added without articles; 5 not added"
    assert "not a web address (2); write one like https://example.gov.vn/:" in groups
    for row in starts.report:
        if row["cause"]:
            assert f"{row['happened']} (" in starts.said
            assert row["remedy"] in starts.said


def test_what_a_list_cannot_say_is_refused(tmp_path: Path) -> None:
    listed = tmp_path / "portals.txt"
    listed.write_text("# nothing\n\n")
    for arguments in (
        (),
        ("--from", str(listed)),
        ("http://127.0.0.1:9/", "--from", str(listed)),
        ("--from", str(listed), "--key", "x"),
        ("http://127.0.0.1:9/", "--report", "x.csv"),
    ):
        assert CliRunner().invoke(add, arguments).exit_code == 2, arguments
    listed.write_text("suoimay\n")
    report = tmp_path / "report.json"
    done = CliRunner().invoke(add, ["--from", str(listed), "--report", str(report)])
    assert done.exit_code == 7
    lost = CliRunner().invoke(add, ["--from", str(listed), "--report", str(tmp_path / "no" / "r")])
    assert "1 not added" in lost.stdout  # a report that cannot be written hides nothing
    assert isinstance(lost.exception, ReportError)
    (row,) = json.loads(report.read_text(encoding="utf-8"))
    assert (row["address"], row["fate"], row["cause"]) == ("suoimay", "not-added", "not-an-address")

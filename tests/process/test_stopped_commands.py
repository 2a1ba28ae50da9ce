"""SIGTERM and SIGHUP end a command in order, as Ctrl-C does."""

import gzip
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.signals import STOPS, stop_signals
from tests.builders.sample_world import World, processes_of, until
from tests.builders.served_archive import free_port

PAGES = 600
PAGE = """<html><head><title>Tin số {0}</title></head><body><h1>Xã họp lần thứ {0}</h1>
<p class="date">02/03/2025</p><p>{1}</p></body></html>"""


def large_warc(path: Path) -> Path:
    """A file that takes seconds to import."""
    with path.open("wb") as file:
        for number in range(PAGES):
            page = PAGE.format(number, f"Đoạn thứ {number} của bản tin. " * 60).encode()
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
            head = (
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2025-03-02T00:00:00Z\r\n"
                f"WARC-Target-URI: http://xa.example/tin-tuc/bai-viet-so-{number}.html\r\n"
                f"Content-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 1))
    return path


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_import_stops_cleanly(world: World, number: signal.Signals) -> None:
    running = world.start("import", str(large_warc(world.folder / "much.warc.gz")))
    until(lambda: world.archive.exists() and captures(world) > 0)
    running.send_signal(number)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert errors.splitlines()[-1].startswith("loa: interrupted; everything kept so far stays")
    assert "Traceback" not in errors
    until(lambda: processes_of(running.pid) == [])
    assert 0 < captures(world) < PAGES
    assert world.rows("select outcome, ended_at is null as runs from runs") == [
        {"outcome": "interrupted", "runs": 0}
    ]
    world.check()


def captures(world: World) -> int:
    if not world.rows("select 1 from sqlite_master where name = 'captures'"):
        return 0
    return int(world.value("select count(*) from captures"))


def test_a_crawl_whose_readers_get_sigterm_too_refuses_no_page(world: World) -> None:
    portal = world.portals["songmai"]
    running = world.start("crawl", "songmai")
    until(lambda: len(portal.requests) >= 15)
    os.killpg(running.pid, signal.SIGTERM)  # as systemd does
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in errors
    until(lambda: processes_of(running.pid) == [])
    assert world.value("select outcome from runs") == "interrupted"
    world.crawl("songmai")
    assert world.value("select count(*) from articles") == len(world.portals.truth("songmai"))
    assert world.rows("select url from captures where outcome like 'refused-reader%'") == []
    world.check()


@pytest.mark.parametrize("number", STOPS, ids=lambda number: number.name)
def test_any_stop_signal_ends_serve_cleanly(world: World, number: signal.Signals) -> None:
    world.crawl("songmai", "--max-pages", "3")
    running = world.start("serve", "--port", str(free_port()))
    assert running.stdout is not None
    assert running.stdout.readline().startswith("Datasette: ")
    running.send_signal(number)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 0, errors
    assert "Traceback" not in errors


def test_what_nohup_ignores_stays_ignored() -> None:
    assert list(STOPS) == stop_signals()
    program = "from crawler.signals import stop_signals; print(*stop_signals())"
    shell = ["sh", "-c", f"trap '' HUP; {sys.executable} -c '{program}'"]
    shown = subprocess.run(shell, capture_output=True, text=True, check=True, timeout=30).stdout
    assert [int(number) for number in shown.split()] == [signal.SIGINT, signal.SIGTERM]

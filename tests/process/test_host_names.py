"""`loa serve` answers for its own host names alone: no page of another site reads the archive."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.browser.browser import chromium, why_no_browser
from tests.builders.served_archive import ServedArchive, fill_archive

SQL = "/archive.json?sql=select+title+from+articles"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedArchive]:
    path = tmp_path_factory.mktemp("host-names") / "archive.db"
    fill_archive(path)
    with ServedArchive(path, "--allowed-host", "tin.suoimo.example") as served:
        yield served


def answer_for(served: ServedArchive, host: str, path: str = "/") -> tuple[int, str]:
    answer = served.client.get(path, headers={"host": host})
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:9000",
        "localhost:8001",
        "LocalHost.",
        "[::1]:8001",
        "192.168.1.20:8001",
        f"{socket.gethostname()}:8001",
        f"{socket.gethostname()}.local",
        "tin.suoimo.example",
        "TIN.suoimo.example:443",
    ],
)
def test_own_names_and_ip_addresses_are_answered(served: ServedArchive, host: str) -> None:
    assert answer_for(served, host)[0] == 200


@pytest.mark.parametrize("path", ["/", SQL, "/archive/articles.csv", "/static/loa.css", "/-/x"])
@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "rebound.example:8001",
        "localhost.rebound.example",
        "127.0.0.1.rebound.example",
        "tin.suoimo.example.rebound.example",
        "rebound-localhost",
        "suoimo.example",
        "127.0.0.1@rebound.example",
        "localhost:8001.rebound.example",
        "<script>alert(1)</script>",
        "",
    ],
)
def test_any_other_name_reads_nothing(served: ServedArchive, host: str, path: str) -> None:
    status, text = answer_for(served, host, path)
    assert status == 421
    assert "--allowed-host" in text
    assert "script" not in text


def test_a_client_without_a_host_header_is_answered(served: ServedArchive) -> None:
    port = served.client.base_url.port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.sendall(b"GET /archive/articles.json HTTP/1.0\r\n\r\n")
        assert plain.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.skipif(why_no_browser() is not None, reason=str(why_no_browser()))
def test_in_a_browser_a_rebound_name_reads_nothing(served: ServedArchive, tmp_path: Path) -> None:
    shown = {name: in_browser(served, name, tmp_path) for name in ("localhost", "rebound.example")}
    assert "Su\\u1ed1i M\\u01a1" in shown["localhost"]
    assert "Su" not in shown["rebound.example"]
    assert "does not answer for that host name" in shown["rebound.example"]


def in_browser(served: ServedArchive, name: str, folder: Path) -> str:
    """What a browser shows of the answer to SQL at a name that leads to the server."""
    command = [
        str(chromium()),
        "--headless",
        "--disable-gpu",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        f"--user-data-dir={folder / name}",
        f"--host-resolver-rules=MAP {name} 127.0.0.1",
        "--dump-dom",
        f"http://{name}:{served.client.base_url.port}{SQL}",
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

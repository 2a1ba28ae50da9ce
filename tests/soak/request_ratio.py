"""The requests of a visit of an unchanged portal, beside those of an older Loa on the same server.

$LOA_BASE: the older checkout, with a `.venv` of its own.
"""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import ROOT, SHARED
from tests.bench.serve_capture import pages_of
from tests.builders.restless_portal import RestlessPortal, captured

CAPTURE = SHARED / "data" / "nukeviet" / "nukeviet.warc.gz"
BASE = os.environ.get("LOA_BASE", "")
MOST = 1.2  # times the requests of the older one
DAYS = (0, 1, 2, 3, 4, 5, 6, 7)


def visits(checkout: Path, url: str, folder: Path) -> list[int]:
    """The requests of each of some daily visits."""
    folder.mkdir()
    own = checkout / ".venv" / "bin" / "python"
    python = own if own.exists() else sys.executable
    for day in DAYS:
        command = [str(python), "-m", "tests.builders.loa_on_another_day", str(day), "crawl"]
        subprocess.run(
            [*command, url, "--delay", "0", "--archive", str(folder / "archive.db")],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout), "LOA_SITES": str(folder)},
            check=True,
            capture_output=True,
        )
    with sqlite3.connect(folder / "archive.db") as db:
        return [requests for (requests,) in db.execute("select requests from runs order by id")]


@pytest.mark.skipif(not (BASE and CAPTURE.exists()), reason="needs $LOA_BASE and the capture")
@pytest.mark.timeout(1800)
def test_a_later_visit_asks_little_more_than_before(tmp_path: Path) -> None:
    pages, host = pages_of(CAPTURE)
    with RestlessPortal(captured(pages), host.decode(), lambda: datetime.now(UTC)) as portal:
        portal.unrest = None
        before = visits(Path(BASE), portal.url, tmp_path / "before")
        now = visits(ROOT, portal.url, tmp_path / "now")
    ratio = sum(now[1:]) / sum(before[1:])
    verdict = "" if ratio <= MOST else "WRONG "
    print(f"measured: {verdict}{ratio:.3f} times the requests; before {before}, now {now}")
    assert ratio <= MOST
    assert now[0] <= MOST * before[0]

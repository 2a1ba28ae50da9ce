"""Sample portals on loopback, an archive in its own folder, and `loa` as a real process."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from portals.sample import SamplePortals
from portals.sample.portal import Request
from tests import ROOT
from tests.builders.hostile_web import HostileWeb

SITES = ("anphu", "songmai", "thachlam")
LOA = Path(sys.executable).with_name("loa")
AT_ANOTHER_TIME = """
import sys
from datetime import UTC, datetime
from crawler.cli import main
ahead = datetime.fromisoformat(sys.argv.pop(1)) - datetime.now(UTC)
main(lambda: datetime.now(UTC) + ahead)
"""
CONTACT = "mailto:archive@example.org"


class Workplace:
    """One archive, site files, and `loa` between them. Everything is written below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive.db"
        self.sites = folder / "sites"
        self.sites.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LOA_ARCHIVE": str(self.archive),
            "LOA_SITES": str(self.sites),
            "LOA_CONTACT": CONTACT,
        }

    def loa(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        command = [str(LOA), *map(str, arguments)]
        return subprocess.run(
            command,
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def loa_at(self, now: datetime, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end with a clock that begins at `now` and goes on from there."""
        command = [sys.executable, "-c", AT_ANOTHER_TIME, now.isoformat(), *map(str, arguments)]
        return subprocess.run(
            command,
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def crawl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A crawl that has to end well."""
        done = self.loa("crawl", *arguments)
        assert done.returncode == 0, done.stderr
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in its own process group, so that its readers can be killed with it."""
        return subprocess.Popen(
            [str(LOA), *arguments],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start_later(self, days: float, *arguments: str) -> subprocess.Popen[str]:
        """Begins a command so many days from now."""
        environment = {**self.environment, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.builders.loa_on_another_day", str(days), *arguments]
        return subprocess.Popen(
            command,
            env=environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the archive holds."""
        db = sqlite3.connect(f"file:{self.archive}?mode=ro", uri=True)
        try:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(query, values)]
        finally:
            db.close()

    def value(self, query: str, *values: Any) -> Any:
        """The one value that a query gives."""
        (row,) = self.rows(query, *values)
        (value,) = row.values()
        return value

    def write(self, statement: str, *values: Any) -> None:
        """Changes the archive behind Loa's back."""
        db = sqlite3.connect(self.archive)
        try:
            with db:
                db.execute(statement, values)
        finally:
            db.close()

    def make_due(self, url: str) -> None:
        """The day has come on which an address is asked for again."""
        self.write("update pages set next_due_at = '2000-01-01T00:00:00.000Z' where url = ?", url)

    def rewrite_site(self, key: str, old: str, new: str) -> None:
        """Changes the site file."""
        path = self.sites / f"{key}.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def check(self) -> None:
        """`loa verify` finds nothing wrong."""
        done = self.loa("verify")
        assert done.returncode == 0, done.stdout + done.stderr


class World(Workplace):
    """A workplace with the sample portals around it."""

    def __init__(self, folder: Path, portals: SamplePortals) -> None:
        super().__init__(folder)
        self.portals = portals
        portals.sites_folder(self.sites)


class HostileWorld(Workplace):
    """A workplace in a hostile web. `crawl_rules`: for the [crawl] tables of all site files."""

    def __init__(
        self, folder: Path, web: HostileWeb, crawl_rules: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(folder)
        web.sites_folder(self.sites, **(crawl_rules or {}))


def asked(portals: SamplePortals, key: str, since: int = 0) -> list[Request]:
    """What a portal was asked for, from the `since`-th request on."""
    return portals[key].requests[since:]


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Returns as soon as the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition never came true"
        time.sleep(0.002)


def processes_of(group: int) -> list[int]:
    """The processes of a group that `World.start` began which are still there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(int(stat.parent.name))
    return found


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the process and its readers, as the kernel's out-of-memory killer would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

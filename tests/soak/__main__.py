"""`make soak`: every reliability fault at full counts, from outside, in more than half an hour.

Prints one table, and exits with 1 if a row did not hold.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests import ROOT

LONGEST = 3600  # seconds for one row


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: its label, what happens how often, and the tests that do it.

    `counts` holds environment variables that those tests read.
    """

    label: str
    what: str
    tests: tuple[str, ...]
    counts: dict[str, str] = field(default_factory=dict)


ROWS = (
    Row(
        "F1",
        "100 SIGKILLs over 600 pages",
        ("tests/faults/test_repeated_kills.py",),
        {"LOA_KILLS": "100", "LOA_KILL_PAGES": "600"},
    ),
    Row(
        "F1",
        "10 SIGKILLs over a sample portal",
        ("tests/faults/test_kill.py",),
        {"LOA_KILLS": "10"},
    ),
    Row(
        "F2-F4, F18",
        "3 kills at 9 points, 100 cuts, 80 flips",
        (
            "tests/faults/test_crash.py",
            "tests/unit/pipelines/keep/upkeep/test_lost_bytes.py",
            "tests/faults/test_lost_bytes_again.py",
        ),
        {"LOA_CRASHES": "3", "LOA_CUTS": "100"},
    ),
    Row("F5", "full disks, and floors", ("tests/faults/test_disk_full.py",)),
    Row(
        "F6-F8",
        "a lock of 10 s, 20,000 writes beside a reader",
        ("tests/faults/test_locks.py",),
        {"LOA_LOCK_SECONDS": "10", "LOA_READER_WRITES": "20000"},
    ),
    Row(
        "F17",
        "10 copies during writes, an archive made anew",
        ("tests/faults/test_snapshot.py",),
        {"LOA_COPIES": "10"},
    ),
    Row(
        "F19",
        "50 kills during an upgrade",
        ("tests/faults/test_upgrade.py",),
        {"LOA_UPGRADE_KILLS": "50"},
    ),
    Row(
        "second look",
        "22 kills within it",
        ("tests/process/test_second_look.py",),
        {"LOA_KILLS": "22"},
    ),
    Row(
        "F9",
        "readers hang, starve, die, flood",
        ("tests/faults/test_reader_deaths.py", "tests/process/test_readers.py"),
    ),
    Row(
        "F9",
        "the reader raises at 50 places, one by one",
        ("tests/faults/test_reader_faults.py",),
        {"LOA_READER_FAULTS": "50"},
    ),
    Row(
        "F11",
        "22 ways not to answer, timeout 5 s",
        ("tests/faults/test_network.py",),
        {"LOA_TIMEOUT": "5"},
    ),
    Row(
        "F12",
        "20 portals, 30 days, one bad",
        ("tests/faults/test_isolation.py",),
        {"LOA_PORTALS": "20", "LOA_RUNS": "30"},
    ),
    Row("F9", "a WARC file imported 5 times, busy processes", ("tests/soak/busy_imports.py",)),
    Row("F12", "19 portals beside a hostile one, time", ("tests/soak/one_hostile.py",)),
    Row(
        "originals",
        "95 hostile pages, each alone and in its frame",
        ("tests/process/test_hostile_originals.py",),
        {"LOA_WAYS_TOGETHER": "1"},
    ),
    Row(
        "F13",
        "60 healthy visits, 12 kinds of breakage",
        ("tests/faults/test_silent_breakage.py",),
        {"LOA_HEALTHY_VISITS": "20"},
    ),
    Row(
        "identity",
        "100 worlds that lie about addresses, 3 visits",
        ("tests/faults/test_lying_addresses.py",),
        {"LOA_WORLDS": "100"},
    ),
    Row("history", "5 restless visits, 20 edits in 92 days", ("tests/soak/twenty_edits.py",)),
    Row("history", "17 ways to vanish or to move, 60 well", ("tests/soak/removal_scenarios.py",)),
    Row("history", "10 shuffled orders of six days", ("tests/soak/shuffled_imports.py",)),
    Row("history", "20 pages lose a picture", ("tests/soak/lost_pictures.py",)),
    Row("F14", "23 answers for robots.txt", ("tests/faults/test_robots_answers.py",)),
    Row(
        "F15",
        "1,000 requests, two crawls; 100 site files on one host",
        ("tests/faults/test_pace.py",),
        {"LOA_REQUESTS": "1000", "LOA_SITE_FILES": "100"},
    ),
    Row(
        "F15",
        "7 firewalls, for a visit and for a week",
        ("tests/faults/test_firewalls.py",),
        {"LOA_FIREWALLS": "1"},
    ),
    Row("F16", "4 jumps of the clock", ("tests/faults/test_clock_jumps.py",)),
    Row(
        "F21, L3",
        "240 hourly runs, three days without",
        ("tests/faults/test_quiet_days.py",),
        {"LOA_HOURS": "240"},
    ),
    Row("states", "12 states of articles, 14 healthy portals", ("tests/soak/article_states.py",)),
    Row(
        "exports",
        "30 SIGKILLs of an export, each of two formats",
        ("tests/process/test_export.py",),
        {"LOA_EXPORT_KILLS": "30"},
    ),
    Row(
        "face",
        "ten pages of each kind in Chromium, hostile too",
        ("tests/process/test_face_in_a_browser.py", "tests/process/test_hostile_face.py"),
        {"LOA_PAGES_OF_A_KIND": "10"},
    ),
    Row(
        "alerts",
        "60 runs with failing receivers, 20 kills",
        ("tests/faults/test_alert_failures.py",),
        {"LOA_ALERT_RUNS": "60", "LOA_ALERT_KILLS": "20"},
    ),
    Row("operator", "docs/operate.md in a fresh Debian", ("tests/soak/operators_road.py",)),
    Row("operator", "the containers in a fresh Debian", ("tests/soak/containers.py",)),
    Row(
        "S10, S12-14, L4",
        "60 abuses, 40 slow clients, 10 swaps, 20,000 articles",
        ("tests/process/test_public_serving.py",),
        {
            **{"LOA_PUBLIC_ARTICLES": "20000", "LOA_PUBLIC_SECONDS": "2", "LOA_SWAPS": "10"},
            **{"LOA_ABUSES": "3", "LOA_SLOW_CLIENTS": "20"},
        },
    ),
    Row("L1", "10,000 pages on 200 sites", ("tests/soak/many_sites.py",)),
    Row("3.2", "5,000 mutants", ("tests/pages/test_damaged_pages.py",), {"LOA_MUTANTS": "5000"}),
)


def run(row: Row, folder: Path) -> tuple[bool, float, list[str]]:
    """Run one row: whether it held, its seconds, and what it measured or how it failed."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
        "--basetemp",
        str(folder / "pytest"),
        "--timeout",
        str(LONGEST),
        *row.tests,
    ]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **row.counts},
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
        lines, held = done.stdout.splitlines(), done.returncode == 0
    except subprocess.TimeoutExpired as late:
        lines, held = [*str(late.stdout or "").splitlines(), f"took more than {LONGEST} s"], False
    measured = [line[line.index("measured: ") :] for line in lines if "measured: " in line]
    measured += [line for line in lines if line.startswith("SKIPPED")]
    return held, time.monotonic() - began, measured if held else [*measured, *lines[-15:]]


def main(wanted: list[str]) -> int:
    """Run the rows whose label or description contains one of `wanted`; without any, all."""
    rows = [
        row
        for row in ROWS
        if not wanted or any(word in row.label or word in row.what for word in wanted)
    ]
    failed = 0
    print(f"{'fault':20} {'count':44} {'held':5} seconds", flush=True)
    for row in rows:
        with tempfile.TemporaryDirectory() as folder:
            held, seconds, told = run(row, Path(folder))
        failed += not held
        print(
            f"{row.label:20} {row.what:44} {'yes' if held else 'NO':5} {seconds:7.0f}",
            *(f"\n    {line}" for line in told),
            sep="",
            flush=True,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make bench`: the whole line (crawl, keep, read, store, index) beside other readers.

The others are trafilatura's bare_extraction and lxml's parser alone, on the same pages.

Every figure is that of whole processes, start-up included, as the operating system accounts them.
Seconds depend on the machine; what counts is the ratios.
All processes share one processor. Where two virtual processors are one real core, a second that two
processes spend side by side is accounted twice, and the line, which works in several processes,
would compete with itself.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT

TURNS = 3
COPIES = 8  # of the site, side by side in one crawl, so that start-up hides no page's cost
CAPTURE = ROOT.parent / "shared" / "data" / "nukeviet" / "nukeviet.warc.gz"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command and its children cost: CPU and wall seconds, and the largest in MiB."""

    cpu: float
    wall: float
    peak: float


def run(command: list[str], environment: dict[str, str] | None = None) -> tuple[Cost, str]:
    """Runs a command to its end; (cost, its standard output)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    timed = [sys.executable, "-c", PEAK, *command]
    done = subprocess.run(
        timed,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    *output, peak = done.stdout.strip().splitlines()
    return Cost(cpu, time.monotonic() - begun, int(peak) / 1024), "\n".join(output)


# Each command has its own parent, so that the peak of its children is not that of an earlier one.
PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def crawl(archive: Path) -> Cost:
    """Crawl copies of the nukeviet capture, or of the sample portals, into a new archive."""
    loa = [sys.executable, "-m", "crawler"]
    if not CAPTURE.exists():
        return run([*loa, "demo", "--crawl-only", "--archive", str(archive)])[0]
    serving = [sys.executable, "-m", "tests.bench.serve_capture", str(CAPTURE), str(COPIES)]
    with subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            return run(
                [
                    *loa,
                    "crawl",
                    *server.stdout.readline().split(),
                    "--delay",
                    "0",
                    "--archive",
                    str(archive),
                ]
            )[0]
        finally:
            server.terminate()


def main() -> None:
    """Take turns at crawling and reading the pages, and print the least that each way cost.

    The least, because a machine that is slow for a while only ever adds.
    """
    # See the module's docstring; children inherit it.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if not CAPTURE.exists():
        print(
            f"{CAPTURE} is missing: the sample portals stand in, served by the crawling "
            "process itself, so the line looks dearer than it is"
        )
    lines, bares, parses = [], [], []
    pages = 0
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(TURNS):
            archive = Path(folder) / str(turn) / "archive.db"
            archive.parent.mkdir()
            lines.append(crawl(archive))
            alone = [sys.executable, "-m", "tests.bench.readers_alone"]
            bare, count = run([*alone, "bare_extraction", str(archive)])
            bares.append(bare)
            parses.append(run([*alone, "lxml", str(archive)])[0])
            pages = int(count.splitlines()[-1])
    line, bare, parse = (min(costs, key=lambda cost: cost.cpu) for costs in (lines, bares, parses))
    spread = (
        ", ".join(f"{cost.cpu:.1f}" for cost in lines)
        + "; "
        + ", ".join(f"{cost.cpu:.1f}" for cost in bares)
    )
    print(
        f"{pages} HTML pages; whole processes, start-up included; the least of {TURNS} turns; "
        f"CPU s of the line, and of bare_extraction, in each: {spread}"
    )
    print(f"{'':34}{'pages/CPU s':>12}{'pages/s':>10}{'CPU s':>9}{'peak MiB':>10}")
    for name, cost in (
        ("whole line", line),
        ("bare_extraction with metadata", bare),
        ("lxml parsing", parse),
    ):
        print(
            f"{name:34}{pages / cost.cpu:12.1f}{pages / cost.wall:10.1f}{cost.cpu:9.2f}"
            f"{cost.peak:10.0f}"
        )
    print(
        f"ratio, pages per CPU second: line / bare_extraction = {bare.cpu / line.cpu:.2f}, "
        f"line / lxml = {parse.cpu / line.cpu:.2f}"
    )


if __name__ == "__main__":
    main()

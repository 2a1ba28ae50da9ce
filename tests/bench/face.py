"""The face under load: `python -m tests.bench.face ARCHIVE [--rate 20] [--seconds 60]`.

Sends requests of a named mix (tests/bench/large_archive/mix.py) to `loa serve` at a fixed rate,
whether or not the answers keep up, while a writer stores an article each second in the same
archive. Prints the times of each kind, the errors, the server's processor time and its memory; then
the same of Datasette alone over the same file. Before that, each kind alone, one request after the
other: what one costs on a quiet server.

Without an archive it builds one of 20,000 articles and asks less: what counts then is the ratios.
The archive is written to: give it a copy, or one that the bench made.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import ROOT
from tests.bench.large_archive.build import build
from tests.bench.large_archive.mix import (
    Kind,
    addresses,
    arrivals,
    sample,
    stock_addresses,
)
from tests.builders.served_archive import free_port

TICKS = os.sysconf("SC_CLK_TCK")
LONGEST = 60.0  # seconds for one answer
ALONE = 15  # requests of each kind, one after the other
SMALL = 20_000  # articles


@dataclass(slots=True)
class Answers:
    """The seconds that answers took, and the errors, each with its address."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0


class Server:
    """A web server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def cpu(self) -> float:
        """The processor seconds that it took so far."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    def memory(self) -> int:
        """The most memory that it held, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    async def get(self, path: str) -> int:
        """The status of an answer, read to its end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            status = int((await reader.readline()).split()[1])
            while await reader.read(1 << 16):
                pass
        finally:
            writer.close()
        return status


@contextmanager
def served(command: Callable[[int], Sequence[str]]) -> Iterator[Server]:
    """A server that answers, until the end of the block."""
    port = free_port()
    process = subprocess.Popen(
        command(port),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    server = Server(process, port)
    try:
        began = time.monotonic()
        while time.monotonic() - began < LONGEST:
            try:
                asyncio.run(server.get("/-/versions.json"))
                break
            except OSError:
                time.sleep(0.05)
        print(f"start: {time.monotonic() - began:.1f} s, {server.memory()} MiB")
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def loa(archive: Path) -> Callable[[int], Sequence[str]]:
    serve = [sys.executable, "-m", "crawler", "serve", "--archive", str(archive), "--port"]
    return lambda port: [*serve, str(port)]


def stock(archive: Path) -> Callable[[int], Sequence[str]]:
    datasette = [sys.executable, "-m", "datasette", "serve", str(archive), "--port"]
    return lambda port: [*datasette, str(port)]


async def load(server: Server, plan: Sequence[tuple[float, Kind, str]]) -> dict[Kind, Answers]:
    """Send each request at its time, and wait for all answers."""
    found: dict[Kind, Answers] = defaultdict(Answers)
    began = asyncio.get_running_loop().time()

    async def ask(at: float, kind: Kind, path: str) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(began + at - loop.time())
        due = began + at
        try:
            status = await asyncio.wait_for(server.get(path), LONGEST)
        except (OSError, TimeoutError, IndexError, ValueError) as error:
            found[kind].errors.append(f"{type(error).__name__} {path}")
        else:
            if status != 200:
                found[kind].errors.append(f"{status} {path}")
            found[kind].seconds.append(loop.time() - due)

    await asyncio.gather(*(ask(*one) for one in plan))
    return found


def alone(server: Server, choices: Mapping[Kind, Sequence[str]]) -> None:
    """What a request of each kind costs on a quiet server, after some have warmed it."""
    print(f"{'one after the other':22}{'wall ms':>10}{'cpu ms':>10}{'longest':>10}")
    for kind, paths in choices.items():
        chosen = (list(paths) * 2 * ALONE)[: 2 * ALONE]
        for path in chosen[:ALONE]:
            asyncio.run(server.get(path))
        cpu, times = server.cpu(), []
        for path in chosen[ALONE:]:
            began = time.monotonic()
            asyncio.run(server.get(path))
            times.append(1000 * (time.monotonic() - began))
        spent = 1000 * (server.cpu() - cpu) / len(times)
        print(f"{kind:22}{sum(times) / len(times):10.1f}{spent:10.1f}{max(times):10.1f}")


@contextmanager
def writing(archive: Path) -> Iterator[None]:
    """A process that stores an article each second, as a crawl does."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.large_archive.writer", str(archive)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    print(writer.stdout.readline().strip())
    try:
        yield
    finally:
        writer.stdin.close()
        print(writer.stdout.read().strip())
        writer.wait(timeout=60)


def measure(
    server: Server,
    choices: Mapping[Kind, Sequence[str]],
    archive: Path,
    rate: float,
    seconds: float,
) -> dict[Kind, Answers]:
    """Load a server, print what was measured, and return it."""
    alone(server, choices)
    cpu, began = server.cpu(), time.monotonic()
    with writing(archive):
        found = asyncio.run(load(server, arrivals(choices, rate, seconds)))
    wall = time.monotonic() - began
    print(f"load average of the machine: {os.getloadavg()[0]:.1f}")
    print(f"{'under load':22}{'requests':>10}{'errors':>8}{'p50 ms':>10}{'p95':>9}{'p99':>9}")
    for kind in choices:
        one = found[kind]
        quantiles = f"{one.quantile(0.5):10.0f}{one.quantile(0.95):9.0f}{one.quantile(0.99):9.0f}"
        print(f"{kind:22}{len(one.seconds):10}{len(one.errors):8}{quantiles}")
    requests = sum(len(one.seconds) for one in found.values())
    spent = server.cpu() - cpu
    print(
        f"{requests} requests in {wall:.0f} s: {spent:.1f} s of processor time,"
        f" {1000 * spent / max(requests, 1):.0f} ms each; at most {server.memory()} MiB"
    )
    for kind, one in found.items():
        for error in one.errors[:3]:
            print(f"  {kind}: {error[:160]}")
    return found


def main() -> None:
    """Measure the face, then Datasette alone, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path, nargs="?")
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", choices=("loa", "stock"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive, rate, seconds = asked.archive, asked.rate, asked.seconds
        if archive is None:
            archive, rate, seconds = Path(folder) / "archive.db", 10.0, 20.0
            build(SMALL, archive)
        held = sample(archive.resolve())
        found = {}
        for name, command, choices in (
            ("loa", loa(archive.resolve()), addresses(held, "archive")),
            ("stock", stock(archive.resolve()), stock_addresses(held, archive.stem)),
        ):
            if asked.only in (None, name):
                print(f"== {name}: {archive}, {rate:g} requests a second for {seconds:g} s")
                with served(command) as server:
                    found[name] = measure(server, choices, archive.resolve(), rate, seconds)
    if len(found) == 2:
        ratios = [
            f"{kind} {found['stock'][kind].quantile(0.95) / max(one.quantile(0.95), 1e-3):.1f}"
            for kind, one in found["loa"].items()
        ]
        print(f"ratio of p95, Datasette alone / loa: {'; '.join(ratios)}")


if __name__ == "__main__":
    main()

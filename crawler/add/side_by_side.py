"""Surveys several portals side by side, each in a process of its own, and no server twice at once.

Many portals of one province stand on one server. So two surveys run side by side only if their
hosts share neither an address nor a registered domain.
"""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from bisect import insort
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from typing import IO, Any
from urllib.parse import urlsplit

from crawler.add.causes import Cause

Servers = frozenset[str]
Answer = dict[str, Any]
LONGEST = 3600  # seconds for one survey; 30 requests with a Crawl-delay of a minute take half
LONGEST_TOLD = 300  # characters


@dataclass(frozen=True, slots=True)
class Task:
    """A portal to survey: what `crawler.add.survey_process` reads."""

    url: str
    key: str
    archive: str
    proxy: str | None = None
    delay: float | None = None


@dataclass(slots=True, eq=False)
class Waiting:
    """A task that waits for its servers; they are not known before they are asked for."""

    number: int  # in the list
    task: Task
    servers: Servers | None = None


class Turns:
    """Gives each worker the next task whose servers nobody asks."""

    def __init__(self, tasks: Sequence[Task], servers_of: Callable[[str], Servers]) -> None:
        self._waiting = [Waiting(number, task) for number, task in enumerate(tasks)]
        self._servers_of = servers_of
        self._busy: set[str] = set()
        self._unsettled = 0  # tasks whose servers are being looked up
        self._changed = threading.Condition()

    def next(self) -> Waiting | None:
        """The next task, whose servers are now busy; None if none is left. It may wait."""
        while True:
            with self._changed:
                one = self._first_free()
                while one is None:
                    if not self._waiting and not self._unsettled:
                        return None
                    self._changed.wait()
                    one = self._first_free()
                self._waiting.remove(one)
                if one.servers is not None:
                    self._busy |= one.servers
                    return one
                self._unsettled += 1
            try:
                one.servers = self._servers_of(one.task.url)
            finally:
                with self._changed:
                    self._unsettled -= 1
                    insort(self._waiting, one, key=lambda waiting: waiting.number)
                    self._changed.notify_all()

    def done(self, one: Waiting) -> None:
        """Its servers may be asked again."""
        with self._changed:
            self._busy -= one.servers or frozenset()
            self._changed.notify_all()

    def stop(self) -> None:
        """Give no more."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    def _first_free(self) -> Waiting | None:
        free = (one for one in self._waiting if not (one.servers or frozenset()) & self._busy)
        return next(free, None)


def survey_all(tasks: Sequence[Task], at_once: int) -> Iterator[tuple[Task, Answer]]:
    """Each task with its answer (see `crawler.add.survey_process`), as they end.

    If the caller stops, the surveys that run are ended, and all have ended when it returns.
    """
    with tempfile.TemporaryDirectory() as scratch:  # of surveys that are killed, too
        yield from _all_answers(_Surveys(tasks, scratch), tasks, at_once)


def _all_answers(
    surveys: "_Surveys", tasks: Sequence[Task], at_once: int
) -> Iterator[tuple[Task, Answer]]:
    workers = [threading.Thread(target=surveys.work) for _ in range(min(at_once, len(tasks)))]
    for worker in workers:
        worker.start()
    try:
        for _ in tasks:
            yield surveys.answers.get()
    finally:
        surveys.stop()
        for worker in workers:
            worker.join()


def servers_of(url: str) -> Servers:
    """What names the servers of an address: its registered domain, and the addresses of its host.
    A name without an address has only its domain.
    """
    host = urlsplit(url).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    return servers_by_name(url) | {str(one[4][0]) for one in found}


def servers_by_name(url: str) -> Servers:
    """The registered domain alone: a proxy looks up the addresses."""
    host = urlsplit(url).hostname or ""
    return frozenset({_registered(host) or host})


@cache
def _extract() -> Any:
    from tldextract import TLDExtract  # takes a while to load

    return TLDExtract(cache_dir=None, suffix_list_urls=())


def _registered(host: str) -> str:
    return str(_extract()(host).top_domain_under_public_suffix)


class _Surveys:
    """The processes that survey, one of each worker."""

    def __init__(self, tasks: Sequence[Task], scratch: str) -> None:
        self._environment = {**os.environ, "TMPDIR": scratch}
        by_proxy = any(one.proxy for one in tasks)
        self._turns = Turns(tasks, servers_by_name if by_proxy else servers_of)
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._is_stopping = False
        self.answers: queue.Queue[tuple[Task, Answer]] = queue.Queue()

    def work(self) -> None:
        """Survey one portal after the other, until none is left."""
        while (one := self._turns.next()) is not None:
            try:
                answer = self._surveyed(one.task)
            except OSError as error:
                answer = {"cause": Cause.OTHER, "told": f"{one.task.url}: {error}"}
            self._turns.done(one)
            self.answers.put((one.task, answer))

    def stop(self) -> None:
        """Begin no more, and end those that run at once: they keep nothing, and may wait for a
        portal for half a minute.
        """
        self._turns.stop()
        with self._lock:
            self._is_stopping = True
            for process in self._running:
                _kill(process)

    def _surveyed(self, task: Task) -> Answer:
        with tempfile.TemporaryFile("w+", errors="replace") as faults:
            process = self._begun(faults)
            limit = threading.Timer(LONGEST, _kill, [process])
            limit.start()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                with process:
                    # Its input stays open: the survey ends when this process does.
                    process.stdin.write(json.dumps(asdict(task)) + "\n")
                    process.stdin.flush()
                    said = process.stdout.read()
            finally:
                limit.cancel()
                with self._lock:
                    self._running.discard(process)
            faults.seek(0)
            return _answer(said) or {
                "cause": Cause.OTHER,
                "told": _fault(task, faults.read(), process),
            }

    def _begun(self, faults: IO[str]) -> subprocess.Popen[str]:
        with self._lock:
            process = subprocess.Popen(
                [sys.executable, "-m", "crawler.add.survey_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=faults,
                text=True,
                env=self._environment,
                start_new_session=True,  # a Ctrl-C is ours to pass on
            )
            self._running.add(process)
            if self._is_stopping:
                _kill(process)
        return process


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a survey and the processes that read pages for it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _answer(said: str) -> Answer | None:
    try:
        found = json.loads(said)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _fault(task: Task, told: str, process: subprocess.Popen[str]) -> str:
    lines = told.strip().splitlines()
    why = lines[-1] if lines else f"the survey ended with {process.returncode}"
    return f"{task.url}: {why}"[:LONGEST_TOLD]

"""Readers: worker processes with a time and a memory limit, killed and replaced when they pass it. The process that fetches parses nothing."""

import logging
import multiprocessing
import resource
import threading
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pebble import ProcessExpired, ProcessPool

from pipelines.read.reading import Reading
from pipelines.read.task import Task
from portals.errors import LoaError

if TYPE_CHECKING:
    from pipelines.read.survey import Sample, Survey

SECONDS = 20.0  # a page takes some 10 ms; the slowest honest one seen took 2 s
POOLS_A_TASK = 3  # pools that may break under a task before it is given up
TOLD_MOST = 100_000  # addresses of one site that a worker remembers to have told
MEMORY = 1 << 30  # bytes of address space of one worker


class SurveyFailedError(LoaError):
    """The pages of a portal cannot be looked at together within the limits of a worker."""

    exit_code = 7


class Readers:
    """A pool of reading processes. `read` gives a future that always ends in a Reading: what kills a worker becomes a typed refusal.

    A worker that dies over nothing (the kernel takes its memory) breaks the whole pool, by pebble's design; a new pool then takes the tasks over.
    """

    def __init__(self, workers: int = 1, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds = seconds
        self._workers, self._memory = workers, memory
        self._pools = [self._new_pool()]
        self._lock = threading.Lock()
        self._closed = False
        self._open: dict[Future[Reading], Task] = {}

    def read(self, task: Task) -> "Future[Reading]":
        """Begins reading; the result is there when a worker is done with it, or was killed over it."""
        outcome: Future[Reading] = Future()
        self._open[outcome] = task
        outcome.add_done_callback(lambda done: self._open.pop(done, None))
        self._begin(task, outcome, POOLS_A_TASK)
        return outcome

    def survey(self, sample: "Sample") -> "Survey":
        """What several pages of one portal say together. Raises SurveyFailedError where they are too much for a worker."""
        try:
            surveyed: Survey = self._pool().schedule(_survey, args=(sample,), timeout=self.seconds).result()
        except (FutureTimeout, ProcessExpired, BrokenProcessPool, MemoryError) as error:
            why = f"its pages cannot be looked at together within {self.seconds:g} s ({type(error).__name__}); write its site file by hand"
            raise SurveyFailedError(f"{sample.site.url}: {why}") from error
        return surveyed

    def _begin(self, task: Task, outcome: "Future[Reading]", pools: int) -> None:
        work = self._pool().schedule(_read, args=(task,), timeout=self.seconds)
        work.add_done_callback(lambda done: self._end(done, task, outcome, pools))

    def _end(self, done: "Future[Reading]", task: Task, outcome: "Future[Reading]", pools: int) -> None:
        broken = not done.cancelled() and isinstance(done.exception(), BrokenProcessPool)
        if broken and pools > 1 and not self._closed:
            self._begin(task, outcome, pools - 1)
        else:
            with suppress(InvalidStateError):  # closed meanwhile
                outcome.set_result(_result(done, task, self.seconds))

    def _pool(self) -> ProcessPool:
        with self._lock:
            if not self._pools[-1].active:
                self._pools.append(self._new_pool())
            return self._pools[-1]

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(max_workers=self._workers, context=multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(self._memory,))

    def close(self) -> None:
        """Ends the workers, whatever they are at."""
        self._closed = True
        for pool in self._pools:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation here
            pool.join()
        for outcome, task in list(self._open.items()):  # pebble forgets what it had not begun
            with suppress(InvalidStateError):
                outcome.set_result(Reading("refused", refusal="not-read", detail=f"{task.capture.url}: the readers were closed before its turn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _result(done: "Future[Reading]", task: Task, seconds: float) -> Reading:
    url = task.capture.url
    if done.cancelled():
        return Reading("refused", refusal="not-read", detail=f"{url}: the readers were closed before its turn")
    error = done.exception()
    if error is None:
        return done.result()
    if isinstance(error, FutureTimeout | TimeoutError):
        return Reading("refused", refusal="too-slow", detail=f"{url}: reading took longer than {seconds:g} s and was stopped")
    if isinstance(error, ProcessExpired):
        return Reading("refused", refusal="reader-died", detail=f"{url}: the reading process died (exit code {error.exitcode})")
    if isinstance(error, MemoryError):
        return Reading("refused", refusal="too-large", detail=f"{url}: reading needs more memory than a worker may have")
    return Reading("refused", refusal="reader-failed", detail=f"{url}: {type(error).__name__}: {error}")


def _read(task: Task) -> Reading:
    from pipelines.read.reader import read  # loaded in the workers only

    reading = read(task)
    if task.too_deep:
        return replace(reading, links=())  # not told, and not remembered as told: a page nearer to the front may name them yet
    told = _told.setdefault(task.capture.site, set())
    if len(told) > TOLD_MOST:
        told.clear()
    fresh = tuple(link for link in reading.links if link.published is not None or link.url not in told)
    told.update(link.url for link in fresh)
    return replace(reading, links=fresh)


def _survey(sample: "Sample") -> "Survey":
    from pipelines.read.survey import survey  # loaded in the workers only

    return survey(sample)


# What this worker has told of each site. The menu of a portal stands on all its pages, and to tell of its links each time would cost as much as reading them.
# A worker that is replaced begins anew; links that carry a date are always told, since the date may be what is missing.
_told: dict[str, set[str]] = {}


def _prepare(memory: int) -> None:
    """What a worker does before its first task: takes its limits, and loads what reads while the first requests are under way."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every untidy file; what matters comes back as a note
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    import_module("pipelines.read.reader")

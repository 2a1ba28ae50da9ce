"""Readers: worker processes with a time and a memory limit, killed and replaced when they pass it. The process that fetches parses nothing."""

import logging
import multiprocessing
import resource
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from pipelines.read.reader import Task, read
from pipelines.read.reading import Reading

SECONDS = 20.0  # a page takes some 10 ms; the slowest honest one seen took 2 s
MEMORY = 1 << 30  # bytes of address space of one worker


class Readers:
    """A pool of reading processes. `read` gives a future that always ends in a Reading: what kills a worker becomes a typed refusal."""

    def __init__(self, workers: int = 1, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds = seconds
        self._pool = ProcessPool(max_workers=workers, context=multiprocessing.get_context("spawn"), initializer=_limit, initargs=(memory,))

    def read(self, task: Task) -> "Future[Reading]":
        """Begins reading; the result is there when a worker is done with it, or was killed over it."""
        outcome: Future[Reading] = Future()
        work = self._pool.schedule(read, args=(task,), timeout=self.seconds)
        work.add_done_callback(lambda done: outcome.set_result(_result(done, task, self.seconds)))
        return outcome

    def close(self) -> None:
        """Ends the workers, whatever they are at."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation here
        self._pool.join()

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


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every untidy file; what matters comes back as a note
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

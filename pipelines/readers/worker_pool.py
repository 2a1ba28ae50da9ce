"""A pool of worker processes: each task has a time and a memory limit, and a worker that passes one is killed and replaced."""

import gc
import logging
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib import import_module
from typing import Any

from pebble import ProcessPool

POOLS_A_TASK = 3  # pools that may break under a task before it is given up


class WorkerPool:
    """Processes that wait for work side by side. `seconds`: of one task; `memory`: bytes of address space of one process; `niceness`: how far they step back.

    A worker that dies over nothing (the kernel takes its memory) breaks the whole pool, by pebble's design; a new pool then takes the tasks over.
    """

    def __init__(self, workers: int, *, seconds: float, memory: int, niceness: int = 0) -> None:
        self.seconds = seconds
        self._workers, self._memory, self._niceness = workers, memory, niceness
        self._pools = [self._new_pool()]
        self._lock = threading.Lock()
        self._closed = False

    def begin(self, work: Callable[[Any], Any], argument: Any) -> "Future[Any]":
        """The future of work(argument). It ends as pebble's do: with TimeoutError or ProcessExpired where the worker was killed or died over it."""
        outcome: Future[Any] = Future()
        self._begin(work, argument, outcome, POOLS_A_TASK)
        return outcome

    def _begin(
        self, work: Callable[[Any], Any], argument: Any, outcome: "Future[Any]", pools: int
    ) -> None:
        task = self._pool().schedule(work, args=(argument,), timeout=self.seconds)
        task.add_done_callback(lambda done: self._end(done, work, argument, outcome, pools))

    def _end(
        self,
        done: "Future[Any]",
        work: Callable[[Any], Any],
        argument: Any,
        outcome: "Future[Any]",
        pools: int,
    ) -> None:
        if done.cancelled():
            outcome.cancel()
            return
        error = done.exception()
        if isinstance(error, BrokenProcessPool) and pools > 1 and not self._closed:
            self._begin(work, argument, outcome, pools - 1)
            return
        with suppress(InvalidStateError):
            if error is None:
                outcome.set_result(done.result())
            else:
                outcome.set_exception(error)

    def _pool(self) -> ProcessPool:
        with self._lock:
            if not self._pools[-1].active:
                self._pools.append(self._new_pool())
            return self._pools[-1]

    def _new_pool(self) -> ProcessPool:
        limits = (self._memory, self._niceness)
        return ProcessPool(
            max_workers=self._workers,
            context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=limits,
        )

    def close(self) -> None:
        """Ends the workers, whatever they are at; what they had not begun gets no end."""
        self._closed = True
        for pool in self._pools:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation here
            pool.join()


def _prepare(memory: int, niceness: int) -> None:
    """What a worker does before its first task: takes its limits, and loads what reads while the first requests are under way."""
    os.nice(niceness)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger("pypdf").setLevel(
        logging.ERROR
    )  # it warns of every untidy file; what matters comes back as a note
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    import_module("pipelines.read.reader")
    gc.collect()
    gc.freeze()  # what was loaded stays: to look through it again and again for garbage costs a twentieth of reading

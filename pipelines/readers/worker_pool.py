"""A pool of worker processes; a worker that exceeds a limit is killed and replaced."""

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

POOLS_PER_TASK = 3  # after so many broken pools of pebble, a task is given up


class WorkerPool:
    """Worker processes that run tasks side by side.

    `seconds` limits one task, `memory` the bytes of address space of one process. `niceness` is
    added to the processes' own. A worker that dies outside a task (killed for lack of memory)
    breaks pebble's whole pool; a new one then takes over the tasks.
    """

    def __init__(self, workers: int, *, seconds: float, memory: int, niceness: int = 0) -> None:
        self.seconds = seconds
        self._workers, self._memory, self._niceness = workers, memory, niceness
        self._pools = [self._new_pool()]
        self._lock = threading.Lock()
        self._closed = False

    def begin(self, work: Callable[[Any], Any], argument: Any) -> "Future[Any]":
        """The future of work(argument).

        It raises TimeoutError if the worker was killed, ProcessExpired if the worker died.
        """
        outcome: Future[Any] = Future()
        self._begin(work, argument, outcome, POOLS_PER_TASK)
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
        spawn, limits = multiprocessing.get_context("spawn"), (self._memory, self._niceness)
        return ProcessPool(self._workers, context=spawn, initializer=_prepare, initargs=limits)

    def close(self) -> None:
        """Stops the workers, whatever they are doing. Futures of tasks not begun never end."""
        self._closed = True
        for pool in self._pools:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation here
            pool.join()


def _prepare(memory: int, niceness: int) -> None:
    """Sets the limits and loads the reader while the first requests are still under way."""
    os.nice(niceness)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # They warn about every untidy file; important faults come back as notes.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    import_module("pipelines.read.reader")
    gc.collect()
    gc.freeze()  # scanning the loaded modules for garbage costs a twentieth of reading

"""A pool of worker processes; a worker that exceeds a limit is killed and replaced."""

import gc
import logging
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib import import_module
from typing import Any

from pebble import ProcessExpired, ProcessPool

POOLS_PER_TASK = 3  # after so many broken pools of pebble, a task is given up
# Between the beginning and the end of a task, by a clock that nobody sets. So much only for a
# worker that waits for ever: on a busy machine, nine seconds of CPU time take minutes.
WALL_SECONDS = 900.0
# pebble's limit is for a worker whose death it missed. It asks a clock that may be set.
PEBBLE_SECONDS = 2 * WALL_SECONDS

Work = Callable[[Any], Any]


class WorkerDied(Exception):
    """The worker of a task died. `by`: the signal that ended it, None if it ended itself."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code
        self.by = signal.Signals(-exit_code) if exit_code < 0 else None

    @property
    def took_too_long(self) -> bool:
        """Whether the task used up its CPU time."""
        return self.by == signal.SIGPROF

    @property
    def is_no_fault_of_the_task(self) -> bool:
        """Whether the machine ended the worker: it had no time or no memory for it."""
        return self.by in (signal.SIGALRM, signal.SIGKILL)


class WorkerPool:
    """Worker processes that run tasks side by side.

    `seconds` limits the CPU time of one task, `wall` the seconds from its beginning to its end,
    `memory` the bytes of address space of one process. `niceness` is added to the processes' own.
    `before` prepares a worker for a task before its time counts. A worker that dies outside a task
    (killed for lack of memory) breaks pebble's whole pool; a new one then takes over the tasks.
    """

    def __init__(
        self,
        workers: int,
        *,
        seconds: float,
        memory: int,
        niceness: int = 0,
        before: Work | None = None,
        wall: float = WALL_SECONDS,
    ) -> None:
        self.seconds = seconds
        self._before, self._wall = before, wall
        self._workers, self._memory, self._niceness = workers, memory, niceness
        self._pools = [self._new_pool()]
        self._lock = threading.Lock()
        self._closed = False

    def begin(self, work: Work, argument: Any) -> "Future[Any]":
        """The future of work(argument), which raises WorkerDied if the worker dies."""
        outcome: Future[Any] = Future()
        self._begin(work, argument, outcome, POOLS_PER_TASK)
        return outcome

    def _begin(self, work: Work, argument: Any, outcome: "Future[Any]", pools: int) -> None:
        limited = (work, argument, self._before, self.seconds, self._wall)
        task = self._pool().schedule(_within_limits, args=limited, timeout=PEBBLE_SECONDS)
        task.add_done_callback(lambda done: self._end(done, work, argument, outcome, pools))

    def _end(
        self,
        done: "Future[Any]",
        work: Work,
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
            elif isinstance(error, ProcessExpired):
                outcome.set_exception(WorkerDied(error.exitcode))
            elif isinstance(error, TimeoutError):
                outcome.set_exception(WorkerDied(-signal.SIGALRM))
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


def _within_limits(
    work: Work, argument: Any, before: Work | None, seconds: float, wall: float
) -> Any:
    """Runs a task in the worker. The kernel ends the worker when the task's time is up: a Python
    handler would not run while a parser written in C is busy.
    """
    if before is not None:
        before(argument)
    signal.setitimer(signal.ITIMER_REAL, wall)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return work(argument)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _prepare(memory: int, niceness: int) -> None:
    """Sets the limits and loads the reader while the first requests are still under way."""
    for limit in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(limit, signal.SIG_DFL)
    os.nice(niceness)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # They warn about every untidy file; important faults come back as notes.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    import_module("pipelines.read.reader")
    gc.collect()
    gc.freeze()  # scanning the loaded modules for garbage costs a twentieth of reading

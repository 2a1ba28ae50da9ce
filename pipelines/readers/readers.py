"""Readers: worker processes with a time and a memory limit, killed and replaced when they pass it. The process that fetches parses nothing."""

import threading
from collections import Counter, deque
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pebble import ProcessExpired

from pipelines.outcomes import Refusal
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from pipelines.readers.worker_pool import WorkerPool
from portals.errors import LoaError

if TYPE_CHECKING:
    from pipelines.read.survey import Sample, Survey

FIRST_SECONDS = (
    1.5  # of a page's first try: some 10 ms are usual, and what needs more is tried again
)
SECONDS = 9.0  # of its second: the slowest honest one seen took 2 s; both together stay below ten
STEP_BACK = 5  # niceness of the second try
TOLD_MOST = 100_000  # addresses of one site that a worker remembers to have told
MEMORY = 1 << 30  # bytes of address space of one worker
KILLED = (FutureTimeout, TimeoutError, ProcessExpired)


class SurveyFailedError(LoaError):
    """The pages of a portal cannot be looked at together within the limits of a worker."""

    exit_code = 7


class Readers:
    """Reading processes. `read` gives a future that always ends in a Reading: what kills a worker becomes a typed refusal.

    A page is tried in `first` seconds beside all others; what kills its worker is tried once more, in `seconds`, by one process that works for such pages
    only. As long as a site's pages end there, all that it sends goes that way, so that no site can keep the others' readers busy.
    `a_site`: tasks of one site that are under way at once, where several sites share the readers.
    """

    def __init__(
        self,
        workers: int = 1,
        *,
        seconds: float = SECONDS,
        first: float = FIRST_SECONDS,
        memory: int = MEMORY,
        a_site: int | None = None,
    ) -> None:
        self._first = WorkerPool(workers, seconds=min(first, seconds), memory=memory)
        self._again = WorkerPool(1, seconds=seconds, memory=memory, niceness=STEP_BACK)
        self._most = a_site
        self._lock = threading.Lock()
        self._closed = False
        self._open: dict[Future[Reading], Task] = {}
        self._waiting: dict[str, deque[Future[Reading]]] = {}
        self._under_way: Counter[str] = Counter()
        self._heavy: set[str] = set()

    def read(self, task: Task) -> "Future[Reading]":
        """Begins reading; the result is there when a worker is done with it, or was killed over it."""
        outcome: Future[Reading] = Future()
        with self._lock:
            self._open[outcome] = task
            self._waiting.setdefault(task.capture.site, deque()).append(outcome)
        self._begin_waiting(task.capture.site)
        return outcome

    def survey(self, sample: "Sample") -> "Survey":
        """What several pages of one portal say together. Raises SurveyFailedError where they are too much for a worker."""
        try:
            surveyed: Survey = self._again.begin(_survey, sample).result()
        except (*KILLED, BrokenProcessPool, MemoryError) as error:
            why = f"its pages cannot be looked at together within {self._again.seconds:g} s ({type(error).__name__}); write its site file by hand"
            raise SurveyFailedError(f"{sample.site.url}: {why}") from error
        return surveyed

    def _begin_waiting(self, site: str) -> None:
        """Begins as many of a site's tasks as it may have under way."""
        while True:
            with self._lock:
                waiting = self._waiting.get(site)
                if (
                    not waiting
                    or self._closed
                    or (self._most is not None and self._under_way[site] >= self._most)
                ):
                    return
                outcome = waiting.popleft()
                if not waiting:
                    del self._waiting[site]
                self._under_way[site] += 1
                pool = self._again if site in self._heavy else self._first
            self._begin(outcome, pool)

    def _begin(self, outcome: "Future[Reading]", pool: WorkerPool) -> None:
        task = self._open[outcome]
        pool.begin(_read, task).add_done_callback(lambda done: self._end(done, task, outcome, pool))

    def _end(
        self, done: "Future[Reading]", task: Task, outcome: "Future[Reading]", pool: WorkerPool
    ) -> None:
        killed = not done.cancelled() and isinstance(done.exception(), KILLED)
        site = task.capture.site
        with self._lock:
            if killed:
                self._heavy.add(site)
            elif pool is self._again:
                self._heavy.discard(site)
        if killed and pool is self._first and not self._closed:
            self._begin(outcome, self._again)
            return
        self._answer(outcome, _result(done, task, pool.seconds))
        with self._lock:
            self._under_way[site] -= 1
            if not self._under_way[site]:
                del self._under_way[site]
        self._begin_waiting(site)

    def _answer(self, outcome: "Future[Reading]", reading: Reading) -> None:
        self._open.pop(outcome, None)
        with suppress(InvalidStateError):  # closed meanwhile
            outcome.set_result(reading)

    def close(self) -> None:
        """Ends the workers, whatever they are at."""
        self._closed = True
        self._first.close()
        self._again.close()
        for outcome, task in list(
            self._open.items()
        ):  # what was waiting, and what pebble had not begun
            self._answer(
                outcome,
                Reading(
                    "refused",
                    refusal=Refusal.NOT_READ,
                    detail=f"{task.capture.url}: the readers were closed before its turn",
                ),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _result(done: "Future[Reading]", task: Task, seconds: float) -> Reading:
    url = task.capture.url
    if done.cancelled():
        return Reading(
            "refused",
            refusal=Refusal.NOT_READ,
            detail=f"{url}: the readers were closed before its turn",
        )
    error = done.exception()
    if error is None:
        return done.result()
    if isinstance(error, FutureTimeout | TimeoutError):
        return Reading(
            "refused",
            refusal=Refusal.TOO_SLOW,
            detail=f"{url}: reading took longer than {seconds:g} s and was stopped",
        )
    if isinstance(error, ProcessExpired):
        return Reading(
            "refused",
            refusal=Refusal.READER_DIED,
            detail=f"{url}: the reading process died (exit code {error.exitcode})",
        )
    if isinstance(error, MemoryError):
        return Reading(
            "refused",
            refusal=Refusal.TOO_LARGE,
            detail=f"{url}: reading needs more memory than a worker may have",
        )
    return Reading(
        "refused", refusal=Refusal.READER_FAILED, detail=f"{url}: {type(error).__name__}: {error}"
    )


def _read(task: Task) -> Reading:
    from pipelines.read.reader import read  # loaded in the workers only

    reading = read(task)
    if task.too_deep:
        return replace(
            reading, links=()
        )  # not told, and not remembered as told: a page nearer to the front may name them yet
    told = _told.setdefault(task.capture.site, set())
    if len(told) > TOLD_MOST:
        told.clear()
    fresh = tuple(
        link
        for link in reading.links
        if link.published is not None or link.edited_at is not None or link.url not in told
    )
    told.update(link.url for link in fresh)
    return (
        replace(reading, links=fresh) if reading.kind == "article" else reading
    )  # what a listing names is news of the listing, too


def _survey(sample: "Sample") -> "Survey":
    from pipelines.read.survey import survey  # loaded in the workers only

    return survey(sample)


# What this worker has told of each site. A portal's menu stands on all its articles' pages, and to tell of it each time would cost as much as reading.
# A worker that is replaced begins anew; links that carry a date are always told, since the date may be what is missing or new.
_told: dict[str, set[str]] = {}

"""Reads pages in worker processes, so that the fetching process parses nothing.

A page gets two tries. The first is short and runs beside all others. A page that kills its worker
gets a second, longer try in a process that reads only such pages.
"""

import threading
from collections import Counter, deque
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Self, TypeVar

from pipelines.outcomes import Refusal
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from pipelines.readers.worker_pool import WorkerDied, WorkerPool
from portals.errors import LoaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.read.seen_listings import Sample
    from pipelines.read.survey import Survey
    from pipelines.read.trial import MendedFile, Trial

# CPU time, so that a busy machine changes nothing.
FIRST_TRY_SECONDS = 1.5  # a page usually takes about 10 ms
SECOND_TRY_SECONDS = 9.0  # the slowest honest page took 2 s
# A document may take this share of a try. If that is too little, it gets a second try and is cut
# there; no worker dies.
DOCUMENT_SHARE = 0.72
WORKER_MEMORY = 1 << 30  # bytes of address space of one worker
LINKS_REMEMBERED = 100_000  # addresses of one site that a worker remembers having reported

Seen = TypeVar("Seen")
Pages = TypeVar("Pages", "Sample", "Trial")


class SurveyFailedError(LoaError):
    """The pages of a portal cannot be surveyed together within the limits of a worker."""

    exit_code = 7


class Readers:
    """The reading processes. Each page ends in a Reading; one that kills its workers is refused.

    While a site's pages kill workers, all its pages go straight to the second try, so that no site
    can hold up the others. `first` and `seconds` limit the CPU time of the two tries; `per_site`
    limits how many pages of one site are read at once (None: no limit).
    """

    def __init__(
        self,
        workers: int = 1,
        *,
        seconds: float = SECOND_TRY_SECONDS,
        first: float = FIRST_TRY_SECONDS,
        memory: int = WORKER_MEMORY,
        per_site: int | None = None,
    ) -> None:
        self._first_tries = WorkerPool(
            workers, seconds=min(first, seconds), memory=memory, before=_load_for
        )
        self._second_tries = WorkerPool(
            1, seconds=seconds, memory=memory, niceness=5, before=_load_for
        )
        self._per_site = per_site
        self._lock = threading.Lock()
        self._closed = False
        self._open: dict[Future[Reading], Task] = {}
        self._waiting: dict[str, deque[Future[Reading]]] = {}
        self._under_way: Counter[str] = Counter()
        self._deadly_sites: set[str] = set()

    def read(self, task: Task) -> "Future[Reading]":
        """Starts to read a page; the future ends when a worker is done, or was killed twice."""
        outcome: Future[Reading] = Future()
        with self._lock:
            self._open[outcome] = task
            self._waiting.setdefault(task.capture.site, deque()).append(outcome)
        self._begin_waiting(task.capture.site)
        return outcome

    def survey(self, sample: "Sample") -> "Survey":
        """Surveys several pages of one portal together. Raises SurveyFailedError."""
        return self._together(_survey, sample)

    def portal_name(self, sample: "Sample") -> str | None:
        """The name that several pages of one portal show. Raises SurveyFailedError."""
        return self._together(_portal_name, sample)

    def try_file(self, trial: "Trial") -> "MendedFile":
        """Tries a site file on several pages of its portal. Raises SurveyFailedError."""
        return self._together(_try_file, trial)

    def _together(self, look: "Callable[[Pages], Seen]", sample: "Pages") -> Seen:
        try:
            seen: Seen = self._second_tries.begin(look, sample).result()
        except (WorkerDied, BrokenProcessPool, MemoryError) as error:
            limit = f"{self._second_tries.seconds:g} s of CPU time ({type(error).__name__})"
            raise SurveyFailedError(
                f"{sample.site.url}: its pages cannot be surveyed within {limit}; "
                "write its site file by hand"
            ) from error
        return seen

    def _begin_waiting(self, site: str) -> None:
        """Starts as many of the site's waiting pages as its limit allows."""
        while True:
            with self._lock:
                waiting = self._waiting.get(site)
                full = self._per_site is not None and self._under_way[site] >= self._per_site
                if not waiting or self._closed or full:
                    return
                outcome = waiting.popleft()
                if not waiting:
                    del self._waiting[site]
                self._under_way[site] += 1
                pool = self._second_tries if site in self._deadly_sites else self._first_tries
            self._begin(outcome, pool)

    def _begin(self, outcome: "Future[Reading]", pool: WorkerPool) -> None:
        task = self._open[outcome]
        limited = replace(task, document_seconds=DOCUMENT_SHARE * pool.seconds)
        pool.begin(_read, limited).add_done_callback(
            lambda done: self._end(done, task, outcome, pool)
        )

    def _end(
        self, done: "Future[Reading]", task: Task, outcome: "Future[Reading]", pool: WorkerPool
    ) -> None:
        killed = not done.cancelled() and isinstance(done.exception(), WorkerDied)
        site = task.capture.site
        with self._lock:
            if killed:
                self._deadly_sites.add(site)
            elif pool is self._second_tries:
                self._deadly_sites.discard(site)
        if (killed or _is_cut_short(done)) and pool is self._first_tries and not self._closed:
            self._begin(outcome, self._second_tries)
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
        """Stops the workers, whatever they are doing; waiting pages end unread."""
        self._closed = True
        self._first_tries.close()
        self._second_tries.close()
        for outcome, task in list(self._open.items()):  # waiting here, or in pebble's queue
            self._answer(outcome, _closed_before(task))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_cut_short(done: "Future[Reading]") -> bool:
    """Whether a document was read, but not to its end, for want of time."""
    if done.cancelled() or done.exception() is not None:
        return False
    document = done.result().document
    return document is not None and document.cut_short


def _result(done: "Future[Reading]", task: Task, seconds: float) -> Reading:
    url = task.capture.url
    if done.cancelled():
        return _closed_before(task)
    error = done.exception()
    if error is None:
        return done.result()
    refusal, detail = Refusal.READER_FAILED, f"{type(error).__name__}: {error}"
    if isinstance(error, WorkerDied):
        refusal, detail = _why_it_died(error, seconds)
    elif isinstance(error, BrokenProcessPool):  # several in a row
        refusal, detail = Refusal.NOT_READ, "no reading process could be kept alive"
    return Reading("refused", refusal=refusal, detail=f"{url}: {detail}")


def _why_it_died(death: WorkerDied, seconds: float) -> tuple[Refusal, str]:
    if death.took_too_long:
        limit = f"reading took more than {seconds:g} s of CPU time and was stopped"
        return Refusal.TOO_SLOW, limit
    if death.is_no_fault_of_the_task:
        return Refusal.NOT_READ, f"the machine had no time or memory to read it ({death})"
    return Refusal.READER_DIED, f"the reading process died ({death})"


def _closed_before(task: Task) -> Reading:
    detail = f"{task.capture.url}: the readers were closed before its turn"
    return Reading("refused", refusal=Refusal.NOT_READ, detail=detail)


def _load_for(task: "Task | Sample") -> None:
    """Loads the libraries for documents, or those for articles, before a task's time counts: that
    takes longer than reading most pages. Workers that read only listings need neither.
    """
    if isinstance(task, Task) and not task.capture.body[:64].lstrip().startswith(b"<"):
        import_module("pipelines.read.files.documents")
    elif not isinstance(task, Task) or task.expected not in ("listing", "feed", "sitemap"):
        import_module("trafilatura.main_extractor")


def _read(task: Task) -> Reading:
    from pipelines.read.reader import read  # loaded in the workers only

    try:
        reading = read(task)
    except MemoryError:
        why = "reading needs more memory than a worker may have"
        return Reading("refused", refusal=Refusal.TOO_LARGE, detail=f"{task.capture.url}: {why}")
    except Exception as error:  # a fault of ours, told with its place
        why = f"{task.capture.url}: {_told(error)}"
        return Reading("refused", refusal=Refusal.READER_FAILED, detail=why)
    if task.too_deep:
        # Not remembered as reported: a page nearer to the front may still name these links.
        return replace(reading, links=())
    told = _links_told.setdefault(task.capture.site, set())
    if len(told) > LINKS_REMEMBERED:
        told.clear()
    fresh = tuple(
        link
        for link in reading.links
        if link.published is not None or link.edited_at is not None or link.url not in told
    )
    told.update(link.url for link in fresh)
    # All links of a listing matter: only an article leaves out links already reported.
    return replace(reading, links=fresh) if reading.kind == "article" else reading


def _told(error: Exception) -> str:
    """One line that says what went wrong and where; the error itself may not survive pickling."""
    place = extract_tb(error.__traceback__)[-1]
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {said} ({Path(place.filename).name}:{place.lineno})"


def _survey(sample: "Sample") -> "Survey":
    from pipelines.read.survey import survey  # loaded in the workers only

    return survey(sample)


def _try_file(trial: "Trial") -> "MendedFile":
    from pipelines.read.trial import try_file  # as above

    return try_file(trial)


def _portal_name(sample: "Sample") -> str | None:
    from pipelines.read.survey import portal_name  # as above

    return portal_name(sample)


# The links of each site that this worker has reported. Every article repeats the portal's menu, and
# reporting it each time would cost as much as reading. Links with a date are always reported,
# because the date may be missing or new.
_links_told: dict[str, set[str]] = {}

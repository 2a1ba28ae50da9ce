"""Reads the parts of an article together once all have come, and stores them as one text.

Their captures are read again from the WARC files, so a crawl, an import and `loa reread` join by
the same rules.
"""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.archive import Archive
from pipelines.keep.records.captures import CaptureRow
from pipelines.keep.records.parts import Gathered, ask_again, firsts_of_run, gathered
from pipelines.keep.records.whole_article import keep_alone, keep_whole
from pipelines.keep.upkeep.reread import kept_capture, reading_task
from pipelines.keep.visits.runs import recount
from pipelines.keep.warc.reader import WarcReadError
from pipelines.outcomes import WORKER_REFUSALS, Outcome
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from pipelines.readers.readers import Readers
from portals.site import Site


@dataclass(frozen=True, slots=True)
class Joining:
    """What joining needs: the archive to write, and the readers. `platform`: the family that a
    person named for an import.
    """

    archive: Archive
    readers: Readers
    platform: str | None = None

    async def join_now(self, site: Site, first: int) -> Outcome | None:
        """Join the newest state of the article whose first page is `first`; returns the outcome.

        None if it was joined before.
        """
        steps = self._steps(site, first, last_only=True)
        return await _awaited(steps)

    def join_run(self, run: int, sites: Mapping[str, Site], at: datetime) -> None:
        """Join all articles in parts of which a run brought a capture, unless a part is still to
        come.
        """
        for site, first in firsts_of_run(self.archive.connection, run, at):
            if site in sites:
                _run(self._steps(sites[site], first, last_only=False))

    def _steps(
        self, site: Site, first: int, *, last_only: bool
    ) -> Iterator[Future[Reading] | Outcome]:
        """Yields each reading to wait for, and then its outcome."""
        for state in list(gathered(self.archive.connection, first)):
            if state.is_joined or (last_only and not state.is_last):
                continue
            try:
                task = self._whole_task(site, state)
            except WarcReadError:  # `loa verify` reports it
                continue
            yield (read := self.readers.read(task))
            reading = read.result()
            if reading.refusal in WORKER_REFUSALS:  # perhaps too much for one task
                yield (read := self.readers.read(replace(task, parts=())))
                reading = read.result()
            if reading.refusal in WORKER_REFUSALS:
                with self.archive.transaction() as db:
                    ask_again(db, first, state)
                continue
            if any(part.number not in state.captures for part in reading.joined):
                continue  # a later part that its first page has let go
            if not state.is_last and (reading.missing or len(reading.joined) < 2):
                continue  # half an article, of which nothing more is known
            with self.archive.transaction() as db:
                outcome, alone = keep_whole(db, site, first, state, reading, task.capture)
                self._recount(db, *state.captures.values())
            yield outcome
            for row in alone:
                yield (read := self.readers.read(self._task(site, row)))
                with self.archive.transaction() as db:
                    keep_alone(db, site, row, read.result())
                    self._recount(db, row)

    def _recount(self, db: Connection, *rows: CaptureRow) -> None:
        """Count the runs again whose captures have another outcome now."""
        for run in {row.run for row in rows}:
            recount(db, run)

    def _whole_task(self, site: Site, state: Gathered) -> Task:
        number, lead = state.lead
        folder, db = self.archive.captures, self.archive.connection
        others = {one: row for one, row in state.captures.items() if one != number}
        parts = [(one, kept_capture(db, folder, row.id)[1]) for one, row in sorted(others.items())]
        return replace(self._task(site, lead), parts=tuple(parts))

    def _task(self, site: Site, row: CaptureRow) -> Task:
        _, capture = kept_capture(self.archive.connection, self.archive.captures, row.id)
        task = reading_task(self.archive.connection, site, capture)
        return replace(task, platform=self.platform, is_part=False)


async def _awaited(steps: Iterator[Future[Reading] | Outcome]) -> Outcome | None:
    outcome = None
    for step in steps:
        if isinstance(step, Future):
            await asyncio.wrap_future(step)
        else:
            outcome = step
    return outcome


def _run(steps: Iterator[Future[Reading] | Outcome]) -> None:
    for step in steps:
        if isinstance(step, Future):
            step.result()

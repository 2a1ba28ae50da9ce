"""Carries captures from arrival to the archive: preserve, read, decide, store.

A crawl awaits its captures one by one; an import sends a stream. Bytes are on the disk before the
transaction that points to them. That one transaction commits everything that follows from a
capture.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from pipelines.capture import Capture
from pipelines.joining import Joining
from pipelines.keep.copies.comparing import MOST_COMPARED, compare_waiting
from pipelines.keep.database.archive import Archive, ArchiveError, captures_folder
from pipelines.keep.database.free_disk import FreeDisk
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.frontier.listing_names import is_guess
from pipelines.keep.frontier.page import page_at
from pipelines.keep.memory.recall import Recall
from pipelines.keep.records.answer import Answer, keep_answer
from pipelines.keep.records.attachments import take_document
from pipelines.keep.records.captures import deadly_bytes, is_known, last_place, unread_documents
from pipelines.keep.records.outcome import Kept
from pipelines.keep.records.pictures import link_unlinked
from pipelines.keep.records.sites import Origin, family_of_site, keep_site, narrows
from pipelines.keep.states.removals import Removal, removals_of_run
from pipelines.keep.upkeep.build_times import take_back_build_times
from pipelines.keep.upkeep.lost_bytes import bring_back, find_losses, follow_losses, is_lost
from pipelines.keep.visits.ending import judge_run
from pipelines.keep.visits.runs import Ending, RunKind, close_interrupted, close_run, open_run
from pipelines.keep.visits.schedule import close_visit, open_visit
from pipelines.keep.warc.reader import WarcPlace, read_record
from pipelines.keep.warc.record import RequestedAs
from pipelines.keep.warc.writer import WarcWriter
from pipelines.naming import Naming
from pipelines.outcomes import DEADLY_REFUSALS, NOT_WHOLE, Outcome, Refusal, RunOutcome
from pipelines.own_texts import OwnTexts
from pipelines.read.reading import LinkKind, Reading
from pipelines.read.task import Task
from pipelines.readers.readers import Readers
from pipelines.second_look import SecondLook
from portals.platform import platform_of
from portals.settings import settings_text
from portals.site import Site

# Captures that share one fsync and one transaction: of an import, so many; of a crawl, those ready
# within so many seconds, whatever their site.
IMPORT_BATCH = 32
COMMIT_SECONDS = 0.05
NOT_READ = ("robots", "subresource")
# Pages that the end of a visit reads again because they were named since; others wait their turn.
MOST_NAMED = 500


class Ingest:
    """The writing side of a process: the archive, a WARC file of its own, and the readers.

    `name` names the WARC file, which must be new. `per_site`: how many of the readers' `workers`
    one site may keep busy; None for all.
    """

    def __init__(
        self, path: Path, *, name: str, workers: int = 1, per_site: int | None = None
    ) -> None:
        self.free_disk = FreeDisk(path.absolute().parent, captures_folder(path))
        self.free_disk.require()
        self.archive = Archive.open(path)
        with self.archive.transaction() as db:
            close_interrupted(db)
        self.warc = WarcWriter(self.archive.captures, name=name)
        self.readers = Readers(workers, per_site=per_site)
        self.survey = False  # whether to follow what a look without families finds, too
        self._deadly = deadly_bytes(self.archive.connection)
        self.platforms: dict[str, str] = {}
        self._waiting: list[tuple[int, Site, Answer, asyncio.Future[Kept]]] = []
        self._committing = False
        self._noted: dict[str, Site] = {}  # sites as the WARC file describes them
        self._sites: dict[str, Site] = {}  # of this process's runs
        self._recall = Recall()
        self._losses_sought = False  # the first run does it, because a run has a start time
        self._read_as: str | None = None  # the family that a person named for an import
        # What an import has perhaps not committed yet; revisit records may repeat it.
        self.recent: deque[Capture] = deque(maxlen=2 * IMPORT_BATCH + 2)

    def begin_run(self, kind: RunKind, sites: Sequence[Site], origin: Origin, at: datetime) -> int:
        """Opens a run, writes the sites' rows, and returns the run's id."""
        self.warc.began_at = self.warc.began_at or at
        with self.archive.transaction() as db:
            if not self._losses_sought:
                find_losses(db, self.archive.captures, at)
                self._losses_sought = True
            for site in sites:
                self.know_site(db, site, origin, at)
                if kind == "crawl":
                    open_visit(db, site, at)
            return open_run(db, kind, sites[0].key if len(sites) == 1 else None, at)

    def know_site(
        self,
        db: sqlite3.Connection,
        site: Site,
        origin: Origin,
        at: datetime,
        *,
        restated: bool = False,
    ) -> None:
        """Writes a site's row. `restated`: with newer settings of a site that has no file."""
        keep_site(db, site, origin, at, restated=restated)
        self._sites[site.key] = site
        self._recall.begin(db, site.key)
        if family := family_of_site(db, site.key):
            self.platforms[site.key] = family

    def end_run(
        self,
        run: int,
        *,
        outcome: RunOutcome,
        detail: str | None,
        at: datetime,
        visited: Site | None = None,
        removals: Sequence[Removal] = (),
    ) -> Ending:
        """Closes a run with the counts of its captures, and returns its outcome.

        `visited`: the site of a visit, which is judged, and whose next visit is planned. None: an
        import, whose sites are judged. `removals`: those that the imported files record.
        """
        sites = [visited] if visited is not None else [*self._sites.values()]
        most = MOST_NAMED if visited is not None else None
        Naming(self.archive, self.readers, self._read_as).read_again(sites, most)
        Joining(self.archive, self.readers, self._read_as).join_run(run, self._noted, at)
        SecondLook(self.archive, self.readers, self._read_as).look_again(run, sites, at)
        OwnTexts(self.archive, self.readers, self._read_as).read_them(sites)
        with self.archive.transaction() as db:
            for one in sites:
                take_back_build_times(db, one, at)
                if visited is None:
                    link_unlinked(db, one.key)
            ending = judge_run(db, run, Ending(outcome, detail), at, visited, removals)
            close_run(db, run, outcome=ending.outcome, detail=ending.detail, at=at)
            follow_losses(db, at, site=visited.key if visited is not None else None)
            if visited is not None:
                close_visit(db, visited, run)
            if removed := removals_of_run(db, run):
                for site, url, removed_at in removed:
                    self.warc.write_removal(site, url, parse_utc(removed_at))
                self.warc.sync()
        compare_waiting(self.archive, MOST_COMPARED if visited is not None else None)
        return ending

    async def keep(
        self, run: int, site: Site, capture: Capture, kind: LinkKind | None = None
    ) -> Kept:
        """Keeps one capture of a crawl, a guessed listing as what it shows. Raises LoaError."""
        reading: Reading | None = None
        family = self.platforms.get(site.key) or site.platform
        if kind == "listing" and is_guess(self.archive.connection, site.key, capture.url, family):
            kind = None
        if _is_read(capture, kind):
            reading = _of_use(capture, await asyncio.wrap_future(self._read(site, capture, kind)))
        place = self._put(site, capture, RequestedAs(kind))
        outcome: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((run, site, Answer(capture, place, reading, kind), outcome))
        if not self._committing:
            self._committing = True
            asyncio.get_running_loop().call_later(COMMIT_SECONDS, self._commit)
        kept = await outcome
        if kept.whole is None:
            return kept
        joined = await Joining(self.archive, self.readers).join_now(site, kept.whole)
        return kept if joined is None else replace(kept, outcome=joined)

    def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._committing = False
        try:
            self.free_disk.require()
            self.warc.sync()
            with self.archive.transaction() as db:
                kept = [keep_answer(db, run, site, answer) for run, site, answer, _ in waiting]
        except Exception as error:  # every waiter must get the error, whatever it is
            for *_, outcome in waiting:
                if not outcome.cancelled():
                    outcome.set_exception(error)
            return
        for (_, _, answer, outcome), one in zip(waiting, kept, strict=True):
            self._learn(answer)
            if not outcome.cancelled():
                outcome.set_result(one)

    def _read(
        self, site: Site, capture: Capture, kind: LinkKind | None, platform: str | None = None
    ) -> "Future[Reading]":
        if self._deadly and sha256(capture.body).hexdigest() in self._deadly:
            given_up: Future[Reading] = Future()
            why = "its bytes killed readers of this version before; `loa reread` tries them again"
            given_up.set_result(
                Reading("refused", refusal=Refusal.GIVEN_UP, detail=f"{capture.url}: {why}")
            )
            return given_up
        learned = self.platforms.get(site.key)
        if learned and platform_of(learned).detect.broad and kind not in ("feed", "sitemap"):
            learned = None  # the page shows a narrower family, or falls back to the broad one
        page = page_at(self.archive.connection, site.key, capture.url)
        too_deep = page is not None and page.depth >= site.crawl.max_depth
        is_part = page is not None and page.part_of is not None
        task = Task(
            *(capture, site, kind, platform),
            too_deep=too_deep,
            learned=learned,
            is_part=is_part,
            given_title=None if page is None else page.given_title,
            memory=self._recall.lines(site.key),
            sampled=self._recall.samples(capture),
            blind_too=self.survey,
        )
        return self.readers.read(task)

    def _learn(self, answer: Answer) -> None:
        reading = answer.reading
        if reading is not None and reading.refusal in DEADLY_REFUSALS and answer.place is not None:
            self._deadly.add(answer.place.sha256)
        site = answer.capture.site
        if reading is not None and reading.lines:
            self._recall.sampled(self.archive.connection, site)
        if reading is None or not narrows(reading.platform, self.platforms.get(site)):
            return
        if family := family_of_site(self.archive.connection, site):
            self.platforms[site] = family

    def keep_stream(
        self, run: int, captures: Iterable[tuple[Site, Capture, RequestedAs]]
    ) -> Iterator[Kept]:
        """Keeps the captures of an import in their order, reading ahead.

        Each comes with what is known of its request. Skips those that the archive has (known).
        """
        ahead: deque[_Arriving] = deque()
        batch: list[tuple[Site, Answer]] = []
        for site, capture, request in captures:
            if is_known(self.archive.connection, capture, _digest(capture)):
                self._bring_back(site, capture, request)
                yield Kept(capture.url, Outcome.KNOWN)
                continue
            self.recent.append(capture)
            ahead.append(self._begin(_Arriving(site, capture, request)))
            if len(ahead) > IMPORT_BATCH:
                batch.append(self._preserve(ahead.popleft()))
            if len(batch) >= IMPORT_BATCH or (batch and self._may_teach(*batch[-1])):
                yield from self._commit_batch(run, batch)
                batch = []
        while ahead:
            batch.append(self._preserve(ahead.popleft()))
            if self._may_teach(*batch[-1]):
                yield from self._commit_batch(run, batch)
                batch = []
        yield from self._commit_batch(run, batch)

    def _begin(self, one: "_Arriving") -> "_Arriving":
        """Begins to read a capture, with the family that its site has shown so far."""
        capture, request = one.capture, one.request
        whole = capture.fault not in NOT_WHOLE
        if capture.is_page and whole and request.kind not in NOT_READ:
            self._read_as = request.read_as or self._read_as
            reading = self._read(one.site, capture, request.kind, request.read_as)
            return replace(one, learned=self.platforms.get(one.site.key), reading=reading)
        return one

    def _may_teach(self, site: Site, answer: Answer) -> bool:
        """Whether an answer may show its site's family: it is stored before the next page is read,
        as in a crawl.
        """
        reading = answer.reading
        return (
            reading is not None
            and site.platform is None
            and narrows(reading.platform, self.platforms.get(site.key))
        )

    def _bring_back(self, site: Site, capture: Capture, request: RequestedAs) -> None:
        """Keeps the bytes of a known capture again if the kept ones are lost."""
        if is_lost(self.archive.connection, capture, _digest(capture)):
            place = self._put(site, capture, request)
            assert place is not None  # only an answer has bytes to lose
            self.warc.sync()
            with self.archive.transaction() as db:
                bring_back(db, capture, place)

    def _preserve(self, one: "_Arriving") -> tuple[Site, Answer]:
        site, capture, request = one.site, one.capture, one.request
        if one.reading is not None and one.learned != self.platforms.get(site.key):
            one = self._begin(one)  # its site has shown a family since
        result = _of_use(capture, one.reading.result()) if one.reading is not None else None
        return site, Answer(capture, self._put(site, capture, request), result, request.kind)

    def _put(self, site: Site, capture: Capture, request: RequestedAs) -> WarcPlace | None:
        """Writes what came, and the site's settings if they are new to the WARC file.

        Keeps the same bytes from the same address only once. Returns None if no answer came.
        """
        self.note_settings(site, capture.fetched_at)
        if capture.status is None:
            self.warc.write_failure(capture, request)
            return None
        last = last_place(self.archive.connection, capture) if capture.is_page else None
        return self.warc.write(capture, request, same_as=last)

    def note_settings(self, site: Site, at: datetime) -> None:
        """Writes a site's settings to the WARC file, unless it holds them already."""
        if self._noted.get(site.key) is not site:
            self.warc.write_settings(site.key, settings_text(site), at)
            self._noted[site.key] = site

    def _commit_batch(self, run: int, batch: list[tuple[Site, Answer]]) -> list[Kept]:
        if not batch:
            return []
        self.free_disk.require()
        self.warc.sync()
        with self.archive.transaction() as db:
            kept = []
            for site, answer in batch:
                digest = answer.place.sha256 if answer.place else ""
                if is_known(db, answer.capture, digest):  # twice in one file
                    kept.append(Kept(answer.capture.url, Outcome.KNOWN))
                else:
                    kept.append(keep_answer(db, run, site, answer))
        for _, answer in batch:
            self._learn(answer)
        return kept

    def read_waiting_documents(self) -> int:
        """Reads files that came before a link to them; returns how many links got a file."""
        filled = 0
        for row in unread_documents(self.archive.connection):
            assert row.place is not None  # a file came
            kept = read_record(self.archive.captures, row.place)
            capture = replace(kept, site=row.site, url=row.url)
            site = Site(name=row.site, url=row.url, key=row.site)
            reading = self._read(site, capture, "attachment").result()
            if (document := reading.document) is not None:
                with self.archive.transaction() as db:
                    filled += take_document(db, row.site, row.url, document, row.place, row.id)
        return filled

    def close(self) -> None:
        """Ends the readers and closes the files. A run that has not ended is closed as interrupted,
        now or by the next process.
        """
        self.readers.close()
        try:
            self.warc.close()
        finally:
            with suppress(ArchiveError), self.archive.transaction() as db:
                close_interrupted(db)
            self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A capture of an import. `learned`: the family that its site had shown when reading began."""

    site: Site
    capture: Capture
    request: RequestedAs
    learned: str | None = None
    reading: Future[Reading] | None = None


def _is_read(capture: Capture, kind: LinkKind | None) -> bool:
    """Whether readers look at an answer."""
    return (capture.is_page or capture.may_be_gate) and kind not in NOT_READ


def _of_use(capture: Capture, reading: Reading) -> Reading | None:
    """The reading of a page. That of an error counts only if its page just loads itself again."""
    if capture.is_page:
        return reading
    loads_itself = reading.kind == "redirect" and reading.target == capture.url
    return Reading("redirect", target=capture.url) if loads_itself else None


def _digest(capture: Capture) -> str:
    """The SHA-256 of a capture's body, as in its row; empty if no answer came."""
    return "" if capture.status is None else sha256(capture.body).hexdigest()

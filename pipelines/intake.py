"""One capture's whole way: preserve, read, decide, store. Live crawls await it one by one; imports send a stream through it. The clock stays outside.

Bytes are on the disk before the transaction that points to them; what reading, deciding and discovering gave commits in that one transaction.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from pipelines.capture import Capture
from pipelines.keep.archive import Archive, ArchiveError
from pipelines.keep.articles import take_document
from pipelines.keep.runs import Counts, close_interrupted, close_run, open_run
from pipelines.keep.store import Answer, Kept, is_known, keep_answer, keep_site, narrows
from pipelines.keep.warc import WarcPlace, WarcWriter, read_record
from pipelines.read.reading import LinkKind, Reading
from pipelines.read.task import Task
from pipelines.workers import Readers
from portals.platform import platform_of
from portals.site import Site

BATCH = 32  # captures that share one fsync and one transaction in an import


class Intake:
    """The writer's side of one process: the archive, one WARC file of its own, and the readers. `name` names the WARC file; it must be new."""

    def __init__(self, path: Path, *, name: str, workers: int = 1) -> None:
        self.archive = Archive.open(path)
        with self.archive.transaction() as db:
            close_interrupted(db)
        self.warc = WarcWriter(self.archive.captures, name=name)
        self.readers = Readers(workers)
        self.platforms: dict[str, str] = {}
        self._waiting: list[tuple[int, Site, Answer, asyncio.Future[Kept]]] = []
        self._committing = False

    def begin_run(self, kind: Literal["crawl", "import"], sites: Iterable[Site], origin: Literal["file", "import", "address"], at: datetime) -> int:
        """Opens a run and makes the sites' rows true; returns the run's id."""
        with self.archive.transaction() as db:
            keys = [self.know_site(db, site, origin, at) for site in sites]
            return open_run(db, kind, keys[0] if len(keys) == 1 else None, at)

    def know_site(self, db: sqlite3.Connection, site: Site, origin: Literal["file", "import", "address"], at: datetime) -> str:
        """Writes a site's row; returns its key."""
        keep_site(db, site, origin, at)
        platform = db.execute("select platform from sites where key = ?", (site.key,)).fetchone()["platform"]
        if platform:
            self.platforms[site.key] = platform
        return site.key

    def end_run(self, run: int, counts: Counts, *, outcome: str, detail: str | None, at: datetime) -> None:
        """Closes a run with what it did."""
        with self.archive.transaction() as db:
            close_run(db, run, counts, outcome=outcome, detail=detail, at=at)

    async def keep(self, run: int, site: Site, capture: Capture, kind: LinkKind | None = None) -> Kept:
        """Keeps one capture of a live crawl; captures that are ready at the same moment share a transaction. Raises LoaError where nothing can be written."""
        reading: Reading | None = None
        if capture.status == 200 and kind != "robots":
            reading = await asyncio.wrap_future(self._read(site, capture, kind))
        place = self.warc.write(capture) if capture.status is not None else None
        outcome: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((run, site, Answer(capture, place, reading, kind), outcome))
        if not self._committing:
            self._committing = True
            asyncio.get_running_loop().call_soon(self._commit)
        return await outcome

    def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._committing = False
        try:
            self.warc.sync()
            with self.archive.transaction() as db:
                kept = [keep_answer(db, run, site, answer) for run, site, answer, _ in waiting]
        except Exception as error:  # every waiter must hear of it, whatever it is
            for *_, outcome in waiting:
                if not outcome.cancelled():
                    outcome.set_exception(error)
            return
        for (_, _, answer, outcome), one in zip(waiting, kept, strict=True):
            self._learn(answer)
            if not outcome.cancelled():
                outcome.set_result(one)

    def _read(self, site: Site, capture: Capture, kind: LinkKind | None, platform: str | None = None) -> "Future[Reading]":
        learned = self.platforms.get(site.key)
        if learned is not None and platform_of(learned).detect.broad and kind not in ("feed", "sitemap"):
            learned = None  # a page tells a narrower family by itself, and falls back to the broad one
        known = replace(site, platform=site.platform or learned)
        page = self.archive.connection.execute("select depth from pages where site = ? and url = ?", (site.key, capture.url)).fetchone()
        return self.readers.read(Task(capture, known, kind, platform, too_deep=page is not None and page["depth"] >= site.crawl.max_depth))

    def _learn(self, answer: Answer) -> None:
        reading = answer.reading
        if reading is None or reading.platform is None or reading.kind not in ("article", "listing"):
            return
        if narrows(reading.platform, self.platforms.get(answer.capture.site)):
            self.platforms[answer.capture.site] = reading.platform

    def keep_stream(self, run: int, captures: Iterable[tuple[Site, Capture]], *, platform: str | None = None) -> Iterator[Kept]:
        """Keeps captures of an import in their order, reading ahead; what the archive has already is passed over (`Kept.known`)."""
        ahead: deque[tuple[Site, Capture, Future[Reading] | None]] = deque()
        batch: list[tuple[Site, Answer]] = []
        for site, capture in captures:
            if is_known(self.archive.connection, capture, sha256(capture.body).hexdigest()):
                yield Kept(capture.url, "known", known=True)
                continue
            ahead.append((site, capture, self._read(site, capture, None, platform) if capture.status == 200 else None))
            if len(ahead) > BATCH:
                batch.append(self._preserve(*ahead.popleft()))
            if len(batch) >= BATCH:
                yield from self._commit_batch(run, batch)
                batch = []
        while ahead:
            batch.append(self._preserve(*ahead.popleft()))
        yield from self._commit_batch(run, batch)

    def _preserve(self, site: Site, capture: Capture, reading: "Future[Reading] | None") -> tuple[Site, Answer]:
        result = reading.result() if reading is not None else None
        return site, Answer(capture, self.warc.write(capture), result)

    def _commit_batch(self, run: int, batch: list[tuple[Site, Answer]]) -> list[Kept]:
        if not batch:
            return []
        self.warc.sync()
        with self.archive.transaction() as db:
            kept = []
            for site, answer in batch:
                if is_known(db, answer.capture, answer.place.sha256 if answer.place else ""):  # twice in one file
                    kept.append(Kept(answer.capture.url, "known", known=True))
                else:
                    kept.append(keep_answer(db, run, site, answer))
        for _, answer in batch:
            self._learn(answer)
        return kept

    def read_waiting_documents(self) -> int:
        """Reads files that were captured before the article that links them was known; returns how many links were filled."""
        rows = self.archive.connection.execute(
            """select distinct captures.id, captures.site, captures.url, warc_file, warc_offset, warc_length, warc_length, sha256 from captures
            where outcome = 'attachment' and exists (select 1 from attachments join articles on articles.id = attachments.article
                where attachments.url = captures.url and articles.site = captures.site and attachments.capture is null)"""
        ).fetchall()
        filled = 0
        for row in rows:
            capture = read_record(self.archive.captures, row["warc_file"], row["warc_offset"], row["warc_length"])
            capture = replace(capture, site=row["site"], url=row["url"])
            site = Site(name=row["site"], url=row["url"], key=row["site"])
            reading = self._read(site, capture, "attachment").result()
            if reading.document is not None:
                place = WarcPlace(row["warc_file"], row["warc_offset"], row["warc_length"], row["sha256"], len(capture.body))
                with self.archive.transaction() as db:
                    filled += take_document(db, row["site"], row["url"], reading.document, place, row["id"])
        return filled

    def close(self) -> None:
        """Ends the readers and closes the files. A run that was not ended is closed as interrupted, by the next process where nothing can be written."""
        self.readers.close()
        try:
            self.warc.close()
        finally:
            with suppress(ArchiveError), self.archive.transaction() as db:
                close_interrupted(db)
            self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

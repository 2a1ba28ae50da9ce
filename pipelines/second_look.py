"""Learns what a portal's articles repeat, and reads again what was read before that was known.

It comes at the end of each visit and import, and sends no request. Its corrections are the
reader's, never the publisher's. The last transaction keeps the new memory; if the process dies
before that, the next run looks again.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.keep.database.archive import Archive
from pipelines.keep.memory.memories import Memory, concerned, keep_memory, memory_of
from pipelines.keep.memory.sampled_pages import (
    READ_AS_ARTICLE,
    addresses_to_sample,
    forget_sample,
    sample_of,
    sample_page,
)
from pipelines.keep.records.captures import CaptureRow, captures_where
from pipelines.keep.upkeep.corrections import correct, revisions_of
from pipelines.keep.upkeep.reread import kept_capture, reading_task, with_parts
from pipelines.keep.warc.reader import WarcReadError
from pipelines.read.memory.portal_memory import learned_from
from pipelines.read.reading import Reading
from pipelines.readers.read_ahead import read_ahead
from pipelines.readers.readers import Readers
from portals.site import Site

AHEAD = 16  # articles whose captures are being read


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Writes to the archive and needs the readers. `platform`: the family that a person named for
    an import.
    """

    archive: Archive
    readers: Readers
    platform: str | None = None

    def look_again(self, run: int, sites: Sequence[Site], at: datetime) -> None:
        """Learn from the sampled pages of these sites, and correct their articles by what was
        learned. `at`: the instant of the corrections.
        """
        db = self.archive.connection
        learned = []
        for site in sites:
            if not sample_of(db, site.key):
                self._sample_again(site)
            before, lines = memory_of(db, site.key), learned_from(sample_of(db, site.key))
            if lines != before.lines:
                self._correct(site, before, lines, at)
            learned.append((site.key, Memory(lines, run)))
        with self.archive.transaction() as db:
            for key, memory in learned:
                keep_memory(db, key, memory, at)

    def learn_anew(self, site: Site, at: datetime) -> None:
        """Learn the memory of a site again from its captures, and correct nothing."""
        self._sample_again(site)
        with self.archive.transaction() as db:
            lines, run = learned_from(sample_of(db, site.key)), memory_of(db, site.key).run
            keep_memory(db, site.key, Memory(lines, run), at)

    def _sample_again(self, site: Site) -> None:
        """Take the sample of a site from its captures, in one transaction, because half a sample
        would count as a whole one. An archive that is older than memories has none.
        """
        folder, db = self.archive.captures, self.archive.connection
        read: list[tuple[int, str, Future[Reading]]] = []
        for page, url in addresses_to_sample(db, site.key):
            of_page = f"site = ? and url = ? and {READ_AS_ARTICLE}"
            for row in list(captures_where(db, of_page, (site.key, url))):
                try:
                    _, capture = kept_capture(db, folder, row.id)
                except WarcReadError:  # `loa verify` reports it
                    continue
                task = replace(reading_task(db, site, capture), memory=b"", sampled=True)
                read.append((page, url, self.readers.read(replace(task, platform=self.platform))))
        found = [(page, url, reading.result().lines) for page, url, reading in read]
        with self.archive.transaction() as db:
            forget_sample(db, site.key)
            for page, url, lines in found:
                if lines:
                    sample_page(db, site.key, page, url, lines)

    def _correct(self, site: Site, before: Memory, lines: bytes, at: datetime) -> None:
        articles = concerned(self.archive.connection, site.key, before, lines)
        begun = ((article, list(self._begin(site, article, lines))) for article in articles)
        for article, readings in read_ahead(begun, AHEAD):
            self._store(site, before, article, readings, at)

    def _begin(
        self, site: Site, article: int, lines: bytes
    ) -> Iterator[tuple[int, CaptureRow, Future[Reading]]]:
        folder, db = self.archive.captures, self.archive.connection
        for revision in revisions_of(db, article):
            try:
                row, capture = kept_capture(db, folder, revision["capture"])
                task = with_parts(db, folder, row, reading_task(db, site, capture))
            except WarcReadError:  # `loa verify` reports it
                continue
            # What was taken for a listing may be an article.
            expected = None if task.expected == "listing" else task.expected
            task = replace(task, expected=expected, platform=self.platform, memory=lines)
            yield revision["id"], row, self.readers.read(task)

    def _store(
        self,
        site: Site,
        before: Memory,
        article: int,
        readings: list[tuple[int, CaptureRow, Future[Reading]]],
        at: datetime,
    ) -> None:
        read = {revision: (row, future.result()) for revision, row, future in readings}
        with self.archive.transaction() as db:
            correct(db, site, article, read, before.run, at)

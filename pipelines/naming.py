"""Reads kept captures again if a listing, feed or sitemap has named their page since.

In an import, or over several visits, a listing may come after the pages that it names. Sends no
request.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.page import Page
from pipelines.keep.records.captures import CaptureRow
from pipelines.keep.upkeep.named_since import (
    captures_in_doubt,
    keep_named,
    named_since,
    settle_name,
)
from pipelines.keep.upkeep.reread import kept_capture, reading_task, with_parts
from pipelines.keep.warc.reader import WarcReadError
from pipelines.outcomes import WORKER_REFUSALS
from pipelines.read.reading import Reading
from pipelines.readers.read_ahead import read_ahead
from pipelines.readers.readers import Readers
from portals.site import Site

AHEAD = 16  # pages whose captures are being read


@dataclass(frozen=True, slots=True)
class Naming:
    """Writes to the archive and needs the readers. `platform`: the family that a person named for
    an import.
    """

    archive: Archive
    readers: Readers
    platform: str | None = None

    def read_again(self, sites: Iterable[Site], most: int | None = None) -> None:
        """Read the pages of these sites with the titles that they have been given since, at most
        `most` of each site.

        Each page is settled in one transaction, so a process that dies leaves none half done.
        """
        begun = (
            (site, page, list(self._begin(site, page)))
            for site in sites
            for page in named_since(self.archive.connection, site.key)[:most]
        )
        for site, page, readings in read_ahead(begun, AHEAD):
            self._store(site, page, readings)

    def _begin(self, site: Site, page: Page) -> Iterator[tuple[CaptureRow, Future[Reading]]]:
        folder, db = self.archive.captures, self.archive.connection
        for row in list(captures_in_doubt(db, page)):
            try:
                _, capture = kept_capture(db, folder, row.id)
                task = with_parts(db, folder, row, reading_task(db, site, capture))
            except WarcReadError:  # `loa verify` reports it
                continue
            # What was taken for a listing may be an article.
            expected = None if task.expected == "listing" else task.expected
            task = replace(task, expected=expected, platform=self.platform)
            yield row, self.readers.read(task)

    def _store(
        self, site: Site, page: Page, readings: list[tuple[CaptureRow, Future[Reading]]]
    ) -> None:
        read = [(row, future.result()) for row, future in readings]
        with self.archive.transaction() as db:
            for row, reading in read:
                if reading.refusal not in WORKER_REFUSALS:
                    keep_named(db, site, row, reading)
            settle_name(db, page)

"""Reads, at the end of a run, the captures of revisions that still have another capture's text.

A capture that came out of order may show that a text returned later. The captures that show it
again were read as unchanged, so what stands beside the text in them, such as pictures, is read now.
Sends no request.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from pipelines.keep.database.archive import Archive
from pipelines.keep.history.read_again import LENT, give_own_text
from pipelines.keep.history.rework import Read
from pipelines.keep.upkeep.reread import kept_capture, reading_task, with_parts
from pipelines.keep.warc.reader import WarcReadError
from pipelines.read.reading import Reading
from pipelines.readers.read_ahead import read_ahead
from pipelines.readers.readers import Readers
from portals.site import Site

AHEAD = 16  # captures that are being read


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """Writes to the archive and needs the readers. `platform`: the family that a person named for
    an import.
    """

    archive: Archive
    readers: Readers
    platform: str | None = None

    def read_them(self, sites: Iterable[Site]) -> None:
        """Give each such revision of these sites its own text. One whose capture today's rules read
        otherwise keeps what it has.
        """
        begun = (one for site in sites for one in self._begin(site))
        for revision, number, reading in read_ahead(begun, AHEAD):
            with self.archive.transaction() as db:
                give_own_text(db, revision, Read(number, reading.result()))

    def _begin(self, site: Site) -> Iterator[tuple[int, int, Future[Reading]]]:
        folder, db = self.archive.captures, self.archive.connection
        for revision, number in db.execute(LENT, (site.key,)).fetchall():
            try:
                row, capture = kept_capture(db, folder, number)
                task = with_parts(db, folder, row, reading_task(db, site, capture))
            except WarcReadError:  # `loa verify` reports it
                continue
            task = replace(task, platform=self.platform)
            yield revision, number, self.readers.read(task)

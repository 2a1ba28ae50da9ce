"""A temporary archive, for commands that fetch from a portal but keep nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.keep.database.archive import Archive, read_archive
from pipelines.keep.frontier.hosts import copy_hosts


@contextmanager
def scratch_archive(archive: Path) -> Iterator[Path]:
    """The path of a temporary archive that knows what `archive`, if it exists, knows about hosts.

    So its user keeps to the gap, the rest and the robots.txt that a crawl met just before.
    """
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / "archive.db"
        if archive.exists():
            with (
                read_archive(archive) as known,
                Archive.open(scratch) as made,
                made.transaction() as db,
            ):
                copy_hosts(known, db)
        yield scratch

"""What a run knows of each site's memory, without a query for every page."""

from sqlite3 import Connection

from pipelines.capture import Capture
from pipelines.keep.memory.memories import memory_of
from pipelines.keep.memory.sampled_pages import ANY_RANK, highest_rank, rank_of


class Recall:
    """The memories of a run's sites, as they were when it began, and which pages are sampled."""

    def __init__(self) -> None:
        self._lines: dict[str, bytes] = {}
        self._ranks: dict[str, int] = {}

    def begin(self, db: Connection, site: str) -> None:
        """Recall the memory of a site. It stays the same until the run ends, so that the order of
        its pages makes no difference.
        """
        self._lines[site] = memory_of(db, site).lines
        self.sampled(db, site)

    def sampled(self, db: Connection, site: str) -> None:
        """Note that the sample of a site has changed."""
        self._ranks[site] = highest_rank(db, site)

    def lines(self, site: str) -> bytes:
        """What the site's pages are read with."""
        return self._lines.get(site, b"")

    def samples(self, capture: Capture) -> bool:
        """Whether a page, if it is an article, belongs to the sample of its site."""
        return rank_of(capture.url) <= self._ranks.get(capture.site, ANY_RANK)

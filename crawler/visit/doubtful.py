"""Requests doubtful addresses, a few at a time, and learns from what their shapes bring.

An address that looks endless may still be an article's. After everything else, a visit requests a
few addresses of each shape, those nearest to the front page first. A shape that brings articles
earns more requests; one that brought none waits for the next sweep. So a trap whose links show
titles costs a dozen requests at most.
"""

from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.doubtful import Yields, next_doubtful, remainder, yields
from pipelines.keep.frontier.pages import KnownPage, Skipped
from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue, close_issue, open_issues, restate
from pipelines.outcomes import IssueKind
from pipelines.read.addresses.shape import shape_of

SHAPE_TRIES = 3  # requests in vain for addresses of one shape
VISIT_TRIES = 12  # the same for all shapes together
MOST_TRIES = 12  # that a shape can earn with articles
EARNED = 2  # tries for an article, beside the one that it used
LEFT = "listed addresses that may lead nowhere were not requested"


@dataclass(slots=True)
class Doubtful:
    """How many more doubtful addresses one visit to a site may request; `left`: of all shapes.

    `sweeping`: whether to try one more address of each shape that brought nothing.
    """

    site: str
    left: int = VISIT_TRIES
    sweeping: bool = False
    _past: Yields | None = None
    _tries: dict[str, int] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)

    def next_page(self, db: Connection, skipped: Skipped) -> KnownPage | None:
        """The doubtful address to request next; None if none is left, or none is to be tried."""
        if self.left < 1 or "article" in skipped.kinds:
            return None
        self._past = self._past or yields(db, self.site)
        return next_doubtful(db, self.site, skipped, self._is_barred)

    def note_request(self, page: KnownPage) -> None:
        """Note the request for a page; one that is not doubtful costs nothing."""
        if page.doubt is not None and page.first:
            self._under_way.add(page.url)
            self._count(page.url, -1)

    def note_outcome(self, url: str, brought: bool | None) -> None:
        """Note whether a page brought an article of its own; None if that is unknown."""
        if url in self._under_way:
            self._under_way.remove(url)
            self._count(url, 1 + EARNED if brought else 1 if brought is None else 0)

    def report(self, archive: Archive, at: datetime) -> str | None:
        """Open, restate or close the site's issue about addresses that were not requested.

        Returns why the visit ends before it knows what each shape brings; None if it knows.
        """
        kind = IssueKind.LISTED_UNASKED
        told = next(iter(open_issues(archive.connection, self.site, (kind,))), None)
        left = remainder(archive.connection, self.site)
        if left is None:
            if told is not None:
                with archive.transaction() as db:
                    close_issue(db, told, at)
            return None
        detail = f"{left.count} {LEFT} ({left.doubts}), the newest {left.newest}"
        if told is None or told.detail != detail:
            with archive.transaction() as db:
                if told is None:
                    open_unless_accepted(db, Issue(kind, detail, self.site), at, per="site")
                else:
                    restate(db, told, detail)
        return f"{detail}; the next visit goes on from here" if self.left < 1 else None

    def _count(self, url: str, tries: int) -> None:
        shape = shape_of(url)
        self.left = min(self.left + tries, VISIT_TRIES)
        self._tries[shape] = min(self._tries_of(shape) + tries, MOST_TRIES)

    def _is_barred(self, shape: str) -> bool:
        return self._tries_of(shape) < 1

    def _tries_of(self, shape: str) -> int:
        past = self._past or Yields()
        barren = past.vain[shape] >= SHAPE_TRIES and not past.articles[shape]
        return self._tries.get(shape, int(self.sweeping) if barren else SHAPE_TRIES)

"""The pictures of one visit: they come last, within limits, and what becomes of them says nothing
about the portal.
"""

from sqlite3 import Connection

from pipelines.keep.database.rows import first_value
from pipelines.keep.frontier.page import IS_PICTURE
from pipelines.outcomes import Outcome
from portals.site import CrawlRules

MOST_IN_VAIN = 10  # answers in a row without a picture, after which the others wait
CAME = (Outcome.ATTACHMENT, Outcome.NOT_MODIFIED)
# They take one request each, for good.
SETTLED = (Outcome.REFUSED_PICTURE_TOO_LARGE, Outcome.REDIRECT)


class Pictures:
    """Which pictures a visit may still request."""

    def __init__(self, rules: CrawlRules) -> None:
        self._wanted = rules.keep_images
        self._most = rules.max_images_per_visit
        self._asked: set[str] = set()
        self._in_vain = 0

    @property
    def rest(self) -> bool:
        """Whether the visit leaves the other pictures alone."""
        spent = len(self._asked) >= self._most or self._in_vain >= MOST_IN_VAIN
        return spent or not self._wanted

    def note_request(self, url: str) -> None:
        """Note the request for a picture."""
        self._asked.add(url)

    def note_outcome(self, outcome: Outcome) -> None:
        """Note what became of a picture."""
        if outcome in CAME:
            self._in_vain = 0
        elif outcome not in SETTLED:
            self._in_vain += 1

    def is_one(self, url: str) -> bool:
        """Whether this visit requested an address as a picture."""
        return url in self._asked

    def why_left(self, db: Connection, site: str) -> str | None:
        """Why pictures wait for the next visit, if any do."""
        if not (self._wanted and self.rest):
            return None
        query = f"select count(*) from pages where site = ? and state = 'waiting' and {IS_PICTURE}"
        if not (left := first_value(db, query, (site,))):
            return None
        why = (
            f"the last {MOST_IN_VAIN} that were requested did not come"
            if self._in_vain >= MOST_IN_VAIN
            else f"the limit of {self._most} was reached"
        )
        return f"{left} pictures wait: {why}; the next visit goes on from here"

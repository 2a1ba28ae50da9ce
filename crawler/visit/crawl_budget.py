"""The crawl budget of one visit: counts what its requests bring, to leave an endless portal.

crawler/visit/trap_credit.py says when.
"""

import sqlite3
from dataclasses import dataclass, field

from crawler.visit.trap_credit import Credit, credit_after
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.records.outcome import Kept
from pipelines.outcomes import Outcome


@dataclass(slots=True)
class CrawlBudget:
    """Keeps the credit of a visit to the site with this key."""

    site: str
    credit: Credit = field(default_factory=Credit)
    _first: set[str] = field(default_factory=set)
    _texts: set[bytes] = field(default_factory=set)

    def note_request(self, page: KnownPage) -> None:
        """Note the request for a page. A page that an earlier visit requested costs nothing."""
        if page.first:
            self._first.add(page.url)

    def note_outcome(self, db: sqlite3.Connection, kept: Kept) -> None:
        """Note the outcome of a page, which may change the credit."""
        if kept.url in self._first and kept.outcome != Outcome.AWAITS_BROWSER:
            self._first.remove(kept.url)
            self.credit = credit_after(
                self.credit,
                kept.outcome,
                repeated=kept.outcome.is_article and self._is_repeated(db, kept.url),
            )

    def _is_repeated(self, db: sqlite3.Connection, url: str) -> bool:
        """Whether this visit has met an article's text before, under another address."""
        query = """select content_sha256 from revisions
            where id = (select revision from articles where site = ? and url = ?)"""
        row = db.execute(query, (self.site, url)).fetchone()
        text = bytes.fromhex(row["content_sha256"].rpartition(":")[2]) if row is not None else b""
        repeated = text in self._texts
        self._texts.add(text)
        return repeated

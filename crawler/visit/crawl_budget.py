"""The crawl budget of one visit: what its requests have brought, so that a portal without end is left in time (crawler/visit/trap_credit.py says when)."""

import sqlite3
from dataclasses import dataclass, field

from crawler.visit.trap_credit import Credit, credit_after
from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.records.answer import Kept
from pipelines.outcomes import Outcome


@dataclass(slots=True)
class CrawlBudget:
    """The credit of a visit to the site with this key, told of each page that is asked for and of what became of it."""

    site: str
    credit: Credit = field(default_factory=Credit)
    _first: set[str] = field(default_factory=set)
    _texts: set[bytes] = field(default_factory=set)

    def asked(self, page: KnownPage) -> None:
        """A page is asked for. What was asked for by an earlier visit costs nothing."""
        if page.first:
            self._first.add(page.url)

    def came(self, db: sqlite3.Connection, kept: Kept) -> None:
        """What became of it."""
        if kept.url in self._first and kept.outcome != Outcome.AWAITS_BROWSER:
            self._first.remove(kept.url)
            self.credit = credit_after(
                self.credit,
                kept.outcome,
                repeated=kept.outcome.is_article and self._is_repeated(db, kept.url),
            )

    def _is_repeated(self, db: sqlite3.Connection, url: str) -> bool:
        """Whether an article's text came in this visit already, under another address."""
        query = "select content_sha256 from revisions where id = (select revision from articles where site = ? and url = ?)"
        row = db.execute(query, (self.site, url)).fetchone()
        text = bytes.fromhex(row["content_sha256"].rpartition(":")[2]) if row is not None else b""
        repeated = text in self._texts
        self._texts.add(text)
        return repeated

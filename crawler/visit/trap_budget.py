"""Recognises an endless portal (calendars, filters, sessions in addresses) by its results.

`trap_reason` of pipelines.read.addresses knows endless addresses by their shape. Those of unknown
shape show up here, because they yield no article.

A visit begins with credit. A first request to an address costs some if it gives no article; every
new article earns some. Without credit the visit requests only possible articles, and lets listings
rest. If that yields nothing either, the visit ends. So a trap costs fewer than 200 requests, and an
honest portal proves itself on the way: even if 10,000 articles are listed two to a page, every page
of the listing is fetched.
"""

import sqlite3
from dataclasses import dataclass, field, replace

from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.records.outcome import Kept
from pipelines.outcomes import PASSING_FAILURES, Outcome

CREDIT = 90.0  # requests; CREDIT, PROOFS and those under way stay below 200 together
EARNED = 0.5  # requests, for an article
PROOFS = 90  # requests for possible articles, without credit, since the last article
# These neither cost nor earn: files belong to articles, failures are tried again.
NEUTRAL = (Outcome.ATTACHMENT, Outcome.ROBOTS, Outcome.NOT_MODIFIED, *PASSING_FAILURES)
LISTINGS = ("listing", "feed", "sitemap")


@dataclass(frozen=True, slots=True)
class Credit:
    """How many requests a visit may still make without finding an article."""

    pages: float = CREDIT
    proofs: int = PROOFS

    @property
    def resting(self) -> tuple[str, ...]:
        """The kinds of page to leave until an article earns credit."""
        return LISTINGS if self.pages < 1 else ()

    @property
    def exhausted(self) -> bool:
        """Whether the visit may make no more requests."""
        return self.pages < 1 and self.proofs < 1


def credit_after(credit: Credit, outcome: Outcome, *, repeated: bool = False) -> Credit:
    """The credit after the first request to an address. `outcome`: the outcome of its capture.
    `repeated`: this visit has met the article's text before.
    """
    if outcome in NEUTRAL:
        return credit
    if outcome.is_article and not repeated:
        return Credit(min(credit.pages + EARNED, CREDIT), PROOFS)
    if credit.pages < 1:
        return replace(credit, proofs=credit.proofs - 1)
    return replace(credit, pages=credit.pages - 1)


@dataclass(slots=True)
class TrapBudget:
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

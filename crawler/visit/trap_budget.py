"""Recognises an endless portal (calendars, filters, sessions in addresses) by its results.

`trap_reason` in pipelines.read.addresses raises doubts by the shape of an address. Endless
addresses of other shapes show here, because they yield no article.

A visit begins with credit. A first request to an address costs some if it gives no article; every
new article earns some. Without credit the visit requests only possible articles, and lets listings
rest. If that yields nothing either, the visit ends. So a trap costs fewer than 200 requests, and an
honest portal proves itself on the way: even if 10,000 articles are listed two to a page, every page
of the listing is fetched.

Parts of a sitemap that name nothing new have a credit of their own, so that an index of a thousand
empty parts does not use up the credit of the portal's listings.
"""

import sqlite3
from dataclasses import dataclass, field, replace

from pipelines.keep.frontier.pages import KnownPage
from pipelines.keep.records.outcome import Kept
from pipelines.outcomes import PASSING_FAILURES, Outcome

CREDIT = 90.0  # requests
EARNED = 0.5  # requests, for an article
PROOFS = 89  # requests for possible articles, without credit, since the last article
PARTS = 60.0  # requests for parts of sitemaps
MOST_IN_VAIN = 185  # requests of all three; with those under way they stay below 200
# These neither cost nor earn: files and parts belong to articles, failures are tried again.
NEUTRAL = (
    *(Outcome.ATTACHMENT, Outcome.ARTICLE_PART, Outcome.ROBOTS, Outcome.NOT_MODIFIED),
    *PASSING_FAILURES,
)
LISTINGS = ("listing", "feed", "sitemap")


@dataclass(frozen=True, slots=True)
class Credit:
    """How many requests a visit may still make without finding an article."""

    pages: float = CREDIT
    proofs: int = PROOFS
    parts: float = PARTS

    @property
    def resting(self) -> tuple[str, ...]:
        """The kinds of page to leave until an article earns credit."""
        return LISTINGS if self.pages < 1 else ()

    @property
    def parts_rest(self) -> bool:
        """Whether to skip the parts of sitemaps that have named no article yet."""
        return self.parts < 1

    @property
    def is_short(self) -> bool:
        """Whether some pages must wait until an article earns credit."""
        return self.pages < 1 or self.parts_rest

    @property
    def exhausted(self) -> bool:
        """Whether the visit may make no more requests."""
        in_vain = CREDIT + PROOFS + PARTS - self.pages - self.proofs - self.parts
        return (self.pages < 1 and self.proofs < 1) or in_vain >= MOST_IN_VAIN


def credit_after(
    credit: Credit, outcome: Outcome, *, repeated: bool = False, empty_part: bool = False
) -> Credit:
    """The credit after the first request to an address. `outcome`: the outcome of its capture.
    `repeated`: this visit has met the article's text before. `empty_part`: it is a part of a
    sitemap that named nothing new.
    """
    if outcome in NEUTRAL:
        return credit
    if outcome.is_article and not repeated:
        pages, parts = min(credit.pages + EARNED, CREDIT), min(credit.parts + EARNED, PARTS)
        return Credit(pages, PROOFS, parts)
    if empty_part:
        return replace(credit, parts=credit.parts - 1)
    if credit.pages < 1:
        return replace(credit, proofs=credit.proofs - 1)
    return replace(credit, pages=credit.pages - 1)


@dataclass(slots=True)
class TrapBudget:
    """Keeps the credit of a visit to the site with this key."""

    site: str
    credit: Credit = field(default_factory=Credit)
    _first: dict[str, KnownPage] = field(default_factory=dict)
    _texts: set[bytes] = field(default_factory=set)

    def note_request(self, page: KnownPage) -> None:
        """Note the request for a page. A page that an earlier visit requested costs nothing."""
        if page.first:
            self._first[page.url] = page

    def note_outcome(self, db: sqlite3.Connection, kept: Kept) -> bool | None:
        """Note the outcome of a page, which may change the credit.

        Returns whether its first request brought an article of its own; None if that is unknown,
        or if it was requested before.
        """
        if kept.url not in self._first or kept.outcome == Outcome.AWAITS_BROWSER:
            return None
        page = self._first.pop(kept.url)
        repeated = kept.outcome.is_article and self._is_repeated(db, kept.url)
        self.credit = credit_after(
            self.credit,
            kept.outcome,
            repeated=repeated,
            empty_part=page.is_part and kept.named == 0,
        )
        return None if kept.outcome in NEUTRAL else kept.outcome.is_article and not repeated

    def _is_repeated(self, db: sqlite3.Connection, url: str) -> bool:
        """Whether this visit has met an article's text before, under another address."""
        query = """select content_sha256 from revisions
            where id = (select articles.revision from pages
                join articles on articles.id = pages.article
                where pages.site = ? and pages.url = ?)"""
        row = db.execute(query, (self.site, url)).fetchone()
        text = bytes.fromhex(row["content_sha256"].rpartition(":")[2]) if row is not None else b""
        repeated = text in self._texts
        self._texts.add(text)
        return repeated

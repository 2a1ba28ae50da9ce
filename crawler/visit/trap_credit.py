"""Portals without end (calendars, filters upon filters, sessions in addresses, links made up at random), known by what they give: nothing. Pure.

`urls.trap_reason` knows such addresses by their shape; what has no known shape is known here by its fruit. A visit begins with credit. Every address that
is asked for the first time and gives no article costs some, every new article earns some. Without credit only what may be an article is asked for, listings
rest; where that gives nothing either, the visit ends. So a trap costs fewer than 200 requests, and an honest portal proves itself as it goes: of 10,000
articles listed two on a page, every page of the listing is asked for.
"""

from dataclasses import dataclass, replace

from pipelines.outcomes import PASSING_FAILURES, Outcome

CREDIT = 90.0  # requests; with those that are under way when it is used up, both parts stay below 200 together
EARNED = 0.5  # requests, for an article
PROOFS = 90  # requests for what may be articles, after the credit is used up and since the last that was one
# Neither an article nor the lack of one: files belong to articles, failures are asked again.
NEUTRAL = (
    Outcome.ATTACHMENT,
    Outcome.ROBOTS,
    Outcome.NOT_MODIFIED,
    *PASSING_FAILURES,
)
LISTINGS = ("listing", "feed", "sitemap")


@dataclass(frozen=True, slots=True)
class Credit:
    """What a visit may still ask for without fruit, in requests."""

    pages: float = CREDIT
    proofs: int = PROOFS

    @property
    def resting(self) -> tuple[str, ...]:
        """The kinds of address that are not asked for until an article earns credit."""
        return LISTINGS if self.pages < 1 else ()

    @property
    def exhausted(self) -> bool:
        """Whether nothing at all may be asked for."""
        return self.pages < 1 and self.proofs < 1


def credit_after(credit: Credit, outcome: Outcome, *, repeated: bool = False) -> Credit:
    """The credit after an address was asked for the first time. `outcome`: the word in captures.outcome; `repeated`: an article whose text has come before."""
    if outcome in NEUTRAL:
        return credit
    if outcome.is_article and not repeated:
        return Credit(min(credit.pages + EARNED, CREDIT), PROOFS)
    if credit.pages < 1:
        return replace(credit, proofs=credit.proofs - 1)
    return replace(credit, pages=credit.pages - 1)

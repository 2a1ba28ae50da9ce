"""Tells a portal that turns us away from one that keeps a few pages to itself."""

from collections import Counter
from collections.abc import Collection

from pipelines.health.facts import Denial, Finding, VisitFacts
from pipelines.outcomes import IssueKind

IN_A_ROW = 10  # denials of a host after which a visit finds out whether it denies everything
NEWEST = 3  # articles of a site that show whether its news can be had
MANY_LEAST = 3  # pages denied anew
MANY_SHARE = 10  # one in so many of the visit's requests


def denial_findings(visit: VisitFacts, told: Collection[str] = ()) -> list[Finding]:
    """A finding if the denials of a visit mean more than a members' area.

    They do if a host denies everything; if a listing is denied that the site file names or that
    came before; if the site's newest articles are denied; or if many pages are that came before or
    are denied for the first time. Refusals that other findings have `told` do not count.
    """
    facts = visit.denials
    pages = [page for page in facts.pages if page.refusal is None or page.refusal not in told]
    anew = [page for page in pages if page.known or not page.again]
    many = len(anew) >= MANY_LEAST and len(anew) * MANY_SHARE >= facts.asked
    listing = any(page.source and page.known for page in pages)
    if not pages or not (facts.shut_out or facts.newest or many or listing):
        return []
    # Every visit requests listings, so they show first that the denials are over.
    newest = next((page for page in reversed(pages) if page.source and page.known), pages[-1])
    what = f"{len(pages)} of {facts.asked} addresses were denied ({_reasons(pages)})"
    detail = f"{what}, e.g. {newest.url}; they are requested again, ever more rarely"
    return [Finding(IssueKind.DENIED, detail, newest.url, newest.capture)]


def _reasons(pages: list[Denial]) -> str:
    counts = Counter(page.why for page in pages).most_common(3)
    return ", ".join(f"{count} {why}" for why, count in counts)

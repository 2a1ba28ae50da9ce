"""Tells a portal that turns us away from one that keeps a few pages to itself."""

from collections import Counter
from collections.abc import Collection

from pipelines.health.facts import Denial, Finding, VisitFacts
from pipelines.outcomes import IssueKind

IN_A_ROW = 10  # answers of a host that deny, after which a visit asks whether all is denied
NEWEST = 3  # articles of a site that show whether its news can be had
MANY_LEAST = 3  # pages denied anew
MANY_SHARE = 10  # one in so many of the visit's requests


def denial_findings(visit: VisitFacts, told: Collection[str] = ()) -> list[Finding]:
    """Denied addresses that mean more than a members' area.

    These are a host that denies everything, a listing that the site file names or that was had
    before, the site's newest articles, and many pages that are denied for the first time or were
    had before. Not refusals that are `told` already.
    """
    facts = visit.denials
    pages = [page for page in facts.pages if page.refusal is None or page.refusal not in told]
    anew = [page for page in pages if page.known or not page.again]
    many = len(anew) >= MANY_LEAST and len(anew) * MANY_SHARE >= facts.asked
    listing = any(page.source and page.known for page in pages)
    if not pages or not (facts.shut_out or facts.newest or many or listing):
        return []
    # A listing is asked on each visit, so it shows first that the denials are over.
    newest = next((page for page in reversed(pages) if page.source and page.known), pages[-1])
    what = f"{len(pages)} of {facts.asked} addresses were denied ({_reasons(pages)})"
    detail = f"{what}, e.g. {newest.url}; they are asked again, ever more rarely"
    return [Finding(IssueKind.DENIED, detail, newest.url, newest.capture)]


def _reasons(pages: list[Denial]) -> str:
    counts = Counter(page.why for page in pages).most_common(3)
    return ", ".join(f"{count} {why}" for why, count in counts)

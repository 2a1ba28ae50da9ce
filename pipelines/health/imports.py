"""Finds what looks wrong after an import, and what a person should know though it is normal.

An import is judged like a visit. But a file of captures holds what somebody wanted: its listings
may name articles that it lacks, pages may be gone, and a few pages without an article are no fault.
"""

from collections.abc import Iterator

from pipelines.health.facts import Finding, ImportedPages, VisitFacts
from pipelines.health.judge import findings
from pipelines.outcomes import SELF_DECLARED_REFUSALS, IssueKind, Outcome, Refusal

MANY_PAGES = 100  # so many pages of a portal are hardly all listings
SOME_PAGES = 20  # shares of fewer mean little
MOST = 2  # more than one in so many
REMEDY = "`loa read` explains how Loa reads a page"
WALLS = SELF_DECLARED_REFUSALS - {Refusal.SOFT_404, Refusal.PARKED}  # pages that keep us out


def import_findings(visit: VisitFacts, pages: ImportedPages) -> list[Finding]:
    """What looks wrong with a site after an import, one finding of each kind.

    `visit`: the facts of a visit that an import has: only pages that listings or feeds of the
    archive name, and no sources.
    """
    found = [*_no_articles(pages), *_walls(pages), *findings(visit)]
    return list({finding.kind: finding for finding in reversed(found)}.values())


def _no_articles(pages: ImportedPages) -> Iterator[Finding]:
    if pages.ever_read or pages.count < MANY_PAGES:
        return
    most = pages.outcomes[0]
    detail = (
        f"none of {pages.count} imported pages was read as an article, most of them {most.outcome},"
        f" such as {most.url}: {REMEDY}"
    )
    yield Finding(IssueKind.NO_ARTICLES, detail, capture=most.capture)


def _walls(pages: ImportedPages) -> Iterator[Finding]:
    """Most pages show a challenge, a log-in or the like in place of the portal's own."""
    for one in pages.outcomes:
        refusal = one.outcome.refusal
        if pages.count >= SOME_PAGES and refusal in WALLS and one.count * MOST > pages.count:
            detail = (
                f"{one.count} of {pages.count} imported pages are refused as {refusal}, e.g."
                f" {one.url}: the portal turned the capturing tool away; capture them again"
            )
            yield Finding(IssueKind(refusal), detail, one.url, one.capture)


def import_remarks(pages: ImportedPages) -> list[str]:
    """What a person should know, though it is normal for a file of captures."""
    told = []
    unknown = [one for one in pages.outcomes if one.outcome == Outcome.REFUSED_NOT_AN_ARTICLE]
    if pages.articles and pages.count >= SOME_PAGES and unknown:
        (one,) = unknown
        if one.count * MOST > pages.count:
            told.append(
                f"{one.count} of {pages.count} pages are neither articles nor listings that Loa"
                f" knows, such as {one.url}: {REMEDY}"
            )
    if pages.missing:
        told.append(f"articles that listings name and the import lacks: {pages.missing}")
    return told

"""What looks broken after a visit, how bad that is, and which earlier findings have healed.

Compares a visit with the site's own past. Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from pipelines.health.article_findings import article_findings, none_read
from pipelines.health.denials import denial_findings
from pipelines.health.facts import BROKEN_ALONE, Finding, Severity, VisitFacts
from pipelines.health.shared_values import shared_findings
from pipelines.health.source_findings import is_good, source_findings, unreachable
from pipelines.health.unfollowed import unfollowed_findings
from pipelines.outcomes import (
    DENIALS,
    KEEPING_OUT,
    LISTINGS_SEEN,
    OF_HOLDINGS,
    PASSING_FAILURES,
    IssueKind,
)

PATIENCE = timedelta(days=1)  # after so long without any content, the site counts as broken
HEALING = 3  # working addresses that prove that a site has healed


def findings(
    visit: VisitFacts, anew: Mapping[IssueKind, VisitFacts] | None = None
) -> list[Finding]:
    """What looks broken in this visit, one finding a kind, the gravest first.

    `anew`: for each kind that a person accepted, the same visit with the past that counts since
    then. If nothing at all can be read, only a changed layout can be accepted: an unreadable portal
    is never well.
    """
    nothing = visit.sources and not any(is_good(source) for source in visit.sources)
    since = dict(anew or {})
    if nothing:
        since = {kind: past for kind, past in since.items() if kind == IssueKind.LAYOUT_CHANGED}
    found = [finding for finding in _found(visit) if finding.kind not in since]
    for kind, facts in since.items():
        found += [finding for finding in _found(facts) if finding.kind == kind]
    by_kind: dict[IssueKind, Finding] = {}
    for finding in found:
        by_kind.setdefault(finding.kind, finding)
    return sorted(by_kind.values(), key=lambda finding: finding.kind not in BROKEN_ALONE)


def _found(visit: VisitFacts) -> list[Finding]:
    found = [*unreachable(visit), *source_findings(visit), *article_findings(visit)]
    found += denial_findings(visit, [finding.kind for finding in found])
    found = found or none_read(visit)
    told = {finding.kind for finding in found}
    unfollowed = unfollowed_findings(
        visit.unfollowed, denials_told=not told.isdisjoint(KEEPING_OUT)
    )
    return [*found, *unfollowed, *shared_findings(visit.holdings)]


def severity(open_kinds: Iterable[IssueKind], visit: VisitFacts) -> Severity | None:
    """How bad the open issues are together; None if there are none.

    A site that gave nothing for a day is broken, whatever the reason.
    """
    kinds = set(open_kinds)
    if not kinds:
        return None
    nothing = not any(is_good(source) for source in visit.sources)
    for_long = visit.last_good_at is None or visit.at - visit.last_good_at >= PATIENCE
    return "broken" if kinds & BROKEN_ALONE or (nothing and for_long) else "suspect"


def works_again(url: str, visit: VisitFacts) -> bool:
    """Whether this visit was given the page or listing of an address."""
    outcomes = [source.outcome for source in visit.sources if source.url == url]
    outcomes += [page.outcome for page in visit.pages if page.url == url]
    return any(outcome.is_article or outcome in LISTINGS_SEEN for outcome in outcomes)


def healed(kind: IssueKind, url: str | None, visit: VisitFacts) -> bool:
    """Whether this visit shows that an earlier finding, which it did not repeat, is over.

    It is over if its own address works again, or enough similar ones do. A visit that requested
    nothing similar proves nothing.
    """
    well = [source.url for source in visit.sources if is_good(source)]
    ill = [source.url for source in visit.sources if not is_good(source)]
    if kind in KEEPING_OUT:  # "not found" is an answer
        still = (*DENIALS, *PASSING_FAILURES)
        ill = [source.url for source in visit.sources if source.outcome in still]
    read = [page.url for page in visit.pages if page.outcome.is_article and not page.lacks]
    if kind in OF_HOLDINGS:
        return True  # all that is held and named was looked at
    if kind in (IssueKind.UNREACHABLE, IssueKind.SILENT):
        return bool(well)
    if url in well or url in read:
        return True
    if kind == IssueKind.LAYOUT_CHANGED:
        return len(read) >= HEALING
    if kind == IssueKind.NO_ARTICLES:
        return bool(read) or visit.ever_read
    if kind == IssueKind.ENTRIES_REFUSED:
        return url in visit.mended
    return url not in ill and len(well) + len(read) >= HEALING

"""Finds broken listings, feeds and sitemaps, and sites that cannot be reached."""

from datetime import timedelta
from itertools import pairwise

from pipelines.health.facts import Finding, Source, VisitFacts
from pipelines.outcomes import (
    LISTINGS_SEEN,
    PASSING_FAILURES,
    SELF_DECLARED_REFUSALS,
    UNREAD,
    IssueKind,
    Outcome,
    RunOutcome,
)

# A source has shrunk if it names less than half of its former minimum: the boxes beside an empty
# list still name some articles.
SHRUNK = 2
KNOWN_BY = 3  # earlier readings of a source
# After so many earlier readings, a quiet week does not explain an empty feed or sitemap.
NEVER_FEWER = 10
LAG = timedelta(days=7)  # a source this far behind has stopped, if it always kept up before
FOLLOWED_SHARE = 0.8  # share of the portal's new days that such a source showed on the same visit
DAY = timedelta(days=1)


def is_good(source: Source) -> bool:
    """Whether a source arrived and names something."""
    return source.outcome in LISTINGS_SEEN and (source.listed is None or source.listed.entries > 0)


def unreachable(visit: VisitFacts) -> list[Finding]:
    """A site from which no source arrived, or one with a bad certificate."""
    failing = [source for source in visit.sources if source.outcome in PASSING_FAILURES]
    for source in failing:
        if IssueKind.CERTIFICATE in f"{source.outcome} {source.detail}".lower():
            return [_finding(IssueKind.CERTIFICATE, source.detail, source)]
    if visit.outcome == RunOutcome.UNREACHABLE:
        detail = visit.detail or "no host let us ask"
        certificate = IssueKind.CERTIFICATE in detail.lower()
        kind = IssueKind.CERTIFICATE if certificate else IssueKind.UNREACHABLE
        return [Finding(kind, detail)]
    if failing and len(failing) == len(visit.sources):
        detail = f"none of {len(failing)} listings could be had, e.g. {failing[0].detail}"
        return [_finding(IssueKind.UNREACHABLE, detail, failing[0])]
    return []


def source_findings(visit: VisitFacts) -> list[Finding]:
    """Sources that became something else, name nothing, or stand still."""
    read = [source for source in visit.sources if source.outcome not in UNREAD]
    known = [source for source in read if source.own or source.before]
    found: list[Finding] = []
    for source in known:
        found += _became(source, len(known)) + _names_too_little(source)
        found += _stands_still(source, visit)
    if (
        found
        or not read
        or len(read) < len(visit.sources)
        or any(map(is_good, visit.sources))
        or unreachable(visit)
    ):
        return found
    if any(page.source and page.known for page in visit.denials.pages):
        return []  # told as denied
    first = known[0] if known else visit.sources[0]
    detail = f"{first.url}: nothing that names an article could be read ({first.outcome})"
    return [_finding(IssueKind.LISTING_EMPTY, detail, first)]


def _became(source: Source, of: int) -> list[Finding]:
    """A source that is now something else, or has moved."""
    refusal, expected = source.outcome.refusal, ""
    if source.before:
        last, _ = source.before[-1]
        expected = f"; it named {last.entries} articles on {last.at:%Y-%m-%d}"
    if refusal in SELF_DECLARED_REFUSALS:
        detail = f"{source.detail or source.url}{expected} (one of {of} listings)"
        return [_finding(IssueKind(refusal), detail, source)]
    if source.outcome == Outcome.REDIRECT_OFFSITE and (source.own or source.before):
        return [_finding(IssueKind.MOVED, f"{source.detail}{expected}", source)]
    # Later pages of a list, and parts of a sitemap, come and go; a section read so often does not.
    is_section = source.kind == "listing" and len(source.before) >= KNOWN_BY
    if (source.before and refusal is not None) or (is_section and source.outcome == Outcome.GONE):
        detail = f"{source.url}: is no listing any more ({refusal or source.outcome}){expected}"
        return [_finding(IssueKind.LISTING_EMPTY, detail, source)]
    return []


def _names_too_little(source: Source) -> list[Finding]:
    """A source that names hardly any articles, though it always named many.

    Feeds and sitemaps of the last days may be empty after a quiet week.
    """
    if source.listed is None or source.outcome not in LISTINGS_SEEN:
        return []
    now, before = source.listed.entries, [listed.entries for listed, _ in source.before]
    enough = NEVER_FEWER if source.kind != "listing" else KNOWN_BY if now else 1
    if len(before) < enough or now * SHRUNK >= min(before):
        return []
    usual = f"{min(before)} to {max(before)}" if min(before) < max(before) else str(before[0])
    detail = f"{source.url}: names {now} articles; {usual} were usual on {len(before)} visits"
    return [_finding(IssueKind.LISTING_EMPTY, detail, source)]


def _stands_still(source: Source, visit: VisitFacts) -> list[Finding]:
    """A source whose newest entry falls behind the portal, though it always kept up.

    One that names the same articles as before is well while nothing new is published, even if some
    of them are gone.
    """
    kind = IssueKind.FEED_FROZEN if source.kind == "feed" else IssueKind.LISTING_FROZEN
    if source.listed is None or source.outcome not in LISTINGS_SEEN:
        return []
    newest, behind = visit.newest_on, source.listed.newest_on
    if newest is None or behind is None or newest - behind < LAG:
        return []
    advanced = [
        (said.newest_on, now)
        for (_, then), (said, now) in pairwise(source.before)
        if then and now and now > then
    ]
    followed = sum(said is not None and now - said <= DAY for said, now in advanced)
    if followed < KNOWN_BY or followed < FOLLOWED_SHARE * len(advanced):
        return []
    detail = (
        f"{source.url}: has shown nothing new since {behind}, though the portal's newest is of"
        f" {newest}; before, it showed the newest at once {followed} of {len(advanced)} times"
    )
    return [_finding(kind, detail, source)]


def _finding(kind: IssueKind, detail: str, source: Source) -> Finding:
    return Finding(kind, detail, source.url, source.capture)

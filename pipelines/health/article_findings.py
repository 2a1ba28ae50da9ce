"""Finds broken article pages: refused, unreadable, or without a field."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.health.chance import surprising
from pipelines.health.facts import ArticlePage, Finding, Past, Source, VisitFacts
from pipelines.outcomes import (
    LOST_ARTICLES,
    SELF_DECLARED_REFUSALS,
    UNREAD,
    IssueKind,
    Outcome,
    RunOutcome,
)

NEW_LEAST = 3  # new pages with the same fault before it is reported
# One entry in five may not be an article, such as a menu or an advertisement.
UNREAD_SHARE = 5
CHANGED_LEAST = 5  # texts that changed at once
LISTINGS_NAMED = 3  # by a finding
FINISHED = (RunOutcome.OK, RunOutcome.INCOMPLETE)  # visits that no limit cut short
LACKING = {"date": "no date", "body": "no text", "rules": "none of its family's signs"}


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages of a visit that were read: `held` from before, and `new` ones."""

    held: Sequence[ArticlePage]
    new: Sequence[ArticlePage]
    past: Past

    def losses_surprise(self, pages: Sequence[ArticlePage]) -> bool:
        """Whether more held pages are lost than the past explains."""
        past = self.past
        return surprising(len(pages), len(self.held), past.lost, past.read + past.lost)

    def refusals_surprise(self, pages: Sequence[ArticlePage]) -> bool:
        """Whether more new pages are refused than the past explains."""
        past = self.past
        return len(pages) >= NEW_LEAST and surprising(
            len(pages), len(self.new), past.refused, past.read + past.refused
        )


def article_findings(visit: VisitFacts) -> list[Finding]:
    """Addresses of articles that are something else now."""
    judged = [page for page in visit.pages if page.judged]
    held = [page for page in judged if page.held]
    pages = _Pages(held, [page for page in judged if not page.held], visit.past)
    return [*_refused(pages), *(_layout(pages) or _entries(pages.new, visit))]


def _refused(pages: _Pages) -> list[Finding]:
    """Pages that turn out to be a challenge, a login form and the like."""
    found = []
    for refusal in sorted(SELF_DECLARED_REFUSALS):
        held = [page for page in pages.held if page.outcome.refusal == refusal]
        new = [page for page in pages.new if page.outcome.refusal == refusal]
        if held and (not pages.past.lost or pages.losses_surprise(held)):
            told, of = held, f"{len(pages.held)} articles that were read before are now"
        elif pages.refusals_surprise(new):
            told, of = new, f"{len(pages.new)} new articles are"
        else:
            continue
        found.append(_told(IssueKind(refusal), f"{len(told)} of {of} refused as {refusal}", told))
    return found


def none_read(visit: VisitFacts) -> list[Finding]:
    """A portal from which no article was ever read, so that it has no past to compare with.

    A visit that was cut short or told to wait reports this only if it met several pages that were
    listed as articles.
    """
    pages = [page for page in visit.pages if page.judged]
    if _ever_read(visit) or any(page.outcome in UNREAD for page in visit.pages):
        return []
    if len(pages) < NEW_LEAST and (visit.outcome not in FINISHED or not (pages or visit.sources)):
        return []
    listings = [source.url for source in visit.sources if source.kind == "listing"]
    more = len(listings) - LISTINGS_NAMED
    asked = f"; listings asked: {', '.join(listings[:LISTINGS_NAMED])}" if listings else ""
    asked += f" and {more} more" if more > 0 else ""
    first: Source | ArticlePage
    if pages:
        first, most = pages[0], Counter(page.outcome.refusal for page in pages).most_common(1)[0][0]
        what = (
            f"none of {len(pages)} pages that were named as articles could be read as one"
            f" (most: {most}), nor any before, e.g. {first.url}"
        )
    else:
        first, what = visit.sources[0], "no page was named as an article, nor any read before"
    remedy = (
        "name its listings in the site's file, or selectors under [article]"
        " (`loa read URL` shows how a page is read)"
    )
    detail = f"{what}{asked}; {remedy}"
    return [Finding(IssueKind.NO_ARTICLES, detail, first.url, first.capture)]


def _ever_read(visit: VisitFacts) -> bool:
    read_now = any(page.held or page.outcome.is_article for page in visit.pages)
    return visit.ever_read or visit.past.read > 0 or visit.newest_on is not None or read_now


def _entries(new: Sequence[ArticlePage], visit: VisitFacts) -> list[Finding]:
    """Entries of feeds and listings that cannot be read as articles, even on a first visit.

    Not reported if entries failed as often in the past, which means that a person accepted it.
    """
    entries = [page for page in new if page.entry]
    refused = [page for page in entries if page.outcome == Outcome.REFUSED_NOT_AN_ARTICLE]
    past = visit.past
    if len(refused) < NEW_LEAST or len(refused) * UNREAD_SHARE < len(entries):
        return []
    if not _ever_read(visit) or past.entries_refused * UNREAD_SHARE >= past.entries > 0:
        return []
    what = (
        f"{len(refused)} of {len(entries)} new addresses that feeds or listings name as their"
        " entries could not be read as articles"
    )
    return [_told(IssueKind.ENTRIES_REFUSED, what, refused)]


def _layout(pages: _Pages) -> list[Finding]:
    """Pages that were articles and can no longer be read, lack a field, or all changed at once."""
    held, new, past = pages.held, pages.new, pages.past
    lost = [page for page in held if page.outcome in LOST_ARTICLES]
    if len(lost) >= 2 and pages.losses_surprise(lost):
        what = f"{len(lost)} of {len(held)} articles that were read before can be read no more"
        return [_told(IssueKind.LAYOUT_CHANGED, what, lost)]
    unread = [page for page in new if page.outcome in LOST_ARTICLES]
    if pages.refusals_surprise(unread):
        were = f"{past.refused} of {past.read + past.refused} were"
        what = f"{len(unread)} of {len(new)} new pages are no articles, where {were}"
        return [_told(IssueKind.LAYOUT_CHANGED, what, unread)]
    return _lacking(pages) or _changed_at_once(pages)


def _lacking(pages: _Pages) -> list[Finding]:
    read = [page for page in (*pages.held, *pages.new) if page.outcome.is_article]
    before, past = dict(pages.past.lacking), pages.past
    for field, words in LACKING.items():
        lacking = [page for page in read if field in page.lacks]
        count, then = len(lacking), before.get(field, 0)
        if count < 2 or count * 2 < len(read):
            continue
        if surprising(count, len(read), then, past.read):
            what = f"{count} of {len(read)} articles show {words}"
            what = f"{what}, where {then} of {past.read} did so before"
            return [_told(IssueKind.LAYOUT_CHANGED, what, lacking)]
    return []


def _changed_at_once(pages: _Pages) -> list[Finding]:
    held, past = pages.held, pages.past
    changed = [page for page in held if page.outcome == Outcome.ARTICLE_CHANGED]
    if len(changed) < CHANGED_LEAST or len(changed) * 2 < len(held):
        return []
    if not surprising(len(changed), len(held), past.changed, past.again):
        return []
    what = f"the texts of {len(changed)} of {len(held)} articles changed at once"
    what = f"{what}, where {past.changed} of {past.again} did"
    return [_told(IssueKind.LAYOUT_CHANGED, what, changed)]


def _told(kind: IssueKind, what: str, pages: Sequence[ArticlePage]) -> Finding:
    return Finding(kind, f"{what}, e.g. {pages[0].url}", pages[0].url, pages[0].capture)

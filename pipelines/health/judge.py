"""What a visit saw against what the site's own past lets one expect: pure findings, each with its evidence, and which earlier ones have healed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from pipelines.health.chance import surprising
from pipelines.health.facts import (
    BROKEN_ALONE,
    ArticlePage,
    Finding,
    Severity,
    Sight,
    Source,
)
from pipelines.outcomes import (
    LISTINGS_SEEN,
    LOST_ARTICLES,
    PASSING_FAILURES,
    SELF_DECLARED_REFUSALS,
    IssueKind,
    Outcome,
    RunOutcome,
)

SHRUNK = 2  # a source that names less than half of the fewest that it ever named; boxes beside an empty list still name some
ENOUGH = 3  # earlier readings of a source by which it is known
LAG = timedelta(days=7)  # a source this far behind has stopped, where it always followed before
FOLLOWED = 0.8  # share of the portal's new days that such a source showed on the same visit
NEVER_FEWER = (
    10  # earlier readings after which a feed or sitemap that is empty is no matter of a quiet week
)
PATIENCE = timedelta(days=1)  # how long nothing may be had before the site counts as broken
UNREAD_SHARE = 5  # one in so many of the entries that are no articles is no matter of a menu or an advertisement among them
NAMED = 3  # addresses that a finding names
FINISHED = (RunOutcome.OK, RunOutcome.INCOMPLETE)  # outcomes of a visit that no limit cut short
FIELDS = {"date": "no date", "body": "no text", "rules": "none of its family's signs"}


def findings(sight: Sight, anew: Mapping[IssueKind, Sight] | None = None) -> list[Finding]:
    """What looks broken in this visit, one finding a kind, the gravest first.

    `anew`: for each kind that a person accepted, the same visit with the past that counts since. Where nothing at all can be read, it counts of pages only: no
    portal is well of which nothing can be read.
    """
    nothing = sight.sources and not any(_good(source) for source in sight.sources)
    since = {
        kind: one
        for kind, one in (anew or {}).items()
        if kind == IssueKind.LAYOUT_CHANGED or not nothing
    }
    found = [finding for finding in _found(sight) if finding.kind not in since]
    found += [
        finding for kind, one in since.items() for finding in _found(one) if finding.kind == kind
    ]
    by_kind: dict[IssueKind, Finding] = {}
    for finding in found:
        by_kind.setdefault(finding.kind, finding)
    return sorted(by_kind.values(), key=lambda finding: finding.kind not in BROKEN_ALONE)


def severity(open_kinds: Iterable[IssueKind], sight: Sight) -> Severity | None:
    """How bad it stands with what is open now; None where nothing is. Nothing to be had for a day is broken, whatever the reason."""
    kinds = set(open_kinds)
    if not kinds:
        return None
    nothing = not any(_good(source) for source in sight.sources)
    since = sight.last_good_at is None or sight.at - sight.last_good_at >= PATIENCE
    return "broken" if kinds & BROKEN_ALONE or (nothing and since) else "suspect"


def healed(kind: IssueKind, url: str | None, sight: Sight) -> bool:
    """Whether this visit shows that an earlier finding, of which it found nothing, is over: its own address is well again, or enough others of its sort are.

    A visit that asked for nothing of the sort proves nothing.
    """
    well = [source.url for source in sight.sources if _good(source)]
    ill = [source.url for source in sight.sources if not _good(source)]
    read = [page.url for page in sight.pages if page.outcome.is_article and not page.lacks]
    if kind in (IssueKind.UNREACHABLE, IssueKind.SILENT):
        return bool(well)
    if url in well or url in read:
        return True
    if kind == IssueKind.LAYOUT_CHANGED:
        return len(read) >= ENOUGH
    if kind == IssueKind.NO_ARTICLES:
        return bool(read) or sight.ever_read
    if kind == IssueKind.ENTRIES_REFUSED:
        return url in sight.mended
    return url not in ill and len(well) + len(read) >= ENOUGH


def _found(sight: Sight) -> list[Finding]:
    found = [*_unreachable(sight), *_sources(sight), *_pages(sight)]
    return found or _none_read(sight)


def _good(source: Source) -> bool:
    return source.outcome in LISTINGS_SEEN and (source.listed is None or source.listed.entries > 0)


def _unreachable(sight: Sight) -> list[Finding]:
    failing = [source for source in sight.sources if source.outcome in PASSING_FAILURES]
    certificate = next(
        (
            source
            for source in failing
            if IssueKind.CERTIFICATE in f"{source.outcome} {source.detail}".lower()
        ),
        None,
    )
    if certificate is not None:
        return [
            Finding(IssueKind.CERTIFICATE, certificate.detail, certificate.url, certificate.capture)
        ]
    if sight.outcome == RunOutcome.UNREACHABLE:
        detail = sight.detail or "no host let us ask"
        return [
            Finding(
                IssueKind.CERTIFICATE
                if IssueKind.CERTIFICATE in detail.lower()
                else IssueKind.UNREACHABLE,
                detail,
            )
        ]
    if failing and len(failing) == len(sight.sources):
        one = failing[0]
        return [
            Finding(
                IssueKind.UNREACHABLE,
                f"none of {len(failing)} listings could be had, e.g. {one.detail}",
                one.url,
                one.capture,
            )
        ]
    return []


def _sources(sight: Sight) -> list[Finding]:
    """Listings, feeds and sitemaps that are something else now, or name nothing, or stand still."""
    known = [source for source in sight.sources if source.own or source.before]
    found = [
        finding
        for source in known
        for finding in (
            *_became(source, len(known)),
            *_names_too_little(source),
            *_stands_still(source, sight),
        )
    ]
    if (
        sight.sources
        and not any(_good(source) for source in sight.sources)
        and not found
        and not _unreachable(sight)
    ):
        first = sight.sources[0]
        found.append(
            Finding(
                IssueKind.LISTING_EMPTY,
                f"{first.url}: nothing that names an article could be read ({first.outcome})",
                first.url,
                first.capture,
            )
        )
    return found


def _became(source: Source, of: int) -> list[Finding]:
    refusal = source.outcome.refusal
    expected = (
        f"; it named {source.before[-1][0].entries} articles on {source.before[-1][0].at:%Y-%m-%d}"
        if source.before
        else ""
    )
    if refusal in SELF_DECLARED_REFUSALS:
        return [
            Finding(
                IssueKind(refusal),
                f"{source.detail or source.url}{expected} (one of {of} listings)",
                source.url,
                source.capture,
            )
        ]
    if source.outcome == Outcome.REDIRECT_OFFSITE and (source.own or source.before):
        return [Finding(IssueKind.MOVED, f"{source.detail}{expected}", source.url, source.capture)]
    if source.before and refusal is not None:
        return [
            Finding(
                IssueKind.LISTING_EMPTY,
                f"{source.url}: is no listing any more ({refusal}){expected}",
                source.url,
                source.capture,
            )
        ]
    return []


def _names_too_little(source: Source) -> list[Finding]:
    """A source that names no article, or hardly any, where it always named many. Feeds and sitemaps of the last days may be empty after a quiet week."""
    if source.listed is None or source.outcome not in LISTINGS_SEEN:
        return []
    now, before = source.listed.entries, [listed.entries for listed, _ in source.before]
    enough = NEVER_FEWER if source.kind != "listing" else ENOUGH if now else 1
    if len(before) < enough or now * SHRUNK >= min(before):
        return []
    usual = f"{min(before)} to {max(before)}" if min(before) < max(before) else str(before[0])
    return [
        Finding(
            IssueKind.LISTING_EMPTY,
            f"{source.url}: names {now} articles; {usual} were usual on {len(before)} visits",
            source.url,
            source.capture,
        )
    ]


def _stands_still(source: Source, sight: Sight) -> list[Finding]:
    """A source whose newest entry falls behind what the portal's other sources print, or that goes on naming articles that are gone."""
    kind = IssueKind.FEED_FROZEN if source.kind == "feed" else IssueKind.LISTING_FROZEN
    if source.listed is None or source.outcome not in LISTINGS_SEEN:
        return []
    if source.gone >= 2 and source.fingerprint == source.last_fingerprint:
        detail = f"{source.url}: names the same {source.listed.entries} articles as on the last visit, though {source.gone} of them are gone"
        return [Finding(kind, detail, source.url, source.capture)]
    newest, behind = sight.newest_on, source.listed.newest_on
    if newest is None or behind is None or newest - behind < LAG:
        return []
    advanced = [
        (said, now)
        for (_, then), (said, now) in pairwise(source.before)
        if then and now and now > then
    ]
    followed = sum(
        said.newest_on is not None and now - said.newest_on <= timedelta(days=1)
        for said, now in advanced
    )
    if followed < ENOUGH or followed < FOLLOWED * len(advanced):
        return []
    detail = f"{source.url}: its newest entry is of {behind}, the portal's of {newest}; {followed} of {len(advanced)} times before it showed the newest at once"
    return [Finding(kind, detail, source.url, source.capture)]


def _is_judged(page: ArticlePage) -> bool:
    """Whether an address was read, as an article or as something refused."""
    return page.outcome.is_article or page.outcome.refusal is not None


def _pages(sight: Sight) -> list[Finding]:
    """Articles' addresses that are something else now."""
    held = [page for page in sight.pages if page.held and _is_judged(page)]
    fresh = [page for page in sight.pages if not page.held and _is_judged(page)]
    past = sight.past
    found = []
    for refusal in sorted(SELF_DECLARED_REFUSALS):
        became = [page for page in held if page.outcome.refusal == refusal]
        never = [page for page in fresh if page.outcome.refusal == refusal]
        if became and (
            not past.lost or surprising(len(became), len(held), past.lost, past.read + past.lost)
        ):
            found.append(
                _told(
                    IssueKind(refusal),
                    f"{len(became)} of {len(held)} articles that were read before are now refused as {refusal}",
                    became,
                )
            )
        elif len(never) >= ENOUGH and surprising(
            len(never), len(fresh), past.refused, past.read + past.refused
        ):
            found.append(
                _told(
                    IssueKind(refusal),
                    f"{len(never)} of {len(fresh)} new articles are refused as {refusal}",
                    never,
                )
            )
    return [*found, *(_layout(held, fresh, sight) or _entries(fresh, sight))]


def _none_read(sight: Sight) -> list[Finding]:
    """A portal of which no article was ever read: there is no past to hold that against, and it stays so for years.

    A visit that a limit cut short, or that was told to wait, says so only where it met several pages that were named as articles.
    """
    pages = [page for page in sight.pages if _is_judged(page)]
    if _ever_read(sight):
        return []
    if len(pages) < ENOUGH and (sight.outcome not in FINISHED or not (pages or sight.sources)):
        return []
    listings = [source.url for source in sight.sources if source.kind == "listing"]
    more = f" and {len(listings) - NAMED} more" if len(listings) > NAMED else ""
    asked = f"; listings asked: {', '.join(listings[:NAMED])}{more}" if listings else ""
    remedy = "; name its listings in the site's file, or selectors under [article] (`loa read URL` shows how a page is read)"
    if not pages:
        first = sight.sources[0]
        return [
            Finding(
                IssueKind.NO_ARTICLES,
                f"no page was named as an article, nor any read before{asked}{remedy}",
                first.url,
                first.capture,
            )
        ]
    (most, _), *_ = Counter(page.outcome.refusal for page in pages).most_common(1)
    what = f"none of {len(pages)} pages that were named as articles could be read as one (most: {most}), nor any before"
    return [
        Finding(
            IssueKind.NO_ARTICLES,
            f"{what}, e.g. {pages[0].url}{asked}{remedy}",
            pages[0].url,
            pages[0].capture,
        )
    ]


def _ever_read(sight: Sight) -> bool:
    read_now = any(page.held or page.outcome.is_article for page in sight.pages)
    return sight.ever_read or sight.past.read > 0 or sight.newest_on is not None or read_now


def _entries(fresh: Sequence[ArticlePage], sight: Sight) -> list[Finding]:
    """What a feed or a listing names with a title is its news: where a good part of it cannot be read, articles are lost, on the first visit too.

    A portal whose entries were as often no articles before, in the eyes of whoever accepted that, is used to it.
    """
    entries = [page for page in fresh if page.entry]
    refused = [page for page in entries if page.outcome == Outcome.REFUSED_NOT_AN_ARTICLE]
    past = sight.past
    if len(refused) < ENOUGH or len(refused) * UNREAD_SHARE < len(entries):
        return []
    if not _ever_read(sight) or past.entries_refused * UNREAD_SHARE >= past.entries > 0:
        return []
    what = f"{len(refused)} of {len(entries)} new addresses that feeds or listings name as their entries could not be read as articles"
    return [_told(IssueKind.ENTRIES_REFUSED, what, refused)]


def _layout(
    held: Sequence[ArticlePage], fresh: Sequence[ArticlePage], sight: Sight
) -> list[Finding]:
    past = sight.past
    lost = [page for page in held if page.outcome in LOST_ARTICLES]
    if len(lost) >= 2 and surprising(len(lost), len(held), past.lost, past.read + past.lost):
        return [
            _told(
                IssueKind.LAYOUT_CHANGED,
                f"{len(lost)} of {len(held)} articles that were read before can be read no more",
                lost,
            )
        ]
    unread = [page for page in fresh if page.outcome in LOST_ARTICLES]
    if len(unread) >= ENOUGH and surprising(
        len(unread), len(fresh), past.refused, past.read + past.refused
    ):
        return [
            _told(
                IssueKind.LAYOUT_CHANGED,
                f"{len(unread)} of {len(fresh)} new pages are no articles, where {past.refused} of {past.read + past.refused} were",
                unread,
            )
        ]
    read = [page for page in (*held, *fresh) if page.outcome.is_article]
    lacking = Counter(field for page in read for field in page.lacks)
    before = dict(past.lacking)
    for field, words in FIELDS.items():
        count = lacking[field]
        if (
            count >= 2
            and count * 2 >= len(read)
            and surprising(count, len(read), before.get(field, 0), past.read)
        ):
            pages = [page for page in read if field in page.lacks]
            return [
                _told(
                    IssueKind.LAYOUT_CHANGED,
                    f"{count} of {len(read)} articles show {words}, where {before.get(field, 0)} of {past.read} did so before",
                    pages,
                )
            ]
    changed = [page for page in held if page.outcome == Outcome.ARTICLE_CHANGED]
    if (
        len(changed) >= 5
        and len(changed) * 2 >= len(held)
        and surprising(len(changed), len(held), past.changed, past.again)
    ):
        return [
            _told(
                IssueKind.LAYOUT_CHANGED,
                f"the texts of {len(changed)} of {len(held)} articles changed at once, where {past.changed} of {past.again} did",
                changed,
            )
        ]
    return []


def _told(kind: IssueKind, what: str, pages: Sequence[ArticlePage]) -> Finding:
    return Finding(kind, f"{what}, e.g. {pages[0].url}", pages[0].url, pages[0].capture)

"""Finds what listings, feeds, sitemaps and pagers name and no visit has requested."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.health.facts import Finding, Unfollowed, Walk
from pipelines.outcomes import DENIALS, IssueKind

TOO_DEEP = "too-deep"
# Most portals link a few pages that are never news: contacts, services, other languages.
LEFT_LEAST = 10  # addresses
LEFT_SHARE = 3  # one in so many that a front page links
REMEDY = (
    "older articles may be missing: name a sitemap, a feed or an archive by date in the site's"
    " file, or the other pages as listings"
)


def unfollowed_findings(left: Unfollowed, *, denials_told: bool = False) -> list[Finding]:
    """One finding with the counts of all that is named and was not requested, and a remedy.

    `denials_told`: another finding says that the portal keeps us out; it explains denied pages.
    """
    if denials_told:
        left = replace(left, walks=tuple(walk for walk in left.walks if walk.why not in DENIALS))
    told = list(_told(left))
    if not told:
        return []
    fronts = [front.url for front in left.fronts]
    url = left.walks[0].url if left.walks else left.example or left.waits or fronts[0]
    return [Finding(IssueKind.LISTED_UNFOLLOWED, "; ".join(told), url)]


def _told(left: Unfollowed) -> Iterator[str]:
    deep = [walk for walk in left.walks if walk.why == TOO_DEEP]
    if cut := [walk for walk in left.walks if walk.why != TOO_DEEP]:
        yield _walks(cut)
    if deep or left.unknown:
        example = left.example or deep[0].url
        pages = f"{len(deep)} next page" if len(deep) == 1 else f"{len(deep)} next pages"
        what = f"{left.unknown} articles and {pages} that listings name"
        yield f"{what} were not requested, such as those of {example}: {_why_not(left)}"
    for front in left.fronts:
        count = len(front.left)
        if count >= LEFT_LEAST and count * LEFT_SHARE >= front.linked:
            what = f"{front.url}: {count} of the {front.linked} addresses that it links"
            some = ", ".join(front.left[:3])
            remedy = "name those that list news in the site's file"
            yield f"{what} were not requested, such as {some}; {remedy}"
    if left.waiting:
        what = f"{left.waiting} addresses still wait although the visit is over"
        yield f"{what}, such as {left.waits}; run `loa crawl` again"


def _why_not(left: Unfollowed) -> str:
    if left.max_depth is not None:
        return f"they lie deeper than crawl.max_depth ({left.max_depth}); raise it"
    return "no rule of the portal's family takes them; name them as listings in the site's file"


def _walks(walks: Sequence[Walk]) -> str:
    most = max(walks, key=lambda walk: walk.shown - walk.read)
    why = f"the next one: {most.why}" if most.why else "no link that Loa knows leads on"
    others = f"; listings like this: {len(walks)}" if len(walks) > 1 else ""
    shown = f"shows {most.shown} pages or more, of which {most.read} could be read"
    return f"{most.url}: {shown} ({why}){others}; {REMEDY}"

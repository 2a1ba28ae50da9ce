"""Finds articles that share a title or a text, which may not be theirs, or that lack a text."""

from collections.abc import Sequence

from pipelines.health.facts import Finding, Holdings, Shared
from pipelines.outcomes import IssueKind

KNOWN_LEAST = 10  # articles of a site; fewer may well be alike
LEAST = 3  # of them that share something
SHARE = 10  # one article in so many
MANY = 30  # articles that are reported whatever their share
# The title of most articles is reported even if listings give it too.
MOST = 2
LONGEST_SHOWN = 80  # characters
READ = "(`loa read URL` shows how a page is read)"


def shared_findings(held: Holdings) -> list[Finding]:
    """A finding for titles, and one for texts, that too many articles share.

    A portal that publishes by form gives several notices one title: its listings show that title
    too. It puts one line beside its files. Neither is reported while most articles differ.
    """
    titles = _finding(IssueKind.TITLES_SHARED, held, held.titles, "title, but not their text")
    return titles + _finding(IssueKind.TEXTS_SHARED, held, held.texts, "text") + _empty(held)


def _empty(held: Holdings) -> list[Finding]:
    none = held.empty
    if none is None or held.articles < KNOWN_LEAST or none.articles * MOST < held.articles:
        return []
    detail = (
        f"{none.articles} of {held.articles} articles show no text, file or picture, e.g."
        f" {' and '.join(none.urls)}; name the text's place under [article] in the site's file"
        f" {READ}"
    )
    return [Finding(IssueKind.TEXTS_MISSING, detail, none.urls[0], none.capture)]


def _finding(kind: IssueKind, held: Holdings, groups: Sequence[Shared], what: str) -> list[Finding]:
    if held.articles < KNOWN_LEAST:
        return []
    doubtful = [group for group in groups if not group.by_form]
    if not _are_many(doubtful, held.articles, SHARE):
        doubtful = list(groups)
        if not _are_many(doubtful, held.articles, MOST):
            return []
    largest = max(doubtful, key=lambda group: group.articles)
    count = sum(group.articles for group in doubtful)
    shown = largest.value[:LONGEST_SHOWN] + "…" * (len(largest.value) > LONGEST_SHOWN)
    detail = (
        f"{count} of {held.articles} articles share their {what}: {largest.articles} have"
        f" {shown!r}, e.g. {' and '.join(largest.urls)}; if it is not theirs, name its place under"
        f" [article] in the site's file {READ}; if it is, accept this"
    )
    return [Finding(kind, detail, largest.urls[0], largest.capture)]


def _are_many(groups: Sequence[Shared], of: int, share: int) -> bool:
    count = sum(group.articles for group in groups)
    return count >= LEAST and (count * share >= of or (share == SHARE and count >= MANY))

"""A person accepts a state as normal: which issues this closes, and which it cannot.

Updates the site's health. All in one transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.issues.acceptances import close_accepted, new_past
from pipelines.keep.issues.issues import OpenIssue, open_issues
from pipelines.keep.visits.judgement import judge_again, told_again
from pipelines.outcomes import HEALTH_ISSUES, IssueKind
from pipelines.read.storable import storable
from portals.site import Site

OTHERS = "what articles share so far is normal; another title or text opens a new issue"
EFFECTS = {
    IssueKind.DATE_MOVED: "the first date stays; the date printed now opens no new issue",
    IssueKind.DATE_MOVES: "the days printed so far are believed again;"
    " if the page moves to another day, a new issue opens",
    IssueKind.VALIDATOR_LIES: "conditional requests resume; the next lie opens a new issue",
    IssueKind.TRAP: "if a visit runs into it again, a new issue opens",
    IssueKind.IDENTITY_TOO_WIDE: "that page opens no new issue;"
    " all its addresses are requested as before",
    IssueKind.FALSE_CANONICAL: "the portal's claims open no new issue;"
    " each page keeps a record of its own as before",
    IssueKind.FORBIDDEN: "the portal's robots.txt opens no new issue, and is obeyed as before",
    IssueKind.REDIRECTED: "such redirects open no new issue",
    IssueKind.CLOCK: "if it happens again, a new issue opens",
    IssueKind.LISTED_UNFOLLOWED: "the listings known so far are normal; another opens a new issue",
    IssueKind.TITLES_SHARED: OTHERS,
    IssueKind.TEXTS_SHARED: OTHERS,
    IssueKind.TEXTS_MISSING: "the articles known so far are normal; newer ones open a new issue",
}
NEW_PAST = "the visits since then are now the site's past"
SAME_WORDS = "the same words open no new issue"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The issues that were closed, and those that stay open because the next visit would report
    them again.
    """

    closed: list[OpenIssue]
    left: list[OpenIssue]


def effect(kind: IssueKind) -> str:
    """What accepting an issue of this kind means, in a few words."""
    return EFFECTS.get(kind, NEW_PAST if kind in HEALTH_ISSUES else SAME_WORDS)


def accept_issues(
    db: Connection, site: Site | None, kinds: Collection[IssueKind], because: str, at: datetime
) -> Acceptance:
    """Close a site's open issues of these kinds (None: those of no site) and keep why.

    The site's health becomes what a visit would find now. An issue that no past explains stays
    open: a bad certificate, or a portal that cannot be read at all.
    """
    asked = open_issues(db, site.key if site else None, kinds)
    pasts = {issue.kind: past for issue in asked if (past := new_past(db, issue, at)) is not None}
    again = told_again(db, site, pasts, at) if site is not None and pasts else frozenset()
    closed = [issue for issue in asked if issue.kind not in again]
    for issue in closed:
        close_accepted(db, issue, storable(because, len(because)), at)
    if site is not None:
        judge_again(db, site, at)
    return Acceptance(closed, [issue for issue in asked if issue.kind in again])

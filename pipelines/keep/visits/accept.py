"""A person says that something is as it should be: what that closes, what it cannot close, and the site's health as it stands then. In one transaction."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pipelines.health.facts import KINDS
from pipelines.keep.issues.acceptances import as_accepted, close_accepted, open_issues
from pipelines.keep.visits.judgement import judge_again, told_again
from pipelines.read.storable import storable
from portals.site import Site

EFFECTS = {
    "date-moved": "the date seen first stays; the one that is printed now is not told again",
    "date-moves": "the days printed so far are believed again; a page that goes on to another day is told again",
    "validator-lies": "the host is asked conditionally again; the next lie is told again",
    "trap": "a visit that runs into it is told again",
    "identity-too-wide": "it is not told again of that page; all the addresses are asked for as before",
    "clock": "it happened once; it is told again when it happens again",
}
NEW_PAST = "what the visits saw since is the site's past now"
SAME_WORDS = "it is not told again in the same words"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Rows of issues: those that were closed, and those that stay open because the next visit would tell them again, whatever the past is."""

    closed: list[sqlite3.Row]
    left: list[sqlite3.Row]


def effect(kind: str) -> str:
    """What accepting an issue of this kind means from then on, in a few words."""
    return NEW_PAST if kind in KINDS else EFFECTS.get(kind, SAME_WORDS)


def accept_issues(
    db: sqlite3.Connection, site: Site | None, kinds: Collection[str], because: str, at: datetime
) -> Acceptance:
    """Closes the open issues of these kinds of a site (None: those of no site), keeps why, and writes the site's health as a visit would find it now.

    What no past explains cannot become normal (a bad certificate, a portal of which nothing at all can be read): that stays open.
    """
    asked = [
        issue for issue in open_issues(db, site.key if site else None) if issue["kind"] in kinds
    ]
    pasts = {
        issue["kind"]: past for issue in asked if (past := as_accepted(db, issue, at)) is not None
    }
    again = told_again(db, site, pasts, at) if site is not None and pasts else frozenset()
    closed = [issue for issue in asked if issue["kind"] not in again]
    for issue in closed:
        close_accepted(db, issue, storable(because, len(because)), at)
    if site is not None:
        judge_again(db, site, at)
    return Acceptance(closed, [issue for issue in asked if issue["kind"] in again])

"""Notes of a reading become issues of its address."""

import re
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from pipelines.capture import Capture
from pipelines.keep.issues.acceptances import ever_accepted, open_unless_accepted
from pipelines.keep.issues.issues import (
    Issue,
    close_issue,
    open_at_address,
    open_issues,
    open_once,
    show_newest,
)
from pipelines.outcomes import NOT_WHOLE, SERVER_FAULTS, STANDING_ISSUES, IssueKind
from pipelines.read.reading import Note


def keep_notes(db: Connection, capture: Capture, capture_row: int, notes: tuple[Note, ...]) -> None:
    """Open an issue for each note, one per address and kind, or one per site for a fault of the
    server. If the page came, close the address's issues that no longer have a note.

    Articles without a date are counted at the end of a run: a listing may still date them.
    """
    notes = tuple(note for note in notes if note.kind != IssueKind.UNDATED)
    site, url, at = capture.site, capture.url, capture.fetched_at
    told = {issue.kind: issue for issue in open_at_address(db, site, url)}
    for note in notes:
        if note.kind in SERVER_FAULTS:
            _count_fault(db, Issue(note.kind, note.detail, site, url, capture=capture_row), at)
    kinds = told.keys() | SERVER_FAULTS
    if untold := [note for note in notes if note.kind not in kinds]:
        query = "select article from pages where site = ? and url = ?"
        page = db.execute(query, (site, url)).fetchone()
        article = page["article"] if page else None
        for note in untold:
            issue = Issue(note.kind, note.detail, site, url, article, capture_row)
            open_unless_accepted(db, issue, at, per="address")
    if capture.is_page and capture.fault not in NOT_WHOLE:
        for kind in told.keys() - {note.kind for note in notes} - STANDING_ISSUES:
            close_issue(db, told[kind], at)


def _count_fault(db: Connection, issue: Issue, at: datetime) -> None:
    """Open the site's issue of this kind, or count this answer in it; never again if a person
    accepted it.
    """
    assert issue.site is not None
    if ever_accepted(db, issue.site, issue.kind):
        return
    counted = next((one.detail for one in open_issues(db, issue.site, (issue.kind,))), "0")
    number = re.match(r"\d+", counted)
    count = int(number[0]) + 1 if number else 1
    issue = replace(issue, detail=f"{count} so far; the newest: {issue.detail}")
    open_once(db, issue, at)
    show_newest(db, issue)

"""Notes of a reading become issues of its address."""

from sqlite3 import Connection

from pipelines.capture import Capture
from pipelines.keep.issues.acceptances import open_unless_accepted
from pipelines.keep.issues.issues import Issue, close_issue, open_at_address
from pipelines.outcomes import NOT_WHOLE, STANDING_ISSUES
from pipelines.read.reading import Note


def keep_notes(db: Connection, capture: Capture, capture_row: int, notes: tuple[Note, ...]) -> None:
    """Open an issue for each note, one per address and kind. If the page came, close the address's
    issues that no longer have a note.
    """
    site, url, at = capture.site, capture.url, capture.fetched_at
    told = {issue.kind: issue for issue in open_at_address(db, site, url)}
    if untold := [note for note in notes if note.kind not in told]:
        query = "select article from pages where site = ? and url = ?"
        page = db.execute(query, (site, url)).fetchone()
        article = page["article"] if page else None
        for note in untold:
            issue = Issue(note.kind, note.detail, site, url, article, capture_row)
            open_unless_accepted(db, issue, at, per="address")
    if capture.is_page and capture.fault not in NOT_WHOLE:
        for kind in told.keys() - {note.kind for note in notes} - STANDING_ISSUES:
            close_issue(db, told[kind], at)

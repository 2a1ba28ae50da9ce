"""Corrects an article by a second reading of its captures.

A run's readings are provisional until it ends with a second look, so they are corrected in place.
Texts of settled runs stay, and a correction is added to them.
"""

from collections.abc import Mapping
from datetime import datetime
from sqlite3 import Connection, Row
from typing import Any

from pipelines.compare.changes import differs
from pipelines.compare.version import Version
from pipelines.keep.database.rows import update_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.history.dates import printed_in, printed_text
from pipelines.keep.history.rework import keep_images, rework
from pipelines.keep.history.versions import version_of
from pipelines.keep.records.article_columns import own_columns, text_columns
from pipelines.keep.records.attachments import keep_attachment_links
from pipelines.keep.records.captures import CaptureRow
from pipelines.keep.records.decision import article_fingerprint
from pipelines.keep.upkeep.reread import differences, store_reading
from pipelines.keep.visits.runs import recount
from pipelines.outcomes import Outcome, one_of
from pipelines.read.reading import Reading
from portals.site import Site

EDITS = one_of((Outcome.ARTICLE_CHANGED, Outcome.ARTICLE_OLDER))
Readings = Mapping[int, tuple[CaptureRow, Reading]]


def revisions_of(db: Connection, article: int) -> list[Row]:
    """The revisions of an article, oldest text first."""
    query = "select * from revisions where article = ? order by seen_at, seq"
    return db.execute(query, (article,)).fetchall()


def correct(
    db: Connection, site: Site, article: int, readings: Readings, settled: int, at: datetime
) -> None:
    """Correct an article in the caller's transaction. `readings`: new readings of the captures of
    its revisions, by revision; `settled`: the last run whose readings are settled.

    If the new readings do not show an edit, there was none: its revision is deleted if the text
    before it is the same, and is marked as a correction otherwise.
    """
    before: Mapping[str, Any] | None = None
    shown: Version | None = None
    fresh = False
    for revision in map(dict, revisions_of(db, article)):
        row, reading = readings.get(revision["id"], (None, None))
        read = None if reading is None else reading.article
        now = None if read is None else version_of(read)
        is_same = now is not None and shown is not None and not differs(shown, now)
        if row is not None and reading is not None and read is not None and row.run > settled:
            text = article_fingerprint(read)
            texts = {**text_columns(read), "content_sha256": text, "extractor": read.extractor}
            if before is not None and is_same:
                if before["content_sha256"] != text:
                    texts["reread_at"] = utc_text(at)
                _take_back_edit(db, row)
            update_row(db, "revisions", revision["id"], texts)
            printed = printed_text(printed_in(read))
            facts = {"repeated": reading.repeated or None, "printed": printed}
            update_row(db, "captures", row.id, facts)
            revision |= texts
        elif fresh and is_same and _is_edit(before, revision):
            # An older capture has come that shows this text, without the template's lines.
            update_row(db, "revisions", revision["id"], {"reread_at": utc_text(at)})
        fresh = row is not None and row.run > settled
        before, shown = revision, now
    rework(db, article)
    _show_present(db, site, article, readings, settled, at)
    rework(db, article)  # with the correction, if one was added


def _is_edit(before: Mapping[str, Any] | None, revision: Mapping[str, Any]) -> bool:
    """Whether a revision counts as an edit of the text before it; it may be a re-dating."""
    other = before is not None and before["content_sha256"] != revision["content_sha256"]
    return other and revision["reread_at"] is None


def _take_back_edit(db: Connection, row: CaptureRow) -> None:
    db.execute(
        f"update captures set outcome = ? where id = ? and outcome {EDITS}",
        (Outcome.ARTICLE_UNCHANGED, row.id),
    )
    recount(db, row.run)


def _show_present(
    db: Connection, site: Site, article: int, readings: Readings, settled: int, at: datetime
) -> None:
    """Let the article show what its present revision now holds."""
    query = "select revision from articles where id = ?"
    (present,) = db.execute(query, (article,)).fetchone()
    if present not in readings:
        return
    row, reading = readings[present]
    if row.run <= settled:
        store_reading(db, site, row, reading, differences(db, site, row, reading), now=at)
    elif reading.article is not None:
        columns = own_columns(reading.article, reading)
        update_row(db, "articles", article, columns)
        keep_images(db, article, reading.article)
        keep_attachment_links(db, article, reading.article)

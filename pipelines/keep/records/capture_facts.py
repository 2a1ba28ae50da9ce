"""What a reading showed beyond its outcome, kept with its capture: by this a later visit can tell a portal that is quiet from one that is broken."""

import json
import sqlite3
from hashlib import sha256

from pipelines.capture import Capture
from pipelines.keep.database.timestamps import stored
from pipelines.outcomes import IssueKind
from pipelines.read.reading import Reading
from portals.site import Site

SOURCES = ("listing", "feed", "sitemap")
FIELD_OF_NOTE = {IssueKind.UNDATED: "date", IssueKind.BODY_GUESSED: "rules"}


def lacking(reading: Reading) -> frozenset[str]:
    """The fields that an article's page did not show: `date`, `body`, and `rules` where its family's found nothing and the page's own evidence decided."""
    found = {FIELD_OF_NOTE[note.kind] for note in reading.notes if note.kind in FIELD_OF_NOTE}
    if reading.by_evidence:
        found.add("rules")
    if reading.article is not None and not reading.article.body and not reading.article.attachments:
        found.add("body")
    return frozenset(found)


def keep_evidence(
    db: sqlite3.Connection, site: Site, capture: Capture, capture_row: int, reading: Reading | None
) -> None:
    """Writes the evidence columns of a capture: what a source named, what an article's page lacked. A 304 says again what the last answer said."""
    if reading is not None and reading.kind == "article" and (lacks := lacking(reading)):
        db.execute(
            "update captures set lacks = ? where id = ?", (" ".join(sorted(lacks)), capture_row)
        )
    if capture.status == 304:
        db.execute(
            """update captures set (entries, newest_on, entries_sha256, entries_gone) = (
                select entries, newest_on, entries_sha256, entries_gone from captures
                where url = ? and site = ? and entries is not null and fetched_at < ? order by fetched_at desc limit 1) where id = ?""",
            (capture.url, site.key, stored(capture.fetched_at), capture_row),
        )
    if reading is None or reading.kind not in SOURCES:
        return
    named = [
        link
        for link in reading.links
        if link.kind == "article" or (reading.kind == "sitemap" and link.kind == "sitemap")
    ]
    addresses = sorted({link.url for link in named})
    newest = max((link.published.on for link in named if link.published is not None), default=None)
    # A sitemap names whole portals: what is gone of it is no sign of anything.
    gone = 0 if reading.kind == "sitemap" else _gone(db, site, addresses)
    db.execute(
        "update captures set entries = ?, newest_on = ?, entries_sha256 = ?, entries_gone = ? where id = ?",
        (
            len(addresses),
            newest.isoformat() if newest else None,
            sha256("\n".join(addresses).encode()).hexdigest()[:16],
            gone,
            capture_row,
        ),
    )


def _gone(db: sqlite3.Connection, site: Site, addresses: list[str]) -> int:
    found: int = db.execute(
        "select count(*) from pages where site = ? and state = 'gone' and url in (select value from json_each(?))",
        (site.key, json.dumps(addresses)),
    ).fetchone()[0]
    return found


def weaker_than_held(db: sqlite3.Connection, site: Site, reading: Reading) -> str | None:
    """Why a reading must not replace the article that is held, in a few words; None where it may.

    A portal that changes its layout does not change its news: a page that shows no text any more, or only what guessing finds where rules had found it, says
    something of the page and nothing of the article.
    """
    article = reading.article
    assert article is not None
    held = db.execute(
        """select articles.body, captures.lacks
        from articles join revisions on revisions.id = articles.revision join captures on captures.id = revisions.capture
        where articles.site = ? and articles.url = ?""",
        (site.key, article.url),
    ).fetchone()
    if held is None:
        return None
    lacks, lacked = lacking(reading), (held["lacks"] or "").split()
    if held["body"] and "body" in lacks:
        return "shows no text any more"
    if "rules" in lacks and "rules" not in lacked:
        return "bears none of the signs by which it was read before"
    return None

"""Facts of a reading beyond its outcome, kept with its capture.

They let a later visit tell a quiet portal from a broken one.
"""

import json
from datetime import datetime
from hashlib import sha256
from sqlite3 import Connection

from pipelines.capture import Capture
from pipelines.keep.database.rows import first_value, update_row
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.records.identity import Home
from pipelines.outcomes import WORKER_REFUSALS, IssueKind
from pipelines.read.reading import Reading
from pipelines.version import VERSION

FIELD_OF_NOTE = {IssueKind.UNDATED: "date", IssueKind.BODY_GUESSED: "rules"}


def lacking(reading: Reading) -> frozenset[str]:
    """The fields that an article's page lacked: `date`, `body` and `rules`.

    `rules`: the family's rules found nothing, and the page's own evidence decided.
    """
    found = {FIELD_OF_NOTE[note.kind] for note in reading.notes if note.kind in FIELD_OF_NOTE}
    if reading.by_evidence:
        found.add("rules")
    if reading.article is not None and not reading.article.body and not reading.article.attachments:
        found.add("body")
    return frozenset(found)


def keep_reading_facts(db: Connection, capture: Capture, row: int, reading: Reading | None) -> None:
    """Write to a capture's row what its listing named, what its article lacked, or which version of
    Loa could not read it.

    A 304 repeats the facts of the last answer.
    """
    if capture.status == 304:
        at = utc_text(capture.fetched_at)
        db.execute(
            """update captures set (entries, newest_on, entries_sha256, entries_gone) = (
                select entries, newest_on, entries_sha256, entries_gone from captures
                where url = :url and site = :site and entries is not null and fetched_at < :at
                order by fetched_at desc limit 1) where id = :row""",
            {"url": capture.url, "site": capture.site, "at": at, "row": row},
        )
    if reading is None:
        return
    if reading.refusal in WORKER_REFUSALS:
        update_row(db, "captures", row, {"unread_by": VERSION})
    if reading.repeated:
        update_row(db, "captures", row, {"repeated": reading.repeated})
    if reading.kind == "article" and (lacks := lacking(reading)):
        update_row(db, "captures", row, {"lacks": " ".join(sorted(lacks))})
    if reading.kind not in ("listing", "feed", "sitemap"):
        return
    kinds = ("article", "sitemap") if reading.kind == "sitemap" else ("article",)
    named = [link for link in reading.links if link.kind in kinds]
    urls = sorted({link.url for link in named})
    newest = max((link.published.on for link in named if link.published is not None), default=None)
    facts = {
        "entries": len(urls),
        "newest_on": newest.isoformat() if newest else None,
        "entries_sha256": sha256("\n".join(urls).encode()).hexdigest()[:16],
        # A sitemap names the whole portal, so entries that are gone prove nothing.
        "entries_gone": 0 if reading.kind == "sitemap" else _gone(db, capture.site, urls),
    }
    update_row(db, "captures", row, facts)


def _gone(db: Connection, site: str, urls: list[str]) -> int:
    query = """select count(*) from pages
        where site = ? and state = 'gone' and url in (select value from json_each(?))"""
    found: int = first_value(db, query, (site, json.dumps(urls)))
    return found


def weaker_than_held(db: Connection, home: Home, reading: Reading, at: datetime) -> str | None:
    """Why a reading of a page as it was at an instant must not replace what the article showed
    before, in a few words; None if it may.

    A portal that changes its layout does not change its news. A page proves nothing about the
    article if it no longer shows text, or if only a guess finds what the rules found before.
    """
    article, record = reading.article, home.record or home.beside
    assert article is not None
    if record is None:
        return None
    held = db.execute(
        """select revisions.body, captures.lacks
        from revisions join captures on captures.id = revisions.capture
        where article = ? and seen_at <= ? order by seen_at desc, seq desc limit 1""",
        (record.id, utc_text(at)),
    ).fetchone()
    if held is None:
        return None
    lacks, lacked = lacking(reading), (held["lacks"] or "").split()
    if held["body"] and "body" in lacks:
        return "shows no text any more"
    if "rules" in lacks and "rules" not in lacked:
        return "bears none of the signs by which it was read before"
    return None

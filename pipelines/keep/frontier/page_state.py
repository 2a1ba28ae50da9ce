"""How an address stands after an answer: its state, the validators of what is held, when it is asked for again, and whether looking again was worth it."""

import sqlite3
from datetime import date, datetime
from typing import Literal

from pipelines.capture import Capture
from pipelines.keep.database.timestamps import instant_of, stored
from pipelines.keep.frontier.revisit_times import (
    REMEMBERED,
    article_again,
    failing_again,
    gone_again,
    tempo,
)
from pipelines.keep.frontier.validators import etag_of
from pipelines.outcomes import Outcome

PageState = Literal["waiting", "held", "failing", "gone", "refused", "resting"]


def mark_page(
    db: sqlite3.Connection, page: sqlite3.Row, capture: Capture, outcome: Outcome, state: PageState
) -> None:
    """Writes what an answer means for its address; `page` is its row as it was before, `outcome` the word in captures.outcome."""
    failures = {
        "failing": page["failures"] + 1,
        "gone": page["failures"] + 1,
        "waiting": page["failures"],
    }.get(state, 0)
    looked = outcome in (Outcome.ARTICLE_CHANGED, Outcome.ARTICLE_UNCHANGED) or (
        outcome == Outcome.NOT_MODIFIED and page["article"] is not None
    )
    in_vain = page["edits_in_vain"]
    if (
        looked
        and page["edited_at"] is not None
        and (page["last_fetched_at"] or "") < page["edited_at"]
    ):
        in_vain = 0 if outcome == Outcome.ARTICLE_CHANGED else in_vain + 1
    if looked:
        _count_look(db, page["site"], changed=outcome == Outcome.ARTICLE_CHANGED)
    # A validator is that of the text which is held: after any other answer the address is asked for without one.
    taken = state == "held" and outcome.refusal is None
    etag, modified = (
        (etag_of(capture), capture.header("last-modified"))
        if capture.status == 200 and taken
        else (None, None)
    )
    if capture.status == 304:
        etag, modified = etag or page["etag"], modified or page["last_modified"]
    due = _due(db, page, capture.fetched_at, state, failures)
    db.execute(
        """update pages set state = ?, reason = case when ? <> 'held' then ? when kind = 'sitemap' then reason end, last_fetched_at = ?,
            next_due_at = ?, failures = ?, etag = ?, last_modified = ?, unmodified = iif(?, unmodified + 1, 0), edits_in_vain = ? where id = ?""",
        (
            *(
                state,
                state,
                "redundant" if state == "resting" else outcome,
                stored(capture.fetched_at),
                stored(due) if due else None,
                failures,
            ),
            *(etag, modified, capture.status == 304, in_vain, page["id"]),
        ),
    )


def _count_look(db: sqlite3.Connection, site: str, *, changed: bool) -> None:
    db.execute(
        "update sites set looks = iif(looks >= :most, looks / 2, looks) + 1, changes = iif(looks >= :most, changes / 2, changes) + :changed where key = :site",
        {"most": REMEMBERED, "changed": changed, "site": site},
    )


def _due(
    db: sqlite3.Connection, page: sqlite3.Row, at: datetime, state: PageState, failures: int
) -> datetime | None:
    """When the address is due again; listings, feeds and sitemaps are due on every visit, which makes them so itself."""
    if state == "waiting":
        return at
    if state == "failing":
        return failing_again(failures, at)
    if state == "gone":
        return gone_again(failures, at)
    if state != "held" or page["kind"] != "article":
        return None
    row = db.execute(
        """select published_on, articles.first_seen_at, looks, changes from articles join sites on sites.key = articles.site
        where articles.id = (select article from pages where id = ?)""",
        (page["id"],),
    ).fetchone()
    if row is None:
        return None
    published = date.fromisoformat(row["published_on"]) if row["published_on"] else None
    return article_again(
        published, instant_of(row["first_seen_at"]), at, tempo=tempo(row["looks"], row["changes"])
    )

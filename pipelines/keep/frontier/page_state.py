"""The state of an address after an answer, its validators, and when it is due again."""

from datetime import date, datetime
from sqlite3 import Connection

from pipelines.capture import Capture
from pipelines.keep.database.rows import update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import Page, PageState
from pipelines.keep.frontier.revisit_times import (
    PICTURE_TRIES,
    REMEMBERED_LOOKS,
    article_again,
    failing_again,
    gone_again,
    rarest,
    tempo,
)
from pipelines.keep.frontier.unread_pages import may_be_tried_again
from pipelines.keep.frontier.validators import etag_of
from pipelines.outcomes import HOLLOW, OWN_FAULTS, UNREAD, Outcome


def mark_page(
    db: Connection, page: Page, capture: Capture, outcome: Outcome, state: PageState
) -> None:
    """Write the new state of an address after an answer; `page` is its row before the answer."""
    changed = outcome == Outcome.ARTICLE_CHANGED
    not_modified = outcome == Outcome.NOT_MODIFIED and page.article is not None
    looked = changed or not_modified or outcome == Outcome.ARTICLE_UNCHANGED
    in_vain = page.edits_in_vain
    again = looked or (outcome == Outcome.ARTICLE_PART and page.article is not None)
    if again and page.edited_at is not None and (page.last_fetched_at or "") < page.edited_at:
        in_vain = 0 if changed else in_vain + 1
    if looked and page.part_of is None:
        count_look(db, page.site, outcome)
    if page.is_picture and state in ("failing", "gone") and page.failures + 1 >= PICTURE_TRIES:
        state = "refused"
    failures = page.failures + 1 if state in ("failing", "gone") else 0
    if state == "waiting":
        failures = page.failures
    etag, last_modified = _validators(page, capture, outcome, state)
    tired = outcome in UNREAD and not may_be_tried_again(db, page, outcome)
    due = _due(db, page, capture, "held" if tired else state, failures, outcome)
    standing = {
        "state": state,
        "last_fetched_at": utc_text(capture.fetched_at),
        "next_due_at": utc_text(due) if due else None,
        "failures": failures,
        "etag": etag,
        "last_modified": last_modified,
        "unmodified": page.unmodified + 1 if capture.status == 304 else 0,
        "edits_in_vain": in_vain,
    }
    if state != "held":
        standing["reason"] = "redundant" if state == "resting" else outcome
    elif page.kind != "sitemap":  # a sitemap's reason says whether it is complete
        standing["reason"] = None
    update_row(db, "pages", page.id, standing)


def _validators(
    page: Page, capture: Capture, outcome: Outcome, state: PageState
) -> tuple[str | None, str | None]:
    """The ETag and Last-Modified of the text that is held; none after any other answer."""
    etag, last_modified = etag_of(capture), capture.header("last-modified")
    if capture.status == 304:
        return page.etag, page.last_modified
    taken = capture.is_page and state == "held" and outcome.refusal is None
    return (etag, last_modified) if taken else (None, None)


def count_look(db: Connection, site: str, outcome: Outcome) -> None:
    """Count a look at a held article, and whether it found a change."""
    changed = outcome == Outcome.ARTICLE_CHANGED
    if outcome == Outcome.ARTICLE_NEW:
        return
    db.execute(
        """update sites set looks = iif(looks >= :most, looks / 2, looks) + 1,
            changes = iif(looks >= :most, changes / 2, changes) + :changed where key = :site""",
        {"most": REMEMBERED_LOOKS, "changed": changed, "site": site},
    )


def _due(
    db: Connection, page: Page, capture: Capture, state: PageState, failures: int, outcome: Outcome
) -> datetime | None:
    """When the address is due again; every visit makes its listings, feeds and sitemaps due."""
    at = capture.fetched_at
    if state == "waiting":
        return at
    if page.is_picture and state in ("failing", "gone"):
        return gone_again(failures, at)
    if state == "failing":
        return _failing_again(failures, capture, outcome)
    if state == "gone":
        # What was there may be gone for good: the next visit looks a second time.
        return at if failures == 1 and page.article is not None else gone_again(failures, at)
    if state != "held" or page.kind != "article":
        return None
    query = "select article from pages where id = ?"
    article = db.execute(query, (page.id,)).fetchone()["article"]
    return None if article is None else article_due(db, article, at)


def article_due(db: Connection, article: int, at: datetime) -> datetime:
    """When the pages of an article that was seen at `at` are due again."""
    row = db.execute(
        """select published_on, articles.first_seen_at, looks, changes, round_days
        from articles join sites on sites.key = articles.site where articles.id = ?""",
        (article,),
    ).fetchone()
    published = date.fromisoformat(row["published_on"]) if row["published_on"] else None
    return article_again(
        published,
        parse_utc(row["first_seen_at"]),
        at,
        tempo=tempo(row["looks"], row["changes"]),
        rarest=rarest(row["round_days"]),
    )


def _failing_again(failures: int, capture: Capture, outcome: Outcome) -> datetime:
    if outcome in HOLLOW:
        return gone_again(failures, capture.fetched_at)
    ours = capture.fault in OWN_FAULTS or outcome in UNREAD
    return failing_again(failures, capture.fetched_at, ours=ours)

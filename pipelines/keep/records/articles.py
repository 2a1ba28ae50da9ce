"""Articles and their revisions: how a reading changes a record."""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.index_entries import indexed_once, next_article
from pipelines.keep.database.rows import first_value, insert_row, update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import Page
from pipelines.keep.history.dates import day_of, printed_in
from pipelines.keep.history.named_changes import name_changes
from pipelines.keep.history.rework import (
    RESTLESS,
    Read,
    keep_images,
    refuse_weaker,
    rework,
    tell_if_restless,
)
from pipelines.keep.history.versions import references_of, shown_fingerprint
from pipelines.keep.records.article_columns import own_columns, text_columns
from pipelines.keep.records.attachments import keep_attachment_links
from pipelines.keep.records.decision import (
    Held,
    Verdict,
    adds_only,
    article_fingerprint,
    decide,
)
from pipelines.keep.records.identity import Home
from pipelines.keep.records.moves import move_record
from pipelines.keep.records.publication import (
    HeldArticle,
    article_with,
    is_date_open,
    note_printed,
    note_shown,
    publication_columns,
    settle_date,
)
from pipelines.read.addresses.article_key import article_key
from pipelines.read.reading import Article, Reading
from portals.site import Site


@dataclass(frozen=True, slots=True)
class SeenIn:
    """The capture that shows a text, and the instant at which the whole text was seen. `reread_at`:
    when more of it was read, if the portal did not change it. `is_latest`: no capture shows a later
    text of it, whatever was seen since. `completed_by`: the capture of the part that came last.
    """

    capture: int
    at: datetime
    reread_at: datetime | None = None
    is_latest: bool = False
    completed_by: int | None = None


def keep_article(
    db: Connection, site: Site, reading: Reading, page: Page, seen: SeenIn, home: Home
) -> Verdict:
    """Decide what a reading means for its article's record (`home`), and write it."""
    if home.move is not None:
        move_record(db, home.move)
    if home.record is not None:
        return _keep(db, site, reading, page, seen, home)
    with indexed_once(db, next_article(db)):
        return _keep(db, site, reading, page, seen, home)


def _keep(
    db: Connection, site: Site, reading: Reading, page: Page, seen: SeenIn, home: Home
) -> Verdict:
    article, at = reading.article, seen.at
    assert article is not None
    held = None if home.record is None else article_with(db, home.record.id)
    texts = _held_texts(db, held)
    own = str(references_of(article)["shown_sha256"])
    shown = own if held is None else shown_fingerprint(db, held.id, article, utc_text(at))
    verdict = "unchanged" if home.stale else decide(texts, shown, _seen_at(held, seen))
    is_in_order = texts is None or adds_only(texts, verdict, shown, _seen_at(held, seen))
    printed, is_known = printed_in(article), held is not None
    if held is None:
        held = _insert(db, site, reading, home.url, page, at)
    else:
        _see_again(db, held, at)
    revision = revision_of(db, held.id, shown)
    if revision is None or (verdict == "changed" and is_in_order):
        published_on = day_of(printed) or held.published_on
        revision = add_revision(db, held.id, article, published_on, seen)
    note_shown(db, seen.completed_by or seen.capture, revision, printed)
    if is_in_order:
        note_printed(db, held.id, printed, at)
    is_open = is_known and is_date_open(db, held, article, page)
    swapped = keep_attachment_links(db, held.id, article)
    if not is_in_order:
        refuse_weaker(db, held.id)
    if is_open or not is_in_order or swapped:
        settle_date(db, site, held.id, at)
        rework(db, held.id, Read(seen.capture, reading))
    elif verdict != "unchanged":
        _show(db, held.id, revision, reading, seen)
    claimed = article.url if article.url != home.own else None
    _join(db, page, held.id, claimed, shown, at)
    if verdict == "changed" and home.url != home.own:
        _ask_own_page(db, held, at)
    return verdict


def _show(db: Connection, record: int, revision: int, reading: Reading, seen: SeenIn) -> None:
    """Let a record show its newest revision."""
    assert reading.article is not None
    columns: dict[str, object] = {**own_columns(reading.article, reading), "revision": revision}
    number = first_value(db, "select seq from revisions where id = ?", (revision,))
    if number >= RESTLESS:
        tell_if_restless(db, record)
    if number > 1 and seen.reread_at is None:  # else the portal changed nothing
        columns["changed_at"] = utc_text(seen.at)
    with indexed_once(db, record):
        update_row(db, "articles", record, columns)
        keep_images(db, record, reading.article)


def _join(
    db: Connection, page: Page, record: int, claimed: str | None, shown: str, at: datetime
) -> None:
    """Note the record of a page, and what it claims and shows unless the capture is an old one."""
    is_old = page.last_fetched_at is not None and utc_text(at) < page.last_fetched_at
    if is_old and page.revision is not None:
        return
    joined: dict[str, object] = {"article": record}
    if not is_old:
        joined |= {"claimed_url": claimed, "revision": revision_of(db, record, shown)}
    update_row(db, "pages", page.id, joined)


def _ask_own_page(db: Connection, record: HeldArticle, at: datetime) -> None:
    """Make a record's own page due, because a second address showed an edit."""
    db.execute(
        """update pages set next_due_at = :at
        where site = :site and url = :url and state = 'held' and next_due_at > :at""",
        {"at": utc_text(at), "site": record.site, "url": record.url},
    )


def _seen_at(held: HeldArticle | None, seen: SeenIn) -> datetime:
    """When a text was seen, for comparing it with the held one."""
    if held is None or not seen.is_latest:
        return seen.at
    return max(seen.at, parse_utc(held.last_seen_at))


def _held_texts(db: Connection, held: HeldArticle | None) -> Held | None:
    if held is None:
        return None
    query = """select id, ifnull(shown_sha256, content_sha256) as shown, seen_at
        from revisions where article = ?"""
    rows = db.execute(query, (held.id,)).fetchall()
    fingerprints = {row["id"]: row["shown"] for row in rows}
    return Held(
        fingerprints[held.revision],
        frozenset(fingerprints.values()),
        parse_utc(held.last_seen_at),
        parse_utc(max(row["seen_at"] for row in rows)),
    )


def revision_of(db: Connection, record: int, shown: str) -> int | None:
    """The last revision of a record that shows what has this fingerprint."""
    revision: int | None = first_value(
        db,
        """select id from revisions where article = ? and ifnull(shown_sha256, content_sha256) = ?
        order by seen_at desc, seq desc limit 1""",
        (record, shown),
    )
    return revision


def _insert(
    db: Connection, site: Site, reading: Reading, url: str, page: Page, at: datetime
) -> HeldArticle:
    article = reading.article
    assert article is not None
    columns = {
        "id": next_article(db),
        "site": site.key,
        "url": url,
        "key": article_key(url),
        **own_columns(article, reading),
        **publication_columns(article, page),
        "first_seen_at": utc_text(at),
        "last_seen_at": utc_text(at),
    }
    record = article_with(db, insert_row(db, "articles", columns))
    assert record is not None
    return record


def _see_again(db: Connection, held: HeldArticle, at: datetime) -> None:
    db.execute(
        """update articles set first_seen_at = min(first_seen_at, :at),
            last_seen_at = max(last_seen_at, :at),
            removed_at = iif(last_seen_at <= :at, null, removed_at)
        where id = :id""",
        {"at": utc_text(at), "id": held.id},
    )


def add_revision(
    db: Connection, article_id: int, article: Article, published_on: str | None, seen: SeenIn
) -> int:
    """Add a text to an article's history; returns the revision's id."""
    count = first_value(db, "select count(*) from revisions where article = ?", (article_id,))
    revision = {
        "article": article_id,
        "seq": count + 1,
        "seen_at": utc_text(seen.at),
        **text_columns(article),
        "published_on": published_on,
        "content_sha256": article_fingerprint(article),
        "extractor": article.extractor,
        "capture": seen.capture,
        "reread_at": utc_text(seen.reread_at) if seen.reread_at else None,
    }
    added = insert_row(db, "revisions", revision)
    if count:
        name_changes(db, article_id)
    return added


def see_unchanged(db: Connection, page: Page, at: datetime) -> None:
    """Note that the portal reports the article as unchanged."""
    db.execute(
        "update printed_dates set last_seen_at = max(last_seen_at, ?) where article = ?",
        (utc_text(at), page.article),
    )
    db.execute(
        "update articles set last_seen_at = max(last_seen_at, ?), removed_at = null where id = ?",
        (utc_text(at), page.article),
    )

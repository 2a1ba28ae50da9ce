"""Articles and their revisions: how a reading changes a record."""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.rows import first_value, insert_row, update_row
from pipelines.keep.database.timestamps import parse_utc, utc_text
from pipelines.keep.frontier.page import Page
from pipelines.keep.records.article_columns import own_columns, text_columns
from pipelines.keep.records.attachments import keep_attachment_links
from pipelines.keep.records.decision import Held, Verdict, article_fingerprint, decide
from pipelines.keep.records.publication import (
    HeldArticle,
    Look,
    date_again,
    doubt_new_date,
    held_article,
    publication_columns,
)
from pipelines.read.addresses.article_key import article_key
from pipelines.read.reading import Article, Reading
from portals.site import Site


@dataclass(frozen=True, slots=True)
class SeenIn:
    """The capture that shows a text, and its instant. `reread_at`: when it was read again, if it
    was.
    """

    capture: int
    at: datetime
    reread_at: datetime | None = None


def keep_article(
    db: Connection, site: Site, reading: Reading, capture: int, page: Page, at: datetime
) -> Verdict:
    """Decide what a reading means for its article's record, and write it."""
    article = reading.article
    assert article is not None
    held = held_article(db, site.key, article.url)
    verdict = decide(_held_texts(db, held), article, at)
    if held is None:
        _insert(db, site, reading, article, page, at)
        held = held_article(db, site.key, article.url)
        assert held is not None
        doubt_new_date(db, Look(site, page, article, held, at))
    else:
        _see_again(db, held, at)
        date_again(db, Look(site, page, article, held, at), verdict)
        if verdict == "changed":
            columns = own_columns(article, reading) | {"changed_at": utc_text(at)}
            update_row(db, "articles", held.id, columns)
    if verdict != "unchanged":
        published_on = publication_columns(article, page)["published_on"]
        revision = add_revision(db, held.id, article, published_on, SeenIn(capture, at))
        if verdict != "older":
            update_row(db, "articles", held.id, {"revision": revision})
    if verdict in ("new", "changed"):
        keep_images(db, held.id, article)
    if verdict != "older":
        keep_attachment_links(db, held.id, article)
    update_row(db, "pages", page.id, {"article": held.id})
    if article.url != page.url:
        db.execute(
            "update pages set article = ? where site = ? and url = ? and article is null",
            (held.id, site.key, article.url),
        )
    return verdict


def _held_texts(db: Connection, held: HeldArticle | None) -> Held | None:
    if held is None:
        return None
    rows = db.execute("select id, content_sha256 from revisions where article = ?", (held.id,))
    fingerprints = {row["id"]: row["content_sha256"] for row in rows}
    last_seen_at = parse_utc(held.last_seen_at)
    return Held(fingerprints[held.revision], frozenset(fingerprints.values()), last_seen_at)


def _insert(
    db: Connection, site: Site, reading: Reading, article: Article, page: Page, at: datetime
) -> None:
    columns = {
        "site": site.key,
        "url": article.url,
        "key": article_key(article.url),
        **own_columns(article, reading),
        **publication_columns(article, page),
        "first_seen_at": utc_text(at),
        "last_seen_at": utc_text(at),
    }
    insert_row(db, "articles", columns)


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
    return insert_row(db, "revisions", revision)


def keep_images(db: Connection, article_id: int, article: Article) -> None:
    """Replace the images of an article by those of its current text."""
    db.execute("delete from images where article = ?", (article_id,))
    db.executemany(
        "insert into images (article, url, caption, position) values (?, ?, ?, ?)",
        [(article_id, i.url, i.caption, i.position) for i in article.images],
    )


def see_unchanged(db: Connection, page: Page, at: datetime) -> None:
    """Note that the portal reports the article as unchanged."""
    db.execute(
        "update articles set last_seen_at = max(last_seen_at, ?), removed_at = null where id = ?",
        (utc_text(at), page.article),
    )

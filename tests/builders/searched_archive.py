"""An archive of invented articles for the search, with facts by which they can be filtered."""

import sqlite3
from dataclasses import dataclass

from pipelines.read.addresses.article_key import article_key


@dataclass(frozen=True, slots=True)
class Text:
    """An invented article."""

    title: str
    body: str = "Tin ngắn."
    lead: str | None = None
    site: str = "xa"
    author: str | None = None
    section: str | None = None
    on: str | None = "2024-03-01"
    captions: tuple[str, ...] = ()
    file: str | None = None
    changed: bool = False
    removed: bool = False


def fill(db: sqlite3.Connection, texts: list[Text]) -> None:
    """Write articles, numbered from 1 in the order given; sites are made as they come."""
    db.execute("pragma foreign_keys = off")
    for id, text in enumerate(texts, 1):
        db.execute(
            "insert or ignore into sites (key, name, url, language, timezone, origin,"
            " first_seen_at) values (?, ?, ?, 'vi', 'Asia/Ho_Chi_Minh', 'file', '')",
            (text.site, f"Trang {text.site.title()}", f"http://{text.site}.example/"),
        )
        at = "2024-05-01T00:00:00Z"
        url = f"http://{text.site}.example/{id}.html"
        db.execute(
            "insert into articles (id, site, url, key, title, lead, body, author, section,"
            " published_on, published_precision, first_seen_at, last_seen_at, changed_at,"
            " removed_at, language, word_count)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'day', ?, ?, ?, ?, 'vi', 1)",
            (
                *(id, text.site, url, article_key(url), text.title, text.lead, text.body),
                *(text.author, text.section, text.on, at, at),
                *(at if text.changed else None, at if text.removed else None),
            ),
        )
        for place, caption in enumerate(text.captions, 1):
            db.execute(
                "insert into images (article, url, caption, position) values (?, ?, ?, ?)",
                (id, f"{url}/{place}.jpg", caption, place),
            )
        if text.file:
            db.execute(
                "insert into attachments (article, url, name, text) values (?, ?, 'Tệp', ?)",
                (id, f"{url}/a.pdf", text.file),
            )

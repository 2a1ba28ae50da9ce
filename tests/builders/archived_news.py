"""Articles put straight into an archive, for tests of what compares articles."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from pipelines.keep.copies.comparing import compare_waiting
from pipelines.keep.database.archive import Archive
from pipelines.keep.database.rows import insert_row
from pipelines.read.addresses.article_key import article_key

SEEN = "2026-03-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Told:
    """An article: its site, its text, and what its portal says of its publication."""

    url: str
    text: str
    site: str = "xa"
    on: str | None = None
    at: str | None = None
    evidence: str | None = "selector"
    seen: str = SEEN


def add_article(db: Connection, told: Told) -> int:
    """Put an article into the archive, and its site if it is new; returns its row number."""
    db.execute(
        """insert or ignore into sites (key, name, url, language, timezone, origin, first_seen_at)
        values (:key, :key, '', 'vi', 'Asia/Ho_Chi_Minh', 'file', :seen)""",
        {"key": told.site, "seen": SEEN},
    )
    title, _, body = told.text.partition("\n")
    columns = {
        "site": told.site,
        "url": told.url,
        "key": article_key(told.url),
        "title": title,
        "body": body.strip(),
        "published_on": told.on,
        "published_at": told.at,
        "published_precision": ("minute" if told.at else "day") if told.on else None,
        "published_evidence": told.evidence if told.on else None,
        "first_seen_at": told.seen,
        "last_seen_at": told.seen,
        "word_count": 0,
    }
    return insert_row(db, "articles", columns)


def compared(path: Path, articles: Iterable[Told]) -> Archive:
    """An archive with these articles, all compared."""
    archive = Archive.open(path)
    with archive.transaction() as db:
        for told in articles:
            add_article(db, told)
    compare_waiting(archive)
    return archive


def found_copies(db: Connection) -> list[tuple[tuple[object, ...], ...]]:
    """What was found, without row numbers: each group by its addresses, and each of its rows."""
    rows = db.execute(
        """select copy_group, url, position, known_from, days_later, words_added, words_removed,
            altered, round_up from copies join articles on articles.id = article
        order by copy_group, url"""
    ).fetchall()
    groups: dict[int, list[tuple[object, ...]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(tuple(row)[1:])
    return sorted(tuple(rows) for rows in groups.values())


def grouped(db: Connection) -> set[frozenset[str]]:
    """The groups, as the last parts of their articles' addresses."""
    rows = db.execute(
        "select copy_group, url from copies join articles on articles.id = article"
    ).fetchall()
    groups: dict[int, set[str]] = {}
    for group, url in rows:
        groups.setdefault(group, set()).add(url.rpartition("/")[2])
    return set(map(frozenset, groups.values()))

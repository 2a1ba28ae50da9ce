"""What the archive holds near an address that leads nowhere. Each look is bounded by an index."""

import re
import sqlite3
from difflib import get_close_matches
from urllib.parse import unquote

from web.archive import Row, rows_of
from web.languages import day

MOST = 5
SITES = 5000  # more are not compared
ALIKE = "select name, key from sites order by key limit ?"
# Keys with the same beginning: a slip is more often near the end of what was copied.
SAME_BEGINNING = """select articles.key, articles.title, articles.language
    from article_keys join articles on articles.id = article_keys.article
    where article_keys.key >= ?1 and article_keys.key < ?1 || '~' limit 5"""
BEFORE = """select max(published_on) as published_on from articles where published_on < ?"""
AFTER = """select min(published_on) as published_on from articles where published_on > ?"""
SHORTEST = 4  # signs of a key that must agree

KEY = re.compile(r"^/a/([^/.]+)")
SITE = re.compile(r"^/site/([^/]+)")
DAY = re.compile(r"^/(?:day|month)/(\d{4}(?:-\d{2}(?:-\d{2})?)?)")


def nearby(db: sqlite3.Connection, path: str) -> list[Row]:
    """Up to five links: `path`, `label` and the label's `language` (None: a name or a day)."""
    if found := KEY.match(path):
        return _articles(db, unquote(found[1]).lower())
    if found := SITE.match(path):
        return _sites(db, unquote(found[1]))
    if found := DAY.match(path):
        return _days(db, found[1])
    return []


def _articles(db: sqlite3.Connection, key: str) -> list[Row]:
    for length in (12, 8, SHORTEST):
        if len(key) > length and (rows := rows_of(db, SAME_BEGINNING, (key[:length],))):
            return [_link(f"/a/{one['key']}", one["title"], one["language"]) for one in rows]
    return []


def _sites(db: sqlite3.Connection, asked: str) -> list[Row]:
    names = {one["key"]: one["name"] or one["key"] for one in rows_of(db, ALIKE, (SITES,))}
    alike = get_close_matches(asked.lower(), names, MOST, cutoff=0.6)
    return [_link(f"/site/{key}", names[key]) for key in alike]


def _days(db: sqlite3.Connection, asked: str) -> list[Row]:
    around = [rows_of(db, query, (asked,))[0]["published_on"] for query in (BEFORE, AFTER)]
    return [_link(f"/day/{on}", day(on) or on) for on in around if on]


def _link(path: str, label: str, language: str | None = None) -> Row:
    return {"path": path, "label": label, "language": language}

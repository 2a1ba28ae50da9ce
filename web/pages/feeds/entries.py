"""Entries of feeds: what is told of articles, with what the archive holds of them."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipelines.compare.version import Version
from pipelines.keep.announcements.announcement import Announcement
from pipelines.keep.history.versions import versions_of
from web.archive import Row, rows_of
from web.languages import gettext as _
from web.pages.articles.keys import below, led_to
from web.pages.feeds.content import (
    LONGEST,
    MOST_CHARACTERS,
    difference_of,
    removal_of,
    size_of,
    text_of,
)
from web.pages.feeds.feed import Entry, File
from web.pages.feeds.wording import edit_in_words, label_of, removal_in_words

MOST_PICTURES = 50  # of an article
OPENING = 400  # characters of a text that no lead introduces
COMPARED = 1_200_000  # characters of all versions on a page; other entries only say what changed
ARTICLES = f"""select articles.id, author, lead, articles.language, timezone,
        substr(body, 1, {OPENING + 1}) as opening,
        length(body) > {LONGEST} or length(ifnull(body_html, '')) > {LONGEST} as is_long,
        iif(length(body) > {LONGEST}, '', body) as body,
        iif(length(body_html) > {LONGEST}, '', body_html) as body_html
    from articles join sites on sites.key = articles.site
    where articles.id in (select value from json_each(?))"""
PICTURES = f"""select id, article, url, caption, capture, 0 as others from images
    where article = ? order by position limit {MOST_PICTURES}"""
FILES = """select url, name, media_type, bytes from attachments where article = ?
    order by id limit 50"""
LENGTHS = """select ifnull(sum(length(body)), 0) as both from revisions
    where article = ? and seq in (?, ?)"""

Path = Callable[[str], str]


class Source(NamedTuple):
    """Where entries come from: the archive, and what makes an address of one of our paths."""

    db: sqlite3.Connection
    path: Path


def entries_of(source: Source, told: Sequence[Announcement]) -> tuple[Entry, ...]:
    """The entries of what is told, in its order."""
    ids = json.dumps(sorted({one.article for one in told}))
    articles = {row["id"]: row for row in rows_of(source.db, ARTICLES, (ids,))}
    paths = _paths(source.db, told)
    room = [COMPARED]
    return tuple(
        _entry(source, one, articles[one.article], paths[one.article], room)
        for one in told
        if one.article in articles and one.article in paths
    )


def _paths(db: sqlite3.Connection, told: Sequence[Announcement]) -> dict[int, str]:
    """The path of the page of each article, which leads to it alone."""
    found: dict[int, str] = {}
    for key in {one.key for one in told}:
        found |= {row["id"]: row["path"] for row in led_to(db, key) if not row["moved"]}
    return found


def _entry(source: Source, one: Announcement, article: Row, page: str, room: list[int]) -> Entry:
    content: str | None
    files: tuple[File, ...] = ()
    if one.edit is not None:
        page = below(page, "/versions", {"from": one.edit.seq - 1, "to": one.edit.seq})
        summary = edit_in_words(one.edit)
        content = difference_of(one, summary, _versions(source.db, one, room))
    elif one.removal is not None:
        summary = removal_in_words(one, article["timezone"])
        content = removal_of(one, summary, source.path)
    else:
        files = tuple(File(**row) for row in rows_of(source.db, FILES, (one.article,)))
        pictures = rows_of(source.db, PICTURES, (one.article,))
        content = text_of(article, pictures, files, source.path)
        summary = one.lead or _opening(article["opening"])
    return Entry(
        told=one,
        url=source.path(page),
        proof=None if one.capture is None else source.path(f"/capture/{one.capture}"),
        label=label_of(one),
        author=article["author"] or one.site_name,
        rights=_("The text belongs to its portal: %(site)s.") % {"site": one.site_name},
        summary=summary,
        content=content,
        files=files,
    )


def _versions(db: sqlite3.Connection, one: Announcement, room: list[int]) -> list[Version]:
    """The version before an edit and the edited one; none if there is no room to compare them."""
    assert one.edit is not None
    pair = [one.edit.seq - 1, one.edit.seq]
    (length,) = rows_of(db, LENGTHS, (one.article, *pair))
    if length["both"] > min(MOST_CHARACTERS, room[0]):
        return []
    versions = [version for _, version in versions_of(db, one.article, pair)]
    room[0] -= size_of(versions)
    return versions


def _opening(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= OPENING else f"{text[:OPENING].rsplit(' ', 1)[0]} …"

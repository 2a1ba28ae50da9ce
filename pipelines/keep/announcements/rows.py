"""Announcements of some numbers, from the rows that hold what is told."""

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from pipelines.keep.announcements.announcement import Announcement, Edit, Kind, Removal
from pipelines.keep.database.timestamps import parse_utc
from pipelines.outcomes import ArticleState

OF_ARTICLE = """number, announcements.kind, told_at, articles.id as article, articles.key,
        articles.site, sites.name as site_name, articles.url, articles.section, articles.language,
        articles.published_on, articles.published_at, articles.published_precision,
        articles.first_seen_at, (select count(*) from articles as other
            where other.key = articles.key and other.site = articles.site
                and (other.first_seen_at, other.id) < (articles.first_seen_at, articles.id)
        ) as among"""
# SQLite reads the tables in this order, whatever it thinks of them.
CHOSEN = """from json_each(?) as chosen cross join announcements on number = chosen.value
        cross join articles on articles.id = announcements.article
        cross join sites on sites.key = articles.site"""
QUERIES = {
    Kind.NEW: f"""select {OF_ARTICLE}, articles.title, articles.lead, articles.first_seen_at as at,
        revisions.capture
        {CHOSEN} left join revisions on revisions.id = articles.revision
        where announcements.kind = 'new'""",
    Kind.EDITED: f"""select {OF_ARTICLE}, revisions.title, revisions.lead, revisions.seen_at as at,
        revisions.capture, revisions.id as revision, seq, changed, words_added, words_removed,
        figures_changed
        {CHOSEN} cross join revisions on revisions.article = articles.id
            and revisions.seen_at = announcements.seen_at and changed_by = 'portal' and seq > 1
        where announcements.kind = 'edited'""",
    Kind.REMOVED: f"""select {OF_ARTICLE}, articles.title, articles.lead, confirmed_at as at,
        sightings.capture, sightings.state, since_at, until_at, to_url, sightings.url as asked,
        captures.status
        {CHOSEN} cross join sightings on sightings.article = articles.id
            and sightings.state = announcements.state
            and sightings.since_at = announcements.seen_at
        left join captures on captures.id = sightings.capture
        where announcements.kind = 'removed'""",
}


def announcements_of(db: Connection, numbers: Sequence[int]) -> list[Announcement]:
    """What is told under some numbers, in their order. A number whose text or state is no longer on
    record, or whose instants somebody spoiled, tells nothing.
    """
    found: dict[int, Announcement] = {}
    for kind, query in QUERIES.items():
        cursor = db.execute(query, (json.dumps(numbers),))
        names = [column[0] for column in cursor.description]
        for row in cursor:
            one = dict(zip(names, row, strict=True))
            if (told := _announcement(kind, one)) is not None:
                found[one["number"]] = told
    return [found[number] for number in numbers if number in found]


STATES = frozenset(ArticleState)
SAME = (
    *("number", "article", "key", "site", "site_name", "url", "title", "lead", "section"),
    *("language", "published_on", "published_at", "published_precision", "capture", "among"),
)


def instant_of(stored: object) -> datetime | None:
    """A stored instant; None if it is none."""
    try:
        found = parse_utc(str(stored))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _announcement(kind: Kind, row: dict[str, Any]) -> Announcement | None:
    at, told_at, first = map(instant_of, (row["at"], row["told_at"], row["first_seen_at"]))
    removal = _removal(row) if kind is Kind.REMOVED else None
    if at is None or told_at is None or first is None or (kind is Kind.REMOVED) != bool(removal):
        return None
    return Announcement(
        kind=kind,
        at=at,
        told_at=max(told_at, at),
        first_seen_at=first,
        edit=_edit(row) if kind is Kind.EDITED else None,
        removal=removal,
        **{name: row[name] for name in SAME},
    )


def _edit(row: dict[str, Any]) -> Edit:
    return Edit(
        row["revision"],
        row["seq"],
        _names(row["changed"]),
        row["words_added"] or 0,
        row["words_removed"] or 0,
        bool(row["figures_changed"]),
    )


def _removal(row: dict[str, Any]) -> Removal | None:
    since, until = instant_of(row["since_at"]), row["until_at"]
    if since is None or row["state"] not in STATES:
        return None
    return Removal(
        ArticleState(row["state"]),
        since,
        None if until is None else instant_of(until),
        row["to_url"],
        row["asked"],
        row["status"],
    )


def _names(stored: str | None) -> tuple[str, ...]:
    try:
        found = json.loads(stored or "[]")
    except ValueError:
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()

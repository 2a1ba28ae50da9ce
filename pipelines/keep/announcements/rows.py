"""Announcements of some numbers, from the rows that hold what is told."""

import json
from collections.abc import Iterable, Sequence
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
    record tells nothing.
    """
    found: dict[int, Announcement] = {}
    for kind, query in QUERIES.items():
        cursor = db.execute(query, (json.dumps(numbers),))
        names = [column[0] for column in cursor.description]
        for row in cursor:
            one = dict(zip(names, row, strict=True))
            found[one["number"]] = _announcement(kind, one)
    return [found[number] for number in numbers if number in found]


SAME = (
    *("number", "article", "key", "site", "site_name", "url", "title", "lead", "section"),
    *("language", "published_on", "published_at", "published_precision", "capture", "among"),
)


def _announcement(kind: Kind, row: dict[str, Any]) -> Announcement:
    edit = removal = None
    if kind is Kind.EDITED:
        edit = Edit(
            row["revision"],
            row["seq"],
            _names(row["changed"]),
            row["words_added"] or 0,
            row["words_removed"] or 0,
            bool(row["figures_changed"]),
        )
    elif kind is Kind.REMOVED:
        until = row["until_at"]
        removal = Removal(
            ArticleState(row["state"]),
            parse_utc(row["since_at"]),
            None if until is None else parse_utc(until),
            row["to_url"],
            row["asked"],
            row["status"],
        )
    return Announcement(
        kind=kind,
        at=parse_utc(row["at"]),
        told_at=max(parse_utc(row["told_at"]), parse_utc(row["at"])),
        first_seen_at=parse_utc(row["first_seen_at"]),
        edit=edit,
        removal=removal,
        **{name: row[name] for name in SAME},
    )


def _names(stored: str | None) -> tuple[str, ...]:
    found: Iterable[Any] = json.loads(stored or "[]")
    return tuple(str(name) for name in found)

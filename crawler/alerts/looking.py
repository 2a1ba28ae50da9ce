"""What the archive has to tell an alert since it last looked. Only reads."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from sqlite3 import Connection
from urllib.parse import urlsplit

from crawler.alerts.alerts_file import Alert
from crawler.alerts.digest import Digest, ShownField, digest_of, shown_difference
from crawler.alerts.outbox import Begun, Bookmark
from pipelines.compare.differences import differences
from pipelines.keep.announcements.announcement import Announcement, Kind
from pipelines.keep.announcements.scope import Scope
from pipelines.keep.announcements.told import announcements_after, last_number
from pipelines.keep.database.timestamps import utc_text
from pipelines.keep.history.versions import versions_of
from pipelines.keep.search.asked import Filters
from pipelines.search.question import parse_question

SPAN = 10_000  # announcements looked at together; a digest holds no more
MOST_COMPARED = 200  # edits of a digest whose differences are worked out, the newest
MOST_CHARACTERS = 400_000  # of two texts that are compared
MOST_WORDS = 20_000  # above, whole paragraphs are compared
MARGIN = timedelta(days=7)  # what another archive may have learned later than ours
MARK = "select told_at || ' ' || kind || ' ' || site from announcements where number = ?"


@dataclass(frozen=True, slots=True)
class Look:
    """One look of an alert: how far it went, and what it found that is to be told."""

    bookmark: Bookmark
    announcements: tuple[Announcement, ...]


def bookmark_now(db: Connection) -> Bookmark:
    """Behind all that the archive has to tell now."""
    return bookmark_at(db, last_number(db))


def bookmark_before(db: Connection, at: datetime) -> Bookmark:
    """Before the first thing that the archive learned at or after an instant."""
    row = db.execute(
        "select ifnull(min(number) - 1, (select max(number) from announcements))"
        " from announcements where told_at >= ?",
        (utc_text(at),),
    ).fetchone()
    return bookmark_at(db, row[0] or 0)


def bookmark_at(db: Connection, number: int) -> Bookmark:
    """Behind the announcement of a number."""
    row = db.execute(MARK, (number,)).fetchone()
    return Bookmark(number, row[0] if row else "")


def scopes_of(alert: Alert) -> list[Scope]:
    """What an alert follows: one scope for each of its sites and sections."""
    question = parse_question(alert.search)
    kinds = tuple(Kind(kind) for kind in alert.kinds)
    return [
        Scope(question, Filters(site=site, section=section, files=alert.files), kinds)
        for site in alert.sites or (None,)
        for section in alert.sections or (None,)
    ]


def looks(db: Connection, alert: Alert, begun: Begun, told: set[str]) -> Iterator[Look]:
    """What an alert has to tell since it last looked, the oldest first, a span at a time; at least
    one look. Nothing that was told comes again.

    In another archive, such as one rebuilt, its bookmark means nothing. Then it looks at all of it,
    and tells what happened since shortly before its last look.
    """
    bookmark, floor = begun.bookmark, None
    if bookmark != bookmark_at(db, bookmark.number):
        bookmark = Bookmark(0, "")
        floor = max(begun.began_at, begun.looked_at - MARGIN)
    last = last_number(db)
    scopes = scopes_of(alert)
    while True:
        upper = min(bookmark.number + SPAN, last)
        found = {
            one.number: one
            for scope in scopes
            for one in _between(db, scope, bookmark.number, upper)
        }
        fresh = [
            one
            for _, one in sorted(found.items())
            if one.id not in told and (floor is None or one.at >= floor)
        ]
        bookmark = bookmark_at(db, max(upper, 0))
        yield Look(bookmark, tuple({one.id: one for one in fresh}.values()))
        if upper >= last:
            return


def digest_in(
    db: Connection, alert: Alert, look: Look, face: str | None, made_at: datetime
) -> Digest:
    """The digest of a look, with the differences of its newest edits."""
    names = {one.site for one in look.announcements}
    hosts = {name: _host(db, name) for name in names}
    digest = digest_of(alert, look.announcements, face, hosts.get, made_at)
    edits = {one.id: one for one in look.announcements if one.edit is not None}
    left = MOST_COMPARED
    entries = []
    for entry in digest.entries:
        if entry.id in edits and left:
            left -= 1
            entry = replace(entry, difference=_difference(db, edits[entry.id]))
        entries.append(entry)
    return replace(digest, entries=tuple(entries))


def _between(db: Connection, scope: Scope, number: int, upper: int) -> Iterator[Announcement]:
    while True:
        found = announcements_after(db, scope, number)
        for one in found.announcements:
            if one.number > upper:
                return
            yield one
        number = found.last
        if found.is_all or number >= upper:
            return


def _difference(db: Connection, one: Announcement) -> tuple[ShownField, ...]:
    """How an edit's version differs from the one before; nothing if the texts are too long."""
    assert one.edit is not None
    held = versions_of(db, one.article, (one.edit.seq - 1, one.edit.seq))
    if len(held) != 2:
        return ()
    before, after = (version for _, version in held)
    if len(before.body) + len(after.body) > MOST_CHARACTERS:
        return ()
    return shown_difference(differences(before, after, MOST_WORDS))


def _host(db: Connection, site: str) -> str | None:
    row = db.execute("select url from sites where key = ?", (site,)).fetchone()
    try:
        return urlsplit(row[0]).hostname if row else None
    except ValueError:
        return None

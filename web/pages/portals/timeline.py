"""What happened to a portal and to its watch, in the order of time."""

import sqlite3
from dataclasses import dataclass

from pipelines.keep.status.message import Message
from pipelines.outcomes import HEALTH_ISSUES, one_of
from web.archive import Row, rows_of

MOST = 60
ISSUES = f"""select id, kind, opened_at, closed_at, because
    from issues left join acceptances on acceptances.issue = issues.id
    where site = ? and kind {one_of(HEALTH_ISSUES)} order by id desc limit {MOST}"""
VISITS = "select min(started_at) as first from runs where site = ?"
PLATFORMS = """select platform, first_seen_at from site_platforms where site = ?
    order by first_seen_at, platform"""


@dataclass(frozen=True, slots=True)
class Event:
    """When something happened (a stored instant), what, the issue that tells of it, and words of a
    person.
    """

    at: str
    what: Message
    kind: str | None = None
    issue: int | None = None
    because: str | None = None


def timeline_of(db: sqlite3.Connection, site: Row) -> list[Event]:
    """The newest event first."""
    key = site["key"]
    events = [Event(site["first_seen_at"], FIRST[site["origin"]])]
    (visits,) = rows_of(db, VISITS, (key,))
    if visits["first"]:
        events.append(Event(visits["first"], Message("First visit")))
    known = rows_of(db, PLATFORMS, (key,))
    for place, row in enumerate(known):
        what = Message(
            "First page of another platform: %(platform)s", {"platform": row["platform"]}
        )
        if place == 0:
            what = Message("Platform recognised: %(platform)s", {"platform": row["platform"]})
        events.append(Event(row["first_seen_at"], what))
    for row in rows_of(db, ISSUES, (key,)):
        events.append(Event(row["opened_at"], Message("It looked broken"), row["kind"], row["id"]))
        if row["closed_at"]:
            what = Message("A person accepted it") if row["because"] else Message("That was over")
            over = Event(row["closed_at"], what, row["kind"], row["id"], row["because"])
            events.append(over)
    if site["paused_at"]:
        events.append(Event(site["paused_at"], Message("A person paused its visits")))
    if site["removed_at"]:
        events.append(Event(site["removed_at"], Message("A person stopped watching it")))
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST]


FIRST = {
    "file": Message("It entered the archive through its site file"),
    "import": Message("It entered the archive through an import"),
    "address": Message("It entered the archive through its address"),
}

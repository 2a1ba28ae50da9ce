"""What is told of the articles of a scope: the newest, or all since it was last asked.

The order is that in which the archive learned of it (schema/announcements.py), so nothing comes
later in a place that was read before.
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from sqlite3 import Connection, Row
from typing import NamedTuple

from pipelines.keep.announcements.announcement import Announcement, Kind
from pipelines.keep.announcements.rows import announcements_of, instant_of
from pipelines.keep.announcements.scope import Members, Scope, only_site

PAGE = 50  # announcements
LATEST = (1 << 63) - 1  # comes after every number
BATCH = 200  # announcements whose articles are looked at together
LOOKED_AT = 10_000  # announcements of a kind, until a page ends
READ = 1_000  # where texts are read


class Newest(NamedTuple):
    """A page of what is told, newest first. `following`: the number below which the next page
    begins, None if this is the last. Of a scope to which few belong, a page may have few, or none,
    and others follow.
    """

    announcements: tuple[Announcement, ...]
    following: int | None


class Since(NamedTuple):
    """What was told after a number, oldest first. `last`: the number after which to ask again.
    `is_all`: whether this is all for now.
    """

    announcements: tuple[Announcement, ...]
    last: int
    is_all: bool


def newest_announcements(
    db: Connection, scope: Scope, below: int | None = None, most: int = PAGE
) -> Newest:
    """The newest of what is told of a scope, at most so many, in a bounded number of steps however
    large the archive is. `below`: only what has a lower number.
    """
    members = Members(db, scope)
    if members.is_empty:
        return Newest((), None)
    last = LATEST if below is None else below
    read = [_of_kind(db, members, kind, last, most) for kind in scope.kinds]
    floor = max((end for _, end in read), default=0)  # below, one of the kinds has gaps
    found = sorted(
        (one for some, _ in read for one in some if one.number >= floor),
        key=lambda one: one.number,
        reverse=True,
    )
    if len(found) > most:
        return Newest(tuple(found[:most]), found[most - 1].number)
    return Newest(tuple(found), floor or None)


def announcements_after(db: Connection, scope: Scope, number: int, most: int = 500) -> Since:
    """What is told of a scope after a number, some `most` at a time; see `last_number`."""
    members = Members(db, scope)
    found: list[Announcement] = []
    while len(found) < most:
        rows = db.execute(
            "select number, kind, article from announcements where number > ?"
            " order by number limit ?",
            (number, BATCH),
        ).fetchall()
        if not rows:
            return Since(tuple(found), number, is_all=True)
        number = rows[-1][0]
        wanted = [row for row in rows if row[1] in scope.kinds and row[2] is not None]
        if not members.is_empty:
            found += _told(db, members, wanted)
    return Since(tuple(found), number, is_all=False)


def last_number(db: Connection) -> int:
    """The number of the last announcement; 0 if there is none."""
    row = db.execute("select max(number) from announcements").fetchone()
    return row[0] or 0


def last_told_at(db: Connection, scope: Scope) -> datetime | None:
    """When the archive last learned something of these kinds and, where all articles of the scope
    are of one portal, of it. It never goes back, whatever is joined or worked out anew.
    """
    site = only_site(db, scope)
    of_site = "" if site is None else "and site = :site"
    query = f"""select told_at from announcements where kind = :kind {of_site}
        order by number desc limit 1"""
    rows = [db.execute(query, {"kind": kind, "site": site}).fetchone() for kind in scope.kinds]
    return max((at for row in rows if row and (at := instant_of(row[0]))), default=None)


def _of_kind(
    db: Connection, members: Members, kind: Kind, below: int, most: int
) -> tuple[list[Announcement], int]:
    """The newest of one kind, at most one more than `most`, and the number down to which these are
    all that there are; 0 if no others follow.
    """
    found: list[Announcement] = []
    following = _source(db, members, kind)
    left = READ if members.reads_texts else LOOKED_AT
    while left > 0 and len(found) <= most:
        rows = following(below)
        found += reversed(_told(db, members, rows[::-1]))
        if len(rows) < BATCH:
            return found, 0
        below = rows[-1][0]
        left -= len(rows)
    return found[: most + 1], found[most].number if len(found) > most else below


def _told(db: Connection, members: Members, rows: Sequence[Row]) -> list[Announcement]:
    """What rows (number, kind, article) tell of articles that belong to a scope, in their order."""
    belong = members.among({row[2] for row in rows})
    return announcements_of(db, [row[0] for row in rows if row[2] in belong])


def _source(db: Connection, members: Members, kind: Kind) -> Callable[[int], list[Row]]:
    """A function that gives the next rows (number, kind, article) below a number, newest first: all
    that may belong to the scope, and fewer than BATCH only at the end.
    """
    if members.ids is not None:
        return lambda below: _of_articles(db, members.ids or (), kind, below)
    if kind is Kind.NEW and members.expression is not None:
        return lambda below: _new_with_words(db, members, below)
    return lambda below: _in_order(db, members.site, kind, below)


def _in_order(db: Connection, site: str | None, kind: Kind, below: int) -> list[Row]:
    of_site = "" if site is None else "and site = :site"
    return db.execute(
        f"""select number, kind, article from announcements
        where kind = :kind {of_site} and number < :below and article is not null
        order by number desc limit :most""",
        {"site": site, "kind": kind, "below": below, "most": BATCH},
    ).fetchall()


def _of_articles(db: Connection, ids: Collection[int], kind: Kind, below: int) -> list[Row]:
    return db.execute(
        """select number, kind, article from announcements
        where article in (select value from json_each(:ids)) and kind = :kind and number < :below
        order by number desc limit :most""",
        {"ids": json.dumps(list(ids)), "kind": kind, "below": below, "most": BATCH},
    ).fetchall()


def _new_with_words(db: Connection, members: Members, below: int) -> list[Row]:
    """New articles as the index of words finds them: last row first, which is their order here."""
    first = db.execute(
        """select article from announcements
        where kind = 'new' and number < ? and article is not null
        order by number desc limit 1""",
        (below,),
    ).fetchone()
    if first is None:
        return []
    ids = members.newest(first[0], BATCH)
    return db.execute(
        """select number, kind, article from announcements
        where article in (select value from json_each(?)) and kind = 'new'
        order by number desc""",
        (json.dumps(ids),),
    ).fetchall()

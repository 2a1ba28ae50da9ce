"""A portal's memory as its readers get it, and which articles a new one may change."""

from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.timestamps import utc_text
from pipelines.read.memory.portal_memory import memory_from


class Memory(NamedTuple):
    """What a site's pages are read with. `run`: the last run whose readings were looked at a second
    time; what later runs read is not settled yet.
    """

    lines: bytes = b""
    run: int = 0


def memory_of(db: Connection, site: str) -> Memory:
    """The memory of a site; empty before there is one."""
    row = db.execute("select lines, run from memories where site = ?", (site,)).fetchone()
    return Memory() if row is None else Memory(*row)


def keep_memory(db: Connection, site: str, memory: Memory, at: datetime) -> None:
    """Keep a site's memory. `learned_at` is when its lines last changed."""
    db.execute(
        """insert into memories (site, lines, run, learned_at) values (:site, :lines, :run, :at)
        on conflict (site) do update set run = excluded.run, lines = excluded.lines,
            learned_at = iif(lines = excluded.lines, learned_at, excluded.learned_at)""",
        {"site": site, "lines": memory.lines, "run": memory.run, "at": utc_text(at)},
    )


def concerned(db: Connection, site: str, before: Memory, after: bytes) -> list[int]:
    """The articles of a site that a new memory may change: those with a line that it knows in their
    text or, if a run that is not settled changed the text, in an earlier one; and those from which
    the memory before left out lines that this one does not know.
    """
    new = memory_from(after)
    forgotten = bool(memory_from(before.lines).texts - new.texts)
    rows = db.execute(
        """select articles.id, revisions.title, revisions.lead, revisions.body, repeated
        from articles join revisions on revisions.article = articles.id
            join captures on captures.id = revisions.capture
        where articles.site = :site and (revisions.id = articles.revision or articles.id in (
            select article from revisions join captures on captures.id = revisions.capture
            where captures.site = :site and captures.run > :run))""",
        {"site": site, "run": before.run},
    )
    found = {
        article
        for article, title, lead, body, repeated in rows
        if (forgotten and repeated) or new.repeats_any((title, lead or "", *body.split("\n\n")))
    }
    return sorted(found)

"""The issue of a portal that seems to have no end: one for a site, open until a visit comes to the end of what there is to ask."""

import sqlite3
from datetime import datetime

from pipelines.keep.database.timestamps import stored

TRAP = "trap"


def open_trap_issue(db: sqlite3.Connection, site: str, detail: str, *, at: datetime) -> None:
    """Tells a person, once."""
    db.execute(
        """insert into issues (site, kind, detail, opened_at) select ?, ?, ?, ?
        where not exists (select 1 from issues where site = ? and kind = ? and closed_at is null)""",
        (site, TRAP, detail, stored(at), site, TRAP),
    )


def has_trap_issue(db: sqlite3.Connection, site: str) -> bool:
    """Whether a person was told, and nothing has changed since."""
    return (
        db.execute(
            "select 1 from issues where site = ? and kind = ? and closed_at is null", (site, TRAP)
        ).fetchone()
        is not None
    )


def close_trap_issue(db: sqlite3.Connection, site: str, *, at: datetime) -> None:
    """The portal has an end after all."""
    db.execute(
        "update issues set closed_at = ? where site = ? and kind = ? and closed_at is null",
        (stored(at), site, TRAP),
    )

"""What stands beside hits, read from an index: a row's date stands behind its whole text."""

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple


class Facts(NamedTuple):
    """What stands beside a hit."""

    id: int
    site: str
    section: str | None
    published_on: str | None
    published_at: str | None
    changed_at: str | None
    removed_at: str | None

    @property
    def newness(self) -> tuple[str, str, int]:
        """Later days are greater; articles without a day are the least."""
        return (self.published_on or "", self.published_at or "", self.id)


def facts_of(db: Connection, ids: Iterable[int], conditions: Iterable[str] = ()) -> list[Facts]:
    """The facts of those articles that meet conditions in SQL, in the order of their ids."""
    order = list(ids)
    where = " and ".join(["id in (select value from json_each(?))", *conditions])
    rows = db.execute(
        f"select {', '.join(Facts._fields)} from articles indexed by articles_facts where {where}",
        (json.dumps(order),),
    )
    found = {row[0]: Facts._make(row) for row in rows}
    return [found[id] for id in order if id in found]


def with_files(db: Connection, ids: Iterable[int]) -> set[int]:
    """Those of some articles that have files."""
    rows = db.execute(
        "select distinct article from attachments"
        " where article in (select value from json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0] for row in rows}

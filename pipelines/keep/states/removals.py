"""Removals as WARC files of Loa record them, so that a rebuilt archive knows them too."""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple


class Removal(NamedTuple):
    """An article that the portal removed; `at`: the stored time of the capture that confirms it."""

    site: str
    url: str
    at: str


def removals_of_run(db: Connection, run: int) -> list[Removal]:
    """The removals that the captures of a run confirmed and that still stand."""
    rows = db.execute(
        """select distinct articles.site, articles.url, removed_at
        from captures join pages on pages.site = captures.site and pages.url = captures.url
            join articles on articles.id = pages.article
        where run = ? and removed_at = fetched_at
        order by articles.id""",
        (run,),
    )
    return [Removal(*row) for row in rows]


def take_removals(db: Connection, removals: Iterable[Removal]) -> None:
    """Note on the captures that confirmed a removal that it is on record."""
    db.executemany(
        """update captures set confirms_removal = 1
        where site = :site and fetched_at = :at and url in (select pages.url
            from articles join pages on pages.article = articles.id
            where articles.site = :site and articles.url = :url)""",
        [removal._asdict() for removal in removals],
    )

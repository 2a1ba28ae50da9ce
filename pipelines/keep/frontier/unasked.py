"""The table of addresses that are not requested: they look endless, and no link shows a title; or
listings name them with a title, but they are files, which belong to articles.

Each site and doubt has one row, with a count and the newest of them.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from sqlite3 import Connection

from pipelines.keep.database.timestamps import utc_text
from pipelines.read.listing.listing_digest import name_of, unpacked
from pipelines.read.reading import Link

# Addresses counted for each site and doubt. A trap names new ones on every page; a count of this
# many means "as many or more".
MOST_COUNTED = 1_000


def count_unasked(db: Connection, site: str, links: Collection[Link], at: datetime) -> None:
    """Count links whose addresses are not requested, unless the frontier has them anyway."""
    if not links:
        return
    known = _known(db, site, links)
    doubtful: defaultdict[str, dict[bytes, str]] = defaultdict(dict)
    for link in links:
        if link.doubt is not None and link.url not in known:
            doubtful[link.doubt][name_of(link.url)] = link.url
    for doubt, urls in doubtful.items():
        counted = _counted(db, site, doubt)
        new = [name for name in urls if name not in counted][: MOST_COUNTED - len(counted)]
        if new:
            example, seen_at = urls[new[-1]], utc_text(at)
            _keep(db, site, doubt, counted.union(new))
            db.execute(
                "update unasked set example = ?, seen_at = ? where site = ? and doubt = ?",
                (example, seen_at, site, doubt),
            )


def count_no_longer(db: Connection, site: str, urls: Iterable[str]) -> None:
    """Stop counting addresses that will be requested after all."""
    rows = db.execute("select doubt, names from unasked where site = ?", (site,)).fetchall()
    names = frozenset(map(name_of, urls)) if rows else frozenset[bytes]()
    for row in rows:
        if not names.isdisjoint(counted := unpacked(row["names"])):
            _keep(db, site, row["doubt"], counted - names)


def _known(db: Connection, site: str, links: Iterable[Link]) -> set[str]:
    query = "select url from pages where site = ? and url in (select value from json_each(?))"
    rows = db.execute(query, (site, json.dumps([link.url for link in links])))
    return {row["url"] for row in rows}


def _counted(db: Connection, site: str, doubt: str) -> frozenset[bytes]:
    query = "select names from unasked where site = ? and doubt = ?"
    row = db.execute(query, (site, doubt)).fetchone()
    return frozenset() if row is None else unpacked(row["names"])


def _keep(db: Connection, site: str, doubt: str, names: Collection[bytes]) -> None:
    if not names:
        db.execute("delete from unasked where site = ? and doubt = ?", (site, doubt))
        return
    db.execute(
        """insert into unasked (site, doubt, addresses, names) values (?, ?, ?, ?)
        on conflict do update set addresses = excluded.addresses, names = excluded.names""",
        (site, doubt, len(names), b"".join(sorted(names))),
    )

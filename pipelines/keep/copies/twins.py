"""Twins: two records of one portal that have the same text, day and files at two addresses.

They are one article, and each key leads to it. Only what an address shows itself counts: claims are
for records/identity.py. If one address shows another text later, that text gets a record of its own
again.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from pipelines.keep.database.rows import first_value
from pipelines.keep.states.one_record import join_records

MOST_ADDRESSES = 10  # of an article: a portal that shows one text under more has another fault

LISTED = "(select value from json_each(?))"
SAME_TEXT = f"""select sketch, articles.site, articles.published_on, articles.id, articles.url,
        content_sha256, pages.published_on as listed_on,
        (select count(*) from pages as its where its.article = articles.id) as addresses
    from sketched_articles join articles on articles.id = sketched_articles.article
        join revisions on revisions.id = articles.revision
        join pages on pages.site = articles.site and pages.url = articles.url
            and pages.article = articles.id and pages.revision = articles.revision
            and claimed_url is null
    where sketch in (
        select sketch from sketched_articles where sketch in (
            select sketch from sketched_articles where article in {LISTED})
        group by sketch having count(*) > 1)
        and articles.published_on is not null and removed_at is null"""


class _Record(NamedTuple):
    article: int
    url: str
    content_sha256: str
    listed_on: str | None
    addresses: int


def join_twins(db: Connection, articles: Collection[int]) -> None:
    """Join the twins of these articles with them, in the caller's transaction.

    The article gets the shortest of their addresses, whichever came first.
    """
    for records in _with_one_text(db, articles):
        if sum(max(one.addresses, 1) for one in records) > MOST_ADDRESSES:
            continue
        records.sort(key=lambda one: (len(one.url), one.url))
        kept: list[_Record] = []
        for one in records:
            twin = next((other for other in kept if _are_twins(db, one, other)), None)
            if twin is None:
                kept.append(one)
            else:
                stays = join_records(db, twin.article, one.article, twin.url)
                kept[kept.index(twin)] = twin._replace(article=stays)


def _with_one_text(db: Connection, articles: Collection[int]) -> Iterator[list[_Record]]:
    """The records of a portal with the same text and day, for each text of these articles."""
    found: dict[tuple[int, str, str], list[_Record]] = defaultdict(list)
    for text, site, day, *record in db.execute(SAME_TEXT, (json.dumps([*articles]),)).fetchall():
        found[text, site, day].append(_Record._make(record))
    yield from (records for records in found.values() if len(records) > 1)


def _are_twins(db: Connection, one: _Record, other: _Record) -> bool:
    """Whether two records with the same text and day are one article, as far as listings, bylines
    and files tell.
    """
    days = {one.listed_on, other.listed_on} - {None}
    if len(days) > 1 or one.content_sha256 != other.content_sha256:
        return False
    files = _files(db, one.article)
    return files is not None and files == _files(db, other.article)


def _files(db: Connection, article: int) -> Sequence[str] | None:
    """The hashes of an article's files; None if one is not known yet."""
    query = "select 1 from attachments where article = ? and sha256 is null"
    if first_value(db, query, (article,)):
        return None
    query = "select distinct sha256 from attachments where article = ? order by sha256"
    return [row[0] for row in db.execute(query, (article,))]

"""Holds a built archive against one that was imported from the same invented pages."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

SHARE = 0.03  # of a column's rows that may be filled in one archive alone
LENGTH = 0.1  # by which the mean length of a column's values, or a quantile of rows, may differ
QUANTILES = (0.1, 0.5, 0.9, 0.99)
# Rows that tell of articles. The queries leave out what only a crawl has.
TABLES = {
    "articles": "select * from articles",
    "revisions": "select * from revisions",
    "images": "select * from images",
    "attachments": "select * from attachments",
    "article_keys": "select * from article_keys",
    "printed_dates": "select * from printed_dates",
    "sightings": "select * from sightings",
    "edits": "select * from edits",
    "vanished": "select * from vanished",
    "article_counts": "select * from article_counts",
    "section_counts": "select * from section_counts",
    "captures": "select * from captures where outcome <> 'listing'",
    "pages": "select * from pages where article is not null",
}
NUMBERS = {"id", "article", "revision", "capture"}
# What an import cannot know, or what the made-up bytes do not have.
APART = {
    "captures": {
        *("warc_file", "warc_offset", "warc_length", "bytes", "run", "lacks", "repeated"),
        *("confirms_removal", "record_file", "record_offset", "record_length"),
    },
    "attachments": {"bytes"},
    "pages": {
        *("published_on", "published_evidence", "published_raw", "named_by", "named_at", "title"),
        *("found_on", "read_title", "listed", "next_due_at", "depth", "priority"),
    },
}
Archives = tuple[sqlite3.Connection, sqlite3.Connection]


def differences(built: Path, imported: Path) -> list[str]:
    """One line for each table whose number or size of rows differs, and for each column that is
    filled more often, or with longer values, in one of the archives.
    """
    with closing(sqlite3.connect(built)) as one, closing(sqlite3.connect(imported)) as other:
        return [line for table in TABLES for line in _table(table, (one, other))]


def _table(table: str, archives: Archives) -> Iterator[str]:
    query = TABLES[table]
    first, second = (db.execute(f"select count(*) from ({query})").fetchone()[0] for db in archives)
    if abs(first - second) > SHARE * max(first, second):
        yield f"{table}: {first} rows built, {second} imported"
    names = [row[1] for row in archives[0].execute(f"pragma table_info({table})")]
    compared = [name for name in names if name not in NUMBERS | APART.get(table, set())]
    for column in compared:
        yield from _column(table, column, archives)
    bytes_of = " + ".join(f"ifnull(length(cast({name} as blob)), 0)" for name in compared)
    sizes = [
        sorted(size for (size,) in db.execute(f"select {bytes_of} from ({query})"))
        for db in archives
    ]
    for share in QUANTILES if all(sizes) else ():
        one, other = (of_rows[int(share * (len(of_rows) - 1))] for of_rows in sizes)
        if abs(one - other) > LENGTH * max(one, other):
            yield f"{table}: {share:.0%} of rows up to {one} bytes built, {other} imported"


def _column(table: str, column: str, archives: Archives) -> Iterator[str]:
    figures = [
        db.execute(
            f"select 1.0 * count({column}) / max(1, count(*)),"
            f" ifnull(avg(length(cast({column} as blob))), 0.0) from ({TABLES[table]})"
        ).fetchone()
        for db in archives
    ]
    (share, length), (other_share, other_length) = figures
    if abs(share - other_share) > SHARE:
        yield f"{table}.{column}: filled in {share:.1%} built, {other_share:.1%} imported"
    elif min(share, other_share) > 0 and abs(length - other_length) > LENGTH * max(
        length, other_length
    ):
        yield f"{table}.{column}: {length:.1f} bytes built, {other_length:.1f} imported"

"""Reads exported files as their users do, and compares them with the tables of the archive."""

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq

Row = tuple[Any, ...]
JSON = {"changed", "images", "attachments", "printed", "settings"}
# The key and the portal of a row's article, by the column that leads to it.
ARTICLES = {
    "article": "{t}.article",
    "revision": "(select article from revisions where id = {t}.revision)",
    "sighting": "(select article from sightings where id = {t}.sighting)",
}


def jsonl_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, the names first."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for place, line in enumerate(file):
            row = json.loads(line)
            if not place:
                yield tuple(row)
            yield tuple(row.values())


def csv_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, the names first; each cell is text."""
    csv.field_size_limit(1 << 26)
    with path.open(encoding="utf-8", newline="") as file:
        yield from map(tuple, csv.reader(file))


def parquet_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, the names first."""
    file = pq.ParquetFile(path)
    yield tuple(file.schema_arrow.names)
    for batch in file.iter_batches(2_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def xlsx_rows(path: Path) -> Iterator[Row]:
    """The rows of all sheets of rows, the names of the first first."""
    book = openpyxl.load_workbook(path, read_only=True)
    for place, sheet in enumerate(book.worksheets):
        if not sheet.title.startswith("Cut cells"):
            yield from sheet.iter_rows(min_row=2 if place else 1, values_only=True)
    book.close()


def as_it_is(_name: str, value: Any) -> Any:
    return value


def in_json(name: str, value: Any) -> Any:
    """A value as JSON has it: lists as such, bytes as digits."""
    if name in JSON and isinstance(value, str) and value[:1] in "[{":
        with suppress(ValueError):
            return json.loads(value)
    return value.hex() if isinstance(value, bytes) else value


def in_csv(_name: str, value: Any) -> str:
    return "" if value is None else value.hex() if isinstance(value, bytes) else str(value)


def from_parquet(_name: str, value: Any) -> Any:
    """A value as the archive's text has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def in_parquet(_name: str, value: Any) -> Any:
    """An instant of seconds as one of milliseconds; Parquet knows no difference."""
    is_instant = isinstance(value, str) and len(value) == 20 and value[10] == "T"
    return f"{value[:-1]}.000Z" if is_instant and value.endswith("Z") else value


def in_xlsx(_name: str, value: Any) -> Any:
    """A value as a sheet has it, which knows no CR and no number of 17 digits."""
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n") or None
    return value.hex() or None if isinstance(value, bytes) else value


Reader = Callable[[Path], Iterator[Row]]
Change = Callable[[str, Any], Any]
# By format: how it is read, and how a value of the file and of the table become comparable.
READERS: dict[str, tuple[Reader, Change, Change]] = {
    "jsonl": (jsonl_rows, as_it_is, in_json),
    "csv": (csv_rows, as_it_is, in_csv),
    "parquet": (parquet_rows, from_parquet, in_parquet),
    "xlsx": (xlsx_rows, in_xlsx, in_xlsx),
}


def table_rows(archive: Path, table: str, where: str = "1") -> Iterator[Row]:
    """The rows of a table as they are, behind the key and the portal of their articles; the names
    first.
    """
    with closing(sqlite3.connect(archive)) as db:
        held = db.execute(f"select name, pk from pragma_table_info('{table}')").fetchall()
        keys = [name for name, place in sorted(held, key=lambda one: one[1]) if place]
        names = [name for name, _ in held]
        first = [] if table != "articles" else ["key"]
        selected = {name: f"t.{name}" for name in [*first, *names]}
        link = next((sql for column, sql in ARTICLES.items() if column in names), None)
        if link and table != "articles":
            found = f"(select {{}} from articles where id = {link.format(t='t')})"
            added = {name: found.format(name) for name in ("key", "site")}
            selected = {**added, **selected}
        order = f"order by {', '.join(keys)}" if keys else ""
        columns = ", ".join(selected.values())
        cursor = db.execute(f"select {columns} from {table} as t where {where} {order}")
        yield tuple(selected)
        yield from cursor


def first_difference(path: Path, archive: Path, table: str, where: str = "1") -> str | None:
    """Where a file differs from a table; None if it holds exactly its rows, in their order."""
    read, from_file, from_table = READERS[path.suffix[1:]]
    names: Row | None = None
    for place, (ours, theirs) in enumerate(
        zip_longest(read(path), table_rows(archive, table, where))
    ):
        names = names or theirs
        if ours is None or theirs is None or names is None:
            # A file of lines without rows has no names either.
            is_empty = place == 0 and path.suffix == ".jsonl" and ours is None
            if is_empty:
                continue
            return f"row {place}: {ours} for {theirs}"
        if [from_file(*one) for one in zip(names, ours, strict=True)] != [
            from_table(*one) for one in zip(names, theirs, strict=True)
        ]:
            return f"row {place}: {ours} for {theirs}"
    return None

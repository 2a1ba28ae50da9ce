"""Parquet: typed columns, for pandas, R and DuckDB."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.export.columns import Column, Kind, Row, kind_of_text
from pipelines.export.sources import Source

ROWS = 10_000  # of a row group
LETTERS = 8_000_000  # of a row group
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
TYPES = {
    Kind.TEXT: pa.string(),
    Kind.LIST: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.BYTES: pa.binary(),
    Kind.INSTANT: pa.timestamp("us", "UTC"),
    Kind.DAY: pa.date32(),
    Kind.FLAG: pa.bool_(),
}
LESS = {Kind.FLAG: Kind.INTEGER}  # what a column is if a value does not fit; else text


class UnfitError(Exception):
    """A value that its column's type cannot hold."""

    def __init__(self, place: int, value: object) -> None:
        super().__init__(place, value)
        self.place, self.value = place, value


def write_parquet(
    db: sqlite3.Connection, source: Source, file: BinaryIO, tell: Callable[[int], None]
) -> tuple[int, list[str]]:
    """Write the rows to a file that can be sought; returns how many, and what a reader must know.

    A column that holds what its type cannot is text in the whole file: no value is lost.
    """
    columns = _known(db, source)
    notes: list[str] = []
    while True:
        try:
            return _write(columns, source.rows(db), file, tell), notes
        except UnfitError as odd:
            column = columns[odd.place]
            less = LESS.get(column.kind, Kind.TEXT)
            columns[odd.place] = Column(column.name, less)
            notes.append(
                f"{column.name}: holds {odd.value!r:.80}, which is not of type {column.kind};"
                f" the column is {less} in this file"
            )
            file.seek(0)
            file.truncate()


def _write(
    columns: list[Column], rows: Iterator[Row], file: BinaryIO, tell: Callable[[int], None]
) -> int:
    schema = pa.schema([(column.name, TYPES[column.kind]) for column in columns])
    written = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for some in _groups(rows):
            values = [
                pa.array(_fitted(cells, place, column.kind), TYPES[column.kind])
                for place, (column, cells) in enumerate(
                    zip(columns, zip(*some, strict=True), strict=True)
                )
            ]
            writer.write_batch(pa.record_batch(values, schema=schema), row_group_size=len(some))
            written += len(some)
            tell(written)
    return written


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    letters = 0
    for row in rows:
        group.append(row)
        letters += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        if len(group) >= ROWS or letters >= LETTERS:
            yield group
            group, letters = [], 0
    if group:
        yield group


def _fitted(cells: tuple[Any, ...], place: int, kind: Kind) -> list[Any]:
    """The cells as values of their type. Raises UnfitError."""
    fit = FITS[kind]
    found: list[Any] = []
    cell: object = None
    try:
        for cell in cells:
            found.append(None if cell is None else fit(cell))
    except (ValueError, TypeError) as error:
        raise UnfitError(place, cell) from error
    return found


def _text(cell: object) -> str:
    return cell.hex() if isinstance(cell, bytes) else str(cell)


def _instant(cell: object) -> datetime:
    if not isinstance(cell, str) or not INSTANT.fullmatch(cell):
        raise ValueError(cell)
    return datetime.fromisoformat(cell)


def _day(cell: object) -> date:
    if not isinstance(cell, str) or not DAY.fullmatch(cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)


def _flag(cell: object) -> bool:
    if cell not in (0, 1):
        raise ValueError(cell)
    return cell == 1


def _number(cell: object) -> float:
    if not isinstance(cell, int | float) or (isinstance(cell, int) and int(float(cell)) != cell):
        raise ValueError(cell)
    return float(cell)


def _of(kind: type) -> Callable[[object], Any]:
    def same(cell: object) -> object:
        if not isinstance(cell, kind):
            raise ValueError(cell)
        return cell

    return same


FITS: dict[Kind, Callable[[object], Any]] = {
    Kind.TEXT: _text,
    Kind.LIST: _text,
    Kind.INTEGER: _of(int),
    Kind.REAL: _number,
    Kind.BYTES: _of(bytes),
    Kind.INSTANT: _instant,
    Kind.DAY: _day,
    Kind.FLAG: _flag,
}


def _known(db: sqlite3.Connection, source: Source) -> list[Column]:
    """The columns, those of a query by what all their values are."""
    unknown = [place for place, one in enumerate(source.columns) if one.kind is Kind.UNKNOWN]
    columns = list(source.columns)
    if not unknown:
        return columns
    held: list[set[type]] = [set() for _ in unknown]
    for row in source.rows(db):
        for types, place in zip(held, unknown, strict=True):
            types.add(type(row[place]))
    for types, place in zip(held, unknown, strict=True):
        name = columns[place].name
        columns[place] = Column(name, _kind(types - {type(None)}, name))
    return columns


def _kind(types: set[type], name: str) -> Kind:
    if types == {int}:
        return Kind.INTEGER
    if types and types <= {int, float}:
        return Kind.REAL
    if types == {bytes}:
        return Kind.BYTES
    return kind_of_text(name) if types <= {str} else Kind.TEXT

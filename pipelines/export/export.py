"""Writes the rows of a source to a file, or to a stream that is open already."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

from pipelines.export.columns import Column, Row
from pipelines.export.lines import CsvLines, JsonLines, Lines
from pipelines.export.moment import Stamp
from pipelines.export.part_file import ExportError, PartFile
from pipelines.export.sources import Source

AT_ONCE = 500  # rows that become bytes together
KEEP_BYTES = 64 << 20  # are written between two points from which an export can go on
VERSION = 1  # of the bytes that this package writes


class Format(StrEnum):
    """How the rows are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class How:
    """A format with its choices: CSV's exact cells and its byte order mark."""

    format: Format
    exact: bool = False
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. `continued`: rows that an earlier export had left; None of a stream's size.

    `notes`: what a reader of the file must know, one line each.
    """

    rows: int
    size: int | None
    continued: int = 0
    notes: list[str] = field(default_factory=list)


Tell = Callable[[int], None]  # how many rows are written by now


def export_file(
    db: sqlite3.Connection, source: Source, how: How, target: Path, stamp: Stamp | None, tell: Tell
) -> Exported:
    """Write the rows to a new file, which appears whole at the end.

    `db` is within one moment of the archive, whose `stamp` it is. JSON Lines and CSV go on where an
    export of the same rows was killed. Raises ExportError, NoSpaceError.
    """
    lines = _lines(how, source)
    identity = _identity(source, how, stamp) if lines and stamp else None
    try:
        with PartFile(target, identity) as part:
            if lines is None:
                rows, notes = _write_whole(db, source, how, part.file, tell, part.scratch)
                return Exported(rows, part.finish(), 0, notes)
            continued = part.rows
            rows = _write_lines(db, source, lines, part, tell)
            return Exported(rows, part.finish(), continued)
    except OSError as error:
        raise ExportError(
            f"{target}: cannot be written ({error.strerror or error}); make room or name another"
            " file, and run the command again"
        ) from error


def export_stream(
    db: sqlite3.Connection, source: Source, how: How, stream: BinaryIO, tell: Tell
) -> Exported:
    """Write the rows to a stream, such as standard output.

    Raises ExportError, and BrokenPipeError if nobody reads them any longer.
    """
    try:
        return _streamed(db, source, how, stream, tell)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError(
            f"the rows cannot be written ({error.strerror or error}); make room there and in the"
            " folder of temporary files ($TMPDIR), and run the command again"
        ) from error


def _streamed(
    db: sqlite3.Connection, source: Source, how: How, stream: BinaryIO, tell: Tell
) -> Exported:
    lines = _lines(how, source)
    if lines is None:
        # Such a file is not written from its start to its end.
        with TemporaryFile() as made, TemporaryDirectory() as folder:
            rows, notes = _write_whole(db, source, how, made, tell, Path(folder) / "sheets")
            made.seek(0)
            shutil.copyfileobj(made, stream)
        stream.flush()
        return Exported(rows, None, 0, notes)
    stream.write(lines.head())
    rows = 0
    for some in _batches(source.rows(db)):
        stream.write(lines.lines(some))
        rows += len(some)
        tell(rows)
    stream.flush()
    return Exported(rows, None)


def _lines(how: How, source: Source) -> Lines | None:
    if how.format is Format.JSONL:
        return JsonLines(source.columns)
    if how.format is Format.CSV:
        return CsvLines(source.columns, exact=how.exact, mark=how.mark)
    return None


def _write_lines(
    db: sqlite3.Connection, source: Source, lines: Lines, part: PartFile, tell: Tell
) -> int:
    rows = part.rows
    if not rows:
        part.file.write(lines.head())
    unsafe = 0
    for some in _batches(source.rows(db, rows)):
        unsafe += part.file.write(lines.lines(some))
        rows += len(some)
        if unsafe >= KEEP_BYTES:
            part.keep(rows)
            unsafe = 0
        tell(rows)
    return rows


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _identity(source: Source, how: How, stamp: Stamp) -> str:
    columns: tuple[Column, ...] = source.columns
    said = repr((VERSION, how, source.identity, columns, stamp))
    return hashlib.sha256(said.encode()).hexdigest()


def _write_whole(
    db: sqlite3.Connection, source: Source, how: How, file: BinaryIO, tell: Tell, scratch: Path
) -> tuple[int, list[str]]:
    if how.format is Format.PARQUET:  # its library takes half a second to load
        from pipelines.export.parquet import write_parquet

        return write_parquet(db, source, file, tell)
    from pipelines.export.spreadsheet import write_spreadsheet

    return write_spreadsheet(db, source, file, tell, scratch)

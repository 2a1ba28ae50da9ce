"""Rows as lines: JSON Lines, and CSV as RFC 4180 has it."""

import codecs
import csv
import io
import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from pipelines.export.columns import Column, Kind, Row, as_hex, as_list
from pipelines.export.formulas import as_text

# What could move a terminal's cursor, end a line early or turn the direction of writing. JSON
# writes the same letters as escapes.
UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Lines(Protocol):
    """A format that is written row by row, so that a file can go on where it stopped."""

    media_type: str

    def head(self) -> bytes:
        """What the file begins with."""

    def lines(self, rows: Iterable[Row]) -> bytes:
        """Some rows, each as one record."""


class JsonLines:
    """One JSON object a line, UTF-8. Columns with JSON hold arrays and objects, not texts."""

    media_type = "application/x-ndjson; charset=utf-8"

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._lists = [place for place, column in enumerate(columns) if column.kind is Kind.LIST]
        self._encode = json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, default=as_hex, separators=(",", ":")
        ).encode

    def head(self) -> bytes:
        """Nothing."""
        return b""

    def lines(self, rows: Iterable[Row]) -> bytes:
        """A line for each row."""
        text = "\n".join([self._line(row) for row in rows])
        text = UNSEEN.sub(_escape, text)
        return f"{text}\n".encode() if text else b""

    def _line(self, row: Row) -> str:
        values: Sequence[Any] = row
        if self._lists:
            values = list(row)
            for place in self._lists:
                values[place] = as_list(row[place])
        try:
            return self._encode(dict(zip(self._names, values, strict=True)))
        except (ValueError, RecursionError):  # a number or a depth that JSON cannot have
            told = [str(one) if _is_endless(one) else one for one in row]
            return self._encode(dict(zip(self._names, told, strict=True)))


class CsvLines:
    """CSV in UTF-8, lines ended by CR LF. Formulas get an apostrophe, unless `exact`.

    NULL and an empty text are both an empty cell. `mark`: begin with a byte order mark, without
    which Excel misreads letters.
    """

    media_type = "text/csv; charset=utf-8"

    def __init__(
        self, columns: Sequence[Column], *, exact: bool = False, mark: bool = False
    ) -> None:
        self._names = [column.name for column in columns]
        self._exact, self._mark = exact, mark

    def head(self) -> bytes:
        """The line of names."""
        names = self._names if self._exact else map(as_text, self._names)
        return (codecs.BOM_UTF8 if self._mark else b"") + _written([names])

    def lines(self, rows: Iterable[Row]) -> bytes:
        """A record for each row."""
        if self._exact:
            return _written([as_hex(cell) for cell in row] for row in rows)
        return _written([as_text(as_hex(cell)) for cell in row] for row in rows)


def _written(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _is_endless(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)

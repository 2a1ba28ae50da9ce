"""XLSX within Excel's limits. What does not fit is cut, marked, and named on a sheet of its own."""

import math
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from pipelines.export.columns import as_hex
from pipelines.export.sources import Source

ROWS = 1_048_576  # of a sheet, its line of names included
UNITS = 32_767  # of a cell; Excel counts the units of UTF-16
EXACT = 2**53  # numbers beyond lose digits in a spreadsheet
LIST = "Cut cells"
CUT = " … [cut: see the sheet Cut cells]"
HEAD = ("Sheet", "Row", "Column", "Name", "First cell of the row", "Characters in all", "Why")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
RETURN = re.compile("\r\n?")


def write_spreadsheet(
    db: sqlite3.Connection,
    source: Source,
    file: BinaryIO,
    tell: Callable[[int], None],
    scratch: Path,
) -> tuple[int, list[str]]:
    """Write the rows; returns how many, and what a reader must know.

    Until the end they wait in `scratch`, a folder of its own, emptied at the start.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        return _write(
            Workbook(file, {"constant_memory": True, "tmpdir": str(scratch)}), db, source, tell
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write(
    book: Workbook, db: sqlite3.Connection, source: Source, tell: Callable[[int], None]
) -> tuple[int, list[str]]:
    book.use_zip64()
    names = [column.name for column in source.columns]
    rows, cut = _Sheets(book, source.name, names), _Sheets(book, LIST, HEAD)
    rows.begin()
    written = 0
    for row in source.rows(db):
        line = rows.line()
        for place, cell in enumerate(row):
            shown, why = _shown(as_hex(cell))
            line(place, shown)
            if why:
                put = cut.line()
                first = row[0] if isinstance(row[0], str) else str(row[0])
                told = (
                    *(rows.title, rows.next, xl_col_to_name(place), names[place]),
                    *(_shown(first)[0], len(str(as_hex(cell))), why),
                )
                for at, one in enumerate(told):
                    put(at, one)
        written += 1
        if written % 500 == 0:
            tell(written)
    book.close()
    tell(written)
    if not cut.lines:
        return written, []
    return written, [f"{cut.lines} cells are not whole; the sheet {LIST!r} names each"]


class _Sheets:
    """A long table on as many sheets as it needs, each with the line of names."""

    def __init__(self, book: Workbook, title: str, names: Iterable[str]) -> None:
        self._book, self._first, self._names = book, title[:28], list(names)
        self._bold = book.add_format({"bold": True})
        self._count = 0
        self.title = ""
        self.next = ROWS  # the lines of this sheet
        self.lines = 0

    def begin(self) -> None:
        """Begin the next sheet."""
        self._count += 1
        self.title = self._first if self._count == 1 else f"{self._first} {self._count}"
        self._sheet = self._book.add_worksheet(self.title)
        self._sheet.freeze_panes(1, 0)
        for place, name in enumerate(self._names):
            self._sheet.write_string(0, place, name, self._bold)
        self.next = 1

    def line(self) -> Callable[[int, Any], None]:
        """Begin a line; what is returned puts a value into one of its cells."""
        if self.next >= ROWS:
            self.begin()
        sheet, place = self._sheet, self.next
        self.next += 1
        self.lines += 1

        def put(at: int, value: Any) -> None:
            if isinstance(value, str):
                sheet.write_string(place, at, value)
            elif value is not None:
                sheet.write_number(place, at, value)

        return put


def _shown(cell: Any) -> tuple[Any, str | None]:
    """The cell as a sheet can hold it, and why it is not whole."""
    if isinstance(cell, str):
        return _text(cell)
    if isinstance(cell, int) and abs(cell) > EXACT:
        return str(cell), "a number of too many digits, written as text"
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell), "no finite number, written as text"
    return cell, None


def _text(text: str) -> tuple[str, str | None]:
    why = None
    if UNWRITABLE.search(text):
        text = UNWRITABLE.sub("\ufffd", text)
        why = "characters that XLSX cannot hold, written as \ufffd"
    if "\r" in text:
        text = RETURN.sub("\n", text)
        why = why or "ends of lines (CR), written as LF"
    if len(text) > UNITS // 2 and _units(text) > UNITS:
        return _beginning(text), f"more than {UNITS:,} characters, cut"
    return text, why


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _beginning(text: str) -> str:
    kept = text[: UNITS - len(CUT)].encode("utf-16-le")[: 2 * (UNITS - len(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT

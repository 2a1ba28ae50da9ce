"""The text of Excel files (XLSX, XLS): each sheet's name, then its rows, tabs between cells."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime, time

import olefile
import openpyxl
import xlrd

from pipelines.read.files.limits import (
    COLUMNS_MAX,
    ROWS_MAX,
    UnreadableDocument,
    check_members,
    cut,
)
from pipelines.read.reading import Note

# In all parts except the sheets, which are read row by row. openpyxl spends about 2 µs and
# 300 bytes on each tag, empty or not.
_TAGS_MAX = 1_000_000
_SHEETS = "xl/worksheets/"


def xlsx_text(body: bytes, notes: list[Note]) -> Iterator[str]:
    """The text of a workbook of Excel 2007 or later. Notes: `attachment-cut`.

    Raises UnreadableDocument, or as openpyxl does.
    """
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = [it for it in archive.infolist() if not it.filename.startswith(_SHEETS)]
        check_members(parts)
        if sum(_tags(archive, member) for member in parts) > _TAGS_MAX:
            raise UnreadableDocument(f"the file holds more than {_TAGS_MAX} XML tags")
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    area = {"max_row": ROWS_MAX + 1, "max_col": COLUMNS_MAX}
    sheets = ((it.title, it.iter_rows(**area, values_only=True)) for it in book.worksheets)
    yield from _lines(sheets, notes)


def xls_text(body: bytes, notes: list[Note]) -> Iterator[str]:
    """The text of a workbook of Excel 5 to 2003. Notes: `attachment-cut`.

    Raises UnreadableDocument, or as olefile and xlrd do.
    """
    # xlrd could open the container, but loops for ever over a damaged one.
    with olefile.OleFileIO(io.BytesIO(body)) as container:
        stream = container.openstream("Workbook" if container.exists("Workbook") else "Book").read()
    try:
        book = xlrd.open_workbook(
            file_contents=stream, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise UnreadableDocument from error
        raise
    yield from _lines(((name, _rows(book, name)) for name in book.sheet_names()), notes)


def _rows(book: xlrd.book.Book, name: str) -> Iterator[list[object]]:
    sheet = book.sheet_by_name(name)
    for row in range(min(sheet.nrows, ROWS_MAX + 1)):
        yield [_xls_cell(book, cell) for cell in sheet.row(row)[:COLUMNS_MAX]]
    book.unload_sheet(name)


def _xls_cell(book: xlrd.book.Book, cell: xlrd.sheet.Cell) -> object:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (OverflowError, ValueError):  # a number that somebody formatted as a date
            return cell.value
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value.is_integer():  # the format has no integers
        return int(cell.value)
    return cell.value


def _lines(
    sheets: Iterable[tuple[str, Iterable[Iterable[object]]]], notes: list[Note]
) -> Iterator[str]:
    for title, rows in sheets:
        yield f"\n{title}\n"
        for number, row in enumerate(rows):
            if number == ROWS_MAX:
                cut(notes, f"only the first {ROWS_MAX} rows of a sheet were read")
                break
            line = "\t".join(_cell_text(cell) for cell in row if cell is not None)
            if line:
                yield line + "\n"


def _tags(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    with archive.open(member) as part:
        return sum(piece.count(b"<") for piece in iter(lambda: part.read(65536), b""))


def _cell_text(cell: object) -> str:
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()  # a sheet has no day without a time
    return str(cell)

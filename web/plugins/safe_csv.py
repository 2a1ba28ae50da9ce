"""CSV that a spreadsheet opens as text: a cell that it would take for a formula gets an apostrophe in front. JSON gives every value as it is.

Datasette writes each CSV answer with the `csv.writer` that its base view imports; that name is taken over here.
Which beginnings make a formula: OWASP, "CSV Injection".
"""

import csv
import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.views import base

# Spreadsheets pass over blanks before the sign, and some take the wide forms of the signs for the signs themselves.
FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


class SafeWriter:
    """Writes rows as csv.writer does, with formulas made text."""

    def __init__(self, stream: Any) -> None:
        self._writer = csv.writer(stream)

    def writerow(self, row: Iterable[Any]) -> Any:
        """What the stream's own write() gives: Datasette awaits it."""
        return self._writer.writerow([as_text(cell) for cell in row])


def as_text(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


@hookimpl
def startup(datasette: Datasette) -> None:
    """Take Datasette's writer over."""
    base.csv = SimpleNamespace(writer=SafeWriter)

"""Makes CSV safe for spreadsheets: cells that look like formulas get a leading apostrophe.

JSON gives every value as it is. Datasette writes each CSV answer with the `csv.writer` that its
base view imports; this plugin replaces that name. The list of beginnings that make a formula:
OWASP, "CSV Injection".
"""

import csv
import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.views import base

# Spreadsheets skip blanks before the sign, and some accept the full-width forms of the signs.
FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


class SafeWriter:
    """Writes rows like csv.writer, with formulas turned into text."""

    def __init__(self, stream: Any) -> None:
        self._writer = csv.writer(stream)

    def writerow(self, row: Iterable[Any]) -> Any:
        """Returns what the stream's own write() returns: Datasette awaits it."""
        return self._writer.writerow([as_text(cell) for cell in row])


def as_text(cell: Any) -> Any:
    """The cell, safe from being read as a formula; numbers stay numbers."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


@hookimpl
def startup(datasette: Datasette) -> None:
    """Replace Datasette's writer."""
    base.csv = SimpleNamespace(writer=SafeWriter)

"""Texts that a spreadsheet would read as formulas."""

import re
from typing import Any

# Spreadsheets skip blanks before the sign, and some accept the full-width forms of the signs. The
# list of beginnings that make a formula: OWASP, "CSV Injection".
FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


def as_text(cell: Any) -> Any:
    """The cell, with an apostrophe before what is read as a formula; numbers stay numbers."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell

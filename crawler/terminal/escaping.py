"""Text from strangers (titles, addresses, reasons of errors) made safe for a terminal and a log: it begins no line, moves no cursor, turns no text around."""

import logging
import re

# Controls of C0 and C1 with ESC among them, separators of lines, what changes the direction of writing (Unicode UAX #9, section 2), what is not seen.
DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_DANGEROUS_IN_LINES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


_USER = re.compile(r"(?<=://)[^/\s@]+@")


def one_line(text: object) -> str:
    """The text on one line; what is dangerous is shown as an escape, as in a Python string. Addresses lose a user's name and password."""
    return DANGEROUS.sub(_escape, _USER.sub("", str(text)))


def lines(text: object) -> str:
    """The same for a text of several lines, which keeps its line ends and tabs."""
    return _DANGEROUS_IN_LINES.sub(_escape, _USER.sub("", str(text)))


class OneLineFormatter(logging.Formatter):
    """Log records of one line each, but for the traceback of a fault of ours, whose every line is indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        first, *more = super().format(record).split("\n")
        return "\n    ".join(one_line(line) for line in (first, *more))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")

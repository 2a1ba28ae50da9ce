"""Makes text from strangers (titles, addresses, errors) safe for a terminal and a log.

Escaped text begins no line, moves no cursor and changes no direction of writing.
"""

import json
import logging
import re

# C0 and C1 controls, ESC among them; line separators; what changes the direction of writing
# (Unicode UAX #9, section 2); invisible characters.
DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_DANGEROUS_IN_LINES = re.compile(rf"(?![\n\t]){DANGEROUS.pattern}")
_USER = re.compile(r"(?<=://)[^/\s@]+@")


def escaped_line(text: object) -> str:
    """The text on one line, dangerous characters as escapes, as in a Python string.

    Addresses lose their user name and password.
    """
    return DANGEROUS.sub(_escape, _USER.sub("", str(text)))


def escaped_lines(text: object) -> str:
    """Like escaped_line, but keeps line ends and tabs."""
    return _DANGEROUS_IN_LINES.sub(_escape, _USER.sub("", str(text)))


def escaped_json(value: object) -> str:
    """The value as JSON on one line, dangerous characters as escapes of JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return DANGEROUS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class OneLineFormatter(logging.Formatter):
    """Writes each log record on one line; a traceback follows with every line indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        first, *more = super().format(record).split("\n")
        return "\n    ".join(escaped_line(line) for line in (first, *more))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")

"""Spans of time in rows: when something began and ended, within one window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH = 1000  # of the window, in units of the drawing
NARROWEST = 4.0  # so that a short span is seen


@dataclass(frozen=True, slots=True)
class Span:
    """One span: when it began and ended, as stored (`ended_at`: None if it goes on), and its place.

    `number`: that of its row in the archive.
    """

    number: int
    began_at: str
    ended_at: str | None
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """All spans of one name."""

    name: str
    spans: Sequence[Span]


def rows_of_spans(
    found: Iterable[tuple[str, int, str, str | None]], since: datetime, until: datetime
) -> list[Row]:
    """Rows by name of (name, number, began, ended), those that reach into a window.

    The instants are stored texts. The name whose span began last comes first.
    """
    rows: dict[str, list[Span]] = {}
    whole = (until - since).total_seconds()
    for name, number, began, ended in sorted(found, key=lambda one: one[2], reverse=True):
        try:
            end = min(datetime.fromisoformat(ended), until) if ended else until
            begin = max(datetime.fromisoformat(began), since)
        except (ValueError, TypeError):  # no instant, or one without a zone
            continue
        if end < since or begin > until:
            continue
        x = (begin - since).total_seconds() * WIDTH / whole
        width = max(NARROWEST, (end - begin).total_seconds() * WIDTH / whole)
        x = min(x, WIDTH - width)
        rows.setdefault(name, []).append(Span(number, began, ended, round(x, 1), round(width, 1)))
    return [Row(name, spans) for name, spans in rows.items()]

"""The columns of an export and what they hold, by the names and types of the archive."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Row = tuple[Any, ...]


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BYTES = "bytes"
    INSTANT = "instant"  # text: UTC, ISO 8601 with Z
    DAY = "day"  # text: YYYY-MM-DD
    FLAG = "flag"  # 1 or 0
    LIST = "list"  # text: JSON
    UNKNOWN = "unknown"  # a query says nothing of its columns


STORED = {"integer": Kind.INTEGER, "real": Kind.REAL, "blob": Kind.BYTES}
FLAGS = frozenset(
    {"figures_changed", "lent", "confirms_removal", "unlisted", "addresses_only", "round_up"}
)
LISTS = frozenset({"changed", "images", "attachments", "printed", "settings"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, and what it holds."""

    name: str
    kind: Kind


def column_of(name: str, stored: str) -> Column:
    """A column of a table that is declared as `stored`, such as `integer`; "" is a view's."""
    kind = STORED.get(stored.lower())
    if kind is None:
        return Column(name, kind_of_text(name) if stored else Kind.UNKNOWN)
    return Column(name, Kind.FLAG if kind is Kind.INTEGER and name in FLAGS else kind)


def answer_columns(names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of an answer to a query. A name that comes again gets a number."""
    found: list[Column] = []
    taken: set[str] = set()
    for name in names:
        free, number = name, 2
        while free in taken:
            free, number = f"{name}_{number}", number + 1
        taken.add(free)
        found.append(Column(free, Kind.LIST if name in LISTS else Kind.UNKNOWN))
    return tuple(found)


def as_list(text: object) -> Any:
    """The list or object that a text holds as JSON; the text itself if it holds neither."""
    if not isinstance(text, str) or text[:1] not in ("[", "{"):
        return text
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def as_hex(value: object) -> object:
    """Bytes as hexadecimal digits; every other value as it is."""
    return value.hex() if isinstance(value, bytes) else value


def kind_of_text(name: str) -> Kind:
    """What a column of text holds, by its name."""
    if name in LISTS:
        return Kind.LIST
    if name.endswith("_at"):
        return Kind.INSTANT
    return Kind.DAY if name.endswith("_on") else Kind.TEXT


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

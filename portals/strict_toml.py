"""TOML into frozen dataclasses, strictly: an unknown key, a wrong type or a bad value is an error that names file, key and what is allowed.

The dataclass is the schema. Understood types: str, int, float, bool, date, Literal, `X | None`, tuple[X, ...], re.Pattern and nested dataclasses.
"""

import re
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from portals.errors import PortalFileError

Shape = TypeVar("Shape")

PLAIN = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date (2020-01-31)",
}


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises PortalFileError where it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PortalFileError(
            f"{path}: cannot be read ({error.strerror}); check the name and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise PortalFileError(
            f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise PortalFileError(f"{path}: is no valid TOML: {error}") from error


def shape_toml(shape: type[Shape], tables: Mapping[str, Any], path: Path, at: str = "") -> Shape:
    """`tables` as a `shape`; `at` is the dotted key that leads here. Raises PortalFileError for the first thing that does not fit."""
    hints = get_type_hints(shape)
    known = {f.name: f for f in fields(shape)}  # type: ignore[arg-type]  # every shape is a dataclass; the type system has no name for that
    for key in tables:
        if key not in known:
            raise PortalFileError(
                f"{path}: {at}{key}: unknown key; allowed here: {', '.join(sorted(known))}"
            )
    values: dict[str, Any] = {}
    for name, spec in known.items():
        if name in tables:
            values[name] = _value(hints[name], tables[name], path, f"{at}{name}")
        elif spec.default is MISSING and spec.default_factory is MISSING:
            raise PortalFileError(f"{path}: {at}{name}: is missing; it must be given")
    return shape(**values)


def _value(hint: Any, value: Any, path: Path, key: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
        origin = get_origin(hint)
    if origin is Literal:
        if value not in get_args(hint):
            raise PortalFileError(
                f"{path}: {key}: should be one of {', '.join(map(repr, get_args(hint)))}, not {value!r}"
            )
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise PortalFileError(f"{path}: {key}: should be a list, not {value!r}")
        return tuple(
            _value(get_args(hint)[0], item, path, f"{key}[{position}]")
            for position, item in enumerate(value)
        )
    if origin is re.Pattern:
        try:
            return re.compile(value)
        except (re.error, TypeError) as error:
            raise PortalFileError(f"{path}: {key}: is no regular expression: {error}") from error
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise PortalFileError(f"{path}: {key}: should be a table, not {value!r}")
        return shape_toml(hint, value, path, f"{key}.")  # type: ignore[arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        raise PortalFileError(f"{path}: {key}: should be {PLAIN[hint]}, not {value!r}")
    return value

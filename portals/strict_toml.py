"""Loads TOML into frozen dataclasses, strictly: an error names file, key and what is allowed.

The dataclass is the schema. Its fields may be str, int, float, bool, date, Literal, `X | None`,
tuple[X, ...], re.Pattern, nested dataclasses, and Annotated[X, check]: `check` returns what is
wrong with a value, or None.
"""

import re
import tomllib
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

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
    """The tables of a TOML file. Raises PortalFileError if it cannot be read or parsed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PortalFileError(
            f"{path}: cannot be read ({error.strerror}); check the name and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        fault = f"is not UTF-8 (byte {error.start}); save it as UTF-8"
        raise PortalFileError(f"{path}: {fault}") from error
    except tomllib.TOMLDecodeError as error:
        raise PortalFileError(f"{path}: is not valid TOML: {error}") from error


def shape_file(shape: type[Shape], tables: Mapping[str, Any], path: Path) -> Shape:
    """The tables of a file as a `shape` whose `key` is the file's name. Raises PortalFileError."""
    if "key" in tables:
        raise PortalFileError(f"{path}: key: is taken from the file's name; remove it")
    return shape_toml(shape, {**tables, "key": path.stem}, path)


def shape_toml(shape: type[Shape], tables: Mapping[str, Any], path: Path, at: str = "") -> Shape:
    """`tables` as a `shape`; `at` is the dotted key that leads here.

    Raises PortalFileError for the first value that does not fit.
    """
    hints = _hints(shape)
    # Every shape is a dataclass; the type system has no name for that.
    known = {f.name: f for f in fields(shape)}  # type: ignore[arg-type]
    for key in tables:
        if key not in known:
            allowed = ", ".join(sorted(known))
            raise PortalFileError(f"{path}: {at}{key}: unknown key; allowed here: {allowed}")
    values: dict[str, Any] = {}
    for name, spec in known.items():
        if name in tables:
            values[name] = _value(hints[name], tables[name], path, f"{at}{name}")
        elif spec.default is MISSING and spec.default_factory is MISSING:
            raise PortalFileError(f"{path}: {at}{name}: is missing; it must be given")
    return shape(**values)


# Asked once for each of many files.
_hints: Callable[[type], dict[str, Any]] = cache(partial(get_type_hints, include_extras=True))


def _value(hint: Any, value: Any, path: Path, key: str) -> Any:
    if type(value) is hint:
        return value
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    origin = get_origin(hint)
    if origin is Annotated:
        return _checked(hint, value, path, key)
    if origin is tuple and isinstance(value, list):
        item = get_args(hint)[0]
        return tuple(_value(item, one, path, f"{key}[{n}]") for n, one in enumerate(value))
    if is_dataclass(hint) and isinstance(value, dict):
        return shape_toml(hint, value, path, f"{key}.")  # type: ignore[arg-type]
    if origin is re.Pattern:
        return _pattern(value, path, key)
    if origin is Literal and value in get_args(hint):
        return value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise PortalFileError(f"{path}: {key}: should be {_wanted(hint)}, not {value!r}")
    return value


def _pattern(value: Any, path: Path, key: str) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        raise PortalFileError(f"{path}: {key}: is not a regular expression: {error}") from error


def _checked(hint: Any, value: Any, path: Path, key: str) -> Any:
    kind, check = get_args(hint)
    value = _value(kind, value, path, key)
    if (wrong := check(value)) is not None:
        raise PortalFileError(f"{path}: {key}: {value!r} {wrong}")
    return value


def _wanted(hint: Any) -> str:
    """The expected value, in words."""
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(repr, get_args(hint)))}"
    if get_origin(hint) is tuple:
        return "a list"
    return "a table" if is_dataclass(hint) else PLAIN[hint]

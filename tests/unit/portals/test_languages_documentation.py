"""The guide to language files names every key that the loader knows."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from portals.languages import FOLDER, Language

README = (FOLDER / "README.md").read_text(encoding="utf-8")


def tables(shape: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The tables of a language file by their dotted names, the file itself first."""
    yield name, shape
    for key, hint in get_type_hints(shape).items():
        for inner in (hint, *get_args(hint)):
            if is_dataclass(inner):
                yield from tables(inner, f"{name}.{key}".lstrip("."))


NAMED = dict(tables(Language))
KEYS = [
    (table, field.name)
    for table, shape in NAMED.items()
    for field in fields(shape)
    if f"{table}.{field.name}".lstrip(".") not in NAMED
]


def section_of(table: str) -> str:
    """What the guide says of a table, up to the next one's heading."""
    heading = f"# `[{table}]`" if table else "## The file itself"
    return README.partition(heading)[2].partition("\n#")[0]


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_every_key_of_a_language_file_is_explained(table: str, key: str) -> None:
    assert f"`{key}`" in section_of(table)


def test_every_table_of_a_language_file_has_a_section() -> None:
    assert [name for name in NAMED if not section_of(name)] == []

"""What Datasette knows of the archive: its titles, descriptions, facets and saved queries.

`metadata.yml` says it all in English; `metadata.vi.yml` has the Vietnamese of its titles and
descriptions.
"""

from pathlib import Path
from typing import Any

from datasette.utils import parse_metadata

from web.languages import Language

Tree = dict[str, Any]

FOLDER = Path(__file__).parent
PROSE = ("title", "description", "license", "about")  # keys with words for readers


def read(name: str) -> Tree:
    """A file of descriptions, as it is written."""
    tree: Tree = parse_metadata((FOLDER / name).read_text(encoding="utf-8"))
    return tree


def laid_over(under: Tree, over: Tree) -> Tree:
    """A tree with the values of another laid over its own."""
    both = {**under, **over}
    for key in under.keys() & over.keys():
        if isinstance(under[key], dict) and isinstance(over[key], dict):
            both[key] = laid_over(under[key], over[key])
    return both


def words(tree: Tree) -> dict[tuple[str, ...], str]:
    """What a tree says to readers, by the path of its keys: titles, descriptions, columns."""
    found: dict[tuple[str, ...], str] = {}
    for key, value in tree.items():
        if key == "columns":
            found.update({(key, column): said for column, said in value.items()})
        elif isinstance(value, dict):
            found.update({(key, *path): said for path, said in words(value).items()})
        elif key in PROSE:
            found[(key,)] = value
    return found


ENGLISH = read("metadata.yml")
DESCRIPTIONS: dict[Language, Tree] = {
    "en": ENGLISH,
    "vi": laid_over(ENGLISH, read("metadata.vi.yml")),
}

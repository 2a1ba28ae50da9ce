"""No module of pipelines and crawler holds words of a language: `portals/languages` does.

Docstrings and comments may quote pages. English words that a program is written in are not told
from English words of pages; those of every other language are.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

import pytest

from pipelines.read.text.clean_text import fold
from portals.languages import FOLDER, languages

ROOT = FOLDER.parents[1]
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("pipelines", "crawler")
    for path in (ROOT / folder).rglob("*.py")
)
# Modules that hold letters, and why.
LETTERS = {
    "pipelines/read/text/clean_text.py": "ranges of letters, and one that does not decompose",
    "pipelines/read/text/charset.py": "letters that are bases of combining marks",
    "pipelines/read/text/plausible_text.py": "blocks of letters of each script",
    "pipelines/search/marks.py": "the letter that does not decompose",
    "pipelines/search/question.py": "letters that people type for the one that does not decompose",
    "pipelines/search/slips.py": "the letter that does not decompose",
    "pipelines/search/spellings.py": "a letter that does not decompose, raised figures",
    "pipelines/read/html/superscripts.py": "signs of units and ordinals",
    "pipelines/read/text/legacy_encodings.py": "tables of encodings from before Unicode",
}
WORD = re.compile(r"[^\W\d_]{4,}")


def phrases(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from phrases(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from phrases(getattr(value, field.name))


@cache
def foreign_words() -> frozenset[str]:
    words = {
        key: {word for phrase in phrases(it) for word in WORD.findall(fold(phrase))}
        for key, it in languages().items()
    }
    english = words.pop("en")
    return frozenset().union(*words.values()) - english


def documentation(tree: ast.Module) -> set[ast.AST]:
    """The docstrings of a module."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    firsts = [node.body[0] for node in ast.walk(tree) if isinstance(node, owners) and node.body]
    return {first.value for first in firsts if isinstance(first, ast.Expr)}


@cache
def texts_of(module: str) -> list[tuple[int, str]]:
    """(line, text) of every string literal that is no docstring, and of every list of them."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    spared = documentation(tree)
    found = []
    for node in ast.walk(tree):
        inside = ast.walk(node) if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
        texts = [
            inner.value
            for inner in inside
            if isinstance(inner, ast.Constant)
            and isinstance(inner.value, str)
            and inner not in spared
        ]
        if texts and isinstance(node, ast.expr):
            found.append((node.lineno, " ".join(texts)))
    return found


@pytest.mark.parametrize("module", [name for name in MODULES if name not in LETTERS])
def test_no_module_holds_a_letter_beyond_ascii(module: str) -> None:
    assert [
        (line, text)
        for line, text in texts_of(module)
        if any(sign.isalpha() and not sign.isascii() for sign in text)
    ] == []


@pytest.mark.parametrize("module", MODULES)
def test_no_module_holds_a_list_of_words(module: str) -> None:
    found = {
        line: sorted(words)
        for line, text in texts_of(module)
        if len(words := foreign_words().intersection(WORD.findall(fold(text)))) > 1
    }
    assert found == {}


@pytest.mark.parametrize("module", LETTERS)
def test_every_exception_is_needed(module: str) -> None:
    texts = [text for _, text in texts_of(module)]
    assert any(not sign.isascii() and sign.isalpha() for text in texts for sign in text)

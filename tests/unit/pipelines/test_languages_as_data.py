"""Words of languages are data: they stand in portals/languages, and in no module of pipelines."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pipelines
from pipelines.read.text.clean_text import fold
from portals.languages import languages

FOLDER = Path(pipelines.__file__).parent
VIETNAMESE = re.compile("[\u1ea0-\u1ef9\u0103\u0111\u01a1\u01b0\u0102\u0110\u01a0\u01af]")
# Tables of letters: encodings from before Unicode, and what is folded to what.
TABLES = {"read/text/legacy_encodings.py", "read/text/clean_text.py", "read/text/decode.py"}


def strings_of(module: Path) -> Iterator[str]:
    """Every string of a module but its docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) and id(node) not in docstrings else None
        if isinstance(said, str):
            yield said


def modules() -> list[tuple[str, Path]]:
    return [(path.relative_to(FOLDER).as_posix(), path) for path in sorted(FOLDER.rglob("*.py"))]


def test_no_module_holds_a_vietnamese_letter() -> None:
    assert [
        (name, text)
        for name, path in modules()
        if name not in TABLES
        for text in strings_of(path)
        if VIETNAMESE.search(text)
    ] == []


def phrases(words: object) -> Iterator[str]:
    """The plain phrases of two words or more in a group of a language file."""
    if isinstance(words, str):
        if " " in words and not re.search(r"[\[\](){}.]", words):
            yield fold(words)
    elif isinstance(words, tuple):
        for word in words:
            yield from phrases(word)
    else:
        for name in getattr(words, "__dataclass_fields__", ()):
            if name != "shapes":
                yield from phrases(getattr(words, name))


def test_no_module_of_the_reader_repeats_a_phrase_of_a_language() -> None:
    """English is left out: the messages of the modules are English too."""
    known = {
        phrase
        for key, language in languages().items()
        if key != "en"
        for phrase in phrases(language)
    }
    assert len(known) > 200
    patterns = re.compile("|".join(rf"\b{re.escape(phrase)}\b" for phrase in sorted(known)))
    assert [
        (name, text)
        for name, path in modules()
        if name.startswith("read/")
        for text in strings_of(path)
        if patterns.search(fold(text))
    ] == []

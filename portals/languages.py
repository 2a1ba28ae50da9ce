"""Languages as data: the words that portals print, one TOML file each in `portals/languages`.

`portals/languages/README.md` describes every key. The reading modules join the words of all
languages into their patterns: they read a page by what it prints, not by what it declares. Every
reading worker loads this module, so it imports little and reads each file once.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from portals.date_words import DateWords, EventWords, FiguresOrder, faults_of
from portals.errors import PortalFileError
from portals.language_words import (
    AddressWords,
    BylineWords,
    CaptionWords,
    FurnitureWords,
    LetterheadWords,
    PublisherWords,
    RefusalWords,
    Words,
)
from portals.strict_toml import read_toml, shape_file

FOLDER = Path(__file__).parent / "languages"

BRACKETS = re.compile(r"[\[\]()]")
PAIRS = {"]": "[", ")": "("}
SPECIAL = re.compile(r"[.^$*+?{}\\]")
OPTIONAL = re.compile(r"(?:^|(?<=\] ))\[([^\]]*)\] |( ?)\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters that reveal a language: `own` is a range of letters that no other language has.

    A text with at least `share` of them among its characters is in this language; one with less
    than `absent` is not.
    """

    own: str
    share: float
    absent: float


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `key`: its code (BCP 47), the file's name.

    `country`: the only country with this official language; `likely_country`: the first to try of
    several. `common_words` reveal a text in it. `lengths`: words for units that have squares and
    cubes.

    A new group of words is a dataclass of its own here, a field with an empty default, a table of
    that name in the files, and a section of the README.
    """

    name: str
    country: str | None = None
    likely_country: str | None = None
    common_words: Words = ()
    lengths: Words = ()
    letters: Letters | None = None
    dates: DateWords = field(default_factory=DateWords)
    events: EventWords = field(default_factory=EventWords)
    figures: FiguresOrder | None = None
    addresses: AddressWords = field(default_factory=AddressWords)
    furniture: FurnitureWords = field(default_factory=FurnitureWords)
    bylines: BylineWords = field(default_factory=BylineWords)
    letterheads: LetterheadWords = field(default_factory=LetterheadWords)
    captions: CaptionWords = field(default_factory=CaptionWords)
    refusals: RefusalWords = field(default_factory=RefusalWords)
    publishers: PublisherWords = field(default_factory=PublisherWords)
    key: str = ""


def load_language(path: Path) -> Language:
    """The language of one TOML file. Raises PortalFileError."""
    tables = read_toml(path)
    language = shape_file(Language, tables, path)
    for key, phrase in _phrases_of(tables, ""):
        if not _is_balanced(phrase):
            wrong = f"the brackets of {phrase!r} do not close, or one [ ] holds another"
            raise PortalFileError(f"{path}: {key}: {wrong}")
        # Texts are compared in NFC, and lines of dates and events in lower case.
        lower = phrase.lower() if key.startswith(("dates.", "events.")) else phrase
        if phrase != unicodedata.normalize("NFC", lower):
            raise PortalFileError(f"{path}: {key}: {phrase!r} is never met; write {lower!r} in NFC")
    words = language.furniture
    if not words.this_text and any("{text}" in one for one in (*words.players, *words.widgets)):
        wrong = "is missing; it stands for {text} in other phrases"
        raise PortalFileError(f"{path}: furniture.this_text: {wrong}")
    for key, wrong in faults_of(language.dates):
        raise PortalFileError(f"{path}: dates.{key}: {wrong}")
    return language


def _phrases_of(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Every string of a file, with its dotted key."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list):
        for item in value:
            yield from _phrases_of(item, key)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _phrases_of(inner, f"{key}.{name}".lstrip("."))


def _is_balanced(phrase: str) -> bool:
    open_brackets: list[str] = []
    for sign in BRACKETS.findall(phrase):
        if sign in "([":
            if sign in open_brackets and sign == "[":
                return False
            open_brackets.append(sign)
        elif not open_brackets or open_brackets.pop() != PAIRS[sign]:
            return False
    return not open_brackets


@cache
def languages() -> dict[str, Language]:
    """Every known language by key. Raises PortalFileError, also if two contradict each other."""
    known = {path.stem: load_language(path) for path in sorted(FOLDER.glob("*.toml"))}
    for name in ("months", "weekdays"):
        check_numbers(name, {key: getattr(language.dates, name) for key, language in known.items()})
    return known


def check_numbers(name: str, lists: Mapping[str, tuple[Words, ...]]) -> None:
    """Raises PortalFileError if a word has different numbers in two languages.

    Lines are read with the words of all languages, so such a word would give a wrong date.
    """
    first: dict[str, tuple[int, str]] = {}
    for key, numbered in lists.items():
        for number, words in enumerate(numbered):
            for word in words:
                other, where = first.setdefault(word, (number, key))
                if other != number:
                    raise PortalFileError(
                        f"{FOLDER / key}.toml: dates.{name}: {word!r} is number {other + 1} in "
                        f"{where}.toml and {number + 1} here; leave it out of one of them"
                    )


def every(pick: Callable[[Language], Iterable[str]]) -> Words:
    """The words of all languages under one key, each once: `every(lambda it: it.dates.at)`."""
    words = (word for language in languages().values() for word in pick(language))
    return tuple(dict.fromkeys(words))


def any_word(pick: Callable[[Language], Iterable[str]]) -> str:
    """A pattern that matches one of the words that all languages list under one key."""
    return any_of(every(pick))


def any_of(phrases: Iterable[str]) -> str:
    """A pattern that matches one of the phrases, the longest first; without phrases, nothing.

    In a phrase `(x|y)` means either, and `[x]` or `[x|y]` is optional, with the blank beside it;
    every other character stands for itself.
    """
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return f"(?:{'|'.join(map(_pattern, ordered))})" if ordered else "(?!)"


def _pattern(phrase: str) -> str:
    def may_be_missing(found: re.Match[str]) -> str:
        if found[1] is not None:
            return f"(?:(?:{found[1]}) )?"
        return f"(?:{found[2]}(?:{found[3]}))?"

    escaped = SPECIAL.sub(r"\\\g<0>", phrase).replace("(", "(?:")
    return OPTIONAL.sub(may_be_missing, escaped) if "[" in escaped else escaped

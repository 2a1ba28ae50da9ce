"""SQL functions that find Vietnamese text typed with or without diacritics.

They widen the query, never the stored text. The index (FTS5 unicode61 with remove_diacritics 2)
drops the marks of words and queries, but đ is a letter of its own in Unicode, and stays. Đ occurs
only at the beginning of a syllable, so a word typed with d is searched with both letters. CO₂ and
m² are words of their own too: figures behind a letter are searched plain, raised and lowered.
Datasette's own table search calls `escape_fts`, so this plugin replaces that function.
"""

import itertools
import re
import sqlite3
import unicodedata
from functools import lru_cache, partial

from datasette import hookimpl

MOST_WORDS = 50  # terms of one query; more would only cost time
MOST_DOUBTFUL = 6  # letters d of one phrase that are searched both ways: 64 spellings
FIRST_D = re.compile(r"(?<![^\W_])[dD]")
PLAIN, RAISED, LOWERED = "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
LEVELS = [str.maketrans(PLAIN + RAISED + LOWERED, level * 3) for level in (PLAIN, RAISED, LOWERED)]
FIGURE = f"[{PLAIN}{RAISED}{LOWERED}]+"
FIGURES = re.compile(rf"(?<=[^\W\d_]){FIGURE}(?:[.,]{FIGURE})?")  # of m2, CO₂, PM2.5
POWER = re.compile(r"(?<=[^\W_])\^\(?(\d+)\)?", re.ASCII)  # of 10^4
TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot below
OPEN_RHYME = re.compile(rf"(?<!q)(o|u)([{TONES}]?)(a|e|y)([{TONES}]?)$")


@hookimpl(trylast=True)  # Datasette's own escape_fts is registered first and replaced
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give SQL vi_fts(question), escape_fts(question) and as_typed(question, text)."""
    for name in ("escape_fts", "vi_fts"):
        conn.create_function(name, 1, vi_fts, deterministic=True)
    conn.create_function("as_typed", 2, as_typed, deterministic=True)


def vi_fts(question: str | None) -> str:
    """A valid FTS5 expression for the words and "quoted phrases" of a query, with marks or not.

    `dang "da nang"` gives ("dang" OR "đang") AND ("da nang" OR "đa nang"), `m2` gives ("m2" OR "m²"
    OR "m₂"). A query without a letter or digit gives an expression that finds nothing.
    """
    asked = [_spellings(phrase) for phrase in _phrases(question)]
    return " AND ".join(asked) or '""'


def as_typed(question: str | None, text: str | None) -> int:
    """1 if a query typed with marks is in the text with the same marks, else 0.

    A tone may stand on either vowel (uỷ, ủy). Use it to sort, not to filter.
    """
    wanted = _marked_words(question or "")
    plain = unicodedata.normalize("NFC", text or "")
    return int(bool(wanted) and all(word.search(plain) for word in wanted))


def _phrases(question: str | None) -> list[str]:
    parts = re.split('["“”„]', unicodedata.normalize("NFC", (question or "").replace("\0", " ")))
    phrases: list[str] = []
    for position, part in enumerate(parts):
        # An unbalanced quote quotes nothing.
        quoted = position % 2 == 1 and position < len(parts) - 1
        phrases += [" ".join(part.split())] if quoted else part.split()
    return [phrase for phrase in phrases if any(letter.isalnum() for letter in phrase)][:MOST_WORDS]


def _spellings(phrase: str) -> str:
    places = [found.start() for found in FIRST_D.finditer(phrase)][:MOST_DOUBTFUL]
    spellings = []
    for letters in itertools.product("dđ", repeat=len(places)):
        spelling = list(phrase)
        for place, letter in zip(places, letters, strict=True):
            spelling[place] = letter
        spellings += [f'"{level}"' for level in _levels("".join(spelling))]
    return spellings[0] if len(spellings) == 1 else "(" + " OR ".join(spellings) + ")"


def _levels(phrase: str) -> list[str]:
    """A phrase with its figures plain, raised and lowered, as far as they can be."""
    levels = [phrase]
    for level in LEVELS:
        levels.append(FIGURES.sub(partial(_moved, level), phrase))
    levels.append(POWER.sub(lambda found: found[1].translate(LEVELS[1]), phrase))
    return list(dict.fromkeys(levels))


def _moved(level: dict[int, int], figures: re.Match[str]) -> str:
    return figures[0].translate(level)


@lru_cache(maxsize=64)
def _marked_words(question: str) -> tuple[re.Pattern[str], ...]:
    words = [word for phrase in _phrases(question) for word in re.findall(r"\w+", phrase)]
    if all(word.isascii() for word in words):
        return ()
    patterns = ("|".join(_tone_places(word)) for word in words)
    return tuple(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for pattern in patterns)


def _tone_places(word: str) -> set[str]:
    """A syllable with its tone on either vowel of an open oa, oe or uy.

    hòa and hoà are one word in two styles of print.
    """
    letters = unicodedata.normalize("NFD", word.lower())
    both = {OPEN_RHYME.sub(r"\1\2\4\3", letters), OPEN_RHYME.sub(r"\1\3\2\4", letters)}
    return {unicodedata.normalize("NFC", spelling) for spelling in both | {letters}}

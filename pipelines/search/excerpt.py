"""The part of an article that shows why it was found, with the words that were asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.search.marks import WORD, tone_places
from pipelines.search.wanted import Wanted, folded_word

WORDS = 45  # of an excerpt
BEFORE = 10  # words before the first hit
SPACE = re.compile(r"\s+")
# Beside the title, which is always shown: the first field that holds all words, else the most.
FIELDS = ("lead", "body", "captions", "attachments", "author", "source", "section")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether it was asked for."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a field, in pieces, the gaps as `…`."""

    field: str
    pieces: tuple[Piece, ...]


def excerpt(wanted: Wanted, texts: Mapping[str, str | None]) -> Excerpt | None:
    """The part of the texts (by field) that shows most of what is wanted; where nothing is, their
    beginning. None without any text.
    """
    best, most = None, 0.0
    for place, name in enumerate(FIELDS):
        text = texts.get(name)
        if not text:
            continue
        words, hits = _hits(wanted, name, text)
        count = len({folded_word(words[hit][0].lower()) for hit in hits}) - place / 100
        if best is None or count > most:
            best, most = (name, text, words, hits), count
    if best is None:
        return None
    name, text, words, hits = best
    return Excerpt(name, _cut(text, words, hits))


def marked(wanted: Wanted, name: str, text: str) -> tuple[Piece, ...]:
    """A whole text in pieces."""
    words, hits = _hits(wanted, name, text)
    return _pieces(text, [words[hit] for hit in hits])


def _hits(wanted: Wanted, name: str, text: str) -> tuple[list[re.Match[str]], list[int]]:
    """The words of a text, and the places of those that were asked for. Where some stand as typed,
    the others are not meant; nor, where some stand together, those that stand alone.
    """
    asked, typed = _asked(wanted, name)
    words = list(WORD.finditer(text))
    lowered = [word[0].lower() for word in words]
    hits = [place for place, word in enumerate(map(folded_word, lowered)) if word in asked]
    if wanted.has_marks:
        hits = [place for place in hits if lowered[place] in typed] or hits
    places = set(hits)
    together = [place for place in hits if place - 1 in places or place + 1 in places]
    return words, together or hits


def _asked(wanted: Wanted, name: str) -> tuple[set[str], set[str]]:
    """The words asked for in a field, folded, and as typed with the tone on either vowel."""
    found = [words for part in wanted.parts for words in part if words.column in (None, name)]
    return (
        {word for words in found for word in words.folded},
        {place for words in found for word in words.typed for place in tone_places(word)},
    )


def _cut(text: str, words: list[re.Match[str]], hits: list[int]) -> tuple[Piece, ...]:
    first = _densest(hits)
    start = max(0, min(first - BEFORE, len(words) - WORDS))
    end = min(len(words), start + WORDS)
    if not words:
        return (Piece(text[:300]),)
    begin = words[start].start() if start else 0
    stop = words[end - 1].end() if end < len(words) else len(text)
    pieces = _pieces(text, [words[hit] for hit in hits if start <= hit < end], begin, stop)
    before, after = ("…" if start else ""), ("…" if end < len(words) else "")
    last = len(pieces) - 1
    return tuple(
        Piece(
            f"{'' if place else before}{piece.text}{after if place == last else ''}", piece.is_hit
        )
        for place, piece in enumerate(pieces)
    )


def _densest(places: list[int]) -> int:
    """Where the stretch of WORDS - BEFORE words with the most hits begins."""
    best, most, first = 0, 0, 0
    for last, place in enumerate(places):
        while place - places[first] >= WORDS - BEFORE:
            first += 1
        if last - first + 1 > most:
            best, most = places[first], last - first + 1
    return best


def _pieces(
    text: str, hits: list[re.Match[str]], begin: int = 0, stop: int | None = None
) -> tuple[Piece, ...]:
    """A text cut at its hits; hits with nothing but a space between them are one."""
    stop = len(text) if stop is None else stop
    pieces: list[Piece] = []
    place = begin
    for hit in hits:
        between = SPACE.sub(" ", text[place : hit.start()])
        if pieces and pieces[-1].is_hit and between == " ":
            pieces[-1] = Piece(f"{pieces[-1].text} {hit[0]}", is_hit=True)
        else:
            if between:
                pieces.append(Piece(between))
            pieces.append(Piece(hit[0], is_hit=True))
        place = hit.end()
    if rest := SPACE.sub(" ", text[place:stop]):
        pieces.append(Piece(rest))
    return tuple(pieces)

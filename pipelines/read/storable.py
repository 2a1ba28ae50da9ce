"""The last gate of reading: makes every text storable and cuts long ones.

A cut article gets a note `reading-cut`.
"""

import re
import unicodedata
from dataclasses import fields, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from pipelines.outcomes import IssueKind
from pipelines.read.html.markup import plain_markup
from pipelines.read.reading import Note, Reading
from pipelines.read.text.clean_text import clean_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LINE_CAP = 1_000  # characters of a title, a caption, a name, a note: of any text not named here
CAPS = {"lead": 20_000, "body": 2_000_000}
ROWS_CAP = 1_000  # images or attachments of one article
# Texts that others limit: addresses, markup, words of our own vocabulary and of standards.
UNCUT = frozenset(
    ("url", "body_html", "kind", "doubt", "language", "extractor", "precision", "evidence")
)

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
T = TypeVar("T", bound="DataclassInstance")


def storable(text: str, most: int = LINE_CAP) -> str:
    """Text that SQLite returns exactly as stored, cut at `most` characters.

    It is in NFC, without NUL and lone surrogates.
    """
    text = text[:most]
    if text.isascii() and "\0" not in text:
        return text
    fits = unicodedata.is_normalized("NFC", text) and not _UNSTORABLE.search(text)
    return text if fits else clean_text(text)


def fit_to_store(reading: Reading) -> Reading:
    """The reading with every text storable and within its cap.

    A note `reading-cut` names the cut fields of the article.
    """
    cut: list[str] = []
    article = None if reading.article is None else _fit(reading.article, cut)
    notes = list(reading.notes)
    if article is not None and any(one.startswith("body ") for one in cut):
        article = replace(article, body_html=plain_markup(article.body))
    if article is not None and cut:
        why = f"{article.url}: longer than a record holds, and cut: {', '.join(cut)}"
        notes.append(Note(IssueKind.READING_CUT, why))
    return replace(
        reading,
        article=article,
        links=tuple(_fit(link, []) for link in reading.links),
        notes=tuple(replace(note, detail=storable(note.detail)) for note in notes),
        detail=None if reading.detail is None else storable(reading.detail),
    )


def _fit(row: T, cut: list[str]) -> T:
    """The row with its texts and rows cut to size, and those of the rows inside it."""
    fitted: dict[str, object] = {}
    for name in _cut_fields(type(row)):
        value = getattr(row, name)
        if value is None or isinstance(value, int | date):
            continue
        if isinstance(value, str):
            cap = CAPS.get(name, LINE_CAP)
            if len(value) > cap:
                cut.append(f"{name} of {len(value)} characters")
            new: object = storable(value, cap)
        elif isinstance(value, tuple):
            if len(value) > ROWS_CAP:
                cut.append(f"{len(value)} {name}")
            new = tuple(_fit(one, cut) for one in value[:ROWS_CAP])
        else:
            new = _fit(value, cut)
        if new is not value:
            fitted[name] = new
    return replace(row, **fitted) if fitted else row


@cache
def _cut_fields(kind: type) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in UNCUT]

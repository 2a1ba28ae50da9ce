"""The last gate of reading: makes every text storable and cuts long ones.

Caps come from the fields' own types (see reading.py). A cut article gets a note `reading-cut`.
"""

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar, get_args, get_origin, get_type_hints

from pipelines.outcomes import IssueKind
from pipelines.read.html.markup import plain_markup
from pipelines.read.reading import Cap, Note, Reading
from pipelines.read.text.clean_text import clean_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LINE_CAP = 1_000  # characters of a title, a caption, a name, a note
ROWS_CAP = 1_000  # images or attachments of one article

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
    for name, cap in caps_of(type(row)).items():
        value = getattr(row, name)
        if value is None:
            continue
        if isinstance(value, str):
            if len(value) > cap:
                cut.append(f"{name} of {len(value)} characters")
            new: object = storable(value, cap)
        elif isinstance(value, tuple):
            if len(value) > cap:
                cut.append(f"{len(value)} {name}")
            new = tuple(_fit(one, cut) for one in value[:cap])
        else:
            new = _fit(value, cut)
        if new is not value:
            fitted[name] = new
    return replace(row, **fitted) if fitted else row


@cache
def caps_of(kind: type) -> dict[str, int]:
    """The fields of a dataclass that have a limit, with the most characters or rows of each.

    Raises TypeError for a field without a limit in its type.
    """
    hints = get_type_hints(kind, include_extras=True)
    found = {field.name: _cap(kind, field.name, hints[field.name]) for field in fields(kind)}
    return {name: cap for name, cap in found.items() if cap is not None}


def _cap(kind: type, name: str, hint: object) -> int | None:
    if NoneType in get_args(hint):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is Annotated:
        return next(one.characters for one in get_args(hint) if isinstance(one, Cap))
    if get_origin(hint) is tuple:
        return ROWS_CAP
    if isinstance(hint, type) and is_dataclass(hint):
        return 0  # it holds fields that have caps of their own
    if get_origin(hint) is Literal or hint in (int, date, datetime):
        return None
    raise TypeError(f"{kind.__name__}.{name}: no cap: give it the type Line, Url or Code")

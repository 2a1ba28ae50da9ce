"""The last gate of a reading: what leaves a worker can be stored as it is, and no field is longer than a record may hold. What is cut is told."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from pipelines.outcomes import IssueKind
from pipelines.read.reading import Article, Link, Note, Reading
from pipelines.read.text.clean_text import clean_text

BODY_MOST = 2_000_000  # characters
LEAD_MOST = 20_000
LINE_MOST = 1_000  # of a title, a caption, a name, a note
ROWS_MOST = 1_000  # images or attachments of one article

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
T = TypeVar("T")


def storable(text: str, most: int = LINE_MOST) -> str:
    """A text that SQLite holds and gives back unchanged: NFC, without NUL and halves of surrogate pairs, at most `most` characters."""
    if len(text) > most:
        text = text[:most]
    if text.isascii() and "\0" not in text:
        return text
    return (
        clean_text(text)
        if _UNSTORABLE.search(text) or not unicodedata.is_normalized("NFC", text)
        else text
    )


def fit_to_store(reading: Reading) -> Reading:
    """The reading with every text storable and within its cap; what was longer is named in a note `reading-cut`."""
    cut: list[str] = []
    article = _article(reading.article, cut) if reading.article is not None else None
    links = tuple(
        link
        if link.title is None and link.section is None and link.published is None
        else _link(link)
        for link in reading.links
    )
    notes = list(reading.notes)
    if cut:
        notes.append(
            Note(
                IssueKind.READING_CUT,
                f"{reading.article.url if reading.article else ''}: longer than a record holds, and cut: {', '.join(cut)}",
            )
        )
    notes = [replace(note, detail=storable(note.detail)) for note in notes]
    detail = None if reading.detail is None else storable(reading.detail)
    return replace(reading, article=article, links=links, notes=tuple(notes), detail=detail)


def _article(article: Article, cut: list[str]) -> Article:
    def fit(name: str, text: str, most: int) -> str:
        if len(text) > most:
            cut.append(f"{name} of {len(text)} characters")
        return storable(text, most)

    def line(name: str, text: str | None) -> str | None:
        return None if text is None else fit(name, text, LINE_MOST)

    def few(name: str, rows: Sequence[T]) -> Sequence[T]:
        if len(rows) > ROWS_MOST:
            cut.append(f"{len(rows)} {name}")
        return rows[:ROWS_MOST]

    return replace(
        article,
        title=fit("title", article.title, LINE_MOST),
        lead=None if article.lead is None else fit("lead", article.lead, LEAD_MOST),
        body=fit("body", article.body, BODY_MOST),
        author=line("author", article.author),
        source=line("source", article.source),
        section=line("section", article.section),
        published=None
        if article.published is None
        else replace(article.published, raw=storable(article.published.raw)),
        images=tuple(
            replace(image, caption=line("caption", image.caption))
            for image in few("images", article.images)
        ),
        attachments=tuple(
            replace(file, name=line("name", file.name))
            for file in few("attachments", article.attachments)
        ),
    )


def _link(link: Link) -> Link:
    published = (
        None
        if link.published is None
        else replace(link.published, raw=storable(link.published.raw))
    )
    title = None if link.title is None else storable(link.title)
    return replace(
        link,
        title=title,
        section=None if link.section is None else storable(link.section),
        published=published,
    )

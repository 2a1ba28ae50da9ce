"""What a reading means for an article: pure comparison, no database, no clock."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from pipelines.keep.records.article_columns import text_columns, text_fingerprint
from pipelines.read.reading import Article

Verdict = Literal["new", "changed", "unchanged", "older"]


@dataclass(frozen=True, slots=True)
class Held:
    """The archive's record of an article: the fingerprints of its current text and of all its
    revisions, and when it was last seen.
    """

    fingerprint: str
    all_fingerprints: frozenset[str]
    last_seen_at: datetime


@lru_cache(maxsize=16)  # one answer asks for it up to four times
def article_fingerprint(article: Article) -> str:
    """The fingerprint of what counts as the article's text (TEXT_FIELDS)."""
    return text_fingerprint(text_columns(article))


def decide(held: Held | None, article: Article, seen_at: datetime) -> Verdict:
    """How a reading changes the record.

    `older`: a text from before the held one, from an import of an old capture. It becomes history
    if it differs from every revision, and never becomes the current text.
    """
    if held is None:
        return "new"
    seen = article_fingerprint(article)
    if seen_at < held.last_seen_at and seen != held.fingerprint:
        return "unchanged" if seen in held.all_fingerprints else "older"
    return "unchanged" if seen == held.fingerprint else "changed"


def date_follows_visits(before: date, now: date, text_seen_on: date) -> bool:
    """Whether a page prints the day of the visit instead of the publication.

    `before` and `now` are two printed dates of one unchanged text, first seen on `text_seen_on`.
    Nothing is published after it was seen. A move to an earlier day, or to a day before the text
    was seen, is a correction and no proof.
    """
    return before != now and max(before, now) > text_seen_on

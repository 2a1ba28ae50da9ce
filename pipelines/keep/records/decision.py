"""What a reading means for an article that is held, or is not: pure comparison, no database, no clock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipelines.keep.records.article_columns import text_columns, text_fingerprint
from pipelines.read.reading import Article

Verdict = Literal["new", "changed", "unchanged", "older"]


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds of an article: the fingerprint of its current text, those of all its revisions, and when it was last seen."""

    fingerprint: str
    all_fingerprints: frozenset[str]
    last_seen_at: datetime


def article_fingerprint(article: Article) -> str:
    """The fingerprint of what counts as the article's text (TEXT_FIELDS)."""
    return text_fingerprint(text_columns(article))


def decide(held: Held | None, article: Article, seen_at: datetime) -> Verdict:
    """`older`: a text seen before the one that is held (an import of an old capture): history where it differs from every revision, never current."""
    if held is None:
        return "new"
    seen = article_fingerprint(article)
    if seen_at < held.last_seen_at and seen != held.fingerprint:
        return "unchanged" if seen in held.all_fingerprints else "older"
    return "unchanged" if seen == held.fingerprint else "changed"


def date_follows_visits(before: date, now: date, text_seen_on: date) -> bool:
    """Whether two different days, printed as the date of one unchanged text that was first seen on the third, show that the page prints no publication.

    Nothing is published after it was seen. A day that moves to an earlier one, or to one before the text was seen, is a correction and no proof.
    """
    return before != now and max(before, now) > text_seen_on

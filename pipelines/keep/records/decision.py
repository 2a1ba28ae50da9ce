"""What a reading means for an article: pure comparison, no database, no clock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipelines.keep.records.article_columns import text_columns, text_fingerprint
from pipelines.read.reading import Article

Verdict = Literal["new", "changed", "unchanged", "older"]


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds of an article: the fingerprints of its current text and of all its
    revisions, and when it was last seen.
    """

    fingerprint: str
    all_fingerprints: frozenset[str]
    last_seen_at: datetime


def article_fingerprint(article: Article) -> str:
    """The fingerprint of what counts as the article's text (TEXT_FIELDS)."""
    return text_fingerprint(text_columns(article))


def decide(held: Held | None, article: Article, seen_at: datetime) -> Verdict:
    """What a reading makes of the record.

    `older`: a text from before the one that is held, brought by an import of an old capture. It is
    history if it differs from every revision, and never current.
    """
    if held is None:
        return "new"
    seen = article_fingerprint(article)
    if seen_at < held.last_seen_at and seen != held.fingerprint:
        return "unchanged" if seen in held.all_fingerprints else "older"
    return "unchanged" if seen == held.fingerprint else "changed"


def date_follows_visits(before: date, now: date, text_seen_on: date) -> bool:
    """Whether a page prints the day of the visit and not that of publication.

    `before` and `now` are days printed as the date of one unchanged text that was first seen on
    `text_seen_on`. Nothing is published after it was seen. A day that moves to an earlier one, or
    to one before the text was seen, is a correction and no proof.
    """
    return before != now and max(before, now) > text_seen_on

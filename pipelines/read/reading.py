"""What reading gives: plain, frozen, picklable data. docs/design.md explains the words.

What crosses between the processes (these, captures, tasks, sites) has no slots: pickle asks a class with slots for its fields one by one, in Python.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pipelines.outcomes import IssueKind, Refusal

Precision = Literal["minute", "day", "month"]
Evidence = Literal["selector", "label", "meta", "feed", "listing", "url", "sitemap", "guess"]
LinkKind = Literal["listing", "feed", "sitemap", "article", "attachment", "robots", "subresource"]
ReadingKind = Literal["article", "listing", "feed", "sitemap", "attachment", "refused"]


@dataclass(frozen=True)
class Dated:
    """A date with its evidence.

    `on` is the calendar day in the portal's zone (the first of the month where only the month is known, see `precision`); `at` the UTC instant, set only
    when the time of day is known; `raw` the text it was read from, as printed.
    """

    on: date
    at: datetime | None
    precision: Precision
    evidence: Evidence
    raw: str


@dataclass(frozen=True)
class Link:
    """An address that a listing, feed or sitemap names, absolute and canonical, with what it says of it. `edited_at`: an aware UTC instant (lastmod)."""

    url: str
    kind: LinkKind
    title: str | None = None
    published: Dated | None = None
    section: str | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True)
class Image:
    """A picture of an article, by reference, and what stands under it."""

    url: str
    caption: str | None
    position: int  # from 1, in the order of the page


@dataclass(frozen=True)
class AttachmentLink:
    """A file that an article points to; `name` is the link's own text."""

    url: str
    name: str | None


@dataclass(frozen=True)
class Note:
    """Something not understood, which becomes an Issue. `detail` is one line for a person."""

    kind: IssueKind
    detail: str


@dataclass(frozen=True)
class Explanation:
    """How one field was found: which rule took it, from what raw text."""

    field: str
    value: str
    rule: str
    raw: str


@dataclass(frozen=True)
class Article:
    """An article as one page shows it. Texts are NFC; `body` has a blank line between paragraphs; `url` is the canonical address."""

    url: str
    title: str
    lead: str | None
    body: str
    author: str | None
    source: str | None
    section: str | None
    language: str | None
    published: Dated | None
    updated: Dated | None
    event_on: date | None
    images: tuple[Image, ...]
    attachments: tuple[AttachmentLink, ...]
    extractor: str


@dataclass(frozen=True)
class Document:
    """An attachment's file: type sniffed from its bytes, and its text where it has one. `text` is None where none could be taken (`Reading.notes` says why)."""

    media_type: str
    text: str | None


@dataclass(frozen=True)
class Reading:
    """The one typed outcome of reading a capture.

    kind `refused`: `refusal` says why, `detail` in one line for a person. `links` may come with any kind.
    `by_evidence`: where the rules of the page's family found no article, its own evidence did. `next_page` is the next page of a listing, `names` all articles
    that a listing, feed or sitemap names (see names.py). `complete` is False for a listing that may leave out older articles (a feed, a sitemap cut at a round
    number). `cookie`: the Cookie header that answers a challenge, where the page says it in plain text; for this visit, and never kept.
    """

    kind: ReadingKind
    platform: str | None = None
    article: Article | None = None
    document: Document | None = None
    links: tuple[Link, ...] = ()
    names: bytes = b""
    next_page: str | None = None
    complete: bool = False
    refusal: Refusal | None = None
    detail: str | None = None
    notes: tuple[Note, ...] = ()
    explanations: tuple[Explanation, ...] = field(default=(), compare=False)
    by_evidence: bool = False
    cookie: str | None = None

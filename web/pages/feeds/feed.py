"""A feed as plain values, which `atom` and `json_feed` write down."""

from dataclasses import dataclass
from datetime import datetime

from pipelines.keep.announcements.announcement import Announcement


@dataclass(frozen=True, slots=True)
class File:
    """A file of an article, at the portal."""

    url: str
    name: str | None
    media_type: str | None
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. `url`: the page of ours that shows it; `proof`: that of the capture that proves it;
    `label`: what happened, in words; `content`: HTML, None where it is too long for a feed;
    `summary`: plain text. `author`: who is named, else the portal.
    """

    told: Announcement
    url: str
    proof: str | None
    label: str
    author: str
    rights: str
    summary: str
    content: str | None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a feed. `id`: its name wherever it is served; `home`: the page of ours that shows
    the same; `self`, `first`, `next`: addresses of pages of the feed; `other`: this page in the
    other form; `updated`: when the archive last learned something that it may tell.
    """

    id: str
    title: str
    about: str
    rights: str
    language: str
    home: str
    icon: str
    self: str
    other: str
    first: str
    next: str | None
    updated: datetime
    entries: tuple[Entry, ...]

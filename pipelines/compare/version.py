"""What one version of an article shows: what is compared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an article, by reference, with its caption."""

    url: str
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file that an article points to. `sha256`: of its bytes, None while they are not held."""

    url: str
    name: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article. None is unknown or none.

    `markup`: the body with its structure (`body_html`), which shows the places of pictures.
    `published_on`: the day that was printed, as YYYY-MM-DD. `pictures` and `files` are None where
    they were not kept, as in the revisions of old archives.
    """

    title: str
    body: str
    lead: str | None = None
    markup: str | None = None
    author: str | None = None
    source: str | None = None
    published_on: str | None = None
    section: str | None = None
    pictures: tuple[Picture, ...] | None = None
    files: tuple[File, ...] | None = None

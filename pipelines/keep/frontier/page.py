"""A page of the frontier: one address of a site, and its state."""

from datetime import date
from sqlite3 import Connection
from typing import Literal, NamedTuple, cast

from pipelines.keep.database.timestamps import parse_utc
from pipelines.read.reading import Dated, Evidence, Link, LinkKind

PICTURE = 65  # the priority that tells a picture from other attachments
PageState = Literal["waiting", "held", "failing", "gone", "refused", "resting"]


class Page(NamedTuple):
    """A row of `pages`; columns ending in `_at` and `_on` are stored texts.

    `depth`: links from the site's own addresses to here; `identity`: what all addresses of one
    article share; `claimed_url`: the address that its page names in place of this one; `revision`:
    the text that it showed last; `title`: the title that a listing, feed or sitemap gave it
    (`named_by`, at `named_at`), else the one of the page that named it first; `read_title`: the
    title with which its captures were read; `doubt`: why the address may lead nowhere; `part_of`:
    the page of the article's first part, if this is a later one, and `part`: its number. A tuple,
    because a sitemap may name fifty thousand of them.
    """

    id: int
    site: str
    url: str
    kind: LinkKind
    state: PageState
    reason: str | None
    identity: str | None
    depth: int
    priority: int
    found_on: int | None
    published_on: str | None
    published_at: str | None
    published_evidence: str | None
    published_raw: str | None
    last_fetched_at: str | None
    failures: int
    etag: str | None
    last_modified: str | None
    unmodified: int
    edited_at: str | None
    edits_in_vain: int
    doubt: str | None
    article: int | None
    claimed_url: str | None
    revision: int | None
    part_of: int | None
    part: int | None
    title: str | None
    named_by: str | None
    named_at: str | None
    read_title: str | None

    @property
    def is_picture(self) -> bool:
        """Whether articles show it, and none links to it as a file."""
        return is_picture(self.kind, self.priority)

    @property
    def link_kind(self) -> LinkKind:
        """What is expected at the address."""
        return "image" if self.is_picture else self.kind

    @property
    def given_title(self) -> str | None:
        """The title that a listing, feed or sitemap gave it."""
        return None if self.named_by is None else self.title

    @property
    def given_date(self) -> Dated | None:
        """The date with which a listing, feed or sitemap named it."""
        columns = (self.published_on, self.published_at, self.published_evidence)
        return given_date(*columns, self.published_raw)


# The same as a condition on pages.
IS_PICTURE = f"(pages.kind = 'attachment' and pages.priority = {PICTURE})"


def is_picture(kind: str, priority: int) -> bool:
    """Whether a page with this kind and priority is a picture."""
    return kind == "attachment" and priority == PICTURE


def kept_kind(link: Link) -> LinkKind:
    """The kind of a link's page in `pages`."""
    return "attachment" if link.kind == "image" else link.kind


COLUMNS = ", ".join(f"pages.{name}" for name in Page._fields)


def page_at(db: Connection, site: str, url: str) -> Page | None:
    """The page of an address, or None if it is unknown."""
    row = db.execute(
        f"select {COLUMNS} from pages where site = ? and url = ?", (site, url)
    ).fetchone()
    return None if row is None else Page._make(row)


def given_date(
    on: str | None, at: str | None, evidence: str | None, raw: str | None
) -> Dated | None:
    """The date in the columns with which a listing, feed or sitemap named a page."""
    if on is None or evidence is None:
        return None
    time = parse_utc(at) if at else None
    how = cast(Evidence, evidence)
    return Dated(date.fromisoformat(on), time, "minute" if time else "day", how, raw or "")

"""A page of the frontier: one address of a site, and its state."""

from sqlite3 import Connection
from typing import Literal, NamedTuple

from pipelines.read.reading import LinkKind

PageState = Literal["waiting", "held", "failing", "gone", "refused", "resting"]


class Page(NamedTuple):
    """A row of `pages`; columns ending in `_at` and `_on` are stored texts.

    `depth`: links from the site's own addresses to here; `identity`: what all addresses of one
    article share; `claimed_url`: the address that its page names in place of this one; `revision`:
    the text that it showed last; `doubt`: why the address may lead nowhere; `part_of`: the page of
    the article's first part, if this is a later one, and `part`: its number. A tuple, because a
    sitemap may name fifty thousand of them.
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


COLUMNS = ", ".join(f"pages.{name}" for name in Page._fields)


def page_at(db: Connection, site: str, url: str) -> Page | None:
    """The page of an address, or None if it is unknown."""
    row = db.execute(
        f"select {COLUMNS} from pages where site = ? and url = ?", (site, url)
    ).fetchone()
    return None if row is None else Page._make(row)

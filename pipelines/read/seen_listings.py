"""The listings among a portal's pages: what each names of its own, and what a menu calls it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.capture import Capture
from pipelines.read.addresses.second_lists import is_second_list
from pipelines.read.content import content_of
from pipelines.read.listing.xml_document import xml_document
from pipelines.read.reader import read
from pipelines.read.reading import LinkKind, Reading
from pipelines.read.task import Task
from portals.site import Site

# Listings besides the front page: with fewer, articles on all of them may be the only section.
ENOUGH_TO_COMPARE = 3
LEAST_OWN = 2  # articles that make a page a section; one alone may be a page about the portal


@dataclass(frozen=True, slots=True)
class Sample:
    """Captures of a portal's pages and the kind requested; the front page first, unless
    `front` is False.
    """

    site: Site
    captures: tuple[tuple[Capture, LinkKind], ...]
    front: bool = True


@dataclass(frozen=True, slots=True)
class SeenListing:
    """A page, feed or sitemap that names articles.

    `articles`: how many it names that most other sections or earlier feeds do not name. On a page
    these are its entries, and bare links that led to an article: a menu may link anything.
    """

    url: str
    kind: Literal["html", "rss", "atom", "json", "sitemap"]
    articles: int
    next_page: str | None


Seen = tuple[Capture, LinkKind, Reading]


def seen_listings(readings: Sequence[Seen], site: Site) -> Iterator[SeenListing]:
    """Each listing with the number of its own articles.

    A page that was requested as a listing but reads as an article is no listing. A page that was
    requested as an article because of its address, but is none, may be a listing.
    """
    were_read = {one.url for one, _, reading in readings if reading.kind == "article"}
    others = {one.url for one, _, _ in readings} - were_read
    front = readings[0][0]
    lists = [one for seen in readings for one in _as_listing(seen, site, is_front=seen[0] is front)]
    named = {
        capture.url: {
            link.url
            for link in reading.links
            if link.kind == "article"
            and link.doubt is None
            and link.url not in others
            and (link.title is not None or kind != "listing" or link.url in were_read)
        }
        for capture, kind, reading in lists
    }
    sections = {
        frozenset(named[capture.url])
        for capture, kind, _ in lists
        if kind == "listing" and capture is not front and not is_second_list(capture.url)
    }
    counts = Counter(url for section in sections for url in section)
    everywhere: set[str] = set()
    if len(sections) >= ENOUGH_TO_COMPARE:
        everywhere = {url for url, count in counts.items() if 2 * count > len(sections)}
    by_feeds: set[str] = set()
    asked_as = {capture.url: kind for capture, kind, _ in readings}
    for capture, kind, reading in lists:
        own = named[capture.url]
        if kind == "feed":
            own, by_feeds = own - by_feeds, by_feeds | own
        elif kind == "listing" and capture is not front:
            own = own - everywhere
        if asked_as[capture.url] == kind or len(own) >= LEAST_OWN:
            shape = _listing_kind(Task(capture, site, kind))
            yield SeenListing(capture.url, shape, len(own), reading.next_page)


def _as_listing(seen: Seen, site: Site, *, is_front: bool) -> Iterator[Seen]:
    capture, kind, reading = seen
    if kind in ("feed", "sitemap"):
        if reading.kind == kind:
            yield seen
    elif kind == "listing" and reading.kind == "listing":
        if is_front or read(Task(capture, site, "article")).kind != "article":
            yield seen
    elif kind == "article" and reading.kind != "article":
        reading = read(Task(capture, site, "listing"))
        if reading.kind == "listing":
            yield capture, "listing", reading


def _listing_kind(task: Task) -> Literal["html", "rss", "atom", "json", "sitemap"]:
    if task.expected == "listing":
        return "html"
    if task.expected == "sitemap":
        return "sitemap"
    document = xml_document(content_of(task).body)
    if document is None:
        return "json"
    return "atom" if document.root == "feed" else "rss"

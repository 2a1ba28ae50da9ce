"""One sample portal: its stories, its answers to paths, and the faults that a test sets. It opens
no socket.
"""

import hashlib
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from portals.sample.content import Block, Category, PortalContent, Story, blocks_of, slug_of
from portals.sample.documents import docx, pdf
from portals.sample.markup import body_html
from portals.sample.pictures import landscape

HANOI = timezone(timedelta(hours=7))
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. `headers` are added to Date and Content-Length."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """How a path misbehaves. None or zero leaves the portal's own behaviour.

    `headers` replace or add; a header of None is left out. `seconds_per_byte` drips the body.
    `cut_after` closes the connection after so many bytes of it.
    `times` says for how many requests; None means always.
    """

    status: int | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes | None = None
    seconds_per_byte: float = 0.0
    cut_after: int | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request that came in.

    `at` is time.monotonic() seconds. `path` has the query. Header names are lower case.
    """

    at: float
    method: str
    path: str
    headers: Mapping[str, str]
    status: int


@cache
def environment() -> Environment:
    """The templates. Nothing is escaped automatically: each CMS escapes in its own way."""
    return Environment(
        loader=PackageLoader("portals.sample"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


@cache
def documents() -> Mapping[str, tuple[str, ...]]:
    """The lines of each attachment by its file name."""
    file = files("portals.sample") / "content" / "documents.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: tuple(lines) for name, lines in rows.items()}


def document(name: str) -> bytes:
    """The bytes of an attachment."""
    lines = documents()[name]
    return pdf(lines) if name.endswith(".pdf") else docx(lines)


class Portal:
    """A portal in the manner of one CMS; the subclasses know its addresses and its pages.

    `clock` gives seconds since the epoch. `url` is set when the server knows its port. All methods
    may be called while the portal is being served.
    """

    platform = ""

    def __init__(self, content: PortalContent, clock: Callable[[], float]) -> None:
        self.content = content
        self.clock = clock
        self.url = ""
        self.requests: list[Request] = []
        self._stories = {story.slug: story for story in content.stories}
        self._faults: dict[str, Fault] = {}
        self._hits = 0
        self._lock = threading.RLock()

    @property
    def stories(self) -> tuple[Story, ...]:
        """The current stories, newest first."""
        with self._lock:
            stories = self._stories.values()
            return tuple(sorted(stories, key=lambda one: (one.published, one.id), reverse=True))

    def find(self, key: int | str) -> Story:
        """The story with this id or slug. Raises KeyError."""
        for story in self.stories:
            if key in (story.id, story.slug):
                return story
        raise KeyError(key)

    def edit(self, key: int | str, **changes: Any) -> Story:
        """Change fields of a story; its address stays. `paragraphs` is a whole new text."""
        with self._lock:
            if "paragraphs" in changes:
                texts = changes.pop("paragraphs")
                changes["blocks"] = tuple(Block("paragraph", text) for text in texts)
            story = replace(self.find(key), **changes)
            self._stories[story.slug] = story
            return story

    def remove(self, key: int | str) -> None:
        """Remove a story: its address answers 404, and no listing, feed or sitemap names it."""
        with self._lock:
            del self._stories[self.find(key).slug]

    def publish(self, story: Story) -> None:
        """Publish a story that is written already."""
        with self._lock:
            self._stories[story.slug] = story

    def add(
        self,
        title: str,
        *,
        published: datetime,
        text: str,
        category: str | None = None,
        **fields: Any,
    ) -> Story:
        """Publish a story and return it. `text` is in the notation of the content files."""
        with self._lock:
            number = max((story.id for story in self._stories.values()), default=0) + 1
            categories = (category or self.content.categories[0].slug,)
            story = Story(
                number, slug_of(title), title, categories, published, blocks_of(text), **fields
            )
            self._stories[story.slug] = story
            return story

    def answer(
        self,
        path: str,
        status: int = 200,
        headers: Mapping[str, str | None] | None = None,
        body: bytes = b"",
        times: int | None = None,
    ) -> None:
        """Replace the portal's answer at `path` (with its query; `*` is every path)."""
        self._set(path, Fault(status=status, headers=headers or {}, body=body, times=times))

    def drip(self, path: str, seconds_per_byte: float, times: int | None = None) -> None:
        """Sends the body at `path` byte by byte."""
        self._set(path, Fault(seconds_per_byte=seconds_per_byte, times=times))

    def cut(self, path: str, after_bytes: int, times: int | None = None) -> None:
        """Close the connection after so many bytes of a body, having announced its full length."""
        self._set(path, Fault(cut_after=after_bytes, times=times))

    def lie(
        self,
        path: str,
        headers: Mapping[str, str | None],
        body: bytes | None = None,
        times: int | None = None,
    ) -> None:
        """Send the right page, or `body`, under headers that do not fit it."""
        self._set(path, Fault(headers=headers, body=body, times=times))

    def heal(self, path: str | None = None) -> None:
        """Takes the fault of one path away, or all of them."""
        with self._lock:
            if path is None:
                self._faults.clear()
            else:
                self._faults.pop(path, None)

    def _set(self, path: str, fault: Fault) -> None:
        with self._lock:
            self._faults[path] = fault

    def fault_at(self, path: str) -> Fault | None:
        """The fault for the next request to `path`. Each request uses up one of its `times`."""
        with self._lock:
            key = path if path in self._faults else "*"
            fault = self._faults.get(key)
            if fault is None or fault.times is None:
                return fault
            if fault.times <= 1:
                del self._faults[key]
            else:
                self._faults[key] = replace(fault, times=fault.times - 1)
            return fault

    def respond(self, path: str, headers: Mapping[str, str]) -> Answer:
        """What the portal answers to a GET of `path` (with its query)."""
        with self._lock:
            self._hits += 1
        bare = path.partition("?")[0]
        name = bare.rpartition("/")[2]
        if bare.endswith(".png"):
            return Answer(body=landscape(name), media_type=MEDIA_TYPES["png"])
        if bare == "/style.css":
            style = files("portals.sample") / "templates" / f"{self.platform}.css"
            return Answer(body=style.read_bytes(), media_type="text/css")
        if bare in self.file_paths():
            return self.file_answer(name)
        return self.page(path, headers)

    def page(self, path: str, headers: Mapping[str, str]) -> Answer:
        """What the CMS answers to a path that is not a plain file."""
        raise NotImplementedError

    def address(self, story: Story) -> str:
        """The path of a story's own page."""
        raise NotImplementedError

    def upload(self, story: Story, name: str) -> str:
        """The path of a file that belongs to a story."""
        raise NotImplementedError

    def file_address(self, story: Story, number: int) -> str:
        """The path under which a story's page links to its attachment, counted from 0."""
        return self.upload(story, story.attachments[number])

    def file_paths(self) -> frozenset[str]:
        """The paths of attachments as plain files."""
        return frozenset(
            self.upload(story, name) for story in self.stories for name in story.attachments
        )

    def body(self, story: Story) -> str:
        """The HTML of a story's text."""
        return body_html(
            story.blocks, story.markup, lambda n: self.upload(story, f"anh-{story.id}-{n}.png")
        )

    def file_answer(self, name: str) -> Answer:
        """An attachment with the headers of a download."""
        media_type = MEDIA_TYPES[name.rpartition(".")[2]]
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Answer(200, document(name), media_type, disposition)

    def shown(self, text: str) -> str:
        """A text as the CMS shows it."""
        return text

    def listings(self) -> list[dict[str, str]]:
        """The rows `[[listing]]` of a site file, with absolute addresses."""
        raise NotImplementedError

    def sections(self, end: str = "") -> list[dict[str, str]]:
        """The rows of the categories; `end` stands behind each address."""
        return [
            {"kind": "html", "url": f"{self.url}{category.slug}{end}", "section": category.name}
            for category in self.content.categories
        ]

    def front_blocks(self) -> list[tuple[Category, tuple[Story, ...]]]:
        """Each category with its three newest stories, as the front page shows them."""
        return [(each, self.in_category(each.slug)[:3]) for each in self.content.categories]

    def has_category(self, slug: str) -> bool:
        """Whether a category has this slug."""
        return any(category.slug == slug for category in self.content.categories)

    def in_category(self, slug: str) -> tuple[Story, ...]:
        """The stories of a category, newest first."""
        return tuple(story for story in self.stories if slug in story.categories)

    def category_name(self, slug: str) -> str:
        """The name of a category by its slug."""
        return next(category.name for category in self.content.categories if category.slug == slug)

    def hits(self) -> int:
        """A counter that is different on every page fetched."""
        return 48_211 + self._hits

    def feed_date(self, story: Story) -> str:
        """The publication as RSS writes it."""
        return http_date(story.published.timestamp())

    def now(self) -> datetime:
        """The portal's clock, in its own zone."""
        return datetime.fromtimestamp(self.clock(), HANOI)

    def render(self, template: str, status: int = 200, **values: Any) -> Answer:
        """A page from a template of this platform; every template knows the portal."""
        page = environment().get_template(f"{self.platform}/{template}")
        text = page.render(portal=self, now=self.now(), **values)
        kind = "html" if template.endswith(".html") else "xml"
        return Answer(status, text.encode(), f"text/{kind}; charset=utf-8")

    def truth(self) -> list[dict[str, Any]]:
        """The truth about the pages, as a careful reader finds it: one row per story, newest first.

        Pointers to other hosts are left out. `published` is the instant that the editor set;
        `published_precision` says whether the page prints its time of day. `body_text` has a line
        per paragraph.
        """
        base = self.url.rstrip("/")
        return [
            {
                "url": base + self.address(story),
                "title": self.shown(story.title),
                "published": story.published.isoformat(),
                "published_precision": self.printed_precision(story),
                "modified": story.modified.isoformat() if story.modified else None,
                "author": story.author,
                "source": story.source,
                "section": self.category_name(story.categories[0]),
                "lead": self.shown(story.lead),
                "body_text": self.shown(story.body_text),
                "captions": [self.shown(caption) for caption in story.captions],
                "attachments": [
                    base + self.file_address(story, n) for n in range(len(story.attachments))
                ],
            }
            for story in self.stories
            if story.pointer is None
        ]

    def printed_precision(self, story: Story) -> str:
        """`minute` or `day`: how exactly the page prints the publication."""
        return "minute"


def paged(stories: tuple[Story, ...], length: int) -> list[tuple[Story, ...]]:
    """The pages of a listing; an empty one has one page."""
    starts = range(0, max(len(stories), 1), length)
    return [stories[start : start + length] for start in starts]


def http_date(seconds: float) -> str:
    """Seconds since the epoch as HTTP and RSS write them."""
    return formatdate(seconds, usegmt=True)


def digest(body: bytes) -> str:
    """A digest of these bytes: 32 hex digits."""
    return hashlib.sha256(body).hexdigest()[:32]

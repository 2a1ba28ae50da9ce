"""Reads the stories of the sample portals from TOML. A story does not define its page's look.

The text of a story is blocks with a blank line between them. A block's first sign says what it is:
`#` a heading, `* ` list items (one a line), `|` table rows (cells between bars), `!figure`,
`!centre`, `!row`, `!bare` an image and how its caption is set, `~` a credit line that is part of
the page but not of the text; anything else is a paragraph.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal

from portals.errors import LoaError

BlockKind = Literal["paragraph", "heading", "list", "table", "image", "credit"]
MARKUPS = ("plain", "word", "breaks", "spaces", "divs", "entities", "decomposed")
IMAGE_STYLES = ("figure", "centre", "row", "bare")


class SampleContentError(LoaError):
    """A content file of a sample portal has a mistake."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a story.

    `lines` holds list items or table rows (cells separated by tabs). `style` is how an image's
    caption is set.
    """

    kind: BlockKind
    text: str = ""
    lines: tuple[str, ...] = ()
    style: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One article of a portal, before a CMS turns it into a page.

    `id` is the CMS's number. `categories` are slugs, the main one first. `author` and `source` are
    those that a careful reader should find. `account` is the log-in name, if the CMS shows one.
    `markup` is the habit of the editor who typed the body. `printed` names the shape of the printed
    date, if a portal has several. `pointer`: the story only points to this address elsewhere.
    """

    id: int
    slug: str
    title: str
    categories: tuple[str, ...]
    published: datetime
    blocks: tuple[Block, ...]
    lead: str = ""
    modified: datetime | None = None
    author: str | None = None
    source: str | None = None
    account: str | None = None
    attachments: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    markup: str = "plain"
    printed: str = ""
    pointer: str | None = None

    @property
    def body_text(self) -> str:
        """The text without captions, lead and credits: a line per paragraph, list item or row."""
        kept: list[str] = []
        for block in self.blocks:
            if block.kind in ("paragraph", "heading"):
                kept.append(block.text)
            elif block.kind in ("list", "table"):
                kept.extend(line.replace("\t", " ") for line in block.lines)
        return "\n".join(kept)

    @property
    def captions(self) -> tuple[str, ...]:
        """The captions of the images, in order; an image without one is left out."""
        return tuple(block.text for block in self.blocks if block.kind == "image" and block.text)

    def credited(self, name: str | None) -> bool:
        """Whether a credit line inside the body already names this author or source."""
        return name is not None and any(
            name in block.text for block in self.blocks if block.kind == "credit"
        )


@dataclass(frozen=True, slots=True)
class Category:
    """A section of a portal: its part of the address and its name in the menu."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PortalContent:
    """The content of one sample portal: its names, its categories in menu order, its stories."""

    key: str
    name: str
    motto: str
    publisher: str
    address: str
    categories: tuple[Category, ...]
    stories: tuple[Story, ...]


def slug_of(title: str) -> str:
    """The title in lower-case ASCII with hyphens, đ written d, as most systems make addresses."""
    letters = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    bare = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a story's text, in the notation that the module's docstring gives."""
    parts = re.split(r"\n\s*\n", text.strip())
    return tuple(_block(part.strip()) for part in parts if part.strip())


def _block(part: str) -> Block:
    if part.startswith("# "):
        return Block("heading", part[2:])
    lines = part.splitlines()
    if part.startswith("* "):
        return Block("list", lines=tuple(line.removeprefix("* ").strip() for line in lines))
    if part.startswith("|"):
        rows = (line.strip().strip("|").split("|") for line in lines)
        return Block("table", lines=tuple("\t".join(map(str.strip, row)) for row in rows))
    if part.startswith("!"):
        style, _, caption = part[1:].partition(" ")
        if style not in IMAGE_STYLES:
            wrong = f"a sample story has an image of style {style!r}"
            raise SampleContentError(f"{wrong}; write one of {', '.join(IMAGE_STYLES)}")
        return Block("image", caption.strip(), style=style)
    if part.startswith("~"):
        return Block("credit", part[1:].strip())
    return Block("paragraph", " ".join(part.split("\n")))


def load_portals(keys: Iterable[str]) -> dict[str, PortalContent]:
    """The content of the named portals.

    A story with `from = "other:id"` republishes another, with the changes it names.
    """
    raw = _raw(keys)
    written = _written(raw)
    return {key: _portal(key, portal, written) for key, portal in raw.items()}


def read_stories(keys: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The stories of the named portals as they are written, each by its name `portal:id`."""
    return _written(_raw(keys))


def _raw(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    folder = files("portals.sample") / "content"
    return {
        key: tomllib.loads((folder / f"{key}.toml").read_text(encoding="utf-8")) for key in keys
    }


def _written(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {f"{key}:{row['id']}": row for key, portal in raw.items() for row in portal["story"]}


def _portal(
    key: str, portal: Mapping[str, Any], written: Mapping[str, Mapping[str, Any]]
) -> PortalContent:
    categories = tuple(Category(**row) for row in portal["category"])
    known = {category.slug for category in categories}
    stories = tuple(
        story_of(row, written, f"{key}.toml: story {row['id']}") for row in portal["story"]
    )
    for story in stories:
        if unknown := set(story.categories) - known:
            wrong = f"story {story.id} names the unknown category {', '.join(unknown)}"
            raise SampleContentError(f"{key}.toml: {wrong}; add it or mend the name")
    ids, slugs = {story.id for story in stories}, {story.slug for story in stories}
    if min(len(ids), len(slugs)) < len(stories):
        wrong = "two stories have the same id or slug; give one of them another"
        raise SampleContentError(f"{key}.toml: {wrong}")
    texts = {name: portal[name] for name in ("name", "motto", "publisher", "address")}
    return PortalContent(key, categories=categories, stories=stories, **texts)


def story_of(row: Mapping[str, Any], written: Mapping[str, Mapping[str, Any]], at: str) -> Story:
    """The story in a row. `written`: the rows that it may republish; `at`: where the row stands.

    Raises SampleContentError.
    """
    fields = dict(row)
    if (original := written.get(fields.pop("from", None))) is not None:
        shared = ("title", "lead", "text", "source", "author")
        fields = {name: original[name] for name in shared if name in original} | fields
    text = str(fields.pop("text", ""))
    for old, new in fields.pop("replace", ()):
        if old not in text:
            wrong = f"replaces {old!r}, which its original does not say"
            raise SampleContentError(f"{at} {wrong}; mend the words")
        text = text.replace(old, new)
    for name in ("categories", "attachments", "tags"):
        fields[name] = tuple(fields.get(name, ()))
    if fields.setdefault("markup", "plain") not in MARKUPS:
        wrong = f"has the markup {fields['markup']!r}"
        raise SampleContentError(f"{at} {wrong}; write one of {', '.join(MARKUPS)}")
    for name in ("author", "source"):  # a republication takes one away with an empty string
        fields[name] = fields.get(name) or None
    slug = fields.pop("slug", None) or slug_of(fields["title"])
    return Story(slug=slug, blocks=blocks_of(text), **fields)

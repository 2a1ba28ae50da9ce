"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pipelines.read.html.mended_json import read_mended

# PHP writes slashes in JSON with a backslash.
_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version', re.I)
_BEGINNING = re.compile(rb"\{\s*[\"'}]")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_LONGEST_NOTICE = 65_536  # bytes of PHP's warnings, or a callback's name, in front of the object
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"\s*,\s*")
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
MOST_ITEMS = 50_000
LONGEST_MENDED = 100_000  # characters of a damaged item


@dataclass(frozen=True, slots=True)
class JsonItem:
    """The fields of an item that name an article; what is missing is empty.

    `published` is never the time of an edit.
    """

    url: str
    external_url: str
    id: str
    title: str
    published: str


@dataclass(slots=True)
class JsonFeed:
    """The items of a JSON Feed. `damage`: why some may be missing."""

    items: list[JsonItem] = field(default_factory=list)
    damage: str = ""


def may_be_json_feed(content: bytes) -> bool:
    """Whether a body says that it is a JSON Feed, behind a notice or in a callback or not."""
    return _start(content) is not None


def _start(content: bytes) -> int | None:
    """Where the JSON Feed in a body begins; None if there is none."""
    if b"jsonfeed.org" not in content:
        return None
    begins = _BEGINNING.search(content, 0, _LONGEST_NOTICE)
    if begins is None or _PAGE.search(content, 0, begins.start()):
        return None
    return begins.start() if _VERSION.search(content, begins.start()) else None


def read_json_feed(content: bytes) -> JsonFeed | None:
    """The JSON Feed in this text (UTF-8), or None. One damaged item takes no other with it."""
    start = _start(content)
    if start is None:
        return None
    text = content[start : content.rfind(b"}") + 1 or None].decode("utf-8", "replace")
    try:
        found = json.loads(text, strict=False)
        items = found.get("items")
        feed = JsonFeed()
        said: list[Any] = items if isinstance(items, list) else []
    except (ValueError, RecursionError) as error:
        text = content[start:].decode("utf-8", "replace")
        said = list(_one_by_one(text))
        feed = JsonFeed(damage=f"is not JSON: {str(error)[:120]}; {len(said)} items could be read")
    feed.items = [_item_of(item) for item in said[:MOST_ITEMS] if isinstance(item, dict)]
    return feed


def _item_of(item: dict[str, Any]) -> JsonItem:
    return JsonItem(
        _text(item, "url"),
        _text(item, "external_url"),
        _text(item, "id"),
        _text(item, "title"),
        _text(item, "date_published") or _number(item, "date_published"),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _number(item: dict[str, Any], name: str) -> str:
    """A number in the place of a text, such as the seconds since 1970."""
    value = item.get(name)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _one_by_one(text: str) -> Iterator[Any]:
    """The items that can be read of a damaged feed."""
    decoder = json.JSONDecoder(strict=False)
    start = _ITEMS.search(text)
    at = start.end() if start else len(text)
    for _ in range(MOST_ITEMS):
        try:
            item, end = decoder.raw_decode(text, at)
            yield item
            following = _BETWEEN.match(text, end)
        except (ValueError, RecursionError):
            following = _NEXT.search(text, at)
            yield from _mended(text[at : following.start() + 1 if following else None])
        if following is None:
            return
        at = following.end()


def _mended(text: str) -> Iterator[Any]:
    """A damaged item, if its own address can be read: a comma too many does not cost it."""
    for item in islice(read_mended(text[:LONGEST_MENDED]), 1):
        if isinstance(item, dict) and (_text(item, "url") or _text(item, "external_url")):
            yield item

"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# PHP writes slashes in JSON with a backslash.
_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version', re.I)
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"\s*,\s*")
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
MOST_ITEMS = 50_000


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
    """Whether a body begins like JSON and says that it is a JSON Feed."""
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and bool(
        _VERSION.search(content)
    )


def read_json_feed(content: bytes) -> JsonFeed | None:
    """The JSON Feed in this text (UTF-8), or None. One damaged item takes no other with it."""
    if not may_be_json_feed(content):
        return None
    text = content.decode("utf-8", "replace")
    try:
        found = json.loads(text, strict=False)
        items = found.get("items")
        feed = JsonFeed()
        said: list[Any] = items if isinstance(items, list) else []
    except (ValueError, RecursionError) as error:
        said = list(_one_by_one(text))
        feed = JsonFeed(damage=f"is not JSON: {str(error)[:120]}; {len(said)} items could be read")
    feed.items = [
        JsonItem(
            *(
                _text(item, name)
                for name in ("url", "external_url", "id", "title", "date_published")
            )
        )
        for item in said[:MOST_ITEMS]
        if isinstance(item, dict)
    ]
    return feed


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


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
        if following is None:
            return
        at = following.end()

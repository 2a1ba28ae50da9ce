"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipelines.read.html.mended_json import read_mended
from pipelines.read.listing.xml_document import MOST_ENTRIES

PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_BEGINNING = re.compile(rb"\{\s*[\"'}]")
_LONGEST_NOTICE = 65_536  # bytes of PHP's warnings, or a callback's name, in front of the object
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"\s*,\s*")
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
_LONGEST_MENDED = 100_000  # characters of a damaged item


def may_be_json_feed(content: bytes) -> bool:
    """Whether a body says that it is a JSON Feed, behind a notice or in a callback or not."""
    return _start(content) is not None


def _start(content: bytes) -> int | None:
    """Where the JSON Feed in a body begins; None if there is none."""
    # PHP writes slashes in JSON with a backslash.
    if b"jsonfeed.org" not in content or b"jsonfeed.org/version" not in content.replace(b"\\", b""):
        return None
    begins = _BEGINNING.search(content, 0, _LONGEST_NOTICE)
    is_page = begins is None or PAGE.search(content, 0, begins.start()) is not None
    return None if begins is None or is_page else begins.start()


def read_json_feed(content: bytes) -> tuple[list[dict[str, Any]], str] | None:
    """The items of the JSON Feed in this text (UTF-8), and why some may be missing; None if it is
    none. One damaged item takes no other with it.
    """
    start = _start(content)
    if start is None:
        return None
    text = content[start : content.rfind(b"}") + 1 or None].decode("utf-8", "replace")
    try:
        items = json.loads(text, strict=False).get("items")
        said, damage = items if isinstance(items, list) else [], ""
    except (ValueError, RecursionError) as error:
        said = list(_one_by_one(content[start:].decode("utf-8", "replace")))
        damage = f"is not JSON: {str(error)[:120]}; {len(said)} items could be read"
    return [item for item in said[:MOST_ENTRIES] if isinstance(item, dict)], damage


def stated(item: dict[str, Any], name: str) -> str:
    """A member as text, "" if there is none; a number may be the seconds since 1970."""
    value = item.get(name)
    return str(value) if isinstance(value, str | int | float) else ""


def _one_by_one(text: str) -> Iterator[Any]:
    """The items that can be read of a damaged feed."""
    decoder = json.JSONDecoder(strict=False)
    start = _ITEMS.search(text)
    at = start.end() if start else len(text)
    for _ in range(MOST_ENTRIES):
        try:
            item, end = decoder.raw_decode(text, at)
            yield item
            following = _BETWEEN.match(text, end)
        except (ValueError, RecursionError):
            following = _NEXT.search(text, at)
            damaged = text[at : following.start() + 1 if following else None]
            # Without its own address a comma too many has cost it.
            for item in islice(read_mended(damaged[:_LONGEST_MENDED]), 1):
                if isinstance(item, dict) and (stated(item, "url") or stated(item, "external_url")):
                    yield item
        if following is None:
            return
        at = following.end()

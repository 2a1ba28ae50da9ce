"""Writes a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from web.pages.feeds.atom import (
    LANGUAGE_TAG,
    address,
    instant,
    media_type_is_plain,
    published_day,
)
from web.pages.feeds.content import is_of_the_web
from web.pages.feeds.feed import Entry, Feed

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON document in UTF-8."""
    shown = {
        "version": VERSION,
        "title": feed.title,
        "description": feed.about,
        "home_page_url": address(feed.home),
        "feed_url": address(feed.self),
        "next_url": address(feed.next) if feed.next else None,
        "icon": address(feed.icon),
        "language": feed.language,
        "_loa": {"about": "docs/feeds.md", "id": feed.id, "updated": instant(feed.updated)},
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(_known(shown), ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    told = entry.told
    is_tag = bool(told.language and LANGUAGE_TAG.fullmatch(told.language))
    is_exact = told.published_at is not None and told.published_precision == "minute"
    text = {"content_html": entry.content} if entry.content is not None else {}
    day = told.published_on and published_day(told.published_on, told.published_precision)
    return _known(
        {
            "id": told.id,
            "url": address(entry.url),
            "external_url": address(told.url) if is_of_the_web(told.url) else None,
            "title": told.title,
            **(text or {"content_text": entry.summary}),
            "summary": entry.summary or None,
            "date_published": told.published_at if is_exact else None,
            "date_modified": instant(told.told_at),
            "authors": [{"name": entry.author}],
            "tags": [told.kind, *([told.section] if told.section else [])],
            "language": told.language if is_tag else None,
            "attachments": [
                _known(
                    {
                        "url": address(file.url),
                        "mime_type": file.media_type,
                        "title": file.name,
                        "size_in_bytes": file.bytes,
                    }
                )
                for file in entry.files
                if is_of_the_web(file.url) and media_type_is_plain(file.media_type)
            ]
            or None,
            "_loa": _known(
                {
                    "kind": told.kind,
                    "state": told.removal.state if told.removal else None,
                    "site": told.site,
                    "site_name": told.site_name,
                    "key": told.key,
                    "seen_at": instant(told.at),
                    "published_on": day,
                    "proof": entry.proof,
                    "rights": entry.rights,
                }
            ),
        }
    )


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}

"""A digest as JSON for a webhook, in batches; docs/alerts.md explains each name."""

import json
from collections.abc import Iterator
from typing import Any

from crawler.alerts.digest import Digest, Entry
from pipelines.keep.database.timestamps import utc_text

BATCH = 200  # things of one request


def webhook_key(digest: Digest, batch: int) -> str:
    """The Idempotency-Key of a batch: the same whenever this digest is made."""
    return f"{digest.key}-{batch}"


def bodies(digest: Digest) -> Iterator[tuple[str, int, bytes]]:
    """Key, number of things and body of each batch; the newest things come first."""
    batches = -(-len(digest.entries) // BATCH)
    for batch in range(batches):
        things = digest.entries[batch * BATCH : (batch + 1) * BATCH]
        body = {
            "digest": digest.key,
            "alert": digest.alert,
            "made_at": utc_text(digest.made_at),
            "batch": batch + 1,
            "batches": batches,
            "counts": digest.counts,
            "search": digest.search,
            "things": [_thing(one) for one in things],
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        yield webhook_key(digest, batch + 1), len(things), text.encode()


def _thing(one: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": one.id,
        "kind": one.kind,
        "at": utc_text(one.at),
        "title": one.title,
        "lead": one.lead,
        "site": one.site,
        "site_name": one.site_name,
        "section": one.section,
        "published_on": one.published_on,
        "published_precision": one.published_precision,
        "page": one.page,
        "url": one.link,
    }
    if one.kind == "removed":
        told |= {"state": one.state, "moved_to": one.moved_to}
    if one.kind == "edited":
        told["changed"] = list(one.changed)
        told["difference"] = {
            field.field: [
                [{"side": side, "text": text} for side, text in row] for row in field.rows
            ]
            for field in one.difference
        }
    return told

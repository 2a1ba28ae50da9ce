"""`/status`: how each portal stands, in the words of `loa status`. For those who run Loa."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.keep.status.message import Message
from pipelines.keep.status.statuses import (
    ArchiveStatus,
    SiteStatus,
    Word,
    archive_status,
    site_statuses,
    standings,
    worst_first,
)
from pipelines.keep.status.words import (
    HEALTH,
    WORDS,
    ago,
    is_late,
    lines_below,
    looks,
    next_visit,
    summary,
    why,
)
from web import clock
from web.archive import archive_of, rows_of
from web.pages.asked import numbered_page
from web.pages.portals.site_files import states_of
from web.pages.rendering import Routes, page

A_PAGE = 50
NAMES = "select key, name from sites where key in (select value from json_each(?))"


@dataclass(frozen=True, slots=True)
class Line:
    """One portal's line, as `loa status` prints it. `cost`: requests for each new article."""

    status: SiteStatus
    word: Message
    last: Message
    next: Message
    late: bool
    looks: Message
    why: Message | None
    cost: float | None


async def status(request: Request, datasette: Datasette) -> Response:
    """A page of portals, those that need a person first."""
    archive = await archive_of(datasette)
    now, at = clock.now(), numbered_page(request)
    path = archive.database.path
    room = await archive.read(lambda _: archive_status(Path(path))) if path else None
    shown = await archive.read(lambda db: _shown(db, now, at, room))
    return await page(datasette, request, "status.html", {"archive": archive, **shown})


def _shown(
    db: sqlite3.Connection, now: datetime, at: int, room: ArchiveStatus | None
) -> dict[str, Any]:
    all_sites = standings(db)
    chosen = [one.site for one in all_sites[(at - 1) * A_PAGE : at * A_PAGE]]
    found = site_statuses(db, now=now, states=states_of(db), only=chosen)
    statuses = worst_first(found)
    pages = max(1, -(-len(all_sites) // A_PAGE))
    counts: Counter[Word] = Counter(one.health for one in all_sites)
    names = rows_of(db, NAMES, (json.dumps(chosen),))
    return {
        "lines": [line_of(one, now) for one in statuses],
        "names": {one["key"]: one["name"] for one in names},
        "below": list(lines_below(statuses, room)) if room else [],
        "summary": summary(counts, room) if room else None,
        "trouble": room.trouble if room else None,
        "words": _words(counts),
        **{"at": at, "pages": pages, "sites": len(all_sites)},
    }


def line_of(one: SiteStatus, now: datetime) -> Line:
    """The words of one portal's line."""
    return Line(
        one,
        WORDS[one.health],
        ago(one.last_run_at, now),
        next_visit(one, now),
        is_late(one, now),
        looks(one),
        why(one),
        one.requests_per_new,
    )


def _words(counts: Mapping[Word, int]) -> list[tuple[Word, Message, Message, int]]:
    """Each word of health, what it means, and how many portals it holds for."""
    return [(word, WORDS[word], meaning, counts.get(word, 0)) for word, meaning in HEALTH.items()]


ROUTES: Routes = ((r"^/status$", status),)

"""Visits, day after day, to a restless portal whose articles somebody edits."""

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urljoin

from pipelines.ingest import Ingest
from portals.site import Site, site_for_address
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.edits import KINDS, apply
from tests.builders.restless_portal import RestlessPortal, Source

_sleep = asyncio.sleep
_LINK = re.compile(r'<a [^>]*?href="([^"#]+)"')

# Each revision after an article's first, and what it says of itself.
REVISIONS = """select articles.url, seq, seen_at, {fields} as fields from revisions
    join articles on articles.id = revisions.article where seq > 1 order by revisions.id"""


class Watching:
    """A restless portal, visited once a day into an archive."""

    def __init__(self, source: Source, host: str, ingest: Ingest, start: datetime) -> None:
        self.clock = SetClock(start)
        self.ingest = ingest
        self.portal = RestlessPortal(source, host, lambda: self.clock.now)
        site = site_for_address(self.portal.url)
        crawl = replace(site.crawl, allow_private=True, delay=0.0)
        self.site: Site = replace(site, crawl=crawl)

    def visit(self, days: float = 1) -> str:
        """One visit, so many days after the last; its outcome.

        Where it waits for a portal in trouble, the clock goes on at once.
        """
        self.clock.now += timedelta(days=days)
        self.portal.asked.clear()
        with patch("crawler.spiders.portal.asyncio.sleep", self._sleep):
            return visit(self.site, self.ingest, self.clock).outcome

    def visit_only(self, paths: Sequence[str], days: float = 1) -> str:
        """A visit of these addresses alone, as `loa crawl --urls` makes it; its outcome."""
        self.clock.now += timedelta(days=days)
        addresses = {self.site.key: [self.portal.address(path) for path in paths]}
        return visit(self.site, self.ingest, self.clock, addresses=addresses).outcome

    async def _sleep(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)
        await _sleep(0)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.ingest.archive.connection.execute(query, values)]

    def paths(self) -> list[str]:
        """The paths of all articles, in the order in which they were found."""
        rows = self.rows("select url from articles order by id")
        return ["/" + url.removeprefix(self.portal.url) for (url,) in rows]

    def listed(self, first: int = 3) -> list[str]:
        """The articles that stand first on each section's first page."""
        sections = self.rows(
            """select url from pages where kind = 'listing'
                and (state = 'held' or reason = 'repeated') order by id"""
        )
        found, held = list[str](), set(self.paths())
        unrest, self.portal.unrest = self.portal.unrest, None
        for (url,) in sections:
            page = self.portal.page("/" + url.removeprefix(self.portal.url))
            links = _LINK.findall(page.body.decode()) if page.is_text else []
            paths = ["/" + urljoin(url, link).removeprefix(self.portal.url) for link in links]
            entries = [path for path in dict.fromkeys(paths) if path in held]
            found += entries[:first] if "page-" not in url else []
        self.portal.unrest = unrest
        return list(dict.fromkeys(found))

    def revisions(self) -> list[tuple[str, int, str, frozenset[str]]]:
        """Path, number, instant and the changed fields of each later revision."""
        names = {name for (name,) in self.rows("select name from pragma_table_info('revisions')")}
        query = REVISIONS.format(fields="changed" if "changed" in names else "null")
        return [
            (
                "/" + url.removeprefix(self.portal.url),
                seq,
                at,
                frozenset(json.loads(fields or "[]")),
            )
            for url, seq, at, fields in self.rows(query)
        ]


def edit_each_kind(
    watching: Watching, paths: Iterable[str], used: set[str], kinds: Iterable[str] = KINDS
) -> dict[str, str]:
    """Edit one article of these for each kind; gives the kind by path."""
    candidates, edited = list(paths), dict[str, str]()
    # Few pages have files, captions or pictures: these choose first.
    for kind in sorted(kinds, key=("file", "caption", "picture", "paragraph").__contains__)[::-1]:
        for path in candidates:
            if path not in used and apply(watching.portal, path, kind):
                edited[path] = kind
                used.add(path)
                break
    return edited


# Each after the portal's newest article: Loa believes no day to come.
SAMPLE_START = datetime(2025, 7, 1, 3, tzinfo=UTC)
START = datetime(2020, 12, 29, 3, tzinfo=UTC)  # two days after the capture's newest article

"""A portal without a site file, visited by the real spider over HTTP on a clock that tests set."""

import gzip
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.ingest import Ingest
from portals.sample.content import Story
from portals.sample.portal import Portal
from portals.site import site_for_address
from tests.builders.clocked_visit import SetClock, visit

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

every_family = pytest.mark.parametrize("watch", ["songmai", "thachlam", "anphu"], indirect=True)
wordpress = pytest.mark.parametrize("watch", ["thachlam"], indirect=True)


@dataclass
class WatchedPortal:
    """One portal and the archive that watches it."""

    portal: Portal
    ingest: Ingest
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    def visit(self, after: timedelta = HOUR, **options: Any) -> list[str]:
        """One visit, so long after the last; gives the paths that were asked for."""
        self.clock.now += after
        since = len(self.portal.requests)
        visit(site_for_address(self.portal.url), self.ingest, self.clock, delay=0, **options)
        return [request.path for request in self.portal.requests[since:]]

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        return [dict(row) for row in self.ingest.archive.connection.execute(query, values)]

    def value(self, query: str, *values: object) -> Any:
        (row,) = self.rows(query, *values)
        (value,) = row.values()
        return value

    def url(self, path: str) -> str:
        return self.portal.url.rstrip("/") + path

    def kinds(self, paths: list[str]) -> list[str]:
        return [
            self.value("select kind from pages where url = ?", self.url(path)) for path in paths
        ]

    def naming(self) -> list[str]:
        """The paths of all listings, feeds and sitemaps that were read."""
        rows = self.rows(
            "select url from pages join listings on listings.page = pages.id order by pages.id"
        )
        return [row["url"].removeprefix(self.portal.url.rstrip("/")) for row in rows]

    def held(self, story: Story) -> bool:
        return bool(
            self.rows("select 1 from articles where url = ?", self.url(self.portal.address(story)))
        )

    def freeze(self, paths: list[str]) -> None:
        """Has these paths answer for good as they do now."""
        for path in paths:
            now = self.portal.respond(path, {})
            self.portal.answer(path, now.status, {"Content-Type": now.media_type}, now.body)


def publish(watch: WatchedPortal, title: str, *, category: str, days_ago: int = 0) -> Story:
    return watch.portal.add(
        title,
        published=NOON - timedelta(days=days_ago),
        text=f"Sáng nay, xã họp bàn việc: {title}.\n\nBà con nhất trí.",
        category=category,
    )


def unpacked_answer(portal: Portal, path: str) -> bytes:
    """What a path answers, unpacked."""
    body = portal.respond(path, {}).body
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body

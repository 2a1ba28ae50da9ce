"""Visits to a portal of given pages, on a clock of their own, into an archive that others share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.ingest import Ingest
from portals.site import Site, site_for_address
from tests.builders.clocked_visit import SetClock, visit
from tests.builders.portal_in_parts import TITLE, PortalInParts


class Watched:
    """A portal, and an archive, which visits it on a clock of its own."""

    def __init__(self, portal: PortalInParts, ingest: Ingest) -> None:
        self.portal = portal
        self.ingest = ingest
        self.clock = SetClock(datetime(2026, 5, 12, 3, tzinfo=UTC))
        site = site_for_address(portal.url)
        crawl = replace(site.crawl, allow_private=True, delay=0.0)
        self.site: Site = replace(site, crawl=crawl)

    def visit(self, *, days: int = 0) -> list[str]:
        """Visit once, so many days later; returns the paths asked for."""
        self.clock.now += timedelta(days=days)
        self.portal.taken()
        visit(self.site, self.ingest, self.clock)
        return [path for path in self.portal.taken() if path not in ("/sitemap.xml", "/rss")]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query about `:site`."""
        found = self.ingest.archive.connection.execute(query, {"site": self.site.key})
        return [tuple(row) for row in found.fetchall()]

    def texts(self) -> list[tuple[str, str]]:
        """Titles and texts of the articles, by address."""
        return self.rows("select title, body from articles where site = :site order by url")

    def history(self, title: str = TITLE) -> list[str]:
        """The texts of an article's revisions."""
        query = """select revisions.body, articles.title from revisions
            join articles on articles.id = article where site = :site order by article, seq"""
        return [body for body, its_title in self.rows(query) if its_title == title]

    def issues(self) -> list[str]:
        query = "select kind from issues where site = :site and closed_at is null order by id"
        return [kind for (kind,) in self.rows(query)]

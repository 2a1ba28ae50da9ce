"""Assignment: the facts that every part of a visit needs."""

from dataclasses import dataclass
from datetime import datetime

from crawler.clock import Clock
from pipelines.ingest import Ingest
from portals.platform import Platform, platform_of
from portals.site import Site


@dataclass(frozen=True, slots=True)
class Assignment:
    """One visit to one site: `run` is its row in runs, `user_agent` our name."""

    ingest: Ingest
    site: Site
    run: int
    began: datetime
    clock: Clock
    user_agent: str

    @property
    def known_platform(self) -> str | None:
        """The key of the site's platform, from its file or found on its pages, if known by now."""
        return self.site.platform or self.ingest.platforms.get(self.site.key)

    @property
    def platform(self) -> Platform:
        """The site's platform, `generic` while none is known."""
        return platform_of(self.known_platform or "generic")

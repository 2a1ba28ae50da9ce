"""The spider behind `scrapy crawl KEY`: it visits one site with an archive of its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from crawler.clock import wall_clock
from crawler.spiders.portal import PortalSpider
from crawler.visit.options import DELAY, VisitOptions
from pipelines.ingest import Ingest
from pipelines.keep.visits.watch import NotWatchedError, site_rows, watch_list, why_not
from portals.errors import LoaError
from portals.site import load_sites

ARGUMENTS: Mapping[str, click.ParamType[Any]] = {
    "delay": DELAY,
    "max_pages": click.IntRange(min=1),
    "proxy": click.STRING,
}
ALLOWED = "allowed are delay (seconds), max_pages (a whole number from 1) and proxy (http://...)"


class SpiderArgumentError(LoaError):
    """`scrapy crawl KEY -a NAME=VALUE` has an unknown name or a bad value."""

    exit_code = 2


class NamedSpider(PortalSpider):
    """Visits the site that has the spider's name as its key. `-a` takes delay, max_pages and proxy.

    $LOA_ARCHIVE names the archive; the default is archive.db in the current folder.
    Raises SpiderArgumentError before it opens the archive, and NotWatchedError for a site that is
    paused, removed or disabled.
    """

    def __init__(self, **arguments: str) -> None:
        options = options_of(arguments)
        archive = Path(os.environ.get("LOA_ARCHIVE", "archive.db"))
        ingest = Ingest(archive, name=f"crawl-{wall_clock():%Y%m%dT%H%M%S}-{os.getpid()}")
        one = watch_list(site_rows(ingest.archive.connection), load_sites())[self.name]
        if one.watch != "watched":
            ingest.close()
            raise NotWatchedError(why_not(one))
        super().__init__(one.site, ingest, options)

    def closed(self, reason: str) -> None:
        """Close the run and the archive, and log any fault."""
        super().closed(reason)
        self.ingest.close()
        if self.visit.end.detail:
            self.logger.warning(self.visit.end.detail)


def options_of(arguments: Mapping[str, str]) -> VisitOptions:
    """The options that `-a NAME=VALUE` gives, as `loa crawl` reads them.

    Raises SpiderArgumentError.
    """
    options: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in ARGUMENTS:
            raise SpiderArgumentError(f"-a {name}: is not an argument of this spider; {ALLOWED}")
        try:
            options[name] = ARGUMENTS[name].convert(value, None, None)
        except click.BadParameter as error:
            raise SpiderArgumentError(f"-a {name}: {error.message} {ALLOWED}") from error
    return VisitOptions(**options)

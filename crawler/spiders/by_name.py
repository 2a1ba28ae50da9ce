"""The spider behind `scrapy crawl KEY`: it visits one site with an archive of its own."""

import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.clock import wall_clock
from crawler.spiders.portal import PortalSpider
from crawler.visit.options import VisitOptions
from pipelines.ingest import Ingest
from portals.errors import LoaError
from portals.site import load_sites

ALLOWED = "allowed are delay (seconds), max_pages (a whole number from 1) and proxy (http://...)"


class SpiderArgumentError(LoaError):
    """`scrapy crawl KEY -a NAME=VALUE` has a name or a value that nobody knows."""

    exit_code = 2


class NamedSpider(PortalSpider):
    """Visits the site whose key is the spider's name. `-a` takes delay, max_pages and proxy.

    $LOA_ARCHIVE names the archive; the default is archive.db in the current folder.
    Raises SpiderArgumentError before it opens the archive.
    """

    def __init__(self, **arguments: str) -> None:
        options = options_of(arguments)
        archive = Path(os.environ.get("LOA_ARCHIVE", "archive.db"))
        ingest = Ingest(archive, name=f"crawl-{wall_clock():%Y%m%dT%H%M%S}-{os.getpid()}")
        super().__init__(load_sites()[self.name], ingest, options)

    def closed(self, reason: str) -> None:
        """Close the run and the archive, and log what went wrong."""
        super().closed(reason)
        self.ingest.close()
        if self.visit.end.detail:
            self.logger.warning(self.visit.end.detail)


def options_of(arguments: Mapping[str, str]) -> VisitOptions:
    """The options that `-a NAME=VALUE` gives. Raises SpiderArgumentError, which shows no value:
    a proxy's address may hold a password.
    """
    options: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in _READERS:
            raise SpiderArgumentError(f"-a {name}: is no argument of this spider; {ALLOWED}")
        try:
            options[name] = _READERS[name](value)
        except ValueError as error:
            raise SpiderArgumentError(
                f"-a {name}: has a value it cannot take; {ALLOWED}"
            ) from error
    return VisitOptions(**options)


def _delay(value: str) -> float:
    seconds = float(value)
    if not 0 <= seconds < math.inf:
        raise ValueError(value)
    return seconds


def _max_pages(value: str) -> int:
    pages = int(value)
    if pages < 1:
        raise ValueError(value)
    return pages


def _proxy(value: str) -> str:
    if urlsplit(value).scheme not in ("http", "https"):
        raise ValueError(value)
    return value


_READERS: Mapping[str, Callable[[str], object]] = {
    "delay": _delay,
    "max_pages": _max_pages,
    "proxy": _proxy,
}

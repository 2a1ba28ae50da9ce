"""An operator's options for a visit, in addition to the site file."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Any

import click

from pipelines.keep.frontier.pages import KnownPage, Skipped
from portals.site import LONGEST_DELAY


class FiniteRange(click.FloatRange):
    """A range of numbers as an option; it refuses `inf` and `nan`, which no range of click does."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number to count with; give one like 2.5.", param, ctx)
        return number


DELAY = FiniteRange(min=0, max=LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class VisitOptions:
    """Options of one crawl, the same for every site visited. None leaves the site file's value.

    `delay`: seconds between two requests to one host. `max_pages`: most pages to ask of a site.
    `max_minutes`: time for the whole crawl, which then stops cleanly. `proxy`: URL of an HTTP
    proxy for every request. `quota`: most requests per kind of page (sitemap, feed, listing,
    article, attachment, robots); a kind that is missing has no limit. `choose`: picks the next page
    of a site (by its key) in place of the frontier. `addresses`: canonical addresses by the site's
    key; only these are requested. None: whole visits.
    `again`: asked when all sites have been visited; if it says so, they all are visited once more.
    """

    delay: float | None = None
    max_pages: int | None = None
    max_minutes: float | None = None
    proxy: str | None = None
    quota: Mapping[str, int] = field(default_factory=dict)
    choose: Callable[[Connection, str, Skipped], KnownPage | None] | None = None
    addresses: Mapping[str, Sequence[str]] | None = None
    again: Callable[[], bool] | None = None

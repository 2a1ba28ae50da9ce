"""One crawl: several sites visited side by side, each host asked one request at a time."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from crawler.clock import Clock, wall_clock
from crawler.open_files import allow_open_files
from crawler.terminal.progress import Progress
from crawler.visit.options import VisitOptions
from pipelines.ingest import Ingest
from pipelines.keep.frontier.hosts import server_of
from pipelines.keep.visits.runs import Counts
from pipelines.keep.visits.schedule import due_sites, next_due
from pipelines.outcomes import RunOutcome
from portals.errors import LoaError
from portals.site import Site

AT_ONCE = 16  # sites visited side by side
DEFAULTS = VisitOptions()

Choice = tuple[Site, Literal["file", "address"]]  # a site, and where it comes from


@dataclass(frozen=True, slots=True)
class Result:
    """How one visit ended, with its counts; `outcome` and `detail` as in the table runs.

    `left`: why each address that a person named could not be had.
    """

    site: Site
    outcome: RunOutcome
    detail: str | None
    counts: Counts
    left: Mapping[str, str] = field(default_factory=dict)


def visit_sites(
    chosen: Sequence[Choice],
    archive: Path,
    options: VisitOptions = DEFAULTS,
    *,
    due: bool = False,
    quiet: bool = False,
    clock: Clock = wall_clock,
) -> list[Result]:
    """Visit the sites, or only those that are `due`, and report each one unless `quiet`.

    Raises the LoaError of a visit that could write nothing more, TooFewFilesError before it begins,
    ArchiveBusyError while another process is visiting, and click.Abort after Ctrl-C.
    """
    now = clock()
    name = f"crawl-{now:%Y%m%dT%H%M%S%f}-{os.getpid()}"
    # A portal with slow pages must not hold up the others.
    shared = {"workers": min(2, len(os.sched_getaffinity(0))), "per_site": 1}
    at_once, browser = min(AT_ONCE, len(chosen)), any(site.crawl.browser for site, _ in chosen)
    allow_open_files(sites=at_once, browser=browser)
    with Ingest(archive, name=name, **shared if len(chosen) > 1 else {}) as ingest:
        ingest.survey = options.choose is not None
        if due:
            everything, chosen = chosen, due_now(chosen, ingest, now)
            if not chosen:
                if not quiet:
                    click.echo(nothing_is_due(everything, ingest, now))
                return []
        with Progress(quiet) as progress:
            crawl = _Crawl(chosen, ingest, options, progress, clock)
            crawl.run()
    if crawl.fatal is not None:
        raise crawl.fatal
    if crawl.stopping.is_set():
        raise click.Abort
    return crawl.results


def due_now(chosen: Sequence[Choice], ingest: Ingest, now: datetime) -> list[Choice]:
    """The sites that are due, the longest overdue first."""
    choice_of = {site.key: (site, origin) for site, origin in chosen}
    sites = due_sites(ingest.archive.connection, (site for site, _ in chosen), now)
    return [choice_of[site.key] for site in sites]


def nothing_is_due(chosen: Sequence[Choice], ingest: Ingest, now: datetime) -> str:
    """One line that says what is due next, and when."""
    first = next_due(ingest.archive.connection, (site for site, _ in chosen), now)
    then = f"; the next is {first[1]} at {first[0]:%Y-%m-%d %H:%M} UTC" if first else ""
    return f"nothing is due{then}"


def neighbours(chosen: Sequence[Choice]) -> list[list[Choice]]:
    """The sites in groups that share a server. A group's sites are visited one after another."""
    groups: dict[int, list[Choice]] = {}
    group_of: dict[str, int] = {}  # by server
    for number, one in enumerate(chosen):
        servers = set(map(server_of, one[0].all_hosts))
        near = sorted({group_of[server] for server in servers if server in group_of})
        groups[number] = [*(pair for other in near for pair in groups.pop(other)), one]
        group_of.update(
            (server_of(host), number) for site, _ in groups[number] for host in site.all_hosts
        )
    return list(groups.values())


class _Crawl:
    """The visits of one crawl, run by Scrapy."""

    def __init__(
        self,
        chosen: Sequence[Choice],
        ingest: Ingest,
        options: VisitOptions,
        progress: Progress,
        clock: Clock,
    ) -> None:
        from crawler.spiders.reactor import make_runner  # imports Scrapy, which takes a second

        self._ingest = ingest
        self._options = options
        self._progress = progress
        self._clock = clock
        self._runner = make_runner()
        self._chosen = chosen
        self._groups = neighbours(chosen)
        self._time_is_up = asyncio.Event()
        self.stopping = asyncio.Event()
        self.results: list[Result] = []
        self.fatal: LoaError | None = None

    def run(self) -> None:
        """Visit all sites; returns when the last visit has ended."""
        from crawler.spiders.reactor import run_reactor

        run_reactor(self._runner, self._all_visits(), self.stopping)

    async def _all_visits(self) -> None:
        limit = asyncio.create_task(self._end_after(self._options.max_minutes))
        await self._each_once()
        while self._options.again is not None and not self._is_over() and self._options.again():
            self._groups = neighbours(self._chosen)
            await self._each_once()
        limit.cancel()

    async def _each_once(self) -> None:
        await asyncio.gather(*(self._some_visits() for _ in range(min(AT_ONCE, len(self._groups)))))

    def _is_over(self) -> bool:
        return bool(self.fatal or self.stopping.is_set() or self._time_is_up.is_set())

    async def _some_visits(self) -> None:
        while self._groups:
            for site, origin in self._groups.pop(0):
                if not self._is_over():
                    await self._visit(site, origin)

    async def _visit(self, site: Site, origin: Literal["file", "address"]) -> None:
        from crawler.spiders.portal import PortalSpider  # imports the reactor, installed by now

        crawler = self._runner.create_crawler(PortalSpider)
        ingest, options, tell = self._ingest, self._options, self._progress.tell
        await self._runner.crawl(crawler, site, ingest, options, origin, tell, self._clock)
        spider = crawler.spider
        assert isinstance(spider, PortalSpider)
        self.fatal = self.fatal or spider.fatal
        end, counts, named = spider.visit.end, spider.visit.counts, spider.visit.named
        left = {} if named is None else named.told(end.detail)
        self.results.append(Result(site, end.outcome, end.detail, counts, left))
        if options.choose is None and options.again is None:
            self._progress.ended(site, end.outcome, end.detail, counts)
        else:  # a survey reports on the portal, and the demo in its own words
            self._progress.left(site)

    async def _end_after(self, minutes: float | None) -> None:
        from crawler.spiders.reactor import stop_visits

        if minutes is None:
            return
        await asyncio.sleep(minutes * 60)
        self._time_is_up.set()
        await stop_visits(self._runner, lambda spider: setattr(spider, "out_of_time", True))

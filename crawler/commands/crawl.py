"""`loa crawl`: visits sites, several at a time, one request at a time for each host."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.terminal.escaping import OneLineFormatter, one_line
from crawler.terminal.progress import Progress
from pipelines.ingest import Ingest
from pipelines.keep.database.archive import ArchiveBusyError
from pipelines.keep.visits.runs import Counts
from pipelines.keep.visits.schedule import due_sites, next_due
from pipelines.read.addresses.canonical import canonical_url
from portals.errors import LoaError, UnknownSiteError
from portals.site import UNDETERMINED, Publisher, Site, key_for_host, load_sites, site_for_address

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerRunner

AT_ONCE = 16  # sites visited side by side; each host is still asked one request at a time
INCOMPLETE = 7


@dataclass(frozen=True, slots=True)
class Result:
    """How one visit ended: the outcome word of runs.outcome, what it says of it, and its counts."""

    site: Site
    outcome: str
    detail: str | None
    counts: Counts


@click.command()
@click.argument("sites", nargs=-1, metavar="[SITE...]")
@archive_option
@click.option(
    "--due",
    is_flag=True,
    help="Visit only those whose time has come, longest overdue first. Safe to run from any timer at any time.",
)
@click.option("--proxy", metavar="URL", help="Send every request through this HTTP proxy.")
@click.option(
    "--max-pages", type=click.IntRange(min=1), help="Ask for at most this many pages of each site."
)
@click.option(
    "--max-minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop in order after so long; the next crawl goes on from there.",
)
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    help="Seconds between two requests to one host, instead of the site file's.",
)
@click.option("--quiet", is_flag=True, help="Tell only of visits that went wrong.")
@click.pass_obj
def crawl(
    clock: Clock | None,
    sites: tuple[str, ...],
    archive: Path,
    due: bool,
    proxy: str | None,
    max_pages: int | None,
    max_minutes: float | None,
    delay: float | None,
    quiet: bool,
) -> None:
    """Visit SITEs (keys of site files, or addresses; none: all site files) and keep what is new.

    Feeds, sitemaps and first listing pages are asked on each visit, and all later pages once in thirty days; an article once it is found, and again after
    half its age, daily at most and each quarter at least. A visit that was stopped, however, goes on where it was.

    \b
    loa crawl                                  every site that has a file
    loa crawl --due                            those whose interval is over (`crawl.interval` of the site file, else found from how often it publishes)
    loa crawl krongno thuongtin --delay 5      two of them, more slowly
    loa crawl https://example.gov.vn/          a portal that has no file yet
    """
    chosen = choose_sites(sites, archive)
    now = clock or wall_clock
    try:
        results = visit(
            chosen,
            archive,
            due=due,
            proxy=proxy,
            max_pages=max_pages,
            max_minutes=max_minutes,
            delay=delay,
            quiet=quiet,
            clock=now,
        )
    except ArchiveBusyError as busy:
        if not quiet:
            raise
        raise click.exceptions.Exit(
            busy.exit_code
        ) from busy  # to a timer that looks often this is no news
    wrong = [result for result in results if result.outcome not in ("ok", "stopped")]
    if quiet:
        for result in wrong:
            click.echo(
                one_line(
                    f"{result.site.key}: {result.outcome}"
                    + (f"; {result.detail}" if result.detail else "")
                ),
                err=True,
            )
    if wrong:
        raise click.exceptions.Exit(INCOMPLETE)


def choose_sites(names: Sequence[str], archive: Path) -> list[tuple[Site, str]]:
    """(site, origin) for keys and addresses, all site files for none. Raises UnknownSiteError, PortalFileError."""
    files = load_sites()
    if not names:
        if not files:
            raise UnknownSiteError(
                "there are no site files; name an address, or put a site file into the folder of LOA_SITES"
            )
        return [(site, "file") for site in files.values()]
    return [_choose(name, files, archive) for name in dict.fromkeys(names)]


def _choose(name: str, files: dict[str, Site], archive: Path) -> tuple[Site, str]:
    if name in files:
        return files[name], "file"
    if "://" in name:
        if canonical_url(name) is None:
            raise UnknownSiteError(
                f"{name}: is no address that can be asked for; write e.g. https://example.gov.vn/"
            )
        site = site_for_address(name)
        return next(
            ((known, "file") for known in files.values() if site.all_hosts & known.all_hosts),
            (site, "address"),
        )
    held = archived_site(name, archive)
    if held is None:
        near = [key for key in files if name.lower() in key or key_for_host(name) == key]
        hint = (
            f"did you mean {', '.join(near)}?"
            if near
            else "`loa status` and portals/sites list those there are; an address begins with http"
        )
        raise UnknownSiteError(
            f"{name!r}: is no site that has a file or stands in the archive; {hint}"
        )
    return held, "address"


def archived_site(key: str, archive: Path) -> Site | None:
    """A site that an import or an address made known, from the archive's own row."""
    from pipelines.keep.database.archive import read_archive

    if not archive.exists():
        return None
    with read_archive(archive) as db:
        row = db.execute("select * from sites where key = ?", (key,)).fetchone()
    if row is None:
        return None
    language = row["language"] if row["origin"] == "file" else UNDETERMINED
    site = Site(
        name=row["name"],
        url=row["url"],
        platform=row["platform"],
        language=language,
        timezone=row["timezone"],
        key=key,
    )
    rules = (
        site_for_address(site.url).crawl if row["origin"] == "address" else site.crawl
    )  # an import is no word of the operator's for a private address
    return replace(site, publisher=Publisher(name=row["publisher"] or ""), crawl=rules)


def visit(
    chosen: Sequence[tuple[Site, str]],
    archive: Path,
    *,
    due: bool = False,
    proxy: str | None = None,
    max_pages: int | None = None,
    max_minutes: float | None = None,
    delay: float | None = None,
    quota: Mapping[str, int] | None = None,
    quiet: bool = False,
    clock: Clock = wall_clock,
) -> list[Result]:
    """Visits the sites, or only those that are due, and tells about each, unless `quiet`.

    `quota`: the most requests of a visit for each kind of page (sitemap, feed, listing, article, attachment, robots); what is not in it has no limit.
    Raises the LoaError that ended a visit where nothing more can be written, ArchiveBusyError where another process visits.
    """
    now = clock()
    name = f"crawl-{now:%Y%m%dT%H%M%S%f}-{os.getpid()}"
    with Ingest(archive, name=name, **readers_for(chosen)) as ingest:
        if due:
            everything, chosen = chosen, whose_time_has_come(chosen, ingest, now)
            if not chosen:
                if not quiet:
                    click.echo(nothing_is_due(everything, ingest, now))
                return []
        with Progress(quiet) as progress:
            asked = {
                "proxy": proxy,
                "max_pages": max_pages,
                "delay": delay,
                "quota": quota,
                "clock": clock,
            }
            results, fatal, stopped = _run(chosen, ingest, progress, asked, max_minutes)
    if fatal is not None:
        raise fatal
    if stopped:
        raise click.Abort
    return results


def readers_for(chosen: Sequence[tuple[Site, str]]) -> dict[str, int]:
    """How many readers, and how many of them one site may keep busy: a portal whose pages take long must not hold up the others."""
    return {"workers": min(2, len(os.sched_getaffinity(0))), "a_site": 1} if len(chosen) > 1 else {}


def whose_time_has_come(
    chosen: Sequence[tuple[Site, str]], ingest: Ingest, now: datetime
) -> list[tuple[Site, str]]:
    """Those of the sites that are due, longest overdue first."""
    origins = {site.key: origin for site, origin in chosen}
    return [
        (site, origins[site.key])
        for site in due_sites(ingest.archive.connection, (site for site, _ in chosen), now)
    ]


def nothing_is_due(chosen: Sequence[tuple[Site, str]], ingest: Ingest, now: datetime) -> str:
    """One line: that nothing is due, and what will be, when."""
    first = next_due(ingest.archive.connection, (site for site, _ in chosen), now)
    return "nothing is due" + (
        f"; the next is {first[1]} at {first[0]:%Y-%m-%d %H:%M} UTC" if first else ""
    )


def neighbours(chosen: Sequence[tuple[Site, str]]) -> list[list[tuple[Site, str]]]:
    """The sites in groups that share no host: those of one group are visited one after the other, because a host is asked one request at a time."""
    groups: dict[int, list[tuple[Site, str]]] = {}
    group_of: dict[str, int] = {}  # by host
    for number, one in enumerate(chosen):
        near = sorted({group_of[host] for host in one[0].all_hosts if host in group_of})
        groups[number] = [*(pair for other in near for pair in groups.pop(other)), one]
        group_of.update((host, number) for site, _ in groups[number] for host in site.all_hosts)
    return list(groups.values())


def _run(
    chosen: Sequence[tuple[Site, str]],
    ingest: Ingest,
    progress: Progress,
    asked: Mapping[str, Any],
    max_minutes: float | None,
) -> tuple[list[Result], LoaError | None, bool]:
    runner = _runner()
    from crawler.spiders.portal import PortalSpider  # after the reactor is installed

    results: list[Result] = []
    fatal: list[LoaError] = []
    groups = neighbours(chosen)
    stopping, out_of_time = asyncio.Event(), asyncio.Event()

    async def visitor() -> None:
        while groups:
            for site, origin in groups.pop(0):
                if not fatal and not stopping.is_set() and not out_of_time.is_set():
                    await one_visit(site, origin)

    async def one_visit(site: Site, origin: str) -> None:
        crawler = runner.create_crawler(PortalSpider)
        await runner.crawl(
            crawler, site=site, ingest=ingest, origin=origin, tell=progress.tell, **asked
        )
        spider = crawler.spider
        assert isinstance(spider, PortalSpider)
        if spider.fatal is not None:
            fatal.append(spider.fatal)
        result = Result(site, spider.visit.outcome, spider.visit.detail, spider.visit.counts)
        results.append(result)
        progress.ended(result.site, result.outcome, result.detail, result.counts)

    async def visitors() -> None:
        limit = asyncio.create_task(end_in_order()) if max_minutes is not None else None
        await asyncio.gather(*(visitor() for _ in range(min(AT_ONCE, len(groups)))))
        if limit is not None:
            limit.cancel()

    async def end_in_order() -> None:
        await asyncio.sleep((max_minutes or 0) * 60)
        out_of_time.set()
        for crawler in runner.crawlers:
            if isinstance(crawler.spider, PortalSpider):
                crawler.spider.out_of_time = True
        await runner.stop()

    _drive(runner, visitors(), stopping)
    return results, fatal[0] if fatal else None, stopping.is_set()


def _runner() -> "AsyncCrawlerRunner":
    """Scrapy's runner over an asyncio reactor, its log on stderr from WARNING up."""
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings
    from scrapy.utils.log import configure_logging
    from scrapy.utils.reactor import install_reactor

    settings = Settings()
    settings.setmodule("crawler.settings")
    configure_logging(settings)
    for handler in logging.root.handlers:
        handler.setFormatter(OneLineFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
    logging.getLogger("scrapy").setLevel(
        logging.WARNING
    )  # else each request makes two records that nobody sees
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    return AsyncCrawlerRunner(settings)


def _drive(
    runner: "AsyncCrawlerRunner", work: Coroutine[None, None, None], stopping: asyncio.Event
) -> None:
    """Runs the reactor until the work is done. The first Ctrl-C lets every visit end in order, the second ends the process at once, which is safe too."""
    from twisted.internet import reactor as installed

    reactor: Any = installed  # a module that behaves as an object of several interfaces
    loop = asyncio.get_event_loop()
    task = loop.create_task(work)
    task.add_done_callback(lambda _: reactor.callLater(0, reactor.stop))

    def stop() -> None:
        stopping.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        stops.append(loop.create_task(runner.stop()))

    gc.collect()
    gc.freeze()  # all that was loaded stays; looking through it for garbage again and again costs a twentieth of a crawl
    stops: list[
        asyncio.Task[None]
    ] = []  # a task that nobody holds may be collected before it is done
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    reactor.run(installSignalHandlers=False)
    task.result()

"""`loa crawl`: visits sites, several at a time, one request at a time for each host."""

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.commands.options import archive_option
from crawler.progress import Progress
from pipelines.intake import Intake
from pipelines.keep.runs import Counts
from pipelines.read.urls import canonical_url
from portals.errors import LoaError, UnknownSiteError
from portals.site import Publisher, Site, key_for_host, load_sites, site_for_address

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
@click.option("--proxy", metavar="URL", help="Send every request through this HTTP proxy.")
@click.option("--max-pages", type=click.IntRange(min=1), help="Ask for at most this many pages of each site.")
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between two requests to one host, instead of the site file's.")
def crawl(sites: tuple[str, ...], archive: Path, proxy: str | None, max_pages: int | None, delay: float | None) -> None:
    """Visit SITEs (keys of site files, or addresses; none: all site files) and keep what is new.

    Feeds, sitemaps and first listing pages are asked on each visit; an article once it is found, and again after half its age, daily at most and each
    quarter at least. A visit that was stopped, however, goes on where it was.

    \b
    loa crawl                                  every site that has a file
    loa crawl krongno thuongtin --delay 5      two of them, more slowly
    loa crawl https://example.gov.vn/          a portal that has no file yet
    """
    chosen = choose_sites(sites, archive)
    results = visit(chosen, archive, proxy=proxy, max_pages=max_pages, delay=delay)
    if any(result.outcome not in ("ok", "stopped") for result in results):
        raise click.exceptions.Exit(INCOMPLETE)


def choose_sites(names: Sequence[str], archive: Path) -> list[tuple[Site, str]]:
    """(site, origin) for keys and addresses, all site files for none. Raises UnknownSiteError, PortalFileError."""
    files = load_sites()
    if not names:
        if not files:
            raise UnknownSiteError("there are no site files; name an address, or put a site file into the folder of LOA_SITES")
        return [(site, "file") for site in files.values()]
    return [_choose(name, files, archive) for name in dict.fromkeys(names)]


def _choose(name: str, files: dict[str, Site], archive: Path) -> tuple[Site, str]:
    if name in files:
        return files[name], "file"
    if "://" in name:
        if canonical_url(name) is None:
            raise UnknownSiteError(f"{name}: is no address that can be asked for; write e.g. https://example.gov.vn/")
        site = site_for_address(name)
        return next(((known, "file") for known in files.values() if site.all_hosts & known.all_hosts), (site, "address"))
    held = archived_site(name, archive)
    if held is None:
        near = [key for key in files if name.lower() in key or key_for_host(name) == key]
        hint = f"did you mean {', '.join(near)}?" if near else "`loa status` and portals/sites list those there are; an address begins with http"
        raise UnknownSiteError(f"{name!r}: is no site that has a file or stands in the archive; {hint}")
    return held, "address"


def archived_site(key: str, archive: Path) -> Site | None:
    """A site that an import or an address made known, from the archive's own row."""
    from pipelines.keep.archive import read_archive

    if not archive.exists():
        return None
    with read_archive(archive) as db:
        row = db.execute("select * from sites where key = ?", (key,)).fetchone()
    if row is None:
        return None
    site = Site(name=row["name"], url=row["url"], platform=row["platform"], language=row["language"], timezone=row["timezone"], key=key)
    return replace(site, publisher=Publisher(name=row["publisher"] or ""), crawl=replace(site.crawl, allow_private=True))


def visit(
    chosen: Sequence[tuple[Site, str]],
    archive: Path,
    *,
    proxy: str | None = None,
    max_pages: int | None = None,
    delay: float | None = None,
    quota: Mapping[str, int] | None = None,
    quiet: bool = False,
) -> list[Result]:
    """Visits the sites and tells about each, unless `quiet`; raises the LoaError that ended a visit where nothing more can be written.

    `quota`: the most requests of a visit for each kind of page (sitemap, feed, listing, article, attachment, robots); what is not in it has no limit.
    """
    name = f"crawl-{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}"
    with Intake(archive, name=name, workers=min(2, os.cpu_count() or 1) if len(chosen) > 1 else 1) as intake, Progress(quiet) as progress:
        results, fatal, stopped = _run(chosen, intake, progress, proxy=proxy, max_pages=max_pages, delay=delay, quota=quota)
    if fatal is not None:
        raise fatal
    if stopped:
        raise click.Abort
    return results


def neighbours(chosen: Sequence[tuple[Site, str]]) -> list[list[tuple[Site, str]]]:
    """The sites in groups that share no host: those of one group are visited one after the other, because a host is asked one request at a time."""
    groups: list[list[tuple[Site, str]]] = []
    for one in chosen:
        near = [any(one[0].all_hosts & other.all_hosts for other, _ in group) for group in groups]
        joined = [pair for group, is_near in zip(groups, near, strict=True) if is_near for pair in group]
        groups = [group for group, is_near in zip(groups, near, strict=True) if not is_near] + [[*joined, one]]
    return groups


def _run(
    chosen: Sequence[tuple[Site, str]],
    intake: Intake,
    progress: Progress,
    *,
    proxy: str | None,
    max_pages: int | None,
    delay: float | None,
    quota: Mapping[str, int] | None,
) -> tuple[list[Result], LoaError | None, bool]:
    runner = _runner()
    from crawler.spiders.portal import PortalSpider  # after the reactor is installed

    results: list[Result] = []
    fatal: list[LoaError] = []
    groups = neighbours(chosen)
    stopping = asyncio.Event()

    async def visitor() -> None:
        while groups:
            for site, origin in groups.pop(0):
                if not fatal and not stopping.is_set():
                    await one_visit(site, origin)

    async def one_visit(site: Site, origin: str) -> None:
        crawler = runner.create_crawler(PortalSpider)
        asked = {"proxy": proxy, "max_pages": max_pages, "delay": delay, "quota": quota}
        await runner.crawl(crawler, site=site, intake=intake, origin=origin, tell=progress.tell, **asked)
        spider = crawler.spider
        assert isinstance(spider, PortalSpider)
        if spider.fatal is not None:
            fatal.append(spider.fatal)
        result = Result(site, spider.visit.outcome, spider.visit.detail, spider.visit.counts)
        results.append(result)
        progress.ended(result.site, result.outcome, result.detail, result.counts)

    async def visitors() -> None:
        await asyncio.gather(*(visitor() for _ in range(min(AT_ONCE, len(groups)))))

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
    logging.getLogger("scrapy").setLevel(logging.WARNING)  # else each request makes two records that nobody sees
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    return AsyncCrawlerRunner(settings)


def _drive(runner: "AsyncCrawlerRunner", work: Coroutine[None, None, None], stopping: asyncio.Event) -> None:
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

    stops: list[asyncio.Task[None]] = []  # a task that nobody holds may be collected before it is done
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    reactor.run(installSignalHandlers=False)
    task.result()

"""`loa crawl`: visit sites and keep what is new."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option, bundled_option, sites_argument
from crawler.commands.site_names import (
    as_choice,
    choose_addresses,
    choose_sites,
    lines_of,
    moved_line,
)
from crawler.crawl import Result, visit_sites
from crawler.terminal.escaping import escaped_line
from crawler.visit.options import DELAY, FiniteRange, VisitOptions
from pipelines.keep.database.archive import ArchiveBusyError
from pipelines.keep.status.words import renamed_line
from pipelines.keep.visits.watch import WatchedSite
from pipelines.outcomes import GOOD_RUNS

INCOMPLETE = 7


@click.command()
@sites_argument
@archive_option
@bundled_option
@click.option(
    "--due",
    is_flag=True,
    help="Visit only sites that are due, the longest overdue first. Any timer may run this.",
)
@click.option(
    "--urls",
    type=click.File("rb"),
    help="Fetch only the addresses in this file, one a line (- for standard input).",
)
@click.option("--proxy", metavar="URL", help="Send every request through this HTTP proxy.")
@click.option(
    "--max-pages", type=click.IntRange(min=1), help="Fetch at most this many pages from each site."
)
@click.option(
    "--max-minutes",
    type=FiniteRange(min=0, min_open=True),
    help="Stop cleanly after this time; the next crawl carries on from there.",
)
@click.option(
    "--delay",
    type=DELAY,
    help="Seconds between two requests to one host, instead of the site file's.",
)
@click.option("--quiet", is_flag=True, help="Report only visits that went wrong.")
@click.pass_obj
def crawl(
    clock: Clock | None,
    /,
    sites: tuple[str, ...],
    archive: Path,
    due: bool,
    urls: BinaryIO | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Visit SITEs (keys or addresses; default: all site files) and keep what is new.

    If $LOA_SITES is set, only its site files count; a bundled portal is then visited only by its
    name, or with --bundled. Sites that are paused, removed or disabled (`enabled = false`) are not
    visited.

    Each visit fetches feeds, sitemaps and the first page of every listing. It fetches later pages
    once in thirty days. It fetches an article when it finds it, again after half its age (at most
    daily), and in a round that comes to all articles in 58 days, or more on a very large site.
    After a stop, the next visit carries on.

    With --urls, it fetches only the addresses in a file, of portals that it knows. It prints each
    that it could not get, with the reason, and then exits with 7.

    \b
    loa crawl                                  every site that has a file
    loa crawl --due                            sites whose interval is over (`crawl.interval` in the
                                               site file, or found from how often it publishes)
    loa crawl krongno thuongtin --delay 5      two of them, more slowly
    loa crawl https://example.gov.vn/          a portal that has no file yet
    loa crawl --urls named.txt                 these addresses only
    """
    bundled = options.pop("bundled")
    if urls is not None:
        if sites or due:
            raise click.UsageError("--urls names all that is fetched; leave out SITEs and --due")
        _crawl_addresses(urls, archive, clock or wall_clock, options, quiet=quiet)
        return
    chosen = choose_sites(sites, archive, bundled=bundled, due=due)
    asked = VisitOptions(**options)
    _crawl_sites(chosen, archive, asked, clock or wall_clock, due=due, quiet=quiet)


def _crawl_sites(
    chosen: Sequence[WatchedSite],
    archive: Path,
    asked: VisitOptions,
    now: Clock,
    *,
    due: bool,
    quiet: bool,
) -> None:
    """Visit whole sites."""
    for one in () if quiet else chosen:
        if one.file is not None and one.file != one.site.key:
            click.echo(str(renamed_line(one.site.key, one.file)), err=True)
        if one.moved_from is not None:
            click.echo(escaped_line(moved_line(one)), err=True)
    choices = [as_choice(one) for one in chosen]
    try:
        results = visit_sites(choices, archive, asked, due=due, quiet=quiet, clock=now)
    except ArchiveBusyError as busy:
        if not quiet:
            raise
        # A timer that looks often finds this every day.
        raise click.exceptions.Exit(busy.exit_code) from busy
    _exit(results, quiet=quiet)


def _crawl_addresses(
    file: BinaryIO, archive: Path, now: Clock, options: Mapping[str, Any], *, quiet: bool
) -> None:
    """Fetch the addresses in a file, and say why some could not be had."""
    named = choose_addresses(lines_of(file.read()), archive)
    if not (named.sites or named.left):
        raise click.UsageError(f"{file.name}: names no address; write one a line")
    results: list[Result] = []
    if named.sites:
        asked = VisitOptions(**options, addresses=named.addresses)
        choices = [as_choice(one) for one in named.sites]
        results = visit_sites(choices, archive, asked, quiet=quiet, clock=now)
    left = dict(named.left)
    for result in results:
        left |= {named.written[url]: why for url, why in result.left.items()}
    for address, why in left.items():
        click.echo(escaped_line(f"{address}: {why}"))
    _exit(results, quiet=quiet)
    if left:
        raise click.exceptions.Exit(INCOMPLETE)


def _exit(results: Sequence[Result], *, quiet: bool) -> None:
    """Exit with INCOMPLETE if a visit went wrong; tell those if nothing was told before."""
    wrong = [result for result in results if result.outcome not in GOOD_RUNS]
    for result in wrong if quiet else ():
        detail = f"; {result.detail}" if result.detail else ""
        click.echo(escaped_line(f"{result.site.key}: {result.outcome}{detail}"), err=True)
    if wrong:
        raise click.exceptions.Exit(INCOMPLETE)

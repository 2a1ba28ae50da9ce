"""`loa crawl`: visit sites and keep what is new."""

from pathlib import Path
from typing import Any

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option, bundled_option, sites_argument
from crawler.commands.site_names import as_choice, choose_sites, moved_line, renamed_line
from crawler.crawl import visit_sites
from crawler.terminal.escaping import escaped_line
from crawler.visit.options import DELAY, FiniteRange, VisitOptions
from pipelines.keep.database.archive import ArchiveBusyError
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
    bundled: bool,
    due: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Visit SITEs (keys or addresses; default: all site files) and keep what is new.

    If $LOA_SITES is set, only its site files count; a bundled portal is then visited only by its
    name, or with --bundled. Sites that are paused, removed or disabled (`enabled = false`) are not
    visited.

    Each visit fetches feeds, sitemaps and the first page of every listing. It fetches later pages
    once in thirty days. It fetches an article when it finds it, and again after half its age: at
    most daily, at least every three months. After a stop, the next visit carries on.

    \b
    loa crawl                                  every site that has a file
    loa crawl --due                            sites whose interval is over (`crawl.interval` in the
                                               site file, or found from how often it publishes)
    loa crawl krongno thuongtin --delay 5      two of them, more slowly
    loa crawl https://example.gov.vn/          a portal that has no file yet
    """
    chosen = choose_sites(sites, archive, bundled=bundled, due=due)
    for one in () if quiet else chosen:
        if one.file is not None and one.file != one.site.key:
            click.echo(renamed_line(one.site.key, one.file), err=True)
        if one.moved_from is not None:
            click.echo(escaped_line(moved_line(one)), err=True)
    asked, now = VisitOptions(**options), clock or wall_clock
    choices = [as_choice(one) for one in chosen]
    try:
        results = visit_sites(choices, archive, asked, due=due, quiet=quiet, clock=now)
    except ArchiveBusyError as busy:
        if not quiet:
            raise
        # A timer that looks often finds this every day.
        raise click.exceptions.Exit(busy.exit_code) from busy
    wrong = [result for result in results if result.outcome not in GOOD_RUNS]
    if quiet:
        for result in wrong:
            detail = f"; {result.detail}" if result.detail else ""
            click.echo(escaped_line(f"{result.site.key}: {result.outcome}{detail}"), err=True)
    if wrong:
        raise click.exceptions.Exit(INCOMPLETE)

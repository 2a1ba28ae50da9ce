"""`loa status`: the state of each site, for people, for programs, or as an exit code."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.terminal.escaping import escaped_json, escaped_line
from pipelines.keep.database.archive import read_archive
from pipelines.keep.status.statuses import (
    ArchiveStatus,
    SiteStatus,
    archive_status,
    site_statuses,
    worst_first,
)
from pipelines.keep.status.words import (
    HEALTH,
    ago,
    is_late,
    lines_below,
    looks,
    next_visit,
    why,
)
from pipelines.keep.visits.watch import site_rows, watch_states
from portals.site import load_sites, sites_to_visit

FAILING = 13
COLOURS = {
    "broken": "bold red",
    "suspect": "yellow",
    "never visited": "cyan",
    "quiet": "blue",
    "ok": "green",
}
BY_CHOICE = ("paused", "disabled", "removed")  # a person decided it: no alarm
LOG_WIDTH = 160  # of the table without a terminal
NARROW = 95  # below this width the table leaves out what a site costs and holds
WIDE = 140  # from this width it shows what people seldom look at


MEANINGS = "\n      ".join(f"{word:<15} {meaning}" for word, meaning in HEALTH.items())


@click.command(
    help=f"""Show each site's health and the reason, its last and next visit, and the results.

    \b
    Health is the judgement of the last visit or import:
      {MEANINGS}

    The column looks says how old the last looks at the articles are: 28/58 d means that half of
    them were within 28 days, all within 58.

    A site that is not watched shows why: it is paused, removed or disabled, or its file is gone.
    """
)
@archive_option
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one line of JSON for each site. Its keys (SiteStatus) never change.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["broken", "suspect"]),
    help=f"For monitors: exit code {FAILING} if a site is in this state or worse,"
    " or the write-ahead log is too large.",
)
@click.pass_obj
def status(clock: Clock | None, archive: Path, as_json: bool, fail_on: str | None) -> None:
    """Print the state of each site."""
    now = (clock or wall_clock)()
    with read_archive(archive) as db:
        states = watch_states(site_rows(db), load_sites(), sites_to_visit())
        statuses = worst_first(site_statuses(db, now=now, states=states))
    room = archive_status(archive)
    if as_json:
        for one in statuses:
            click.echo(escaped_json(asdict(one) | asdict(room)))
    else:
        width = None if Console().is_terminal else LOG_WIDTH
        _show(Console(width=width, highlight=False), statuses, room, now)
    bad = {"broken": ("broken",), "suspect": ("broken", "suspect"), None: ()}[fail_on]
    if any(one.health in bad and one.watch not in BY_CHOICE for one in statuses) or (
        fail_on and room.trouble
    ):
        raise click.exceptions.Exit(FAILING)


def _show(
    console: Console, statuses: Sequence[SiteStatus], room: ArchiveStatus, now: datetime
) -> None:
    narrow, wide = console.width < NARROW, console.width >= WIDE
    padding = (0, 2 if wide else 1, 0, 0)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=padding)
    table.add_column("site", overflow="fold", max_width=32 if wide else 20)
    for name in ("health", "last visit", "next"):
        table.add_column(name, no_wrap=True)
    counts = ["new", "chg", "fail"]
    counts += [] if narrow else ["req/new", "articles", "looks"]
    counts += ["newest", "waiting", "refused", "unasked", "issues"] if wide else []
    for name in counts:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why")
    for one in statuses:
        cost = "-" if one.requests_per_new is None else f"{one.requests_per_new:.1f}"
        costs = () if narrow else (cost, str(one.articles), str(looks(one)))
        left = (one.waiting, one.refused, one.unasked, one.open_issues)
        seldom = (one.newest or "-", *left) if wide else ()
        table.add_row(
            one.site,
            Text(one.health, style=COLOURS[one.health]),
            str(ago(one.last_run_at, now)),
            Text(str(next_visit(one, now)), style="yellow" if is_late(one, now) else ""),
            *map(str, (one.new, one.changed, one.failed, *costs, *seldom)),
            Text(escaped_line(str(why(one) or ""))),
        )
    console.print(table)
    for one in statuses:
        if one.health in ("broken", "suspect"):
            console.print(Text.assemble((one.site, COLOURS[one.health]), f" {one.health_detail}"))
    for line in lines_below(statuses, room):
        console.print(Text(escaped_line(str(line))))
    if room.trouble:
        console.print(Text(room.trouble, style="yellow"))

"""`loa status`: the state of each site, for people, for programs, or as an exit code."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.commands.site_names import renamed_line
from crawler.terminal.escaping import escaped_json, escaped_line
from pipelines.keep.database.archive import read_archive
from pipelines.keep.database.timestamps import parse_utc
from pipelines.keep.visits.status import (
    WORST_FIRST,
    ArchiveStatus,
    SiteStatus,
    archive_status,
    days_of,
    site_statuses,
    worst_first,
)
from pipelines.keep.visits.watch import Watch, site_rows, watch_states
from pipelines.outcomes import RunOutcome
from portals.site import load_sites, sites_to_visit

FAILING = 13
COLOURS = {
    "broken": "bold red",
    "suspect": "yellow",
    "never visited": "cyan",
    "quiet": "blue",
    "ok": "green",
}
UNWATCHED: dict[Watch, str] = {
    "paused": "not watched: paused",
    "disabled": "not watched: disabled",
    "removed": "not watched: removed",
    "no-file": "not watched: no file",
}
BY_CHOICE = ("paused", "disabled", "removed")  # a person decided it: no alarm
LOG_WIDTH = 160  # of the table without a terminal
NARROW = 95  # below this width the table leaves out what a site costs and holds
WIDE = 140  # from this width it shows what people seldom look at
LATE = timedelta(hours=12)  # a site so late waits for a timer that does not run


@click.command()
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
    """Show each site's health and the reason, its last and next visit, and the results.

    \b
    Health is the judgement of the last visit or import:
      ok
      quiet           nothing new for longer than usual, and no other fault
      suspect         something looks wrong; see the issues
      broken          nothing could be read for a day, or the portal says that it has closed
      never visited

    The column looks says how old the last looks at the articles are: 28/58 d means that half of
    them were within 28 days, all within 58.

    A site that is not watched shows why: it is paused, removed or disabled, or its file is gone.
    """
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
        costs = () if narrow else (cost, str(one.articles), _looks(one))
        left = (one.waiting, one.refused, one.unasked, one.open_issues)
        seldom = (one.newest or "-", *left) if wide else ()
        table.add_row(
            one.site,
            Text(one.health, style=COLOURS[one.health]),
            _ago(one.last_run_at, now),
            _next(one, now),
            *map(str, (one.new, one.changed, one.failed, *costs, *seldom)),
            Text(escaped_line(_why(one))),
        )
    console.print(table)
    for one in statuses:
        if one.health in ("broken", "suspect"):
            console.print(Text.assemble((one.site, COLOURS[one.health]), f" {one.health_detail}"))
    for line in _lines_below(statuses, room):
        console.print(Text(escaped_line(line)))
    if room.trouble:
        console.print(Text(room.trouble, style="yellow"))


def _lines_below(statuses: Sequence[SiteStatus], room: ArchiveStatus) -> Iterator[str]:
    for one in statuses:
        yield from _remarks(one)
    if lost := [one.site for one in statuses if one.watch == "no-file"]:
        names = f"not watched, because no site file names them: {', '.join(lost)}"
        yield f"{names}; put the files back, or run `loa remove SITE`"
    yield _summary(statuses, room)
    looked = [one for one in statuses if one.looked_all_days is not None]
    if looked:
        half = max(one.looked_half_days or 0 for one in looked)
        longest = max(looked, key=lambda one: one.looked_all_days or 0)
        within = f"half of each site's within {half} d, all within {longest.looked_all_days} d"
        yield f"last looks at articles: {within} (longest: {longest.site})"
    if endless := [one for one in statuses if one.unasked]:
        count = f"{sum(one.unasked for one in endless)} addresses of {len(endless)} sites"
        yield f"{count} look endless or are files, and were not requested: see the table unasked"
    if waiting := [one for one in statuses if one.open_issues]:
        count = f"{sum(one.open_issues for one in waiting)} open issues of {len(waiting)} sites"
        yield f"{count}: `loa accept SITE` shows them and closes those that are normal"


def _why(one: SiteStatus) -> str:
    """A few words; the lines below the table say more."""
    if one.watch in UNWATCHED:
        since = f" on {one.watch_since[:10]}" if one.watch_since else ""
        return UNWATCHED[one.watch] + since
    if one.health_detail:
        return one.health_detail.partition(": ")[0]
    return "" if one.last_outcome in (None, RunOutcome.OK) else f"last: {one.last_outcome}"


def _looks(one: SiteStatus) -> str:
    return "-" if one.looked_all_days is None else f"{one.looked_half_days}/{one.looked_all_days} d"


def _remarks(one: SiteStatus) -> Iterator[str]:
    """Lines about a site's file and its pace."""
    if one.file is not None and one.file != one.site:
        yield renamed_line(one.site, one.file)
    lengthens = one.full_crawl_days <= days_of(one.pages, one.crawl_delay or 0.0)
    if one.crawl_delay is not None and lengthens:
        yield f"{one.site}: {crawl_delay_line(one.crawl_delay, one.pages)}"


def crawl_delay_line(seconds: float, pages: int) -> str:
    """What a Crawl-delay means for a full crawl of a portal with so many known pages."""
    a_day = round(86_400 / seconds)
    return (
        f"robots.txt asks for {seconds:g} s between two requests (Crawl-delay), {a_day} a day:"
        f" a full crawl of the {pages} pages known so far takes {days_of(pages, seconds):.1f} days"
    )


def _summary(statuses: Iterable[SiteStatus], room: ArchiveStatus) -> str:
    counts = Counter(one.health for one in statuses)
    words = ", ".join(f"{counts[word]} {word}" for word in WORST_FIRST if counts[word])
    used = f"{_size(room.database_bytes)} database, {_size(room.wal_bytes)} log"
    sizes = f"{used}, {_size(room.captures_bytes)} captures, {_size(room.free_bytes)} free"
    return f"{counts.total()} sites: {words or 'none'}; {sizes}"


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count / (1 << 20):.1f} MiB"


def _ago(stored: str | None, now: datetime) -> str:
    return "-" if stored is None else f"{_span(now - parse_utc(stored))} ago"


def _next(one: SiteStatus, now: datetime) -> Text:
    if one.next_due_at is None or one.watch in UNWATCHED:
        return Text("-")
    left = parse_utc(one.next_due_at) - now
    if left > timedelta(0):
        return Text(f"in {_span(left)}")
    if one.watch == "by-name":
        return Text("by name")  # no timer visits it
    return Text(f"{_span(-left)} late", style="yellow") if -left > LATE else Text("now")


def _span(span: timedelta) -> str:
    minutes = max(0, int(span / timedelta(minutes=1)))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"

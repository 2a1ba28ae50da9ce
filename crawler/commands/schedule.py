"""`loa schedule`: lets time run `loa crawl --due`, by a service of our own, by systemd or by cron."""

import asyncio
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.commands.site_names import choose_sites
from crawler.schedule.service import NextDue, Rounds, serve_rounds
from crawler.schedule.timers import (
    ROUND_MINUTES,
    WALL_MINUTES,
    cron_line,
    round_command,
    systemd_units,
)
from pipelines.keep.database.archive import read_archive
from pipelines.keep.visits.schedule import next_due
from portals.errors import LoaError

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class UnitFileError(LoaError):
    """A unit cannot be written."""

    exit_code = 2


@click.group()
def schedule() -> None:
    """Visit what is due again and again: `run` is a service in the foreground, `systemd` and `cron` print what those need.

    Every way runs `loa crawl --due`, which is safe at any time: a second one ends at once, and days that were missed give one visit.
    Each takes --archive PATH (default: archive.db in this folder, or $LOA_ARCHIVE); LOA_SITES and LOA_CONTACT are taken over from here.

    \b
    loa schedule run [SITE...]                            until Ctrl-C or SIGTERM
    loa schedule systemd --into /etc/systemd/system       then: systemctl daemon-reload && systemctl enable --now loa.timer
    loa schedule cron                                     one line for crontab -e
    """


@schedule.command()
@click.argument("sites", nargs=-1, metavar="[SITE...]")
@archive_option
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    metavar="MINUTES",
    help="Look at least this often for what is due.",
)
@click.option(
    "--limit",
    type=click.FloatRange(min=0, min_open=True),
    default=WALL_MINUTES,
    show_default=True,
    metavar="MINUTES",
    help="End a round that takes longer.",
)
@click.pass_obj
def run(
    clock: Clock | None, sites: tuple[str, ...], archive: Path, every: int, limit: float
) -> None:
    """Visit what is due of SITEs (none: all site files), sleep till something else is, and so on until Ctrl-C or SIGTERM.

    Each round is a process of its own. It ends in order after four fifths of --limit; one that hangs gets SIGTERM at the limit and SIGKILL five seconds later.
    """
    choose_sites(sites, archive)  # a wrong name is told at once
    command = round_command(archive, sites, limit * ROUND_MINUTES / WALL_MINUTES)
    rounds = Rounds(command, every=every * 60, limit=limit * 60)
    asyncio.run(_serve(rounds, _due_in(archive, sites), clock or wall_clock))


async def _serve(rounds: Rounds, next_due: NextDue, clock: Clock) -> None:
    stopping = asyncio.Event()
    for number in STOPS:
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await serve_rounds(
        rounds,
        next_due=next_due,
        clock=clock,
        tell=click.echo,
        stopping=stopping,
    )


def _due_in(archive: Path, names: Sequence[str]) -> NextDue:
    """Asks the archive when the first site is due; None where it cannot be told now (the next round will say why)."""

    def ask(now: datetime) -> datetime | None:
        try:
            with read_archive(archive) as db:
                first = next_due(db, (site for site, _ in choose_sites(names, archive)), now)
        except LoaError:
            return None
        return first[0] if first else None

    return ask


@schedule.command()
@click.argument("sites", nargs=-1, metavar="[SITE...]")
@archive_option
@click.option(
    "--user",
    is_flag=True,
    help="Units for your own systemd (`systemctl --user`) instead of the system's.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the two files there instead of printing them.",
)
def systemd(sites: tuple[str, ...], archive: Path, user: bool, into: Path | None) -> None:
    """Print loa.service and loa.timer, which visit what is due of SITEs (none: all site files) from now on, also after the computer was off."""
    choose_sites(sites, archive)
    units = systemd_units(archive, sites, user=user)
    if into is None:
        home = "~/.config/systemd/user" if user else "/etc/systemd/system"
        click.echo("\n".join(f"# {home}/{name}\n{text}" for name, text in units.items()), nl=False)
        return
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, text in units.items():
            (into / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnitFileError(
            f"{into}: the units cannot be written ({error.strerror}); name a folder of yours with --into, or become root"
        ) from error
    systemctl = "systemctl --user" if user else "systemctl"
    click.echo(
        f"written to {into}; now run: {systemctl} daemon-reload && {systemctl} enable --now loa.timer"
    )


@schedule.command()
@click.argument("sites", nargs=-1, metavar="[SITE...]")
@archive_option
def cron(sites: tuple[str, ...], archive: Path) -> None:
    """Print one line for `crontab -e`, which visits what is due of SITEs (none: all site files) from now on."""
    choose_sites(sites, archive)
    click.echo(cron_line(archive, sites))

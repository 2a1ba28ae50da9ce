"""`loa schedule`: runs `loa crawl --due` on time, by our own service, systemd or cron."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from crawler.alerts.alerts_file import alerts_path, load_alerts
from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option, bundled_option, sites_argument
from crawler.commands.service.systemd_unit import run_as_option
from crawler.commands.site_names import choose_sites
from crawler.schedule.sandbox import account_for
from crawler.schedule.service import NextDue, Rounds, serve_rounds
from crawler.schedule.timers import (
    KILL_AFTER_MINUTES,
    ROUND_MINUTES,
    alert_command,
    cron_line,
    round_command,
    systemd_units,
)
from crawler.signals import stop_signals
from crawler.visit.options import FiniteRange
from pipelines.keep.database.archive import read_archive
from pipelines.keep.visits.schedule import next_due
from portals.errors import LoaError


class UnitFileError(LoaError):
    """A systemd unit cannot be written."""

    exit_code = 2


@click.group()
def schedule() -> None:
    """Visit sites when they are due: as a service (`run`), by `systemd` or by `cron`.

    All three run `loa crawl --due`, which is safe at any time: a second one ends at once, and
    missed days lead to one visit. Then they run `loa alert`, if there is an alerts.toml. Each takes
    --archive PATH (default: $LOA_ARCHIVE, or archive.db in this folder) and keeps the current
    LOA_SITES, LOA_CONTACT and LOA_ALERTS.

    \b
    loa schedule run [SITE...]                         runs until Ctrl-C or SIGTERM
    loa schedule systemd --into /etc/systemd/system    prints how to start the timer
    loa schedule cron                                  prints one line for crontab -e
    """


@schedule.command()
@sites_argument
@archive_option
@bundled_option
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    metavar="MINUTES",
    help="Check at least this often for due sites.",
)
@click.option(
    "--limit",
    type=FiniteRange(min=0, min_open=True),
    default=KILL_AFTER_MINUTES,
    show_default=True,
    metavar="MINUTES",
    help="End a round that takes longer.",
)
@click.pass_obj
def run(
    clock: Clock | None,
    sites: tuple[str, ...],
    archive: Path,
    bundled: bool,
    every: int,
    limit: float,
) -> None:
    """Visit due SITEs (default: all site files), sleep until another is due, and repeat.

    Ctrl-C or SIGTERM ends it. Each round is a process of its own and stops cleanly after four
    fifths of --limit. One that hangs gets SIGTERM at the limit and SIGKILL five seconds later.
    """
    choose_sites(sites, archive, bundled=bundled, due=True)  # reports a wrong name at once
    minutes = limit * ROUND_MINUTES / KILL_AFTER_MINUTES
    command = round_command(archive, _as_typed(sites, bundled), minutes)
    after = alert_command(archive)
    rounds = Rounds(command, every=every * 60, limit=limit * 60, after=after)
    asyncio.run(_serve(rounds, _due_in(archive, sites, bundled), clock or wall_clock))


async def _serve(rounds: Rounds, next_due: NextDue, clock: Clock) -> None:
    stopping = asyncio.Event()
    for number in stop_signals():
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await serve_rounds(rounds, next_due=next_due, clock=clock, tell=click.echo, stopping=stopping)


def _as_typed(sites: Sequence[str], bundled: bool) -> list[str]:
    """The choice of sites as words of `loa crawl`."""
    return ["--bundled", *sites] if bundled else list(sites)


def _due_in(archive: Path, names: Sequence[str], bundled: bool) -> NextDue:
    """A function that looks up in the archive when the first site is due.

    None if the archive cannot tell now; the next round will say why.
    """

    def ask(now: datetime) -> datetime | None:
        with suppress(LoaError), read_archive(archive) as db:
            chosen = choose_sites(names, archive, bundled=bundled, due=True)
            if first := next_due(db, (one.site for one in chosen), now):
                return first[0]
        return None

    return ask


@schedule.command()
@sites_argument
@archive_option
@bundled_option
@click.option(
    "--user",
    is_flag=True,
    help="Units for your own systemd (`systemctl --user`) instead of the system's.",
)
@run_as_option
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the two files into this folder instead of printing them.",
)
def systemd(
    sites: tuple[str, ...],
    archive: Path,
    bundled: bool,
    user: bool,
    run_as: str | None,
    into: Path | None,
) -> None:
    """Print loa.service and loa.timer, which visit due SITEs (default: all site files).

    After the computer was off, they catch up. `loa serve --systemd` prints the unit of the server.
    """
    if user and run_as is not None:
        raise click.UsageError("--run-as is for the system's units, not for --user")
    choose_sites(sites, archive, bundled=bundled, due=True)
    _check_alerts(archive)
    account = None if user else account_for(archive, run_as)
    units = systemd_units(archive, _as_typed(sites, bundled), account=account)
    if into is None:
        home = "~/.config/systemd/user" if user else "/etc/systemd/system"
        click.echo("\n".join(f"# {home}/{name}\n{text}" for name, text in units.items()), nl=False)
        return
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, text in units.items():
            (into / name).write_text(text, encoding="utf-8")
    except OSError as error:
        remedy = "name a folder of your own with --into, or become root"
        wrong = f"the units cannot be written ({error.strerror})"
        raise UnitFileError(f"{into}: {wrong}; {remedy}") from error
    systemctl = "systemctl --user" if user else "systemctl"
    start = f"{systemctl} daemon-reload && {systemctl} enable --now loa.timer"
    click.echo(f"written to {into}; now run: {start}")


@schedule.command()
@sites_argument
@archive_option
@bundled_option
def cron(sites: tuple[str, ...], archive: Path, bundled: bool) -> None:
    """Print one line for `crontab -e`, which visits due SITEs (default: all site files)."""
    choose_sites(sites, archive, bundled=bundled, due=True)
    _check_alerts(archive)
    click.echo(cron_line(archive, _as_typed(sites, bundled)))


def _check_alerts(archive: Path) -> None:
    """Report a wrong alerts.toml at once, and secrets that a timer will not have."""
    file = alerts_path(archive)
    if file.exists() and (names := sorted(load_alerts(file).secret_names)):
        held = ", ".join(f"${name}" for name in names)
        remedy = "name a file instead (password_file, token_file, secret_file, url_file)"
        click.echo(f"{file}: a timer does not have {held}; {remedy}", err=True)

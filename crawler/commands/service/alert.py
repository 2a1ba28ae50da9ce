"""`loa alert`: tells people what is new in their saved searches, by e-mail or webhook."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import click

from crawler.alerts.alerts_file import Alerts, alerts_path, load_alerts
from crawler.alerts.delivery import Attempt, Receivers, deliver, is_trouble
from crawler.alerts.digest import Digest
from crawler.alerts.outbox import Delivery, Outbox, OutboxBusyError, outbox_path
from crawler.alerts.telling import Told, tell, would_tell
from crawler.clock import Clock, wall_clock
from crawler.commands.options import archive_option
from crawler.terminal.escaping import escaped_line
from pipelines.keep.database.archive import read_archive
from pipelines.keep.database.timestamps import utc_text
from portals.errors import LoaError

EXAMPLE = Path(__file__).parents[2] / "alerts" / "example.toml"
NOTHING = ("nothing to tell",)
MOST_PRINTED = 20  # things of a digest, by --dry-run


class UntoldError(LoaError):
    """A digest was refused for good, or has been failing for a day."""

    exit_code = 14


@click.command()
@archive_option
@click.option(
    "--alerts",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="The file of saved searches.  [default: $LOA_ALERTS, or alerts.toml beside the archive]",
)
@click.option("--dry-run", is_flag=True, help="Print what would be told; tell and keep nothing.")
@click.option("--status", is_flag=True, help="Show what waits and what was refused; tell nothing.")
@click.option("--retry", is_flag=True, help="Try all that waits or was refused now.")
@click.option(
    "--past",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="Let alerts that begin now also tell what the archive learned in the last DAYS.",
)
@click.option("--example", is_flag=True, help="Print an alerts.toml to begin with.")
@click.option("--if-any", is_flag=True, help="Do nothing if there is no file. For timers.")
@click.option("--quiet", is_flag=True, help="Report only what a person must look at.")
@click.pass_obj
def alert(
    clock: Clock | None,
    /,
    archive: Path,
    file: Path | None,
    past: int | None,
    **flags: bool,
) -> None:
    """Tell what portals published, edited or removed since the last time: each thing once.

    Who is told what, and where, is in alerts.toml: `loa alert --example > alerts.toml` writes one
    to begin with, and docs/alerts.md explains each key. An alert that is new begins now and tells
    nothing of the past. Run it after each crawl; `loa schedule` does.

    What a receiver does not take waits in alerts.db beside the archive, and later runs try again:
    after a minute, five, fifteen, an hour, three hours, then every six hours. Exit code 14 tells
    that something was refused for good, or has been failing for a day.
    """
    if flags["example"]:
        click.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)
        return
    file = file or alerts_path(archive)
    if flags["if_any"] and not file.exists():
        return
    alerts = load_alerts(file)
    now = clock or wall_clock
    since = None if past is None else timedelta(days=past)
    if flags["status"]:
        _show_status(archive, alerts)
    elif flags["dry_run"]:
        with Outbox.for_reading(outbox_path(archive)) as outbox, read_archive(archive) as db:
            found = would_tell(outbox, db, alerts, now(), since)
            _print_all([line for told in found for line in _shown(told)] or NOTHING)
    else:
        _tell(archive, alerts, now, since, retry=flags["retry"], quiet=flags["quiet"])


def _tell(
    archive: Path,
    alerts: Alerts,
    now: Clock,
    past: timedelta | None,
    *,
    retry: bool,
    quiet: bool,
) -> None:
    receivers = Receivers.of(alerts)  # no digest is made if a password is missing
    try:
        with Outbox.for_writing(outbox_path(archive)) as outbox:
            with read_archive(archive) as db:
                made = [
                    line for told in tell(outbox, db, alerts, now(), past) for line in _made(told)
                ]
            _print_all(() if quiet else made)
            if retry:
                outbox.again(now())
            attempts = asyncio.run(deliver(outbox, receivers, now))
            left = _named(outbox.open_deliveries(), alerts)
    except OutboxBusyError as busy:
        if not quiet:
            raise
        raise click.exceptions.Exit(busy.exit_code) from busy
    if not quiet:
        _print_all(_came(attempts) if made or attempts else NOTHING)
    _end(left, now)


def _made(told: Told) -> Iterator[str]:
    """A line about what one look came to."""
    if told.digest is not None:
        yield f"{told.alert}: {_counted(told.digest)}"
    elif told.begins:
        yield f"{told.alert}: begins now"


def _shown(told: Told) -> Iterator[str]:
    """What one look would tell."""
    yield from _made(told)
    for one in () if told.digest is None else told.digest.entries[:MOST_PRINTED]:
        yield f"  {one.kind}: {one.title} ({one.site}) {one.page or one.link or ''}".rstrip()
    left = 0 if told.digest is None else len(told.digest.entries) - MOST_PRINTED
    if left > 0:
        yield f"  and {left:,} more"


def _counted(digest: Digest) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in digest.counts.items())


def _came(attempts: Iterable[Attempt]) -> Iterator[str]:
    """What came of attempts: a line for each receiver that was told, and for each other attempt.

    What was refused is said at the end.
    """
    told: Counter[str] = Counter()
    others: list[str] = []
    for attempt in attempts:
        one, outcome = attempt.delivery, attempt.outcome
        about = f"{_addressed(one)}: {_things(one.things)}"
        if outcome is None:
            others.append(f"{about}: withdrawn, because alerts.toml no longer names this receiver")
        elif outcome.state == "told":
            told[_addressed(one)] += one.things
        elif attempt.next_at is not None:
            until = f"again from {utc_text(attempt.next_at)[:16]}Z"
            others.append(f"{about}: not told ({outcome.reason}); {until}")
    yield from (f"{receiver}: {_things(count)}: told" for receiver, count in told.items())
    yield from others


def _addressed(one: Delivery) -> str:
    return f"{one.alert} to {one.recipient}"


def _things(count: int) -> str:
    return f"{count:,} thing{'s' if count != 1 else ''}"


def _named(found: Iterable[Delivery], alerts: Alerts) -> list[Delivery]:
    """Those deliveries whose alert is in the file."""
    names = {one.name for one in alerts.alert}
    return [one for one in found if one.alert in names]


def _end(left: Iterable[Delivery], now: Clock) -> None:
    """Say what a person must look at. Raises UntoldError if there is anything."""
    troubled = [one for one in left if is_trouble(one, now())]
    for one in troubled:
        _print_all([_waiting(one)])
    if troubled:
        number = len(troubled)
        remedy = "mend the receiver or alerts.toml, then `loa alert --retry`"
        raise UntoldError(f"{number} digest{'s' if number > 1 else ''} could not be told; {remedy}")


def _waiting(one: Delivery) -> Iterator[str]:
    """A line about a delivery that is not over."""
    about = f"{_addressed(one)}: {_things(one.things)}"
    since = f"since {utc_text(one.made_at)[:16]}Z"
    tried = f"{one.attempts} attempt{'s' if one.attempts != 1 else ''}"
    why = f": {one.last_error}" if one.last_error else ""
    if one.state == "refused":
        yield f"{about}: refused{why} ({since})"
    else:
        assert one.next_attempt_at is not None
        yield f"{about}: waits {since}, {tried}, next {utc_text(one.next_attempt_at)[:16]}Z{why}"


def _show_status(archive: Path, alerts: Alerts) -> None:
    with Outbox.for_reading(outbox_path(archive)) as outbox:
        begun, left = outbox.begun(), outbox.open_deliveries()
    for one in alerts.alert:
        if (known := begun.get(one.name)) is None:
            click.echo(f"{one.name}: not begun; the next `loa alert` begins it")
            continue
        since, looked = utc_text(known.began_at)[:16], utc_text(known.looked_at)[:16]
        click.echo(f"{one.name}: tells what came since {since}Z; last looked {looked}Z")
    _print_all(_waiting(one) for one in _named(left, alerts))
    others = sorted({one.alert for one in left} - {one.name for one in alerts.alert})
    for name in others:
        click.echo(f"{name}: has digests that wait, but is not in {alerts.path}")


def _print_all(lines: Iterable[str | Iterator[str]]) -> None:
    for line in lines:
        for one in (line,) if isinstance(line, str) else line:
            click.echo(escaped_line(one))

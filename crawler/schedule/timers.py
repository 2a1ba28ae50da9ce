"""Systemd units and a crontab line that run `crawl --due` and `serve` of this installation."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler.alerts.secret import is_secret
from crawler.schedule.sandbox import quoted, sandbox

LOOK_EVERY = 15  # minutes: the shortest interval of a site file; an idle look takes a second
ROUND_MINUTES = 60  # a round stops cleanly by then, so that one large portal does not block others
KILL_AFTER_MINUTES = 75  # a round that is still running by then hangs, and is killed
GRACE_SECONDS = 5


def round_command(
    archive: Path, sites: Sequence[str] = (), minutes: float = ROUND_MINUTES
) -> list[str]:
    """The command of one round. -P ignores a folder `crawler` in the timer's working folder."""
    crawl = [sys.executable, "-P", "-m", "crawler", "crawl", "--due"]
    return [*crawl, "--max-minutes", f"{minutes:g}", "--archive", str(archive.resolve()), *sites]


def alert_command(archive: Path) -> list[str]:
    """The command after each round: it tells alerts, if the archive has any."""
    alert = [sys.executable, "-P", "-m", "crawler", "alert", "--if-any", "--quiet"]
    return [*alert, "--archive", str(archive.resolve())]


def own_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that a round needs from this shell, because a timer's own shell lacks them. No
    secrets: others may read a unit or a crontab.
    """
    return {
        name: str(Path(value).resolve()) if name in ("LOA_ALERTS", "LOA_SITES") else value
        for name, value in sorted(environment.items())
        if name.startswith("LOA_") and name != "LOA_ARCHIVE" and value and not is_secret(name)
    }


def cron_line(archive: Path, sites: Sequence[str] = ()) -> str:
    """One line for `crontab -e`. Cron mails what it prints, so only failed visits print."""
    limit = ["nice", "timeout", "-k", str(GRACE_SECONDS), f"{KILL_AFTER_MINUTES}m"]
    begin = ["env", *(f"{name}={value}" for name, value in own_environment().items()), *limit]
    commands = ([*round_command(archive, sites), "--quiet"], alert_command(archive))
    line = "; ".join(shlex.join([*begin, *command]) for command in commands)
    # crontab(5): a bare % ends the line.
    return f"*/{LOOK_EVERY} * * * * " + line.replace("%", r"\%")


def systemd_units(
    archive: Path, sites: Sequence[str] = (), *, account: str | None
) -> dict[str, str]:
    """loa.service and loa.timer, by name.

    They are for the system, run as `account` and closed off; or, without an account, for the own
    manager of the current user, which cannot close off folders everywhere. Exit codes 7 (a portal
    could not be reached) and 10 (another round is running) do not fail the unit: they happen every
    day, and `loa status` shows them. After the round, the service tells alerts; exit code 14 of
    that fails the unit, so that somebody looks.
    """
    service = SERVICE.format(
        command=command_line(round_command(archive, sites)),
        alerts=command_line(alert_command(archive)),
        environment=environment_lines(),
        kill_after=KILL_AFTER_MINUTES,
        grace=GRACE_SECONDS,
    )
    if account is not None:
        service += sandbox(account, [archive]) + BROWSER
    return {"loa.service": service, "loa.timer": TIMER.format(every=LOOK_EVERY)}


def serve_unit(files: Sequence[Path], words: Sequence[str], *, account: str | None) -> str:
    """loa-serve.service: it runs `loa serve` with these words until it is stopped.

    With an account it is for the system, as the timer's unit is, and may write beside `files`.
    """
    command = [sys.executable, "-P", "-m", "crawler", "serve", *words]
    service = SERVE.format(command=command_line(command), environment=environment_lines())
    if account is not None:
        service += sandbox(account, files) + PAGES
    wanted_by = "default.target" if account is None else "multi-user.target"
    return service + INSTALL.format(wanted_by=wanted_by)


def command_line(words: Sequence[str]) -> str:
    """Words as ExecStart= takes them."""
    return " ".join(quoted(word).replace("$", "$$") for word in words)


def environment_lines() -> str:
    """A line Environment= for each setting of this shell."""
    variables = (quoted(f"{name}={value}") for name, value in own_environment().items())
    return "".join(f"Environment={variable}\n" for variable in variables)


SERVICE = """\
[Unit]
Description=Loa: visit the portals that are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
ExecStart={alerts}
{environment}SuccessExitStatus=7 10
TimeoutStartSec={kill_after}min
TimeoutStopSec={grace}
KillMode=mixed
Nice=10
IOSchedulingPriority=7
NoNewPrivileges=yes
"""

# Chromium renders pages of scripts: its own sandbox needs namespaces and chroot, its engine writes
# and runs code, and it watches the network's state.
BROWSER = """\
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=user pid net
SystemCallFilter=@system-service chroot
"""

SERVE = """\
[Unit]
Description=Loa: serve the archive
After=network.target

[Service]
Type=exec
ExecStart={command}
{environment}Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2
SuccessExitStatus=130
TimeoutStopSec=20
KillMode=mixed
MemoryMax=1G
NoNewPrivileges=yes
"""

PAGES = """\
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
MemoryDenyWriteExecute=yes
ProcSubset=pid
"""

INSTALL = """
[Install]
WantedBy={wanted_by}
"""

TIMER = """\
[Unit]
Description=Loa: look every {every} minutes which portals are due

[Timer]
OnCalendar=*:0/{every}
RandomizedDelaySec=3min
FixedRandomDelay=yes
Persistent=yes

[Install]
WantedBy=timers.target
"""

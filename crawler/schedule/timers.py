"""Systemd units and a crontab line that run `loa crawl --due` with this installation's paths."""

import os
import pwd
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

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


def own_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that a round needs from this shell, because a timer's own shell lacks them."""
    return {
        name: str(Path(value).resolve()) if name == "LOA_SITES" else value
        for name, value in sorted(environment.items())
        if name.startswith("LOA_") and name != "LOA_ARCHIVE" and value
    }


def cron_line(archive: Path, sites: Sequence[str] = ()) -> str:
    """One line for `crontab -e`. Cron mails what it prints, so only failed visits print."""
    limit = ["nice", "timeout", "-k", str(GRACE_SECONDS), f"{KILL_AFTER_MINUTES}m"]
    variables = (f"{name}={value}" for name, value in own_environment().items())
    command = ["env", *variables, *limit, *round_command(archive, sites), "--quiet"]
    # crontab(5): a bare % ends the line.
    return f"*/{LOOK_EVERY} * * * * " + shlex.join(command).replace("%", r"\%")


def systemd_units(archive: Path, sites: Sequence[str] = (), *, user: bool) -> dict[str, str]:
    """loa.service and loa.timer, by name.

    They are for the system, run as the current user, or for that user's own manager (`user`), which
    cannot close off folders everywhere. Exit codes 7 (a portal could not be reached) and 10
    (another round is running) do not fail the unit: they happen every day, and `loa status` shows
    them.
    """
    variables = (_quoted(f"{name}={value}") for name, value in own_environment().items())
    words = (_quoted(word).replace("$", "$$") for word in round_command(archive, sites))
    service = SERVICE.format(
        command=" ".join(words),
        environment="".join(f"Environment={variable}\n" for variable in variables),
        kill_after=KILL_AFTER_MINUTES,
        grace=GRACE_SECONDS,
    )
    if not user:
        folder = _quoted(str(archive.resolve().parent))
        service += SANDBOX.format(account=_account(), folder=folder)
    return {"loa.service": service, "loa.timer": TIMER.format(every=LOOK_EVERY)}


def _quoted(text: str) -> str:
    """A word as systemd.syntax(7) reads it back, percent signs included."""
    if re.fullmatch(r"[\w./:=@+-]+", text):
        return text
    return '"' + re.sub(r'[\\"]', r"\\\g<0>", text).replace("%", "%%") + '"'


def _account() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's account without a name
        return str(os.geteuid())


SERVICE = """\
[Unit]
Description=Loa: visit the portals that are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
{environment}SuccessExitStatus=7 10
TimeoutStartSec={kill_after}min
TimeoutStopSec={grace}
KillMode=mixed
Nice=10
IOSchedulingPriority=7
NoNewPrivileges=yes
"""

# /tmp stays open: an archive may be there, and the reader processes meet there.
SANDBOX = """\
User={account}
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={folder} /tmp /var/tmp
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
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

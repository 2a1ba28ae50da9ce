"""What another program's timer needs to run `loa crawl --due`: systemd units and a crontab line that work as they stand, with this installation's paths."""

import os
import pwd
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LOOK_EVERY = 15  # minutes: the shortest interval that a site file may name; a look when nothing is due takes a second
ROUND_MINUTES = (
    60  # a round ends in order by then, so that one large portal does not keep all others waiting
)
WALL_MINUTES = 75  # a round that still runs hangs, and is killed
GRACE_SECONDS = 5


def round_command(
    archive: Path, sites: Sequence[str] = (), minutes: float = ROUND_MINUTES
) -> list[str]:
    """The command of one round; -P because a folder `crawler` where a timer happens to run it is not ours."""
    return [
        sys.executable,
        "-P",
        "-m",
        "crawler",
        "crawl",
        "--due",
        "--max-minutes",
        f"{minutes:g}",
        "--archive",
        str(archive.resolve()),
        *sites,
    ]


def own_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that a round needs from the shell in which the timer is set up; a timer's own shell has none of them."""
    ours = {
        name: value
        for name, value in sorted(environment.items())
        if name.startswith("LOA_") and name != "LOA_ARCHIVE" and value
    }
    return {
        name: str(Path(value).resolve()) if name == "LOA_SITES" else value
        for name, value in ours.items()
    }


def cron_line(archive: Path, sites: Sequence[str] = ()) -> str:
    """One line for `crontab -e`. Cron mails what a command prints: only visits that went wrong do."""
    command = ["env", *(f"{name}={value}" for name, value in own_environment().items())]
    command += [
        "nice",
        "timeout",
        "-k",
        str(GRACE_SECONDS),
        f"{WALL_MINUTES}m",
        *round_command(archive, sites),
        "--quiet",
    ]
    return f"*/{LOOK_EVERY} * * * * " + shlex.join(command).replace(
        "%", r"\%"
    )  # crontab(5): % is the end of the line


def systemd_units(archive: Path, sites: Sequence[str] = (), *, user: bool) -> dict[str, str]:
    """loa.service and loa.timer, by name: for the system, run as whoever asks, or for the `user` manager, which cannot close off folders everywhere.

    Exit codes 7 (a portal could not be had) and 10 (another round is under way) are no failure of the unit: they are everyday, and `loa status` tells them.
    """
    folder = archive.resolve().parent
    environment = "".join(
        f"Environment={_quoted(f'{name}={value}')}\n" for name, value in own_environment().items()
    )
    service = SERVICE.format(
        command=" ".join(
            _quoted(part).replace("$", "$$") for part in round_command(archive, sites)
        ),
        environment=environment,
        walls=NEW_RIGHTS
        if user
        else f"User={_account()}\n" + NEW_RIGHTS + WALLS.format(folder=_quoted(str(folder))),
        wall=WALL_MINUTES,
        grace=GRACE_SECONDS,
    )
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
TimeoutStartSec={wall}min
TimeoutStopSec={grace}
KillMode=mixed
Nice=10
IOSchedulingPriority=7
{walls}"""

NEW_RIGHTS = "NoNewPrivileges=yes\n"

# /tmp stays open: an archive may lie there, and the readers' processes meet there.
WALLS = """\
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

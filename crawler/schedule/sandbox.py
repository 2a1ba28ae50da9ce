"""What our systemd units for the system have in common: an account, and what it cannot reach."""

import os
import pwd
import re
from collections.abc import Sequence
from pathlib import Path

from portals.errors import LoaError

TEMPORARY = (Path("/tmp"), Path("/var/tmp"))


class UnknownAccountError(LoaError):
    """Nobody on this machine has this name."""

    exit_code = 2


def account_for(archive: Path, name: str | None = None) -> str:
    """The account that a unit runs as: `name`, or else the current one.

    For root it is the account that owns the archive, or its folder: what root writes there, that
    account could not write again. Raises UnknownAccountError.
    """
    if name is None:
        number = os.geteuid()
        if number == 0:
            owned = archive if archive.exists() else archive.resolve().parent
            number = owned.stat().st_uid if owned.exists() else 0
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:  # a container's account without a name
            return str(number)
    try:
        pwd.getpwnam(name)
    except KeyError:
        remedy = f"make it first (adduser --system --group {name}), or name another with --run-as"
        raise UnknownAccountError(
            f"there is no account {name!r} on this machine; {remedy}"
        ) from None
    return name


def sandbox(account: str, files: Sequence[Path]) -> str:
    """Lines of [Service] that close off everything but the network and these files' folders."""
    folders = list(dict.fromkeys(file.resolve().parent for file in files))
    # An archive below /tmp must stay visible. Reader processes meet there too.
    hidden = not any(folder.is_relative_to(one) for one in TEMPORARY for folder in folders)
    return SANDBOX.format(
        account=account,
        folders=" ".join(quoted(str(folder)) for folder in folders),
        own_tmp="PrivateTmp=yes" if hidden else "ReadWritePaths=/tmp /var/tmp",
    )


def quoted(text: str) -> str:
    """A word as systemd.syntax(7) reads it back, percent signs included."""
    if re.fullmatch(r"[\w./:=@+-]+", text):
        return text
    escaped = re.sub(r'[\\"]', r"\\\g<0>", text).replace("\n", r"\n")
    return '"' + escaped.replace("%", "%%") + '"'


SANDBOX = """\
User={account}
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={folders}
{own_tmp}
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
CapabilityBoundingSet=
LockPersonality=yes
RemoveIPC=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
"""

"""Which host names are this server's: no page of another site may read the archive as its own."""

import re
import socket
from collections.abc import Collection, Sequence
from ipaddress import ip_address

from web.serving.settings import Serving

_HOST = re.compile(r"(?P<name>[^\s:\[\]]+|\[[^\s\[\]]+\])(:\d{0,5})?", re.ASCII)


def own_names(serving: Serving) -> frozenset[str]:
    """The names that the server answers for, in lower case and without a port.

    They are those of this computer, that of the site's address, and those that were named to it.
    """
    computer = socket.gethostname().lower() or "localhost"
    named = {_name(name) for name in (*serving.trusted_hosts, serving.place.host) if name}
    return frozenset({"localhost", computer, f"{computer}.local", *filter(None, named)})


def is_own_host(hosts: Sequence[str], names: Collection[str], *, any_address: bool) -> bool:
    """Whether the Host headers of a request name this server, with any port.

    A page of another site can give its own name our address (DNS rebinding); its scripts then read
    our answers as its own. So we answer only to known names. An IP address is safe, because nobody
    else owns it; so is a request without a Host header, because every browser sends one.
    `any_address`: whether we answer at every IP address, or only at this computer's own loopback
    and those among the names.
    """
    if len(hosts) != 1:
        return not hosts
    name = _name(hosts[0])
    if name is None:
        return False
    if name in names:
        return True
    try:
        address = ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return any_address or address.is_loopback


def _name(host: str) -> str | None:
    """The name or address in a Host header, in lower case; None if it holds anything else."""
    found = _HOST.fullmatch(host)
    return found["name"].lower().removesuffix(".") if found else None

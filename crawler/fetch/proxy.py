"""Tells the own answers of the operator's proxy from the portal's answers that it passes on.

A proxy's own answer says nothing about the portal, so it counts as a failure of the proxy.
"""

import re
from collections.abc import Iterable

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from crawler.fetch.scrapy_internals import NoTunnelError
from pipelines.outcomes import PROXY_FAULT

AUTHENTICATION = 407  # only a proxy sends it (RFC 9110, section 15.5.8)
GATEWAY = frozenset({502, 503, 504})
REMEDY = "check --proxy, or http_proxy and https_proxy in the environment"
# A proxy's challenge, and headers that pass only between a client and its proxy. Squid sends the
# last one on its own error pages alone.
_OWN_HEADERS = frozenset({"proxy-authenticate", "proxy-connection", "proxy-agent", "x-squid-error"})
# RFC 9209, section 2.1.1: the proxy made this answer because of an error. The proxy next to us
# writes the last member.
_ERROR = re.compile(r";\s*error\s*=", re.IGNORECASE)
_STATUS = re.compile(r"\b[45]\d\d\b")


def proxy_answer(status: int, headers: Iterable[tuple[str, str]]) -> str | None:
    """What a proxy answered in place of the portal, for captures.error. None if it did not.

    Call it only for a request that went through a proxy: a portal's own gateway may send the same
    headers.
    """
    named = [(name.lower(), value) for name, value in headers]
    errors = [value.rpartition(",")[2] for name, value in named if name == "proxy-status"]
    own = status == AUTHENTICATION or bool(errors and _ERROR.search(errors[-1]))
    squid = any(name == "x-squid-error" for name, _ in named)
    gateway = status in GATEWAY and any(name in _OWN_HEADERS for name, _ in named)
    if not (own or squid or gateway):
        return None
    return f"{PROXY_FAULT}: answered {status} in place of the portal; {REMEDY}"


def proxy_failure(error: BaseException) -> str | None:
    """Why a proxy could not reach the portal, for captures.error; None for other errors.

    With a proxy, we look up and connect to the proxy alone, so such an error is the proxy's.
    """
    if isinstance(error, CannotResolveHostError):
        return f"{PROXY_FAULT}: its name has no address; {REMEDY}"
    if isinstance(error, DownloadConnectionRefusedError):
        return f"{PROXY_FAULT}: nothing listens there; {REMEDY}"
    if isinstance(error, NoTunnelError):
        status = _STATUS.search(str(error).rpartition("status")[2])
        answered = f"answered {status[0]}" if status else "opened no tunnel"
        return f"{PROXY_FAULT}: {answered} in place of the portal; {REMEDY}"
    return None

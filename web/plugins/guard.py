"""Protects readers and the server from hostile text and hostile pages.

It answers only for the server's own host names, adds security headers to every answer, refuses
redirects off the site and bounds strings in SQL.
No page has a script, and none may run. Inline styles stay allowed, because a few pages of Datasette
set colours with them.
"""

import re
import socket
import sqlite3
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterable,
    MutableMapping,
    Sequence,
)
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Any

from datasette import handle_exception, hookimpl
from datasette.app import Datasette

from web.serving.settings import serving_of

# Bytes of one string or row in SQL: more than an article with the text of all its files, too few to
# exhaust memory.
LONGEST_VALUE = 64 * 1024 * 1024
_PORT = re.compile(r":\d*$")
NOT_OURS = b"""This server does not answer for that host name. Use its address, or start it with
loa serve --allowed-host NAME
"""

POLICY = b"content-security-policy"
OPENER = b"cross-origin-opener-policy"
SANDBOX = b"sandbox; default-src 'none'"  # an origin of its own, no scripts, nothing loaded

Header = tuple[bytes, bytes]
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@hookimpl
def startup(datasette: Datasette) -> None:
    """Keep answers to wrong addresses cheap.

    If rich is installed, Datasette prints each 404 with all local variables, which takes a second.
    """
    handle_exception.rich = None


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Refuse any single value above LONGEST_VALUE.

    One printf() could otherwise ask for a gigabyte, and the time limit does not see that.
    """
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Add security headers to every answer; answer 421 to a foreign host name, and 404 to paths
    that browsers read as a host.
    """
    headers, names = security_headers(), own_names(serving_of(datasette).trusted_hosts)

    def wrap(app: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    guarded = with_security(message.get("headers", ()), headers)
                    message = {**message, "headers": guarded}
                await send(message)

            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            scope = {**scope, "headers": with_readable_cookies(scope["headers"])}
            if not is_own_host(_host(scope), names):
                await _answer(send_with_headers, 421, NOT_OURS)
            elif scope["path"].startswith("//") or "\\" in scope["path"]:
                # Datasette redirects /\host/ to /\host, which a browser reads as //host.
                await _answer(send_with_headers, 404, b"No such page.")
            else:
                await app(scope, receive, send_with_headers)

        return guarded

    return wrap


def with_security(given: Iterable[Header], ours: Sequence[Header]) -> list[Header]:
    """The headers of an answer, with ours in place of its own.

    Only a policy that begins with SANDBOX stays: what a portal sent has no rights at all. Browsers
    open nothing that has both a sandbox and an opener policy.
    """
    others = [(bytes(name).lower(), bytes(value)) for name, value in given]
    policies = [value for name, value in others if name == POLICY and value.startswith(SANDBOX)]
    names = {name for name, _ in ours}
    kept = [header for header in others if header[0] not in names]
    if policies:
        ours = [(POLICY, policies[0]), *(one for one in ours if one[0] not in (POLICY, OPENER))]
    return [*kept, *ours]


def with_readable_cookies(given: Sequence[Header]) -> list[Header]:
    """The headers of a request without the cookies that Python cannot read.

    Browsers send the cookies of all programs on a host name, whatever their port. One that another
    program spelt oddly would hide ours, or fail each page.
    """
    headers = [header for header in given if header[0] != b"cookie"]
    cookies = [one for name, value in given if name == b"cookie" for one in value.split(b";")]
    if kept := [one.strip() for one in cookies if _is_readable(one)]:
        headers.append((b"cookie", b"; ".join(kept)))
    return headers


def _is_readable(cookie: bytes) -> bool:
    try:
        return bool(SimpleCookie(cookie.decode("ascii")))
    except (CookieError, UnicodeDecodeError):
        return False


def own_names(trusted: Iterable[str] = ()) -> frozenset[str]:
    """The names that the server answers for: this computer's, and those that were named to it."""
    computer = socket.gethostname().lower() or "localhost"
    return frozenset({"localhost", computer, f"{computer}.local", *map(str.lower, trusted)})


def is_own_host(host: str | None, names: Collection[str]) -> bool:
    """Whether a Host header names this server, with any port.

    A page of another site can give its own name our address (DNS rebinding); its scripts then read
    our answers as its own. So we answer only to known names. An IP address is safe, because nobody
    else owns it; so is a request without a Host header, because every browser sends one.
    """
    if host is None:
        return True
    name = _PORT.sub("", host).lower().removesuffix(".")
    if name in names:
        return True
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _host(scope: Scope) -> str | None:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return hosts[0] if hosts else None


async def _answer(send: Send, status: int, body: bytes) -> None:
    text = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": text})
    await send({"type": "http.response.body", "body": body})


def security_headers() -> list[tuple[bytes, bytes]]:
    """The headers of every answer, names in lower case."""
    policy = (
        "default-src 'none'; script-src 'none'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-src 'self'; "
        "frame-ancestors 'none'"
    )
    return [
        (POLICY, policy.encode("ascii")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (OPENER, b"same-origin"),
    ]

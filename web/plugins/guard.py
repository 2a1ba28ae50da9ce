"""Protects readers and the server from hostile text and hostile pages.

It stands outside everything else: it answers only for the server's own host names, takes the base
path from addresses, adds security headers to every answer, refuses redirects off the site and
bounds strings in SQL.
No page has a script, and none may run. Inline styles stay allowed, because a few pages of Datasette
set colours with them.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any

from datasette import handle_exception, hookimpl
from datasette.app import Datasette

from web.host_names import is_own_host, own_names
from web.serving.settings import serving_of

# Bytes of one string or row in SQL: more than an article with the text of all its files, too few to
# exhaust memory.
LONGEST_VALUE = 64 * 1024 * 1024
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


@hookimpl(trylast=True)  # outside all others
def asgi_wrapper(datasette: Datasette) -> Callable[[Application], Application]:
    """Add security headers to every answer; answer 421 to a foreign host name, and 404 to paths
    that browsers read as a host. What is inside sees addresses without the base path.
    """
    headers, serving = security_headers(), serving_of(datasette)
    place, names = serving.place, own_names(serving)

    def wrap(app: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_guarded(message: Message) -> None:
                if message["type"] == "http.response.start":
                    sent = place.with_base_path(message.get("headers", ()))
                    message = {**message, "headers": with_security(sent, headers)}
                await send(message)

            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            if not is_own_host(_hosts(scope), names, any_address=place.origin is None):
                await _answer(send_guarded, 421, NOT_OURS)
                return
            scope = place.seen_from_within(scope)
            if scope["path"].startswith("//") or "\\" in scope["path"]:
                # Datasette redirects /\host/ to /\host, which a browser reads as //host.
                await _answer(send_guarded, 404, b"No such page.")
                return
            scope["headers"] = with_readable_cookies(scope["headers"])
            await app(scope, receive, send_guarded)

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


def _hosts(scope: Scope) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]


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

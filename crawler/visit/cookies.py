"""The cookies that one host gave during one visit. They go back to that host alone.

The standard library parses and matches them (RFC 6265). Here is what browsers demand besides.
"""

import re
from email.message import Message
from functools import cache
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit
from urllib.request import Request

from pipelines.capture import Capture
from portals.public_addresses import is_literal

LONGEST = 4_096  # bytes of a name and its value, as in browsers
MOST = 50  # RFC 6265, section 6.1: at least so many of a domain
MOST_BYTES = 8_192  # of all: servers refuse a longer header
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_ATTRIBUTES = frozenset({"domain", "path", "expires", "max-age", "secure"})


class HostCookies:
    """The cookies of one host. A cookie for the host's whole domain is kept for the host only."""

    def __init__(self) -> None:
        self._jar = CookieJar(_BrowserPolicy())

    def take(self, capture: Capture, *, known_only: bool = False) -> bool:
        """Take the cookies that an answer sets, forget those that it deletes; was there any?

        `known_only`: take only new values of cookies that are here.
        """
        said = [value for name, value in capture.headers if name.lower() == "set-cookie"]
        if known_only and said:
            known = {cookie.name for cookie in self._jar}
            said = [value for value in said if value.partition("=")[0].strip() in known]
        self._take(said, capture.url)
        return bool(said)

    def put(self, cookie: str, url: str) -> None:
        """Take `name=value; name=value`, as a page's script would set it for its whole host."""
        self._take([f"{pair.strip()}; path=/" for pair in cookie.split(";")], url)

    def header(self, url: str) -> str | None:
        """The value of the header Cookie for an address of this host; None without cookies."""
        request = Request(url)
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def _take(self, said: list[str], url: str) -> None:
        for value in said:  # one by one: a later one may delete an earlier one
            if not _UNSAFE.search(value):
                answer = _Answer(_as_browsers_read(value))
                self._jar.extract_cookies(answer, Request(url))  # type: ignore[arg-type]
        kept = list(self._jar) if said else []
        while len(kept) > MOST or sum(map(_size, kept)) > MOST_BYTES:
            oldest = kept.pop(0)
            self._jar.clear(oldest.domain, oldest.path, oldest.name)


def _as_browsers_read(said: str) -> str:
    """A header Set-Cookie without the attributes that browsers do not know or heed."""
    pair, *attributes = said.split(";")
    kept = [pair]
    for attribute in attributes:
        name, _, value = (part.strip() for part in attribute.partition("="))
        path, domain = name.lower() == "path", name.lower() == "domain"
        heeded = value.startswith("/") if path else bool(value) if domain else True
        if heeded and name.lower() in _ATTRIBUTES:
            kept.append(attribute)
    return ";".join(kept)


class _Answer:
    """What a jar asks of an answer."""

    def __init__(self, said: str) -> None:
        self._headers = Message()
        self._headers["Set-Cookie"] = said

    def info(self) -> Message:
        """The headers."""
        return self._headers


class _BrowserPolicy(DefaultCookiePolicy):
    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        """Whether a browser would take this cookie."""
        secure = cookie.secure and request.type == "https"
        prefix = cookie.name.partition("-")[0].lower() if cookie.name[:2] == "__" else ""
        hosts_own = not cookie.domain_specified and cookie.path == "/"
        return (
            super().set_ok(cookie, request)
            and _size(cookie) <= LONGEST
            and (secure or not (cookie.secure or prefix in ("__secure", "__host")))
            and (hosts_own or prefix != "__host")
            and _is_within_site(cookie, urlsplit(request.full_url).hostname or "")
        )


def _is_within_site(cookie: Cookie, host: str) -> bool:
    """Whether the cookie's domain is the host's own or one that its owner holds."""
    domain = cookie.domain.lstrip(".").lower()
    if not cookie.domain_specified or domain == host:
        return True
    return not is_literal(host) and not _is_public_suffix(domain)


@cache
def _is_public_suffix(domain: str) -> bool:
    """Whether anyone may register names below a domain, such as gov.vn."""
    from tldextract import TLDExtract  # takes a while to load, and few cookies need it

    extract = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
    return not extract(domain).domain


def _size(cookie: Cookie) -> int:
    return len(cookie.name) + len(cookie.value or "")
